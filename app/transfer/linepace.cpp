#include "transfer/linepace.h"

#include "api/apierror.h"
#include "transfer/lanepool.h"
#include "transfer/ratelimiter.h"

#include <algorithm>
#include <cmath>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// A part that takes longer shares its line with too many: what a break loses, and how late it is
// noticed, grows with it.
constexpr std::chrono::milliseconds kLongestPart = 120s;
// Parts that were sent together are given up together, or nearly so.
constexpr std::chrono::milliseconds kOneBreak = 30s;
// So many parts in a row in time earn a lane back.
constexpr int kCalmParts = 8;
// A line's rate is that of the last minutes, and says nothing before some seconds.
constexpr std::chrono::duration<double> kRateMemory = 240s;
constexpr std::chrono::duration<double> kLeastBusy = 3s;
// Parts are not made smaller than this (bytes): each costs the service some hundred milliseconds.
constexpr qint64 kSmallestPart = 1024 * 1024;
// Lanes to start with: two thirds of what most lines want, and no burden to any. From two the line
// would be well below full for three seconds more.
constexpr int kFirstLanes = 4;
constexpr int kTooManyRequests = 429;
// Breaks in a row that are not the line's bad luck.
constexpr int kManyFailures = 4;
// What a part should take in its lane: less, and the gaps between parts weigh; more, and a break
// costs more. With half or twice the usual lanes it is half or twice as long.
constexpr std::chrono::duration<double> kPartTime = 10s;
constexpr int kUsualLanes = 8;
// bytes: such a part is over in a few round trips, whatever the line.
constexpr qint64 kSmallPart = 256 * 1024;
constexpr int kWholeLine = 100; // percent

} // namespace

LinePace::LinePace(LanePool &lanes, RateLimiter *limiter)
    : m_lanes(lanes)
    , m_limiter(limiter)
    , m_most(lanes.lanes())
{
}

void LinePace::setLanes(int lanes)
{
    m_calm = 0;
    m_failures = 0;
    m_tuner.reset();
    m_most = lanes;
    if (lanes == 0) {
        m_tuner.emplace(kFirstLanes, kMostLanes);
        m_most = kMostLanes;
        use(m_tuner->lanes());
    } else {
        m_lanes.setLanes(lanes);
    }
    lineChanged();
}

void LinePace::setRateLimit(qint64 bytesPerSecond)
{
    m_fixedLimit = bytesPerSecond;
    if (m_share)
        m_share->setFixedLimit(bytesPerSecond);
    applyLimit();
}

void LinePace::setLinePercent(int percent)
{
    m_share.reset();
    if (percent < kWholeLine) {
        m_share.emplace(percent);
        m_share->setFixedLimit(m_fixedLimit);
    }
    applyLimit();
}

void LinePace::lineChanged()
{
    if (m_share)
        m_share->forget();
    applyLimit();
}

qint64 LinePace::rateLimit() const
{
    const qint64 share = m_share ? m_share->limit() : 0;
    if (share == 0 || m_fixedLimit == 0)
        return std::max(share, m_fixedLimit);
    return std::min(share, m_fixedLimit);
}

void LinePace::applyLimit()
{
    if (m_limiter)
        m_limiter->setRate(rateLimit());
}

void LinePace::moved(qint64 bytes, std::chrono::milliseconds at)
{
    const int inUse = m_lanes.inUse();
    if (m_tuner && m_share && m_share->limit() > 0) {
        m_tuner->movedBelowLine(at);
    } else if (m_tuner) {
        m_tuner->moved(bytes, inUse, at);
        use(m_tuner->lanes());
    }
    if (m_share) {
        // A tuner that lacks parts for its lanes tries nothing.
        const bool isSettled = !m_tuner || m_tuner->isSettled(at) || inUse < m_lanes.lanes();
        m_share->moved(bytes, inUse, isSettled, at);
        applyLimit();
    }
}

