// UploadController and time: the service's clock, the upload's end, and whether it will be done by
// then.

#include "transfer/uploadcontroller.h"

#include "transfer/forecast.h"
#include "transfer/retire.h"

#include <algorithm>
#include <utility>

namespace longshore {

using namespace std::chrono_literals;

namespace {

constexpr auto kTimePatience = 15s;
// Until the service is heard of, its time is guessed, and the end is looked at again.
constexpr std::chrono::seconds kUnheard = 60s;
// Before this the rate of a line says little, and then it is looked at no more often than this.
constexpr std::chrono::milliseconds kForecastDelay = 20s;
constexpr std::chrono::milliseconds kForecastDistance = 5s;
constexpr std::chrono::milliseconds kLeastMeasured = 60s;

} // namespace

void UploadController::setCreated(const std::optional<UploadCreated> &created)
{
    m_created = created;
    m_deadline.set(created);
    m_holdWatch.reset();
}

void UploadController::armExpiry()
{
    const std::chrono::milliseconds left = m_context.serviceClock.isHeard()
        ? m_deadline.left()
        : std::max(m_deadline.left(), kUnheard);
    m_expiryTimer = m_context.clock.startTimer(left, [this] {
        m_expiryTimer.reset();
        if (!m_deadline.isPast()) {
            // By our clock it is: the service has not been heard yet.
            armExpiry();
            return;
        }
        // A complete under way is answered by the service. What is paused is looked at when it goes
        // on.
        if (!m_finisher.isCommitted() && !m_cancelRequested && !m_paused)
            onGone({});
    });
}

void UploadController::onClockChanged()
{
    if (m_expiryTimer)
        armExpiry();
    watchHold();
    Q_EMIT changed();
}

/// By what our clock says now and said when the upload was made its hour is over. Either may have
/// been wrong: the Date of any answer decides.
void UploadController::askTime(std::function<void()> then)
{
    m_timeCall = std::make_unique<ControlCall>(m_context.api.listFiles(m_spec.purpose, {}),
                                               m_context, kTimePatience);
    connect(m_timeCall.get(), &ControlCall::finished, this, [this, then = std::move(then)] {
        retire(m_timeCall, this);
        then();
        Q_EMIT changed();
    });
}

void UploadController::askToBegin(const QString &forecast)
{
    if (m_phase != Phase::Queued || m_paused)
        return;
    m_paused = true;
    m_asksToBegin = true;
    m_forecast = forecast;
    m_context.recorder.record(m_spec.key, PauseChanged{true}, {});
    Q_EMIT changed();
}

QString UploadController::whyLineIsTooSlow() const
{
    const auto elapsed = m_context.clock.monotonic() - m_sendingSince;
    // Found expired as soon as it was gone on with, it says nothing of the line.
    // Nor where no answer came at all.
    if (elapsed < kLeastMeasured || !m_context.serviceClock.isHeard())
        return {};
    return whyTooSlow(m_sender.confirmedBytes() - m_confirmedBefore, elapsed, m_deadline.life(),
                      m_spec.bytes());
}

void UploadController::updateForecast()
{
    const auto now = m_context.clock.monotonic();
    if (m_phase != Phase::Sending || now - m_sendingSince < kForecastDelay
        || now - m_forecastAt < kForecastDistance) {
        return;
    }
    m_forecastAt = now;
    const qint64 left = m_spec.bytes() - m_sender.confirmedBytes() - m_sender.inFlightBytes();
    const bool wasLate = !m_forecast.isEmpty();
    // Parts that are sent again make it stand still for a while.
    if (m_report.rate() <= 0)
        return;
    m_forecast = forecastWhile(left, m_report.rate(), m_deadline.left(), wasLate);
    if (!m_forecast.isEmpty() && !std::exchange(m_forecastSaid, true))
        m_report.say(WarningEvent{m_forecast, QStringLiteral("will-expire")});
}

void UploadController::networkChanged()
{
    if (m_creation)
        m_creation->doubtConnection();
    m_finisher.doubtConnection();
    m_sender.doubtConnections();
    m_context.gate.lineChanged();
    hurry();
    // Timers stand still while the machine sleeps.
    onClockChanged();
}

} // namespace longshore
