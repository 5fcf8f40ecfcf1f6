#include "transfer/uploadreport.h"

namespace longshore {

namespace {

using namespace std::chrono_literals;

constexpr auto kProgressDistance = 200ms;

} // namespace

UploadReport::UploadReport(Clock &clock, std::function<ProgressEvent()> read, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_read(std::move(read))
{
}

UploadReport::~UploadReport() = default;

void UploadReport::say(const UploadEvent &event)
{
    Q_EMIT happened(event);
}

bool UploadReport::sayWaiting(std::chrono::milliseconds until, const ApiError &error)
{
    if (m_waitSaid == until)
        return false;
    m_waitSaid = until;
    say(WaitingEvent{wallClock(until), error.message});
    return true;
}

void UploadReport::progress()
{
    const auto now = m_clock.monotonic();
    const ProgressEvent event = m_read();
    m_rate.add(now, event.confirmed + event.inFlight);
    if (m_timer)
        return;
    const auto due = m_progressSaidAt ? *m_progressSaidAt + kProgressDistance : now;
    if (due <= now)
        sayProgress();
    else
        m_timer = m_clock.startTimer(due - now, [this] { sayProgress(); });
}

void UploadReport::sayProgress()
{
    m_timer.reset();
    m_progressSaidAt = m_clock.monotonic();
    ProgressEvent event = m_read();
    event.rate = rate();
    say(event);
}

void UploadReport::stopProgress()
{
    m_timer.reset();
    m_rate.clear();
}

double UploadReport::rate() const
{
    return m_rate.rate(m_clock.monotonic());
}

qint64 UploadReport::wallClock(std::chrono::milliseconds monotonic) const
{
    return m_clock.utc().toMSecsSinceEpoch() + (monotonic - m_clock.monotonic()).count();
}

} // namespace longshore
