#pragma once

#include <QtGlobal>

#include <chrono>
#include <deque>

namespace longshore {

/// A moving average over the last stretch of time, and over the last third of all at most: smooth
/// enough to show, quick enough to follow a line that changes, and not held back by how connections
/// gathered speed and lanes were tried.
class RateMeter
{
public:
    explicit RateMeter(std::chrono::milliseconds window = std::chrono::seconds(15))
        : m_window(window)
    {
    }

    /// `total` bytes had been moved at `now` (monotonic). May fall when a part has to be sent
    /// again.
    void add(std::chrono::milliseconds now, qint64 total);
    /// Bytes/s; 0 until half a second has been seen.
    double rate(std::chrono::milliseconds now) const;
    void clear() { m_samples.clear(); }

private:
    struct Sample
    {
        std::chrono::milliseconds at;
        qint64 total;
    };

    std::chrono::milliseconds m_window;
    std::chrono::milliseconds m_begunAt{0};
    std::deque<Sample> m_samples;
};

} // namespace longshore
