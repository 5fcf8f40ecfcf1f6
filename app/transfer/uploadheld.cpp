// UploadController while its upload is held at ready: what becomes of it near its end.

#include "transfer/uploadcontroller.h"

#include "transfer/uploadends.h"

#include <algorithm>

namespace longshore {

using namespace std::chrono_literals;

namespace {

// Before the end of a held upload that is to be completed: it goes without the checksum then.
constexpr auto kLatestChecksum = 30s;
// Where the service can't be asked what time it is.
constexpr std::chrono::milliseconds kAskAgain = 60s;

} // namespace

bool UploadController::isHeldReady() const
{
    const bool waitsForUser = m_phase == Phase::Ready
        || (m_paused && (m_phase == Phase::Queued || m_phase == Phase::Sending));
    return waitsForUser && m_created && m_spec.hold && !m_cancelRequested && !m_completeMaybeSent
        && m_sender.allConfirmed();
}

/// At its hour's end: what was asked for is that it ends then, and not that it is sent once more.
bool UploadController::mayExpireHeld() const
{
    return m_spec.hold && m_spec.holdEnd == HoldEnd::LetExpire && !m_completeMaybeSent
        && m_sender.allConfirmed();
}

void UploadController::watchHold()
{
    if (!isHeldReady())
        m_holdWatch.stop();
    else // what is paused is not completed
        m_holdWatch.start(m_paused ? HoldEnd::LetExpire : m_spec.holdEnd);
}

void UploadController::onHoldExpiresSoon()
{
    m_report.say(
        WarningEvent{holdExpiresText(m_deadline.left(), m_paused), QStringLiteral("hold-expires")});
}

void UploadController::onHoldCompletes()
{
    startCompleting();
    // A slow disk must not cost the upload.
    m_checksumTimer =
        m_context.clock.startTimer(std::max(m_deadline.left() - kLatestChecksum, 0s), [this] {
            m_checksumTimer.reset();
            if (m_phase != Phase::Completing || m_finisher.checksum().isSettled())
                return;
            m_report.say(WarningEvent{tr("The checksum was not ready in time; the upload is "
                                         "completed without it."),
                                      QStringLiteral("checksum-skipped")});
            m_finisher.checksum().skip();
        });
}

void UploadController::onTimeOfHeld()
{
    if (!isHeldReady()) // completed or gone on with meanwhile
        return;
    if (m_deadline.isPast())
        onHoldEnded();
    else
        m_expiryTimer = m_context.clock.startTimer(kAskAgain, [this] { watchHold(); });
}

void UploadController::onHoldEnded()
{
    if (!m_deadline.isPast()) {
        // Nobody has told the time in this run, and while it is held nobody will unless asked.
        if (!m_timeCall)
            askTime([this] { onTimeOfHeld(); });
        return;
    }
    if (m_paused || mayExpireHeld())
        expireHeld();
    else
        onGone({});
}

void UploadController::expireHeld()
{
    // A retry begins from the start: nothing of it is left at the service.
    const ApiError error = errorOfHoldEnd();
    forgetUpload();
    m_context.recorder.record(m_spec.key, UploadRestarted{error.message}, {});
    fail(error);
}

} // namespace longshore
