#include "transfer/lanetuner.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// Some ten progress signals of a lane; over less, the gaps between parts are noise.
constexpr std::chrono::milliseconds kStretch = 1s;
constexpr int kFewestSamples = 8;
// One without a signal for so long was a pause, or progress is that of buffers.
constexpr std::chrono::milliseconds kLongestStretch = 4s;
constexpr std::chrono::milliseconds kBlind = 30s;
// After so long a silence the line may be another.
constexpr std::chrono::milliseconds kForget = 60s;
// Stretches: a rate is believed once two in a row agree, as they don't while connections gather
// speed, and small differences after some more.
constexpr qsizetype kFewest = 2;
constexpr qsizetype kMany = 6;
constexpr qsizetype kMore = 12; ///< where gaps between long parts may coincide
constexpr qsizetype kAveraged = 4;
constexpr double kAgreement = 0.10;
// What moved in all of a stretch as a multiple of its first half, if connections gather speed so
// slowly that the rate is far from what they will have: the window doubles more than twice in half
// a second, and has not come to its end.
constexpr qint64 kGathering = 5;
// Twice the lanes earn another doubling by so much, and stay for so much.
constexpr double kFairGain = 1.15;
constexpr double kClearGain = 1.8; ///< no second stretch is waited for
constexpr double kLeastGain = 1.04;
// Where more do no harm, so large a part of the lanes is added for the gaps between parts, which
// come together at times.
constexpr int kReserve = 4;
// Half the lanes stay where they cost no more.
constexpr double kHarm = 0.96;
// Enough to turn back without waiting for more stretches.
constexpr double kClearLoss = 0.85;
// While holding, stretches are taken together. The line has changed when they differ so much from
// those before.
constexpr qsizetype kHeld = 8;
constexpr double kFell = 0.7;
constexpr double kRose = 1.3;
constexpr double kDrift = 0.25; ///< how much the latest counts otherwise
constexpr std::chrono::milliseconds kRest = 20s; ///< between two tries for that
// What one try has shown to be useless is tried again this much later, then twice as late.
constexpr std::chrono::milliseconds kFirstProbe = 60s;
constexpr std::chrono::milliseconds kLongestProbe = 16min;
// A probe's lanes must do at least half of what the others do each.
constexpr double kProbeShare = 0.5;
// Refusals at the same time are of one cause; how long the number that was refused is avoided.
constexpr std::chrono::milliseconds kOneRefusal = 10s;
constexpr std::chrono::milliseconds kRefusalMemory = 5min;

} // namespace

LaneTuner::LaneTuner(int start, int most)
    : m_most(most)
    , m_lanes(std::clamp(start, 1, most))
    , m_base(m_lanes)
    , m_probeEvery(kFirstProbe)
{
}

void LaneTuner::moved(qint64 bytes, int inUse, std::chrono::milliseconds now)
{
    if (!m_movedAt || now - *m_movedAt > kForget) {
        restart(now);
        return;
    }
    m_movedAt = now;
    m_bytes += bytes;
    ++m_samples;
    if (inUse == m_lanes)
        ++m_fullSamples;
    const auto took = now - m_from;
    if (took <= kStretch / 2)
        m_firstHalf = m_bytes;
    if (took < kStretch || (m_samples < kFewestSamples && took <= kLongestStretch))
        return;
    const bool isFull = m_fullSamples * 4 >= m_samples * 3;
    const double rate = static_cast<double>(m_bytes) / std::chrono::duration<double>(took).count();
    m_isGathering = m_bytes >= kGathering * m_firstHalf;
    beginStretch(now);
    if (took > kLongestStretch)
        return;
    m_seenAt = now;
    if (!isFull)
        return;
    m_rates.append(rate);
    look(now);
}

bool LaneTuner::isSeeing(std::chrono::milliseconds now) const
{
    return m_seenAt && now - *m_seenAt < kBlind;
}

