#pragma once

#include "api/apierror.h"
#include "transfer/uploadchange.h"
#include "transfer/uploadspec.h"

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

#include <algorithm>
#include <optional>
#include <variant>

namespace longshore {

enum class UploadState {
    Queued,
    Creating,
    Sending,
    Ready, ///< all parts confirmed, held until the user completes it
    Completing,
    Completed,
    Cancelling,
    Cancelled,
    Paused,
    Waiting, ///< nothing can be sent before a retry is due
    Failed,
    Unknown, ///< complete was sent, and nobody can tell what came of it
};

/// The stable lower-case name, such as "sending".
QString uploadStateName(UploadState state);
/// Completed, cancelled, failed or unknown: no request follows unless the user asks.
bool isEnded(UploadState state);

enum class PartState { Waiting, Sending, Retrying, Confirmed, Failed };

struct PartSnapshot
{
    PartState state = PartState::Waiting;
    int attempt = 0;
    qint64 sent = 0; ///< bytes of the attempt under way, as far as the transport knows
    QString partId;
    ApiError error; ///< of the last attempt that failed
};

/// What an upload was when it was last recorded: what a resume starts from.
struct StoredProgress
{
    std::optional<UploadCreated> created;
    QHash<int, QString> confirmedParts; ///< part index to part id
    QList<int> order; ///< empty: file order
    bool completing = false; ///< complete may have been sent
    QByteArray completingMd5;
    bool cancelling = false; ///< cancel may have been sent
    bool paused = false;
    /// The user asked for complete to be sent again without a look for the file. Not kept.
    bool completeAgain = false;

    bool operator==(const StoredProgress &) const = default;
};

/// An end that an earlier run recorded.
struct StoredEnd
{
    UploadState state = UploadState::Failed;
    ApiError error; ///< where Failed; where Unknown only its message, the reason
    QString fileId; ///< where Completed
    int partCount = 0; ///< where the plan was not kept
};

/// One upload at one moment, for whoever shows it. A value.
struct UploadSnapshot
{
    QString key;
    UploadState state = UploadState::Queued;
    QStringList paths;
    QString filename;
    QString purpose;
    QString mimeType;
    qint64 bytes = 0;
    qint64 confirmed = 0; ///< bytes of confirmed parts
    qint64 inFlight = 0; ///< bytes sent of parts that are not confirmed yet
    qint64 hashed = 0; ///< bytes of the checksum done
    bool hashing = false; ///< the checksum is being made
    double rate = 0; ///< bytes/s, moving average
    int partCount = 0;
    int partsConfirmed = 0;
    int lanes = 0; ///< in use
    bool held = false;
    HoldEnd holdEnd = HoldEnd::LetExpire;
    QString uploadId;
    QString fileId;
    qint64 expiresAt = 0; ///< Unix seconds of our clock, however wrong; 0 while unknown
    qint64 waitingUntil = 0; ///< Unix ms of our clock, 0 if not waiting
    QString reason; ///< why it waits, was begun again, or is unknown
    QString forecast; ///< why it will hardly be done in time, a sentence; empty while it will
    bool asksToBegin = false; ///< paused because of the forecast, until it is resumed
    ApiError error; ///< of a failed upload

    /// Bytes that are neither confirmed nor under way.
    qint64 unsent() const { return std::max(bytes - confirmed - inFlight, qint64(0)); }
};

// Events: what scripts and the log see, in the order in which it happened.

struct CreatedEvent
{
    QString uploadId;
    qint64 expiresAt = 0;
};
struct ResumedEvent
{
    QString uploadId;
    qint64 confirmed = 0;
    int partsConfirmed = 0;
    qint64 expiresAt = 0;
};
struct PartEvent
{
    int index = 0;
    qint64 offset = 0;
    qint64 bytes = 0;
    PartState state = PartState::Sending; ///< Sending, Confirmed, Retrying or Failed
    int attempt = 1;
    QString partId;
    std::optional<ApiError> error;
};
struct ProgressEvent
{
    qint64 confirmed = 0;
    qint64 inFlight = 0;
    qint64 total = 0;
    double rate = 0;
};
struct WaitingEvent
{
    qint64 until = 0; ///< Unix ms of our clock
    QString reason;
};
struct RestartedEvent
{
    QString reason;
};
struct WarningEvent
{
    QString message;
    QString code;
};
struct CompletedEvent
{
    QString uploadId;
    QString fileId;
    qint64 bytes = 0;
    QByteArray md5;
    QStringList partIds; ///< in completed order
    double seconds = 0; ///< since the upload was started in this process
};
struct UnknownEvent
{
    QString uploadId;
    QString reason;
};
struct CancelledEvent
{
    QString uploadId; ///< empty: the service never had it
};
struct FailedEvent
{
    ApiError error;
};

using UploadEvent =
    std::variant<CreatedEvent, ResumedEvent, PartEvent, ProgressEvent, WaitingEvent, RestartedEvent,
                 WarningEvent, CompletedEvent, UnknownEvent, CancelledEvent, FailedEvent>;

} // namespace longshore
