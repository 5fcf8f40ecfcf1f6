#include "ui/models/uploadtext.h"

#include "api/showntext.h"
#include "api/translated.h"
#include "cli/humantext.h"
#include "ui/models/errorwords.h"
#include "ui/models/holdtext.h"

#include <QStringList>

#include <algorithm>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Seconds matter to nobody before this.
constexpr auto kSecondsShown = 3min;

QString joined(QStringList facts)
{
    facts.removeAll(QString());
    return facts.join(u" · "_s);
}

bool isSending(UploadState state)
{
    return state == UploadState::Sending || state == UploadState::Waiting;
}

QString sentText(const UploadSnapshot &upload)
{
    return tr("%1 of %2").arg(bytesText(upload.confirmed), bytesText(upload.bytes));
}

QString heldText(const UploadSnapshot &upload, qint64 nowMs)
{
    const auto left = expiresIn(upload, nowMs);
    if (!left)
        return {};
    if (upload.holdEnd == HoldEnd::LetExpire)
        return tr("expires in %1").arg(durationText(*left));
    return tr("completes by itself before it expires in %1").arg(durationText(*left));
}

std::chrono::seconds waitOf(const UploadSnapshot &upload, qint64 nowMs)
{
    return std::chrono::seconds(std::max<qint64>((upload.waitingUntil - nowMs + 999) / 1000, 0));
}

/// None where the time is over: what it waits for then has no time.
QString waitText(const UploadSnapshot &upload, qint64 nowMs)
{
    const auto wait = waitOf(upload, nowMs);
    return wait > 0s ? tr("next attempt in %1").arg(durationText(wait)) : QString();
}

QString sendingLine(const UploadSnapshot &upload, const RowNotes &notes)
{
    const QString state = stateText(upload);
    if (!upload.forecast.isEmpty())
        return joined({state, shownText(upload.forecast), notes.warning});
    const auto left = timeLeftOf(upload);
    return joined({state, notes.warning, sentText(upload),
                   upload.rate > 0 ? rateText(upload.rate) : QString(),
                   left ? tr("%1 left").arg(durationText(*left)) : QString(),
                   upload.held ? tr("held") : QString(), notes.remark});
}

} // namespace

QString stateText(const UploadSnapshot &upload)
{
    switch (upload.state) {
    case UploadState::Queued:
        return tr("Queued");
    case UploadState::Creating:
        return tr("Starting");
    case UploadState::Sending:
        return tr("Sending");
    case UploadState::Ready:
        return tr("Ready to complete");
    case UploadState::Completing:
        return tr("Finishing");
    case UploadState::Completed:
        return tr("Completed");
    case UploadState::Cancelling:
        return tr("Cancelling");
    case UploadState::Cancelled:
        return tr("Cancelled");
    case UploadState::Paused:
        return upload.asksToBegin ? tr("Needs your decision") : tr("Paused");
    case UploadState::Waiting:
        return tr("Waiting");
    case UploadState::Failed:
        return tr("Failed");
    case UploadState::Unknown:
        return tr("May have completed");
    }
    Q_UNREACHABLE();
}

QString statusLine(const UploadSnapshot &upload, qint64 nowMs, const RowNotes &notes)
{
    const QString state = stateText(upload);
    switch (upload.state) {
    case UploadState::Queued:
    case UploadState::Creating:
    case UploadState::Cancelling:
        return joined({state, notes.warning, bytesText(upload.bytes), notes.remark});
    case UploadState::Sending:
        return sendingLine(upload, notes);
    case UploadState::Ready:
        return joined({state, (waitsForChecksum(upload) ? checksumText(upload) : QString()),
                       heldText(upload, nowMs)});
    case UploadState::Completing:
        return joined({state, (waitsForChecksum(upload) ? checksumText(upload) : QString()),
                       bytesText(upload.bytes)});
    case UploadState::Completed:
        return joined({state, bytesText(upload.bytes), shownText(upload.fileId), notes.warning});
    case UploadState::Cancelled:
        return joined({state, shownText(upload.reason)});
    case UploadState::Paused:
        if (upload.asksToBegin)
            return shownText(upload.forecast);
        return joined({state, notes.warning, sentText(upload)});
    case UploadState::Waiting:
        return joined({state, waitText(upload, nowMs), shownText(upload.reason)});
    case UploadState::Failed:
        return joined({errorSentence(upload.error), errorDetails(upload.error)});
    case UploadState::Unknown:
        return joined({state, shownText(upload.reason)});
    }
    Q_UNREACHABLE();
}

