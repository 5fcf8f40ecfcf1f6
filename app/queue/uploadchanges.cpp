#include "queue/uploadchanges.h"

#include "queue/uploadrows.h"
#include "queue/uploadseals.h"

#include <QDateTime>

#include <variant>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// Where a change goes.
struct Target
{
    SqliteConnection &connection;
    QByteArray key; ///< as stored
    qint64 row = 0; ///< uploads.id, 0: no such upload
    UploadState state = UploadState::Queued;
    QVariant uploadId = {}; ///< as stored
};

bool readTarget(Target *target)
{
    return target->connection.run(u"SELECT id, state, upload_id FROM uploads WHERE key = ?"_s,
                                  {target->key}, [target](const QSqlQuery &row) {
                                      target->row = row.value(0).toLongLong();
                                      target->state = storedStateOf(row.value(1).toString());
                                      target->uploadId = row.value(2);
                                  });
}

bool setState(const Target &target, UploadState state)
{
    const bool ended = isEnded(state);
    return target.connection.run(u"UPDATE uploads SET state = ?, ended_at = ? WHERE id = ?"_s,
                                 {uploadStateName(state),
                                  ended ? QVariant(QDateTime::currentSecsSinceEpoch()) : QVariant(),
                                  target.row});
}

/// One row of what is in `uploads` and what is about to be deleted with it.
bool writeHistory(const Target &target, const QByteArray &md5)
{
    QByteArray paths;
    const auto addPath = [&paths](const QSqlQuery &row) {
        paths += row.value(0).toByteArray();
        paths += '\0';
    };
    return target.connection.run(u"SELECT path FROM sources WHERE upload = ? ORDER BY number"_s,
                                 {target.row}, addPath)
        && target.connection.run(
            uR"(INSERT INTO history (key, identity, paths, filename, purpose, mime_type, bytes,
                    added_at, ended_at, state, message, upload_id, file_id, md5)
                SELECT key, identity, ?, filename, purpose, mime_type,
                    (SELECT coalesce(sum(bytes + newline_added), 0) FROM sources WHERE upload = id),
                    added_at, ended_at, state,
                    coalesce((SELECT message FROM errors WHERE upload = id), x''),
                    upload_id, file_id, ?
                FROM uploads WHERE id = ?)"_s,
            {storedBytes(paths), storedBytes(md5), target.row});
}

/// Completed or cancelled: nothing can follow, so its parts are of no use.
bool endForGood(const Target &target, UploadState state, const QByteArray &md5)
{
    return setState(target, state)
        && target.connection.run(u"DELETE FROM errors WHERE upload = ?"_s, {target.row})
        && writeHistory(target, md5)
        && target.connection.run(u"DELETE FROM parts WHERE upload = ?"_s, {target.row})
        && sealPlanAndRow(target.connection, target.row);
}

bool endForNow(const Target &target, UploadState state, const ApiError &error)
{
    return setState(target, state) && insertError(target.connection, target.row, error);
}

/// A failed or unknown upload goes on.
bool goOn(const Target &target)
{
    return setState(target, UploadState::Queued)
        && target.connection.run(u"DELETE FROM errors WHERE upload = ?"_s, {target.row});
}

/// Nothing of the upload is at the service any more.
bool forgetProgress(const Target &target)
{
    return target.connection.run(uR"(UPDATE uploads SET upload_id = NULL, created_at = 0,
                                     expires_at = 0, clock_offset = 0, completing = 0,
                                     completing_md5 = x'', cancelling = 0 WHERE id = ?)"_s,
                                 {target.row})
        && target.connection.run(uR"(UPDATE parts SET part_id = NULL, seal = NULL
                                     WHERE upload = ? AND part_id IS NOT NULL)"_s,
                                 {target.row});
}

// One write() for each kind of change.

bool write(const Target &target, const UploadCreated &change, QString *)
{
    const QVariant uploadId = storedText(change.uploadId);
    if (!target.connection.run(
            uR"(UPDATE uploads SET upload_id = ?, created_at = ?, expires_at = ?,
                                   clock_offset = ?, cancelling = 0 WHERE id = ?)"_s,
            {uploadId, change.createdAt, change.expiresAt, change.clockOffset, target.row})) {
        return false;
    }
    // The parts' seals name the upload.
    return uploadId == target.uploadId || sealAll(target.connection, target.row);
}

bool write(const Target &target, const PartConfirmed &change, QString *problem)
{
    const QByteArray id = storedText(change.partId);
    const qint64 seal = partSeal(target.key, target.uploadId, change.index, id);
    if (!target.connection.run(
            u"UPDATE parts SET part_id = ?, seal = ? WHERE upload = ? AND number = ?"_s,
            {id, seal, target.row, change.index})) {
        return false;
    }
    if (target.connection.changedRows() == 0)
        *problem = u"The upload has no part %1."_s.arg(change.index);
    return true;
}

bool write(const Target &target, const OrderChosen &change, QString *)
{
    return target.connection.run(u"UPDATE uploads SET part_order = ? WHERE id = ?"_s,
                                 {storedOrder(change.order), target.row});
}

