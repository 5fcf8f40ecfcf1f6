#include "queue/uploadrows.h"

#include "queue/journalschema.h"
#include "queue/sqliteconnection.h"
#include "queue/uploadseals.h"

#include <algorithm>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// Reads the columns of a row one after the other, in the order of the SELECT.
class Columns
{
public:
    explicit Columns(const QSqlQuery &row)
        : m_row(row)
    {
    }

    bool isNull() const { return m_row.isNull(m_next); }
    void skip() { ++m_next; }
    qint64 number() { return m_row.value(m_next++).toLongLong(); }
    int integer() { return m_row.value(m_next++).toInt(); }
    bool flag() { return number() != 0; }
    QByteArray bytes() { return m_row.value(m_next++).toByteArray(); }
    QString text() { return textOf(bytes()); }
    QString word() { return m_row.value(m_next++).toString(); }

private:
    const QSqlQuery &m_row;
    int m_next = 0;
};

template <typename T> QVariant storedOptional(const std::optional<T> &duration)
{
    return duration ? QVariant(qint64(duration->count())) : QVariant();
}

QVariant storedUploadId(const StoredUpload &upload)
{
    const std::optional<UploadCreated> &created = upload.progress.created;
    return created ? QVariant(storedText(created->uploadId)) : QVariant();
}

QVariantList uploadValues(const StoredUpload &upload)
{
    const UploadSpec &spec = upload.spec;
    const StoredProgress &progress = upload.progress;
    const UploadCreated created = progress.created.value_or(UploadCreated{});
    return {storedText(spec.key),
            storedText(upload.matchKey()),
            storedText(upload.identity),
            storedText(spec.filename),
            storedText(spec.purpose),
            storedText(spec.mimeType),
            storedText(upload.combineName),
            storedOptional(spec.expiresAfter),
            spec.partSize,
            spec.cutAtLines,
            spec.sendMd5,
            spec.hold,
            holdEndName(spec.holdEnd),
            qint64(spec.giveUpAfter.count()),
            upload.addedAt,
            uploadStateName(upload.state),
            storedUploadId(upload),
            created.createdAt,
            created.expiresAt,
            created.clockOffset,
            storedOrder(progress.order),
            progress.completing,
            storedBytes(progress.completingMd5),
            progress.cancelling,
            progress.paused,
            storedText(upload.fileId),
            spec.parts.isEmpty() ? qint64(upload.partCount) : qint64(spec.parts.size())};
}

QList<QVariantList> sourceValues(const UploadSpec &spec)
{
    QList<QVariantList> rows;
    rows.reserve(spec.sources.size());
    for (const SourceFile &source : spec.sources) {
        // SQLite's integers are signed; the numbers of device and file come back as they were.
        rows.append({rows.size(), storedText(source.path), source.stamp.bytes,
                     source.stamp.modifiedNs, static_cast<qint64>(source.stamp.device),
                     static_cast<qint64>(source.stamp.fileId), source.newlineAdded});
    }
    return rows;
}

QList<QVariantList> partValues(const UploadSpec &spec)
{
    QList<QVariantList> rows;
    rows.reserve(spec.parts.size());
    for (const PlannedPart &part : spec.parts) {
        rows.append({rows.size(), part.source, part.sourceOffset, part.sourceBytes,
                     part.newlineAdded, part.offset});
    }
    return rows;
}

QVariantList errorValues(const ApiError &error)
{
    return {errorKindName(error.kind),
            error.status,
            storedText(error.code),
            storedText(error.message),
            storedText(error.requestId),
            storedOptional(error.retryDelay),
            error.shouldRetry ? QVariant(*error.shouldRetry) : QVariant(),
            int(error.networkError),
            storedText(error.advice),
            error.part};
}

/// `into` is "INSERT INTO" and a table.
QString insertion(const QString &into, const QString &columns)
{
    const QList<QString> places(columns.count(u',') + 1, u"?"_s);
    return u"%1 (%2) VALUES (%3)"_s.arg(into, columns, places.join(u", "_s));
}

bool insertSources(SqliteConnection &connection, qint64 uploadRow, const SealedValues &values)
{
    static const QString sql =
        insertion(u"INSERT INTO sources"_s, u"upload, "_s + kSealedSourceColumns);
    return std::all_of(values.sources.cbegin(), values.sources.cend(),
                       [&](const QVariantList &source) {
                           return connection.run(sql, QVariantList{uploadRow} + source);
                       });
}

