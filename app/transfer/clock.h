#pragma once

#include <QDateTime>

#include <chrono>
#include <functional>
#include <memory>

namespace longshore {

/// A running single-shot timer; destroying it stops it.
class ClockTimer
{
public:
    ClockTimer() = default;
    virtual ~ClockTimer() = default;
    Q_DISABLE_COPY_MOVE(ClockTimer)
};

/// Time, handed in so that tests own it. Used from one thread.
class Clock
{
public:
    Clock() = default;
    virtual ~Clock() = default;
    Q_DISABLE_COPY_MOVE(Clock)

    /// Never goes back; its zero means nothing.
    virtual std::chrono::milliseconds monotonic() const = 0;
    virtual QDateTime utc() const = 0;
    /// Calls `then` once, from the event loop, after `delay` (never from inside this call).
    [[nodiscard]] virtual std::unique_ptr<ClockTimer> startTimer(std::chrono::milliseconds delay,
                                                                 std::function<void()> then) = 0;
};

/// The real one, on QTimer.
class SystemClock final : public Clock
{
public:
    std::chrono::milliseconds monotonic() const override;
    QDateTime utc() const override;
    std::unique_ptr<ClockTimer> startTimer(std::chrono::milliseconds delay,
                                           std::function<void()> then) override;
};

} // namespace longshore
