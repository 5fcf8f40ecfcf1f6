#include "queue/uploadrows.h"

#include "queue/journalschema.h"
#include "queue/sqliteconnection.h"
#include "queue/uploadseals.h"

#include <utility>

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

QVariantList uploadValues(const StoredUpload &upload, qint64 position)
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
            position,
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

bool insertSources(SqliteConnection &connection, qint64 uploadRow, const UploadSpec &spec)
{
    static const QString sql = u"INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?)"_s;
    for (qsizetype i = 0; i < spec.sources.size(); ++i) {
        const SourceFile &source = spec.sources.at(i);
        // SQLite's integers are signed; the numbers of device and file come back as they were.
        if (!connection.run(sql,
                            {uploadRow, qint64(i), storedText(source.path), source.stamp.bytes,
                             source.stamp.modifiedNs, static_cast<qint64>(source.stamp.device),
                             static_cast<qint64>(source.stamp.fileId), source.newlineAdded})) {
            return false;
        }
    }
    return true;
}

bool insertParts(SqliteConnection &connection, qint64 uploadRow, const StoredUpload &upload)
{
    static const QString sql = uR"(INSERT INTO parts (upload, number, source, source_offset,
        source_bytes, newline_added, upload_offset, part_id, seal)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?))"_s;
    const QHash<int, QString> &confirmed = upload.progress.confirmedParts;
    const QVariant key = storedText(upload.spec.key);
    const QVariant uploadId = storedUploadId(upload);
    for (int i = 0; i < upload.spec.parts.size(); ++i) {
        const PlannedPart &part = upload.spec.parts.at(i);
        QVariant id;
        QVariant seal;
        if (const auto found = confirmed.constFind(i); found != confirmed.cend()) {
            id = storedText(*found);
            seal = partSeal(key, uploadId, i, id);
        }
        if (!connection.run(sql,
                            {uploadRow, i, part.source, part.sourceOffset, part.sourceBytes,
                             part.newlineAdded, part.offset, id, seal})) {
            return false;
        }
    }
    return true;
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
    static const QString sql = uR"(INSERT INTO uploads (key, match_key, identity, filename, purpose,
        mime_type, combine_name, expires_after, part_size, cut_at_lines, send_md5, hold, hold_end,
        give_up_after, added_at, position, state, upload_id, created_at, expires_at, clock_offset,
        part_order, completing, completing_md5, cancelling, paused, file_id, part_count)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))"_s;
    qint64 position = upload.position;
    const auto readPosition = [&position](const QSqlQuery &row) {
        position = row.value(0).toLongLong();
    };
    const QByteArray key = storedText(upload.spec.key);
    if (!connection.run(u"SELECT position FROM uploads WHERE key = ?"_s, {key}, readPosition)
        || !connection.run(u"DELETE FROM uploads WHERE key = ?"_s, {key})
        || !connection.run(sql, uploadValues(upload, position))) {
        return false;
    }
    const qint64 row = connection.lastInsertId();
    return insertSources(connection, row, upload.spec) && insertParts(connection, row, upload)
        && (upload.error == ApiError{} || insertError(connection, row, upload.error))
        && sealPlanAndRow(connection, row);
}

bool deleteUpload(SqliteConnection &connection, qint64 uploadRow)
{
    return connection.run(u"DELETE FROM uploads WHERE id = ?"_s, {uploadRow});
}

bool insertError(SqliteConnection &connection, qint64 uploadRow, const ApiError &error)
{
    return connection.run(
        u"INSERT OR REPLACE INTO errors VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s,
        {uploadRow, errorKindName(error.kind), error.status, storedText(error.code),
         storedText(error.message), storedText(error.requestId), storedOptional(error.retryDelay),
         error.shouldRetry ? QVariant(*error.shouldRetry) : QVariant(), int(error.networkError),
         storedText(error.advice), error.part});
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
    return connection.run(
        uR"(SELECT kind, status, code, message, request_id, retry_delay_ms, should_retry,
            network_error, advice, part FROM errors WHERE upload = ?)"_s,
        {uploadRow}, [error](const QSqlQuery &row) { readError(Columns(row), error); });
}

} // namespace longshore
