#include "transfer/lineshare.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// Some ten progress signals of a lane, as LaneTuner's.
constexpr std::chrono::milliseconds kStretch = 1s;
constexpr int kFewestSamples = 8;
// After such a silence there was a pause, or progress is that of buffers.
constexpr std::chrono::milliseconds kSilence = 4s;
// Stretches that a line is measured by, after one in which the connections gather speed. While the
// rate still grows by so much, more are awaited.
constexpr qsizetype kMeasured = 4;
constexpr qsizetype kMostMeasured = 10;
constexpr double kGrowth = 1.05;
// Two measures that differ by less are of the same line, and their mean is closer to it.
constexpr double kAgreement = 0.10;
// How long the limit stays. The one after a line that fell is soon followed by another, in which
// the lanes are fitted to it.
constexpr std::chrono::seconds kLimited = 60s;
constexpr std::chrono::seconds kLimitedInHaste = 20s;
// Lanes that don't settle are not waited for any longer.
constexpr std::chrono::milliseconds kLongestOpen = 25s;
// A long measure is given back over more than one time.
constexpr double kLeastOfShare = 0.9;
// A limit that is not reached: so many stretches in a row, so far below it. Gaps between the parts
// of few lanes cost less.
constexpr qsizetype kUnreached = 6;
constexpr double kReached = 0.88;
// Lanes: so many more tell of more line, so many fewer nothing of the whole.
constexpr qsizetype kFewest = 2;
constexpr double kManyMore = 1.25;
constexpr double kManyFewer = 0.8;
// Rest between two measures that were not due.
constexpr std::chrono::milliseconds kRest = 20s;
constexpr std::chrono::milliseconds kRestForLanes = 5s;
// At so much of a fixed limit it is that limit which was measured.
constexpr double kAtFixed = 0.95;
// bytes/s: with less, 16 lanes would move so little that they seem to stand still.
constexpr qint64 kSmallestLimit = 20'000;

} // namespace

LineShare::LineShare(int percent)
    : m_share(std::clamp(percent, kLeastPercent, kMostPercent) / 100.0)
{
}

void LineShare::setFixedLimit(qint64 bytesPerSecond)
{
    if (bytesPerSecond == m_fixed)
        return;
    const bool isLineKnown = m_limit > 0 && !m_isOpen;
    m_fixed = bytesPerSecond;
    if (!isLineKnown)
        forget();
}

void LineShare::forget()
{
    m_isOpen = true;
    m_isUrgent = false;
    m_line = 0;
    m_lanes = 0;
    m_isDoubted = false;
    m_limit = 0;
    m_movedAt.reset();
}

void LineShare::moved(qint64 bytes, int inUse, bool settled, std::chrono::milliseconds now)
{
    if (!m_movedAt || now - *m_movedAt > kSilence) {
        m_movedAt = now;
        if (m_isOpen || now >= m_openAt) {
            open(m_isUrgent, now);
        } else {
            m_stretches.clear();
            beginStretch(now);
        }
        return;
    }
    m_movedAt = now;
    m_bytes += bytes;
    m_openBytes += bytes;
    ++m_samples;
    m_laneSum += inUse;
    if (settled)
        ++m_settledSamples;
    const auto took = now - m_from;
    if (took < kStretch || m_samples < kFewestSamples)
        return;
    const Stretch stretch{static_cast<double>(m_bytes)
                              / std::chrono::duration<double>(took).count(),
                          static_cast<double>(m_laneSum) / m_samples};
    const bool isSettled = m_settledSamples * 4 >= m_samples * 3;
    const bool isOfLine = took <= kSilence && m_smallBytes * 2 <= m_bytes;
    beginStretch(now);
    if (isOfLine)
        look(stretch, isSettled, now);
    else
        m_stretches.clear();
}

void LineShare::beginStretch(std::chrono::milliseconds now)
{
    m_from = now;
    m_bytes = 0;
    m_smallBytes = 0;
    m_samples = 0;
    m_settledSamples = 0;
    m_laneSum = 0;
}

