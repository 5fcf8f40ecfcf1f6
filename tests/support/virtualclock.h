#pragma once

#include "transfer/clock.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace longshore {

/// A clock for tests: time moves by advance() only, and timers fire in there.
class VirtualClock final : public Clock
{
public:
    VirtualClock();
    ~VirtualClock() override;

    std::chrono::milliseconds monotonic() const override { return m_now; }
    /// 2026-01-01T00:00Z at the start.
    QDateTime utc() const override;
    /// Sets the clock on the wall by so much; nothing else moves.
    void shiftUtc(std::chrono::milliseconds by) { m_utcShift += by; }
    /// Never fires in here, not even with a delay of 0: that takes an advance() (of 0, too).
    std::unique_ptr<ClockTimer> startTimer(std::chrono::milliseconds delay,
                                           std::function<void()> then) override;

    /// Moves time on, stopping at each due timer to fire it: by due time, then in the order they
    /// were started; those that are started on the way too.
    void advance(std::chrono::milliseconds by);
    /// The monotonic time at which the next timer is due; none if no timer runs.
    std::optional<std::chrono::milliseconds> nextDue() const;

private:
    class Timer;
    using Key = std::pair<std::chrono::milliseconds, quint64>; ///< due time and number
    using Timers = std::map<Key, std::function<void()>>;

    std::chrono::milliseconds m_now{0};
    std::chrono::milliseconds m_utcShift{0};
    quint64 m_lastNumber = 0;
    std::shared_ptr<Timers> m_timers; ///< shared, because a timer may outlive its clock
};

} // namespace longshore