bool LaneTuner::isSettled(std::chrono::milliseconds now) const
{
    if (m_phase != Phase::Hold || m_hasFallen)
        return false;
    if (now >= m_probeAt && (m_isSet || probedLanes(now) > held()))
        return false;
    return m_rates.size() < kFewest || !isAnotherLine(latest(kFewest));
}

void LaneTuner::movedBelowLine(std::chrono::milliseconds now)
{
    if (!m_movedAt || now - *m_movedAt > kForget) {
        restart(now);
        return;
    }
    // Rates would be seen, if they were the line's.
    if (isSeeing(*m_movedAt))
        m_seenAt = now;
    m_movedAt = now;
    beginStretch(now);
}

void LaneTuner::partsAreSlow(std::chrono::milliseconds now)
{
    if (m_phase == Phase::Hold && !m_isNeeded)
        tryDown(now);
}

void LaneTuner::setTo(int lanes, std::chrono::milliseconds now)
{
    m_base = std::clamp(lanes, 1, m_most);
    m_hasReserve = false;
    m_baseRate = 0;
    m_probeEvery = kFirstProbe;
    m_isSet = true;
    m_isNeeded = false;
    hold(now);
}

void LaneTuner::refused(std::chrono::milliseconds now)
{
    if (m_refusedAt && now - *m_refusedAt < kOneRefusal)
        return;
    m_refusedAt = now;
    m_refusedLanes = m_lanes;
    setTo(m_lanes / 2, now);
    m_isSet = false; // it is not the line that may be another in a minute
}

void LaneTuner::restart(std::chrono::milliseconds now)
{
    m_movedAt = now;
    m_baseRate = 0;
    m_probeEvery = kFirstProbe;
    m_isNeeded = false;
    change(Phase::First, held(), now);
}

void LaneTuner::change(Phase phase, int lanes, std::chrono::milliseconds now)
{
    m_phase = phase;
    m_lanes = lanes;
    m_rates.clear();
    beginStretch(now);
}

void LaneTuner::beginStretch(std::chrono::milliseconds now)
{
    m_from = now;
    m_bytes = 0;
    m_firstHalf = 0;
    m_samples = 0;
    m_fullSamples = 0;
}

int LaneTuner::held() const
{
    return std::min(m_base + (m_hasReserve ? m_base / kReserve : 0), m_most);
}

int LaneTuner::limit(std::chrono::milliseconds now) const
{
    if (m_refusedAt && now - *m_refusedAt < kRefusalMemory)
        return std::max(1, m_refusedLanes - 1);
    return m_most;
}

bool LaneTuner::isSteady() const
{
    if (m_rates.size() >= kMany)
        return true;
    if (m_rates.size() < kFewest)
        return false;
    const double last = m_rates.last();
    return std::abs(last - m_rates.at(m_rates.size() - 2)) <= kAgreement * last;
}

bool LaneTuner::isAnotherLine(double rate) const
{
    return m_baseRate > 0 && (rate < kFell * m_baseRate || rate > kRose * m_baseRate);
}

double LaneTuner::latest(qsizetype stretches) const
{
    const qsizetype count = std::min(stretches, m_rates.size());
    return std::accumulate(m_rates.end() - count, m_rates.end(), 0.0) / static_cast<double>(count);
}

void LaneTuner::look(std::chrono::milliseconds now)
{
    switch (m_phase) {
    case Phase::First:
        // Connections that still gather speed need not be waited for: most lines want more of them.
        if (m_rates.size() >= kFewest || m_isGathering) {
            m_baseRate = m_rates.last();
            tryUp(now);
        }
        return;
    case Phase::Up:
        lookUp(now);
        return;
    case Phase::Down:
        lookDown(now);
        return;
    case Phase::Probe:
        lookAtProbe(now);
        return;
    case Phase::Hold:
        lookWhileHolding(now);
        return;
    }
}

void LaneTuner::accept(double rate)
{
    m_base = m_lanes;
    m_hasReserve = false;
    m_baseRate = rate;
}