bool write(const Target &target, const CompletingStarted &change, QString *)
{
    return target.connection.run(uR"(UPDATE uploads SET completing = 1, completing_md5 = ?,
                                     part_order = ? WHERE id = ?)"_s,
                                 {storedBytes(change.md5), storedOrder(change.order), target.row});
}

bool write(const Target &target, const CompletingRefused &, QString *)
{
    return target.connection.run(
        u"UPDATE uploads SET completing = 0, completing_md5 = x'' WHERE id = ?"_s, {target.row});
}

bool write(const Target &target, const UploadCompleted &change, QString *)
{
    return target.connection.run(u"UPDATE uploads SET file_id = ? WHERE id = ?"_s,
                                 {storedText(change.fileId), target.row})
        && endForGood(target, UploadState::Completed, change.md5);
}

bool write(const Target &target, const CancellingStarted &, QString *)
{
    return target.connection.run(u"UPDATE uploads SET cancelling = 1 WHERE id = ?"_s, {target.row});
}

bool write(const Target &target, const UploadCancelled &, QString *)
{
    return endForGood(target, UploadState::Cancelled, {});
}

bool write(const Target &target, const UploadRestarted &, QString *)
{
    return forgetProgress(target);
}

bool write(const Target &target, const UploadFailed &change, QString *)
{
    return endForNow(target, UploadState::Failed, change.error);
}

bool write(const Target &target, const UploadUnknown &change, QString *)
{
    ApiError reason;
    reason.message = change.reason;
    return endForNow(target, UploadState::Unknown, reason);
}

bool write(const Target &target, const PauseChanged &change, QString *)
{
    return target.connection.run(u"UPDATE uploads SET paused = ? WHERE id = ?"_s,
                                 {change.paused, target.row});
}

bool write(const Target &target, const HoldChanged &change, QString *)
{
    return target.connection.run(u"UPDATE uploads SET hold = ?, hold_end = ? WHERE id = ?"_s,
                                 {change.hold, holdEndName(change.end), target.row});
}

template <typename... Kinds> bool isOneOf(const UploadChange &change)
{
    return (std::holds_alternative<Kinds>(change) || ...);
}

} // namespace

Durability durabilityOf(const UploadChange &change)
{
    // An id that is lost is an orphan at the service.
    const bool namesUpload = isOneOf<UploadCreated>(change);
    // The parts would be put together in another order than the user's, and nobody would notice.
    // The same goes for an upload that is completed before the user has arranged it.
    const bool namesOrder = isOneOf<OrderChosen, HoldChanged>(change);
    // Completed twice, or sent again after the user has been told of the file.
    const bool ends = isOneOf<CompletingStarted, UploadCompleted>(change);
    // What the user gave up would be sent from the start.
    const bool givesUp = isOneOf<CancellingStarted, UploadCancelled>(change);

    // What else is lost a resume finds out by itself: it sends the part again, looks for the file
    // or finds the upload gone once more. A later change never outlives an earlier one.
    return namesUpload || namesOrder || ends || givesUp ? Durability::Machine : Durability::Program;
}

bool recordChange(SqliteConnection &connection, const QString &key, const UploadChange &change,
                  QString *problem)
{
    Target target{connection, storedText(key)};
    if (!readTarget(&target))
        return false;
    if (target.row == 0) {
        *problem = u"The journal has no upload %1."_s.arg(key);
        return true;
    }
    if (target.state == UploadState::Completed || target.state == UploadState::Cancelled) {
        *problem =
            u"The upload %1 has already ended: %2."_s.arg(key, uploadStateName(target.state));
        return true;
    }
    const auto writeIt = [&](const auto &alternative) {
        return write(target, alternative, problem);
    };
    if (!std::visit(writeIt, change))
        return false;
    const bool isEnd =
        isOneOf<UploadCompleted, UploadCancelled, UploadFailed, UploadUnknown>(change);
    const bool isWish = isOneOf<HoldChanged>(change);
    const bool goesOn =
        target.state != UploadState::Queued && !isEnd && !isWish && problem->isEmpty();
    if (goesOn && !goOn(target))
        return false;
    // A part has a seal of its own.
    const bool changesRow = goesOn || !isOneOf<PartConfirmed>(change);
    return !changesRow || sealRow(connection, target.row);
}

bool changeDetails(SqliteConnection &connection, const DetailsRequest &details)
{
    Target target{connection, storedText(details.key)};
    if (!readTarget(&target))
        return false;
    if (target.row == 0)
        return true;
    return connection.run(
               u"UPDATE uploads SET purpose = ?, mime_type = ?, match_key = ? WHERE id = ?"_s,
               {storedText(details.purpose), storedText(details.mimeType),
                storedText(details.matchKey), target.row})
        && forgetProgress(target) && sealRow(connection, target.row);
}

bool forgetUpload(SqliteConnection &connection, const QString &key)
{
    Target target{connection, storedText(key)};
    if (!readTarget(&target))
        return false;
    if (target.row == 0)
        return true;
    const bool endsNow =
        target.state == UploadState::Failed || target.state == UploadState::Unknown;
    return (!endsNow || writeHistory(target, {})) && deleteUpload(connection, target.row);
}

} // namespace longshore
