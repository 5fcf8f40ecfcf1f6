#include "transfer/clock.h"

#include <QTimer>

#include <algorithm>
#include <limits>
#include <utility>

using namespace std::chrono_literals;

namespace longshore {

namespace {

// From here on a timer may share its wake-up with others: a wait this long is no matter of a few
// milliseconds, and a notebook sleeps better.
constexpr auto coarseFrom = 1s;

std::chrono::milliseconds now()
{
    // Linux's CLOCK_MONOTONIC, and QTimer with it, stands still while the machine sleeps; Windows'
    // and macOS' go on. Who must notice a sleep compares with utc().
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now().time_since_epoch());
}

class SystemClockTimer final : public ClockTimer
{
public:
    SystemClockTimer(std::chrono::milliseconds delay, std::function<void()> then)
        : m_then(std::move(then))
        , m_due(now() + delay)
    {
        m_timer.setSingleShot(true);
        m_timer.callOnTimeout(&m_timer, [this] { fire(); });
        start(delay);
    }

private:
    void start(std::chrono::milliseconds delay)
    {
        constexpr std::chrono::milliseconds longest{std::numeric_limits<int>::max()};
        m_timer.setTimerType(delay >= coarseFrom ? Qt::CoarseTimer : Qt::PreciseTimer);
        m_timer.start(std::clamp(delay, 0ms, longest));
    }

    void fire()
    {
        // A coarse timer may be early by a twentieth, and a server's Retry-After is a lower bound.
        if (const auto left = m_due - now(); left > 0ms) {
            start(left);
            return;
        }
        // The callback may delete this timer, so it must not live in it while it runs.
        const auto then = std::exchange(m_then, nullptr);
        then();
    }

    QTimer m_timer;
    std::function<void()> m_then;
    std::chrono::milliseconds m_due;
};

} // namespace

std::chrono::milliseconds SystemClock::monotonic() const
{
    return now();
}

QDateTime SystemClock::utc() const
{
    return QDateTime::currentDateTimeUtc();
}

std::unique_ptr<ClockTimer> SystemClock::startTimer(std::chrono::milliseconds delay,
                                                    std::function<void()> then)
{
    return std::make_unique<SystemClockTimer>(delay, std::move(then));
}

} // namespace longshore
