#include "queue/uploadseals.h"

#include "queue/rowseal.h"
#include "queue/sqliteconnection.h"

#include <optional>
#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

// All columns but the row's number, its place and its end, which harm nobody if they are wrong.
constexpr QLatin1StringView kSealedColumns(
    "plan_seal, key, match_key, identity, filename, purpose, mime_type, combine_name, "
    "expires_after, part_size, cut_at_lines, send_md5, hold, hold_end, give_up_after, added_at, "
    "state, upload_id, created_at, expires_at, clock_offset, part_order, completing, "
    "completing_md5, cancelling, paused, file_id, part_count");

QVariantList valuesOf(const QSqlQuery &row, int count)
{
    QVariantList values;
    values.reserve(count);
    for (int column = 0; column < count; ++column)
        values.append(row.value(column));
    return values;
}

/// Adds all rows of an answer of `columns` columns; how many there were stands behind them.
bool addRows(SqliteConnection &connection, const QString &sql, int columns, qint64 uploadRow,
             RowSeal *seal)
{
    qint64 rows = 0;
    const auto add = [&](const QSqlQuery &row) {
        ++rows;
        seal->add(valuesOf(row, columns));
    };
    if (!connection.run(sql, {uploadRow}, add))
        return false;
    seal->add(QVariant(rows));
    return true;
}

bool makePlanSeal(SqliteConnection &connection, qint64 uploadRow, qint64 *made)
{
    RowSeal seal;
    if (!addRows(connection,
                 u"SELECT number, path, bytes, modified_ns, device, file_id, newline_added"
                 " FROM sources WHERE upload = ? ORDER BY number"_s,
                 7, uploadRow, &seal)
        || !addRows(connection,
                    u"SELECT number, source, source_offset, source_bytes, newline_added,"
                    " upload_offset FROM parts WHERE upload = ? ORDER BY number"_s,
                    6, uploadRow, &seal)) {
        return false;
    }
    *made = seal.value();
    return true;
}

bool makeRowSeal(SqliteConnection &connection, qint64 uploadRow, SealedError error, qint64 *made)
{
    static const QString sql = u"SELECT "_s + kSealedColumns + u" FROM uploads WHERE id = ?"_s;
    static const int columns = static_cast<int>(sql.count(u',')) + 1;
    RowSeal seal;
    if (!addRows(connection, sql, columns, uploadRow, &seal))
        return false;
    if (error == SealedError::None) {
        seal.add(QVariant(0)); // rows
    } else if (!addRows(connection,
                        u"SELECT kind, status, code, message, request_id, retry_delay_ms,"
                        " should_retry, network_error, advice, part FROM errors WHERE upload = ?"_s,
                        10, uploadRow, &seal)) {
        return false;
    }
    *made = seal.value();
    return true;
}

/// What an upload's parts are confirmed for.
struct Owner
{
    QVariant key;
    QVariant uploadId;
    QVariant planSeal;
    QVariant seal;
};

bool readOwner(SqliteConnection &connection, qint64 uploadRow, std::optional<Owner> *owner)
{
    return connection.run(
        u"SELECT key, upload_id, plan_seal, seal FROM uploads WHERE id = ?"_s, {uploadRow},
        [owner](const QSqlQuery &row) {
            *owner = Owner{row.value(0), row.value(1), row.value(2), row.value(3)};
        });
}

struct ConfirmedPart
{
    int number = 0;
    QVariant id;
    QVariant seal;
};

bool readConfirmed(SqliteConnection &connection, qint64 uploadRow, QList<ConfirmedPart> *parts)
{
    return connection.run(
        u"SELECT number, part_id, seal FROM parts WHERE upload = ? AND part_id IS NOT NULL"_s,
        {uploadRow}, [parts](const QSqlQuery &row) {
            parts->append({row.value(0).toInt(), row.value(1), row.value(2)});
        });
}

} // namespace

qint64 partSeal(const QVariant &key, const QVariant &uploadId, int number, const QVariant &partId)
{
    RowSeal seal;
    seal.add({key, uploadId, number, partId});
    return seal.value();
}

bool sealRow(SqliteConnection &connection, qint64 uploadRow)
{
    qint64 seal = 0;
    return makeRowSeal(connection, uploadRow, SealedError::Read, &seal)
        && connection.run(u"UPDATE uploads SET seal = ? WHERE id = ?"_s, {seal, uploadRow});
}

bool sealPlanAndRow(SqliteConnection &connection, qint64 uploadRow)
{
    qint64 seal = 0;
    return makePlanSeal(connection, uploadRow, &seal)
        && connection.run(u"UPDATE uploads SET plan_seal = ? WHERE id = ?"_s, {seal, uploadRow})
        && sealRow(connection, uploadRow);
}

bool sealAll(SqliteConnection &connection, qint64 uploadRow)
{
    std::optional<Owner> owner;
    QList<ConfirmedPart> parts;
    if (!readOwner(connection, uploadRow, &owner)
        || !readConfirmed(connection, uploadRow, &parts)) {
        return false;
    }
    if (!owner)
        return connection.failDamaged(u"an upload is missing"_s);
    for (const ConfirmedPart &part : std::as_const(parts)) {
        const qint64 seal = partSeal(owner->key, owner->uploadId, part.number, part.id);
        if (!connection.run(u"UPDATE parts SET seal = ? WHERE upload = ? AND number = ?"_s,
                            {seal, uploadRow, part.number})) {
            return false;
        }
    }
    return sealPlanAndRow(connection, uploadRow);
}

bool checkSeals(SqliteConnection &connection, qint64 uploadRow, SealedError error,
                SealVerdict *verdict)
{
    std::optional<Owner> owner;
    QList<ConfirmedPart> parts;
    qint64 planSeal = 0;
    qint64 seal = 0;
    if (!readOwner(connection, uploadRow, &owner) || !makePlanSeal(connection, uploadRow, &planSeal)
        || !makeRowSeal(connection, uploadRow, error, &seal)
        || !readConfirmed(connection, uploadRow, &parts)) {
        return false;
    }
    const auto isEqual = [](const QVariant &stored, qint64 made) {
        return !stored.isNull() && stored.toLongLong() == made;
    };
    verdict->isWhole = owner && isEqual(owner->planSeal, planSeal) && isEqual(owner->seal, seal);
    verdict->brokenParts.clear();
    if (!verdict->isWhole)
        return true;
    for (const ConfirmedPart &part : std::as_const(parts)) {
        if (!isEqual(part.seal, partSeal(owner->key, owner->uploadId, part.number, part.id)))
            verdict->brokenParts.append(part.number);
    }
    return true;
}

} // namespace longshore