bool insertParts(SqliteConnection &connection, qint64 uploadRow, const SealedValues &values,
                 const StoredUpload &upload)
{
    static const QString sql =
        insertion(u"INSERT INTO parts"_s, u"upload, part_id, seal, "_s + kSealedPartColumns);
    const QHash<int, QString> &confirmed = upload.progress.confirmedParts;
    const QVariant key = storedText(upload.spec.key);
    const QVariant uploadId = storedUploadId(upload);
    for (int i = 0; i < values.parts.size(); ++i) {
        QVariant id;
        QVariant seal;
        if (const auto found = confirmed.constFind(i); found != confirmed.cend()) {
            id = storedText(*found);
            seal = partSeal(key, uploadId, i, id);
        }
        if (!connection.run(sql, QVariantList{uploadRow, id, seal} + values.parts.at(i)))
            return false;
    }
    return true;
}

bool insertErrorValues(SqliteConnection &connection, qint64 uploadRow, const QVariantList &values)
{
    static const QString sql =
        insertion(u"INSERT OR REPLACE INTO errors"_s, u"upload, "_s + kSealedErrorColumns);
    return connection.run(sql, QVariantList{uploadRow} + values);
}

/// Of the upload whose key this is, which is deleted; `position` stays where there is none.
bool takePlace(SqliteConnection &connection, const QByteArray &key, qint64 *position)
{
    qint64 uploadRow = 0;
    const auto read = [&](const QSqlQuery &row) {
        uploadRow = row.value(0).toLongLong();
        *position = row.value(1).toLongLong();
    };
    return connection.run(u"SELECT id, position FROM uploads WHERE key = ?"_s, {key}, read)
        && (uploadRow == 0 || deleteUpload(connection, uploadRow));
}

void readUpload(Columns columns, StoredUpload *upload)
{
    UploadSpec &spec = upload->spec;
    StoredProgress &progress = upload->progress;
    spec.key = columns.text();
    upload->identity = columns.text();
    spec.filename = columns.text();
    spec.purpose = columns.text();
    spec.mimeType = columns.text();
    upload->combineName = columns.text();
    if (columns.isNull())
        columns.skip();
    else
        spec.expiresAfter = std::chrono::seconds(columns.number());
    spec.partSize = columns.number();
    spec.cutAtLines = columns.flag();
    spec.sendMd5 = columns.flag();
    spec.hold = columns.flag();
    spec.holdEnd = holdEndOf(columns.word());
    spec.giveUpAfter = std::chrono::seconds(columns.number());
    upload->addedAt = columns.number();
    upload->position = columns.number();
    upload->state = storedStateOf(columns.word());
    const bool isCreated = !columns.isNull();
    UploadCreated created;
    created.uploadId = columns.text();
    created.createdAt = columns.number();
    created.expiresAt = columns.number();
    created.clockOffset = columns.number();
    if (isCreated)
        progress.created = created;
    progress.order = orderOf(columns.bytes());
    progress.completing = columns.flag();
    progress.completingMd5 = columns.bytes();
    progress.cancelling = columns.flag();
    progress.paused = columns.flag();
    upload->fileId = columns.text();
    const int partCount = columns.integer();
    if (upload->state == UploadState::Completed || upload->state == UploadState::Cancelled)
        upload->partCount = partCount;
}

void readSource(Columns columns, StoredUpload *upload)
{
    SourceFile source;
    source.path = columns.text();
    source.stamp.bytes = columns.number();
    source.stamp.modifiedNs = columns.number();
    source.stamp.device = static_cast<quint64>(columns.number());
    source.stamp.fileId = static_cast<quint64>(columns.number());
    source.newlineAdded = columns.flag();
    upload->spec.sources.append(source);
}

void readPart(Columns columns, StoredUpload *upload)
{
    PlannedPart part;
    part.source = columns.integer();
    part.sourceOffset = columns.number();
    part.sourceBytes = columns.number();
    part.newlineAdded = columns.flag();
    part.offset = columns.number();
    const int index = int(upload->spec.parts.size());
    upload->spec.parts.append(part);
    if (!columns.isNull())
        upload->progress.confirmedParts.insert(index, columns.text());
}

void readError(Columns columns, ApiError *error)
{
    error->kind = errorKindOf(columns.word());
    error->status = columns.integer();
    error->code = columns.text();
    error->message = columns.text();
    error->requestId = columns.text();
    if (columns.isNull())
        columns.skip();
    else
        error->retryDelay = std::chrono::milliseconds(columns.number());
    if (columns.isNull())
        columns.skip();
    else
        error->shouldRetry = columns.flag();
    error->networkError = networkErrorOf(columns.integer());
    error->advice = columns.text();
    error->part = columns.integer();
}

} // namespace

