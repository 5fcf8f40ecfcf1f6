#include "queue/uploadseals.h"

#include "queue/rowseal.h"
#include "queue/sqliteconnection.h"

#include <optional>
#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// A SELECT of sealed columns.
struct SealedColumns
{
    SealedColumns(const QString &columns, const QString &rest)
        : sql(u"SELECT "_s + columns + rest)
        , count(columns.count(u',') + 1)
    {
    }

    const QString sql;
    const qsizetype count;
};

/// Adds all rows of an answer.
bool addRows(SqliteConnection &connection, const SealedColumns &columns, qint64 uploadRow,
             RowSeal *seal)
{
    const auto add = [&](const QSqlQuery &row) {
        QVariantList values;
        values.reserve(columns.count);
        for (int column = 0; column < columns.count; ++column)
            values.append(row.value(column));
        seal->addRow(values);
    };
    if (!connection.run(columns.sql, {uploadRow}, add))
        return false;
    seal->endRows();
    return true;
}

bool makePlanSeal(SqliteConnection &connection, qint64 uploadRow, qint64 *made)
{
    static const SealedColumns sources(kSealedSourceColumns,
                                       u" FROM sources WHERE upload = ? ORDER BY number"_s);
    static const SealedColumns parts(kSealedPartColumns,
                                     u" FROM parts WHERE upload = ? ORDER BY number"_s);
    RowSeal seal;
    if (!addRows(connection, sources, uploadRow, &seal)
        || !addRows(connection, parts, uploadRow, &seal)) {
        return false;
    }
    *made = seal.value();
    return true;
}

bool makeRowSeal(SqliteConnection &connection, qint64 uploadRow, SealedError error, qint64 *made)
{
    static const SealedColumns upload(u"plan_seal, "_s + kSealedUploadColumns,
                                      u" FROM uploads WHERE id = ?"_s);
    static const SealedColumns errors(kSealedErrorColumns, u" FROM errors WHERE upload = ?"_s);
    RowSeal seal;
    if (!addRows(connection, upload, uploadRow, &seal))
        return false;
    if (error == SealedError::None)
        seal.endRows();
    else if (!addRows(connection, errors, uploadRow, &seal))
        return false;
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

UploadSeals sealsOf(const SealedValues &values)
{
    // As makePlanSeal() and makeRowSeal() will read them.
    RowSeal plan;
    for (const QVariantList &source : values.sources)
        plan.addRow(source);
    plan.endRows();
    for (const QVariantList &part : values.parts)
        plan.addRow(part);
    plan.endRows();

    RowSeal row;
    row.addRow(QVariantList{plan.value()} + values.upload);
    row.endRows();
    if (!values.error.isEmpty())
        row.addRow(values.error);
    row.endRows();
    return {plan.value(), row.value()};
}

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
