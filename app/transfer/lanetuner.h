#pragma once

#include <QList>
#include <QtGlobal>

#include <chrono>
#include <optional>

namespace longshore {

/// How many lanes a line wants, found by trying. Works on the bytes that all lanes together had
/// acknowledged: a part's confirmation comes a minute apart on a slow line, acknowledgements come
/// ten times a second, so that no small first parts are needed for the rate to be seen. Where only
/// buffers are seen, silence between them is no measure, and lanes stay as they are.
///
///   first ──rate known──▶ up: twice the lanes ──a fair share faster──▶ up again, at most to `most`
///   up ──not faster──▶ back, holding some more      up ──clearly slower──▶ back, then down: half
///   the lanes down ──no slower──▶ down again        down ──slower──▶ back, holding holding ──line
///   or parts much slower──▶ down    holding ──much faster──▶ up holding ──a minute, and ever
///   longer──▶ probe: a few lanes more (after setTo(): up)
///
/// Stretches in which other than the allowed lanes are in use say nothing. Runs no timer: it is
/// told what moves. Times are monotonic.
class LaneTuner
{
public:
    LaneTuner(int start, int most);

    int lanes() const { return m_lanes; }
    /// Whether rates can be seen lately. They are not where only buffers are.
    bool isSeeing(std::chrono::milliseconds now) const;

    /// Whether it holds a number, and is not about to try another one.
    bool isSettled(std::chrono::milliseconds now) const;

    /// So many bytes more were acknowledged, while so many lanes were in use.
    void moved(qint64 bytes, int inUse, std::chrono::milliseconds now);
    /// Something was acknowledged, at a rate that is not the line's: that says nothing of lanes.
    void movedBelowLine(std::chrono::milliseconds now);
    /// So many lanes from now on, for what rates don't show: parts stalled, failed or are calm.
    void setTo(int lanes, std::chrono::milliseconds now);
    /// Parts take too long, and fewer lanes at the same rate would be better.
    void partsAreSlow(std::chrono::milliseconds now);
    /// The service refused a request because there are too many. Those of a moment count once.
    void refused(std::chrono::milliseconds now);

private:
    enum class Phase { First, Up, Down, Probe, Hold };

    void restart(std::chrono::milliseconds now);
    void change(Phase phase, int lanes, std::chrono::milliseconds now);
    void look(std::chrono::milliseconds now);
    void lookUp(std::chrono::milliseconds now);
    void lookDown(std::chrono::milliseconds now);
    void lookAtProbe(std::chrono::milliseconds now);
    void lookWhileHolding(std::chrono::milliseconds now);
    void probe(std::chrono::milliseconds now);
    int probedLanes(std::chrono::milliseconds now) const;
    void accept(double rate);
    void tryUp(std::chrono::milliseconds now);
    void tryDown(std::chrono::milliseconds now);
    void hold(std::chrono::milliseconds now);
    void beginStretch(std::chrono::milliseconds now);
    int held() const;
    int limit(std::chrono::milliseconds now) const;
    bool isSteady() const;
    bool isAnotherLine(double rate) const;
    double latest(qsizetype stretches) const;

    const int m_most;
    Phase m_phase = Phase::First;
    int m_lanes; ///< as tried now
    int m_base; ///< the best known
    bool m_hasReserve = false; ///< twice as many were as fast: some more are held
    double m_baseRate = 0; ///< bytes/s with those; 0: not known
    QList<double> m_rates; ///< bytes/s of the stretches since lanes changed

    // The stretch that is being measured.
    std::optional<std::chrono::milliseconds> m_movedAt;
    std::chrono::milliseconds m_from{0};
    qint64 m_bytes = 0;
    qint64 m_firstHalf = 0; ///< of these
    int m_samples = 0;
    int m_fullSamples = 0; ///< with just the allowed lanes in use

    bool m_isGathering = false; ///< speed, in the latest stretch
    bool m_isSet = false; ///< from outside, and nothing was tried since
    bool m_hasFallen = false; ///< the rate of the latest stretches while holding
    bool m_isNeeded = false; ///< fewer than the best known were slower
    std::optional<std::chrono::milliseconds> m_seenAt;
    std::chrono::milliseconds m_triedAt{0};
    std::chrono::milliseconds m_probeAt{0};
    std::chrono::milliseconds m_probeEvery;
    std::optional<std::chrono::milliseconds> m_refusedAt;
    int m_refusedLanes = 0; ///< so many were too many
};

} // namespace longshore
