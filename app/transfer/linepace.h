#pragma once

#include <QtGlobal>

#include <chrono>
#include <optional>

namespace longshore {

class LanePool;

/// How many lanes and how large parts the line bears, by how its parts fare. Engine thread.
class LinePace
{
public:
    /// `lanes` outlives this, and is set by it alone.
    explicit LinePace(LanePool &lanes);

    /// The most lanes, as the user chose them.
    void setMostLanes(int lanes);

    /// A part of so many bytes was confirmed; from and until when (monotonic) it was sent.
    void confirmed(qint64 bytes, std::chrono::milliseconds from, std::chrono::milliseconds until);
    /// A part of so many bytes was given up at this time (monotonic) because nothing moved. Those
    /// of one break of the line count once.
    void stalled(qint64 bytes, std::chrono::milliseconds at);
    /// Confirmed bytes/s of all lanes together lately, while any was in use; before anything was
    /// measured what was expected, 0: nothing is known.
    double rate() const;
    /// What an earlier run measured.
    void expect(double rate) { m_expected = rate; }
    /// How large the parts of the next upload may be, in bytes; 0: as large as they like.
    qint64 largestPart() const { return m_largestPart; }

private:
    void setLanes(int lanes);
    void measure(qint64 bytes, std::chrono::milliseconds from, std::chrono::milliseconds until);

    LanePool &m_lanes;
    int m_most;
    int m_calm = 0; ///< parts confirmed in time since a lane was taken away or given
    qint64 m_largestPart = 0;
    double m_expected = 0;
    // Of late, the earlier the less it counts.
    double m_bytes = 0;
    std::chrono::duration<double> m_busy{0};
    // The latest stretch in which lanes were busy, and the end of the one before.
    std::chrono::milliseconds m_busyFrom{0};
    std::chrono::milliseconds m_busyUntil{0};
    std::chrono::milliseconds m_idleFrom{0};
    std::optional<std::chrono::milliseconds> m_stalledAt;
    std::optional<std::chrono::milliseconds> m_changedAt; ///< lanes were taken away for being slow
};

} // namespace longshore
