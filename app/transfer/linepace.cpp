#include "transfer/linepace.h"

#include "transfer/lanepool.h"

#include <algorithm>

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

} // namespace

LinePace::LinePace(LanePool &lanes)
    : m_lanes(lanes)
    , m_most(lanes.lanes())
{
}

void LinePace::setMostLanes(int lanes)
{
    m_most = lanes;
    m_calm = 0;
    m_lanes.setLanes(lanes);
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

void LinePace::confirmed(qint64 bytes, std::chrono::milliseconds from,
                         std::chrono::milliseconds until)
{
    measure(bytes, from, until);
    const auto took = until - from;
    if (took > kLongestPart) {
        // Those that shared the line with more lanes say nothing of how it is with fewer.
        if (m_changedAt && from < *m_changedAt)
            return;
        m_changedAt = until;
        // As many as would have been in time.
        setLanes(static_cast<int>(m_lanes.lanes() * kLongestPart / took));
        return;
    }
    ++m_calm;
    if (m_largestPart > 0 && bytes >= m_largestPart && m_calm >= kCalmParts)
        m_largestPart *= 2;
    if (m_calm >= kCalmParts)
        setLanes(m_lanes.lanes() + 1);
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
    setLanes(m_lanes.lanes() / 2);
}

void LinePace::setLanes(int lanes)
{
    m_calm = 0;
    const int borne = std::clamp(lanes, 1, m_most);
    if (borne != m_lanes.lanes())
        m_lanes.setLanes(borne);
}

} // namespace longshore
