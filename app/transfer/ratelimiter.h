#pragma once

#include "transfer/clock.h"

#include <QObject>

namespace longshore {

/// A token bucket shared by all part bodies of an engine. It begins empty and holds some 50 ms'
/// worth. Engine thread. Runs a timer only while somebody waits.
///
/// Fair if who waits connects to available() at its first 0, takes in that slot, and disconnects
/// when it got something: slots are called in the order in which they were connected, so that the
/// one who got something comes last next time.
class RateLimiter final : public QObject
{
    Q_OBJECT

public:
    /// `bytesPerSecond` 0: no limit.
    explicit RateLimiter(Clock &clock, qint64 bytesPerSecond = 0, QObject *parent = nullptr);
    ~RateLimiter() override;

    /// For what is taken from now on; wakes who waits if that is due now.
    void setRate(qint64 bytesPerSecond);
    qint64 rate() const { return m_rate; }

    /// Bytes that may be sent now, 0..wanted, taken from the bucket. After a 0 the signal
    /// available() follows, and nobody else is given anything before it.
    qint64 take(qint64 wanted);

Q_SIGNALS:
    void available();

private:
    void refill();
    void wakeWhenAvailable();
    double quantum() const;

    Clock &m_clock;
    qint64 m_rate = 0; ///< bytes/s
    double m_tokens = 0; ///< bytes
    std::chrono::milliseconds m_filledAt{0};
    std::unique_ptr<ClockTimer> m_timer; ///< set while somebody waits
};

} // namespace longshore
