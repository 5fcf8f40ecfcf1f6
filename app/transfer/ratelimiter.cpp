#include "transfer/ratelimiter.h"

#include <algorithm>
#include <cmath>

using namespace std::chrono_literals;

namespace longshore {

namespace {

// What may be saved up: enough to make up for a late timer, too little to be felt by others.
constexpr double burstSeconds = 0.05;
constexpr double smallestBurst = 16 * 1024; // bytes: a read of Qt's HTTP
// What a waiting lane is woken for: 50 times a second, but for no less than a kibibyte, as long as
// that comes together in half a second.
constexpr double quantumSeconds = 0.02;
constexpr double smallestQuantum = 1024; // bytes
constexpr double longestWait = 0.5; // seconds

} // namespace

RateLimiter::RateLimiter(Clock &clock, qint64 bytesPerSecond, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_rate(bytesPerSecond)
    , m_filledAt(clock.monotonic())
{
}

RateLimiter::~RateLimiter() = default;

void RateLimiter::setRate(qint64 bytesPerSecond)
{
    if (bytesPerSecond == m_rate)
        return;
    refill();
    m_rate = bytesPerSecond;
    refill();
    if (m_timer)
        wakeWhenAvailable();
}

qint64 RateLimiter::take(qint64 wanted)
{
    if (m_rate <= 0 || wanted <= 0)
        return wanted;
    if (m_timer)
        return 0;
    refill();
    // A few bytes would cost who gets them the turn.
    const double least = std::min({static_cast<double>(wanted), smallestQuantum, quantum()});
    const qint64 taken = m_tokens < least ? 0 : std::min(wanted, static_cast<qint64>(m_tokens));
    m_tokens -= static_cast<double>(taken);
    if (taken == 0)
        wakeWhenAvailable();
    return taken;
}

void RateLimiter::refill()
{
    const auto now = m_clock.monotonic();
    const std::chrono::duration<double> elapsed = now - m_filledAt;
    m_filledAt = now;
    const double rate = static_cast<double>(m_rate);
    const double burst = std::max(rate * burstSeconds, smallestBurst);
    m_tokens = std::min(m_tokens + rate * elapsed.count(), burst);
}

void RateLimiter::wakeWhenAvailable()
{
    auto delay = 0ms;
    if (m_rate > 0) {
        const double seconds = (quantum() - m_tokens) / static_cast<double>(m_rate);
        delay = std::chrono::milliseconds(std::llround(std::ceil(std::max(seconds, 0.0) * 1000)));
    }
    m_timer = m_clock.startTimer(delay, [this] {
        m_timer.reset();
        Q_EMIT available();
    });
}

double RateLimiter::quantum() const
{
    const double rate = static_cast<double>(m_rate);
    return std::max(std::min(std::max(rate * quantumSeconds, smallestQuantum), rate * longestWait),
                    1.0);
}

} // namespace longshore