void LinePace::measure(qint64 bytes, std::chrono::milliseconds from,
                       std::chrono::milliseconds until)
{
    m_bytes += static_cast<double>(bytes);
    // Lanes work at the same time, which counts once.
    if (from > m_busyUntil) {
        m_idleFrom = m_busyUntil;
        m_busyFrom = from;
        m_busyUntil = from;
    }
    m_busy += std::max(until - m_busyUntil, 0ms);
    m_busyUntil = std::max(until, m_busyUntil);
    if (from < m_busyFrom) {
        const auto begin = std::max(from, m_idleFrom);
        m_busy += m_busyFrom - begin;
        m_busyFrom = begin;
    }
    if (m_busy > kRateMemory) {
        m_busy /= 2;
        m_bytes /= 2;
    }
}

double LinePace::rate() const
{
    return m_busy < kLeastBusy ? m_expected : m_bytes / m_busy.count();
}

LineHints LinePace::hints() const
{
    LineHints hints;
    hints.lanes = m_tuner ? kUsualLanes : m_most;
    hints.suited = std::llround(rate() * kPartTime.count() / hints.lanes);
    hints.bearable = m_largestPart;
    return hints;
}

void LinePace::confirmed(qint64 bytes, std::chrono::milliseconds from,
                         std::chrono::milliseconds until)
{
    measure(bytes, from, until);
    if (m_share && bytes < kSmallPart)
        m_share->smallPartMoved(bytes);
    m_failures = std::max(0, m_failures - 1);
    const auto took = until - from;
    if (took > kLongestPart) {
        // Those that shared the line with more lanes say nothing of how it is with fewer.
        if (m_changedAt && from < *m_changedAt)
            return;
        m_changedAt = until;
        if (m_tuner && m_tuner->isSeeing(until)) {
            m_tuner->partsAreSlow(until);
            use(m_tuner->lanes());
        } else {
            // As many as would have been in time.
            cutTo(static_cast<int>(m_lanes.lanes() * kLongestPart / took), until);
        }
        return;
    }
    ++m_calm;
    if (m_calm < kCalmParts)
        return;
    if (m_largestPart > 0 && bytes >= m_largestPart)
        m_largestPart *= 2;
    m_calm = 0;
    // A tuner that sees rates finds out by itself.
    const int more = m_lanes.lanes() + 1;
    if (m_tuner && !m_tuner->isSeeing(until) && more <= kFirstLanes)
        m_tuner->setTo(more, until);
    if (!m_tuner || m_tuner->lanes() == more)
        use(more);
}

void LinePace::failed(qint64 bytes, const ApiError &error, bool wasStalled,
                      std::chrono::milliseconds at)
{
    if (wasStalled) {
        stalled(bytes, at);
        return;
    }
    if (!m_tuner)
        return;
    if (error.status == kTooManyRequests) {
        m_tuner->refused(at);
        use(m_tuner->lanes());
        return;
    }
    if (m_failedAt && at - *m_failedAt < kOneBreak)
        return;
    m_failedAt = at;
    if (++m_failures < kManyFailures)
        return;
    // Unless parts are confirmed meanwhile, the next one cuts again.
    m_failures = kManyFailures - 1;
    cutTo(m_lanes.lanes() / 2, at);
}

void LinePace::stalled(qint64 bytes, std::chrono::milliseconds at)
{
    if (m_stalledAt && at - *m_stalledAt < kOneBreak)
        return;
    m_stalledAt = at;
    if (bytes > kSmallestPart) {
        const qint64 half = std::max(kSmallestPart, bytes / 2);
        m_largestPart = m_largestPart > 0 ? std::min(m_largestPart, half) : half;
    }
    cutTo(m_lanes.lanes() / 2, at);
}

void LinePace::cutTo(int lanes, std::chrono::milliseconds at)
{
    m_calm = 0;
    const int fewer = std::clamp(lanes, 1, m_lanes.lanes());
    if (m_tuner)
        m_tuner->setTo(fewer, at);
    use(fewer);
}

void LinePace::use(int lanes)
{
    const int borne = std::clamp(lanes, 1, m_most);
    if (borne != m_lanes.lanes())
        m_lanes.setLanes(borne);
}

} // namespace longshore