QString deadlineText(const UploadSnapshot &upload, qint64 nowMs)
{
    const auto left = expiresIn(upload, nowMs);
    return left && upload.state != UploadState::Ready ? tr("expires in %1").arg(roundedText(*left))
                                                      : QString();
}

QString rowSentence(const UploadSnapshot &upload, qint64 nowMs, const RowNotes &notes)
{
    QStringList facts{shownText(upload.filename), stateText(upload).toLower()};
    if (upload.state == UploadState::Failed)
        facts << errorSentence(upload.error) << errorAdvice(upload.error);
    else if (!upload.asksToBegin
             && (isSending(upload.state) || upload.state == UploadState::Paused))
        facts << tr("%1 percent").arg(confirmedPercent(upload));
    if (upload.state == UploadState::Sending) {
        if (const auto left = timeLeftOf(upload))
            facts << tr("%1 left").arg(spokenDuration(*left));
    }
    if (upload.state == UploadState::Waiting || upload.state == UploadState::Unknown)
        facts << shownText(upload.reason);
    if (upload.state == UploadState::Waiting && waitOf(upload, nowMs) > 0s)
        facts << tr("next attempt in %1").arg(spokenDuration(waitOf(upload, nowMs)));
    if (upload.state == UploadState::Completed)
        facts << bytesText(upload.bytes);
    facts << shownText(upload.forecast) << notes.warning << notes.remark;
    if (const auto left = expiresIn(upload, nowMs))
        facts << tr("expires in %1").arg(spokenDuration(*left));
    facts.removeAll(QString());
    return facts.join(u", "_s);
}

RowTone rowTone(const UploadSnapshot &upload, const RowNotes &notes)
{
    if (upload.state == UploadState::Failed)
        return RowTone::Trouble;
    const bool isNoticed = needsDecision(upload) || isLate(upload) || !notes.warning.isEmpty();
    return isNoticed ? RowTone::Notice : RowTone::Quiet;
}

bool isLate(const UploadSnapshot &upload)
{
    return isSending(upload.state) && !upload.forecast.isEmpty();
}

bool needsDecision(const UploadSnapshot &upload)
{
    return upload.state == UploadState::Unknown
        || (upload.state == UploadState::Paused && upload.asksToBegin);
}

std::optional<std::chrono::seconds> timeLeftOf(const UploadSnapshot &upload)
{
    if (upload.state != UploadState::Sending)
        return std::nullopt;
    return timeLeft(upload.unsent(), upload.rate);
}

std::optional<std::chrono::seconds> expiresIn(const UploadSnapshot &upload, qint64 nowMs)
{
    if (upload.expiresAt == 0 || isEnded(upload.state))
        return std::nullopt;
    return std::chrono::seconds(std::max<qint64>((upload.expiresAt * 1000 - nowMs) / 1000, 0));
}

QString roundedText(std::chrono::seconds duration)
{
    if (duration < kSecondsShown)
        return durationText(duration);
    const auto minutes = std::chrono::floor<std::chrono::minutes>(duration);
    return minutes < 1h ? tr("%1 min").arg(minutes.count()) : durationText(minutes);
}

QString spokenDuration(std::chrono::seconds duration)
{
    if (duration < 1min)
        return tr("%n second(s)", nullptr, static_cast<int>(duration.count()));
    if (duration < 1h)
        return tr("%n minute(s)", nullptr,
                  static_cast<int>(std::chrono::ceil<std::chrono::minutes>(duration).count()));
    const auto hours = std::chrono::floor<std::chrono::hours>(duration);
    const auto minutes = std::chrono::floor<std::chrono::minutes>(duration - hours);
    return tr("%n hour(s)", nullptr, static_cast<int>(hours.count())) + u' '
        + tr("%n minute(s)", nullptr, static_cast<int>(minutes.count()));
}

int confirmedPercent(const UploadSnapshot &upload)
{
    return upload.state == UploadState::Completed ? 100 : percentOf(upload.confirmed, upload.bytes);
}

} // namespace longshore