void LaneTuner::lookUp(std::chrono::milliseconds now)
{
    const bool isClear = m_rates.last() >= kClearGain * m_baseRate;
    if (!isClear && !isSteady())
        return;
    const bool isSure = m_rates.size() >= kMany;
    const double rate = isClear ? m_rates.last() : latest(isSure ? kAveraged : kFewest);
    if (rate >= kFairGain * m_baseRate) {
        accept(rate);
        tryUp(now);
    } else if (rate < kClearLoss * m_baseRate) {
        tryDown(now);
    } else if (isSure) {
        if (rate >= kLeastGain * m_baseRate)
            accept(rate);
        else
            m_hasReserve = rate >= kHarm * m_baseRate;
        hold(now);
    }
}

void LaneTuner::lookDown(std::chrono::milliseconds now)
{
    if (!isSteady())
        return;
    const bool isSure = m_rates.size() >= kMany;
    const double rate = latest(isSure ? m_rates.size() - kFewest : kFewest);
    const bool isSlower = rate < kHarm * m_baseRate;
    if (rate < kClearLoss * m_baseRate || (isSlower && m_rates.size() >= kMore)) {
        m_isNeeded = true;
        hold(now);
    } else if (isSure && !isSlower) {
        accept(rate);
        tryDown(now);
    }
}

void LaneTuner::lookAtProbe(std::chrono::milliseconds now)
{
    if (m_rates.size() < kMany)
        return;
    const double rate = latest(kAveraged);
    const double more = static_cast<double>(m_lanes - held()) / held();
    const bool isWorth = rate >= std::max(kLeastGain, 1 + kProbeShare * more) * m_baseRate;
    m_probeEvery = isWorth ? kFirstProbe : std::min(m_probeEvery * 2, kLongestProbe);
    if (isWorth)
        accept(rate);
    hold(now);
}

void LaneTuner::lookWhileHolding(std::chrono::milliseconds now)
{
    if (m_rates.size() < kHeld)
        return;
    const double rate = latest(kHeld);
    const double last = latest(kFewest); // of a line that got faster meanwhile
    m_rates.clear();
    const double before = m_baseRate > 0 ? m_baseRate : rate;
    const bool hasFallen = rate < kFell * before;
    const bool hasRisen = rate > kRose * before;
    if ((hasFallen || hasRisen) && now - m_triedAt < kRest)
        return; // a line that has changed stays one
    // Fewer lanes are weighed closely, so that all of the rate must be that of the changed line.
    if (hasFallen && !std::exchange(m_hasFallen, true))
        return;
    m_hasFallen = false;
    if (hasFallen) {
        m_isNeeded = false;
        m_baseRate = rate;
        tryDown(now);
    } else if (hasRisen) {
        m_isNeeded = false;
        m_baseRate = last;
        tryUp(now);
    } else {
        m_baseRate = before + kDrift * (rate - before);
        probe(now);
    }
}

void LaneTuner::probe(std::chrono::milliseconds now)
{
    if (now < m_probeAt)
        return;
    const int lanes = probedLanes(now);
    if (m_isSet)
        tryUp(now);
    else if (lanes > held())
        change(Phase::Probe, lanes, now);
}

int LaneTuner::probedLanes(std::chrono::milliseconds now) const
{
    return std::min(held() + std::max(1, held() / 4), limit(now));
}

void LaneTuner::tryUp(std::chrono::milliseconds now)
{
    const int lanes = std::min(2 * m_base, limit(now));
    m_isSet = false;
    if (lanes > m_base)
        change(Phase::Up, lanes, now);
    else
        hold(now);
}

void LaneTuner::tryDown(std::chrono::milliseconds now)
{
    if (m_base > 1)
        change(Phase::Down, held() / 2, now);
    else
        hold(now);
}

void LaneTuner::hold(std::chrono::milliseconds now)
{
    m_hasFallen = false;
    m_triedAt = now;
    m_probeAt = now + m_probeEvery;
    change(Phase::Hold, held(), now);
}

} // namespace longshore
