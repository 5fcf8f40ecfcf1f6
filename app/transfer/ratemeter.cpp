#include "transfer/ratemeter.h"

#include <algorithm>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// Finer samples would only cost memory: 15 s of them are 60.
constexpr auto kSampleDistance = 250ms;
// A rate over less is noise.
constexpr std::chrono::milliseconds kShortestSpan = 500ms;

} // namespace

void RateMeter::add(std::chrono::milliseconds now, qint64 total)
{
    if (m_samples.empty())
        m_begunAt = now;
    // The last sample keeps moving until it is far enough from the one before.
    const auto count = m_samples.size();
    if (count >= 2 && now - m_samples[count - 2].at < kSampleDistance)
        m_samples.back() = {now, total};
    else
        m_samples.push_back({now, total});
    while (m_samples.size() > 2 && now - m_samples[1].at >= m_window)
        m_samples.pop_front();
}

double RateMeter::rate(std::chrono::milliseconds now) const
{
    if (m_samples.size() < 2)
        return 0;
    const auto wanted = std::clamp((now - m_begunAt) / 3, kShortestSpan, m_window);
    const auto later = std::upper_bound(
        m_samples.begin() + 1, m_samples.end(), now - wanted,
        [](std::chrono::milliseconds at, const Sample &sample) { return at < sample.at; });
    const Sample &from = *std::prev(later);
    const auto span = now - from.at;
    if (span < kShortestSpan)
        return 0;
    const qint64 moved = std::max(qint64(0), m_samples.back().total - from.total);
    return static_cast<double>(moved) * 1000.0 / static_cast<double>(span.count());
}

} // namespace longshore