bool insertUpload(SqliteConnection &connection, const StoredUpload &upload)
{
    static const QString sql = insertion(u"INSERT INTO uploads"_s,
                                         u"position, plan_seal, seal, "_s + kSealedUploadColumns);
    qint64 position = upload.position;
    if (!takePlace(connection, storedText(upload.spec.key), &position))
        return false;
    const SealedValues values{
        uploadValues(upload), sourceValues(upload.spec), partValues(upload.spec),
        upload.error == ApiError{} ? QVariantList() : errorValues(upload.error)};
    const UploadSeals seals = sealsOf(values);
    if (!connection.run(sql, QVariantList{position, seals.plan, seals.row} + values.upload))
        return false;
    const qint64 row = connection.lastInsertId();
    return insertSources(connection, row, values) && insertParts(connection, row, values, upload)
        && (values.error.isEmpty() || insertErrorValues(connection, row, values.error));
}

bool deleteUpload(SqliteConnection &connection, qint64 uploadRow)
{
    return connection.run(u"DELETE FROM uploads WHERE id = ?"_s, {uploadRow});
}

bool insertError(SqliteConnection &connection, qint64 uploadRow, const ApiError &error)
{
    return insertErrorValues(connection, uploadRow, errorValues(error));
}

bool findUploadRow(SqliteConnection &connection, const QString &matchKey, qint64 *uploadRow)
{
    static const QString sql = u"SELECT id FROM uploads WHERE match_key = ? AND "_s
        + kUnfinishedCondition + u" ORDER BY id DESC LIMIT 1"_s;
    *uploadRow = 0;
    return connection.run(sql, {storedText(matchKey)}, [uploadRow](const QSqlQuery &row) {
        *uploadRow = row.value(0).toLongLong();
    });
}

bool findUnfinishedRows(SqliteConnection &connection, const QString &identity,
                        QList<qint64> *uploadRows)
{
    static const QString sql = u"SELECT id FROM uploads WHERE identity = ? AND "_s
        + kUnfinishedCondition + u" ORDER BY position, id"_s;
    return connection.run(sql, {storedText(identity)}, [uploadRows](const QSqlQuery &row) {
        uploadRows->append(row.value(0).toLongLong());
    });
}

bool findEndedRows(SqliteConnection &connection, const QString &identity, int atMost,
                   QList<qint64> *uploadRows)
{
    static const QString sql = u"SELECT id FROM uploads WHERE identity = ? AND "_s + kEndedCondition
        + u" ORDER BY ended_at DESC, id DESC LIMIT ?"_s;
    return connection.run(sql, {storedText(identity), atMost}, [uploadRows](const QSqlQuery &row) {
        uploadRows->append(row.value(0).toLongLong());
    });
}

bool loadUpload(SqliteConnection &connection, qint64 uploadRow, StoredUpload *upload)
{
    SealVerdict verdict;
    if (!loadUnsealed(connection, uploadRow, upload)
        || !loadError(connection, uploadRow, &upload->error)
        || !checkSeals(connection, uploadRow, SealedError::Read, &verdict)) {
        return false;
    }
    if (verdict.isWhole && verdict.brokenParts.isEmpty())
        return true;
    return connection.failDamaged(u"an upload is not as it was written"_s);
}

bool loadUnsealed(SqliteConnection &connection, qint64 uploadRow, StoredUpload *upload)
{
    return connection.run(
               uR"(SELECT key, identity, filename, purpose, mime_type, combine_name, expires_after,
                   part_size, cut_at_lines, send_md5, hold, hold_end, give_up_after, added_at,
                   position, state, upload_id, created_at, expires_at, clock_offset, part_order,
                   completing, completing_md5, cancelling, paused, file_id, part_count
                   FROM uploads WHERE id = ?)"_s,
               {uploadRow}, [upload](const QSqlQuery &row) { readUpload(Columns(row), upload); })
        && connection.run(
            uR"(SELECT path, bytes, modified_ns, device, file_id, newline_added FROM sources
                WHERE upload = ? ORDER BY number)"_s,
            {uploadRow}, [upload](const QSqlQuery &row) { readSource(Columns(row), upload); })
        && connection.run(
            uR"(SELECT source, source_offset, source_bytes, newline_added, upload_offset, part_id
                FROM parts WHERE upload = ? ORDER BY number)"_s,
            {uploadRow}, [upload](const QSqlQuery &row) { readPart(Columns(row), upload); });
}

bool loadError(SqliteConnection &connection, qint64 uploadRow, ApiError *error)
{
    static const QString sql =
        u"SELECT "_s + kSealedErrorColumns + u" FROM errors WHERE upload = ?"_s;
    return connection.run(sql, {uploadRow},
                          [error](const QSqlQuery &row) { readError(Columns(row), error); });
}

} // namespace longshore
