#include "transfer/holdwatch.h"

#include <algorithm>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// Complete may have to be repeated, and waits for the checksum.
constexpr std::chrono::seconds kCompleteBefore = 2min;
constexpr std::chrono::seconds kAnnounceBefore = 10min;
// The service's clock is looked at this often: timers stand still while the machine sleeps.
constexpr std::chrono::seconds kLongestNap = 30s;

} // namespace

HoldWatch::HoldWatch(Clock &clock, const UploadDeadline &deadline, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_deadline(deadline)
{
}

HoldWatch::~HoldWatch() = default;

void HoldWatch::start(HoldEnd end)
{
    m_end = end;
    arm(0ms);
}

void HoldWatch::stop()
{
    m_timer.reset();
}

void HoldWatch::reset()
{
    stop();
    m_announced = false;
}

void HoldWatch::look()
{
    m_timer.reset();
    const std::chrono::seconds left = m_deadline.left();
    if (m_deadline.isPast() || left == 0s) {
        Q_EMIT ended();
        return;
    }
    if (m_end == HoldEnd::CompleteBefore) {
        if (left <= kCompleteBefore)
            Q_EMIT completeNow();
        else
            arm(std::min(left - kCompleteBefore, kLongestNap));
        return;
    }
    const bool announces = !m_announced && left <= kAnnounceBefore;
    m_announced = m_announced || announces;
    arm(std::min(m_announced ? left : left - kAnnounceBefore, kLongestNap));
    if (announces)
        Q_EMIT expiresSoon();
}

void HoldWatch::arm(std::chrono::milliseconds delay)
{
    m_timer = m_clock.startTimer(delay, [this] { look(); });
}

} // namespace longshore
