#include "support/virtualclock.h"

#include <algorithm>

using namespace std::chrono_literals;

namespace longshore {

class VirtualClock::Timer final : public ClockTimer
{
public:
    Timer(const std::shared_ptr<Timers> &timers, const Key &key)
        : m_timers(timers)
        , m_key(key)
    {
    }

    ~Timer() override
    {
        if (const auto timers = m_timers.lock())
            timers->erase(m_key);
    }

private:
    std::weak_ptr<Timers> m_timers;
    Key m_key;
};

VirtualClock::VirtualClock()
    : m_timers(std::make_shared<Timers>())
{
}

VirtualClock::~VirtualClock() = default;

QDateTime VirtualClock::utc() const
{
    return QDateTime(QDate(2026, 1, 1), QTime(0, 0), Qt::UTC)
        .addMSecs((m_now + m_utcShift).count());
}

std::unique_ptr<ClockTimer> VirtualClock::startTimer(std::chrono::milliseconds delay,
                                                     std::function<void()> then)
{
    const Key key(m_now + std::max(delay, 0ms), ++m_lastNumber);
    m_timers->emplace(key, std::move(then));
    return std::make_unique<Timer>(m_timers, key);
}

void VirtualClock::advance(std::chrono::milliseconds by)
{
    const auto target = m_now + by;
    while (!m_timers->empty() && m_timers->begin()->first.first <= target) {
        const auto timer = m_timers->extract(m_timers->begin());
        m_now = std::max(m_now, timer.key().first);
        timer.mapped()();
    }
    m_now = std::max(m_now, target);
}

std::optional<std::chrono::milliseconds> VirtualClock::nextDue() const
{
    if (m_timers->empty())
        return {};
    return m_timers->begin()->first.first;
}

} // namespace longshore
