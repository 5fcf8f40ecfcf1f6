#pragma once

#include "transfer/lanetuner.h"
#include "transfer/lineshare.h"
#include "transfer/partplan.h"

#include <QtGlobal>

#include <chrono>
#include <optional>

namespace longshore {

struct ApiError;
class LanePool;
class RateLimiter;

/// How many lanes and how large parts the line bears, by how its parts fare, and how fast they may
/// be sent: one decision for all uploads of an engine. Engine thread. Times are monotonic.
class LinePace
{
public:
    static constexpr int kMostLanes = 16;

    /// With as many lanes as there are. `lanes` and `limiter` outlive this, and are set by it
    /// alone; the limiter may be null.
    explicit LinePace(LanePool &lanes, RateLimiter *limiter = nullptr);

    /// So many lanes, as the user chose them; only parts that stall or take too long take some
    /// away for a while. 0: as many as the line is seen to want, up to kMostLanes.
    void setLanes(int lanes);

    /// Not faster than so many bytes/s; 0: no such limit.
    void setRateLimit(qint64 bytesPerSecond);
    /// Uses at most so much of the line, as LineShare takes it; 100: all of it. The lower limit
    /// counts.
    void setLinePercent(int percent);
    /// The limit of the moment, bytes/s; 0: none.
    qint64 rateLimit() const;
    /// The network is another one.
    void lineChanged();

    /// So many bytes more of any part were acknowledged, as far as the transport knows.
    void moved(qint64 bytes, std::chrono::milliseconds at);
    /// A part of so many bytes was confirmed; from and until when it was sent.
    void confirmed(qint64 bytes, std::chrono::milliseconds from, std::chrono::milliseconds until);
    /// A part of so many bytes has to be sent again. `stalled`: because nothing moved. Those of one
    /// break of the line count once.
    void failed(qint64 bytes, const ApiError &error, bool stalled, std::chrono::milliseconds at);
    /// Confirmed bytes/s of all lanes together lately, while any was in use; before anything was
    /// measured what was expected, 0: nothing is known.
    double rate() const;
    /// What an earlier run measured.
    void expect(double rate) { m_expected = rate; }
    /// How the parts of the next upload should be cut.
    LineHints hints() const;

private:
    void applyLimit();
    void stalled(qint64 bytes, std::chrono::milliseconds at);
    void cutTo(int lanes, std::chrono::milliseconds at);
    void use(int lanes);
    void measure(qint64 bytes, std::chrono::milliseconds from, std::chrono::milliseconds until);

    LanePool &m_lanes;
    RateLimiter *m_limiter;
    std::optional<LaneTuner> m_tuner; ///< none: the user chose
    std::optional<LineShare> m_share; ///< none: all of the line
    qint64 m_fixedLimit = 0; ///< bytes/s
    int m_most; ///< without a tuner
    int m_calm = 0; ///< parts confirmed in time since a lane was taken away or given
    int m_failures = 0; ///< breaks, less the parts confirmed since
    qint64 m_largestPart = 0; ///< bytes; 0: as large as they like
    double m_expected = 0;
    // Of late, the earlier the less it counts.
    double m_bytes = 0;
    std::chrono::duration<double> m_busy{0};
    // The latest stretch in which lanes were busy, and the end of the one before.
    std::chrono::milliseconds m_busyFrom{0};
    std::chrono::milliseconds m_busyUntil{0};
    std::chrono::milliseconds m_idleFrom{0};
    std::optional<std::chrono::milliseconds> m_failedAt;
    std::optional<std::chrono::milliseconds> m_stalledAt;
    std::optional<std::chrono::milliseconds> m_changedAt; ///< lanes were taken away for being slow
};

} // namespace longshore
