#pragma once

#include "transfer/lanepool.h"
#include "transfer/linepace.h"

#include <QRandomGenerator>

#include <chrono>
#include <functional>
#include <vector>

namespace longshore {

/// What a line does to those who send. A value.
struct LineQuality
{
    double rate = 0; ///< bytes/s of all connections together
    double flowRate = 0; ///< bytes/s of one connection at most
    std::chrono::milliseconds roundTrip{0};
    /// How far rates are off at a moment, each connection's and the line's by chance of its own.
    double noise = 0.03;
    /// Connections beyond so many do harm, each taking such a share of the rate.
    int harmBeyond = 16;
    double harm = 0;
};

/// One connection gets a fifth of the line.
LineQuality usualLine(double megabits, std::chrono::milliseconds roundTrip);
/// Test data: a column `quality` and nine usual lines.
void usualLines();

/// One large upload over a line, in virtual time: parts are sent on the lanes of a LinePace, which
/// is told what PartAttempt would tell it. Connections open in three round trips, gather speed by
/// doubling theirs each round trip, and stay open; between two parts of a lane are one or two round
/// trips.
class SimulatedLine
{
public:
    enum class Progress {
        Acknowledged, ///< ten times a second what the other end has
        Buffers, ///< whenever one of 8 MB was filled
    };

    /// `lanes` as LinePace::setLanes() takes them. A measured `expected` rate cuts the parts.
    SimulatedLine(const LineQuality &quality, int lanes, quint32 seed, double expected = 0);

    LineQuality quality;
    Progress progress = Progress::Acknowledged;
    /// What becomes of a part that begins while so many lanes are in use; absent: it is sent.
    std::function<bool(int inUse)> isRefused;
    /// Called after each step.
    std::function<void()> observe;
    LinePace &pace() { return m_pace; }
    const LanePool &lanes() const { return m_lanes; }

    /// Sends until then.
    void runTo(std::chrono::milliseconds time);
    std::chrono::milliseconds now() const { return m_now; }
    /// All lanes' parts end with a failure; `stalled`: since nothing moved for a minute.
    void breakParts(bool stalled);
    /// Bytes that the other end has, at any time since the beginning.
    double arrivedBy(std::chrono::milliseconds time) const;
    /// Bytes/s in between.
    double rate(std::chrono::milliseconds from, std::chrono::milliseconds to) const;
    /// How often the number of lanes changed in between, and its largest.
    int changes(std::chrono::milliseconds from, std::chrono::milliseconds to) const;
    int mostLanes(std::chrono::milliseconds from, std::chrono::milliseconds to) const;

private:
    struct Flow
    {
        int lane = -1; ///< -1: none is sent
        bool isOpen = false;
        double speed = 0; ///< bytes/s that it has gathered
        double luck = 1;
        double left = 0; ///< bytes of the part
        double untold = 0; ///< sent, but not told as progress
        double sent = 0; ///< in this step
        qint64 part = 0;
        std::chrono::milliseconds begins{0}; ///< its bytes
        std::chrono::milliseconds began{0};
        std::chrono::milliseconds tells{0};
    };

    void step();
    void fill();
    void send();
    void tell();
    void finish(Flow &flow);
    void free(Flow &flow);
    qint64 takePart();

    QRandomGenerator m_random; ///< gaps
    QRandomGenerator m_lineRandom; ///< luck, the same however many lanes there are
    LanePool m_lanes{1};
    LinePace m_pace;
    std::vector<Flow> m_flows;
    std::vector<PlannedPart> m_parts;
    std::size_t m_next = 0;
    std::chrono::milliseconds m_now{0};
    double m_luck = 1;
    double m_arrived = 0;
    std::vector<double> m_arrivals; ///< by then, for each step
    std::vector<int> m_allowed;
};

} // namespace longshore