void LineShare::look(const Stretch &stretch, bool settled, std::chrono::milliseconds now)
{
    m_stretches.append(stretch);
    if (m_isOpen)
        lookWhileOpen(settled, now);
    else
        lookWhileLimited(now);
}

void LineShare::lookWhileOpen(bool settled, std::chrono::milliseconds now)
{
    const bool isWaiting = !settled && !m_isUrgent && now - m_openedAt < kLongestOpen;
    if (!std::exchange(m_isAtSpeed, true) || isWaiting)
        m_stretches.clear();
    if (m_stretches.size() < kMeasured)
        return;
    const Stretch last = latest(kMeasured / 2);
    const bool isGrowing = last.rate > kGrowth * latest(kMeasured / 2, kMeasured / 2).rate;
    if (!isGrowing)
        close(latest(kMeasured), now);
    else if (m_stretches.size() >= kMostMeasured)
        close(last, now);
}

void LineShare::lookWhileLimited(std::chrono::milliseconds now)
{
    if (now >= m_openAt) {
        open(false, now);
        return;
    }
    const auto since = now - m_closedAt;
    if (m_stretches.size() >= kFewest && since >= kRestForLanes
        && latest(kFewest).lanes > kManyMore * m_lanes) {
        open(false, now);
        return;
    }
    if (m_stretches.size() < kUnreached || since < kRest)
        return;
    const bool areEnough =
        std::all_of(m_stretches.end() - kUnreached, m_stretches.end(),
                    [this](const Stretch &one) { return one.lanes >= kManyFewer * m_lanes; });
    const bool isFixed = m_limit == 0 || (m_fixed > 0 && m_fixed < m_limit);
    const auto limit = static_cast<double>(isFixed ? m_fixed : m_limit);
    if (areEnough && latest(kUnreached).rate < kReached * limit)
        open(true, now);
}

void LineShare::open(bool urgent, std::chrono::milliseconds now)
{
    m_isOpen = true;
    m_isUrgent = urgent;
    m_isAtSpeed = false;
    m_openedAt = now;
    m_openBytes = 0;
    m_stretches.clear();
    beginStretch(now);
}

void LineShare::close(const Stretch &measured, std::chrono::milliseconds now)
{
    take(measured);
    const auto limited = m_isUrgent ? kLimitedInHaste : kLimited;
    m_isOpen = false;
    m_isUrgent = false;
    m_closedAt = now;
    m_openAt = now + limited;
    m_stretches.clear();
    m_limit = 0;
    if (m_line <= 0)
        return;
    const double ours = m_share * m_line;
    const std::chrono::duration<double> wasOpen = now - m_openedAt;
    const double owed = static_cast<double>(m_openBytes) - ours * wasOpen.count();
    const double rate = std::max(ours - std::max(owed, 0.0) / static_cast<double>(limited.count()),
                                 kLeastOfShare * ours);
    m_limit = std::max<qint64>(std::llround(rate), kSmallestLimit);
}

void LineShare::take(const Stretch &measured)
{
    const bool isSlower = measured.rate < m_line;
    const bool isOfFewer = measured.lanes < kManyFewer * m_lanes;
    if (isSlower && isOfFewer && !m_isDoubted) {
        m_isDoubted = true;
        return;
    }
    m_isDoubted = false;
    m_lanes = measured.lanes;
    const bool isAtFixed = m_fixed > 0 && measured.rate >= kAtFixed * static_cast<double>(m_fixed);
    if (isAtFixed)
        m_line = isSlower ? m_line : 0; // it may be faster, and nobody knows how much
    else if (std::abs(measured.rate - m_line) <= kAgreement * m_line)
        m_line = (m_line + measured.rate) / 2;
    else
        m_line = measured.rate;
}

LineShare::Stretch LineShare::latest(qsizetype stretches, qsizetype before) const
{
    Stretch sum{0, 0};
    const auto end = m_stretches.end() - before;
    for (auto stretch = end - stretches; stretch != end; ++stretch) {
        sum.rate += stretch->rate;
        sum.lanes += stretch->lanes;
    }
    const auto count = static_cast<double>(stretches);
    return {sum.rate / count, sum.lanes / count};
}

} // namespace longshore
