#pragma once

#include <QList>
#include <QtGlobal>

#include <chrono>
#include <optional>

namespace longshore {

/// Which limit leaves a share of the line free. How fast the line is nobody tells: it is measured
/// by sending without the limit for some seconds. What that takes of the others' share the limit
/// gives back until the next time.
///
///   open ──lanes settled, rate steady──▶ limited      limited ──a minute, or far slower than the
///   limit, or more lanes than were measured──▶ open
///
/// Works on the bytes that all lanes together had acknowledged. Small files, which wait for
/// answers, are no measure. Where only buffers are seen a slow line is never measured, and never
/// limited. Runs no timer: it is told what moves. Times are monotonic.
class LineShare
{
public:
    static constexpr int kLeastPercent = 50;
    static constexpr int kMostPercent = 95;

    /// At most so much of the line is used, kLeastPercent to kMostPercent.
    explicit LineShare(int percent);

    /// What counts beside it, bytes/s: measuring sends no faster. 0: nothing.
    void setFixedLimit(qint64 bytesPerSecond);
    /// The line is another one, or its lanes are: what was measured says nothing more.
    void forget();

    /// So many bytes more were acknowledged, while so many lanes were in use. `settled`: nobody is
    /// trying out other lanes, or about to.
    void moved(qint64 bytes, int inUse, bool settled, std::chrono::milliseconds now);
    /// So many of them were a part that waits for answers rather than for the line.
    void smallPartMoved(qint64 bytes) { m_smallBytes += bytes; }

    /// Bytes/s; 0: none, as while measuring.
    qint64 limit() const { return m_isOpen ? 0 : m_limit; }

private:
    struct Stretch
    {
        double rate; ///< bytes/s
        double lanes; ///< in use
    };

    void beginStretch(std::chrono::milliseconds now);
    void look(const Stretch &stretch, bool settled, std::chrono::milliseconds now);
    void lookWhileOpen(bool settled, std::chrono::milliseconds now);
    void lookWhileLimited(std::chrono::milliseconds now);
    void open(bool urgent, std::chrono::milliseconds now);
    void close(const Stretch &measured, std::chrono::milliseconds now);
    void take(const Stretch &measured);
    Stretch latest(qsizetype stretches, qsizetype before = 0) const;

    const double m_share;
    qint64 m_fixed = 0; ///< bytes/s
    bool m_isOpen = true;
    bool m_isUrgent = false; ///< open because the limit was too high
    bool m_isAtSpeed = false; ///< connections had time for it since it was opened
    double m_line = 0; ///< bytes/s; 0: not known, or at least m_fixed
    double m_lanes = 0; ///< in use when that was measured
    bool m_isDoubted = false; ///< fewer lanes were slower since
    qint64 m_limit = 0;

    QList<Stretch> m_stretches; ///< since it was opened or limited
    // The stretch that is being measured.
    std::optional<std::chrono::milliseconds> m_movedAt;
    std::chrono::milliseconds m_from{0};
    qint64 m_bytes = 0;
    qint64 m_smallBytes = 0;
    int m_samples = 0;
    int m_settledSamples = 0;
    int m_laneSum = 0;

    std::chrono::milliseconds m_openedAt{0};
    std::chrono::milliseconds m_closedAt{0};
    qint64 m_openBytes = 0; ///< since it was opened
    std::chrono::milliseconds m_openAt{0}; ///< the next time
};

} // namespace longshore
