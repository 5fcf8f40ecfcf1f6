#pragma once

#include <QtGlobal>

#include <atomic>
#include <chrono>

namespace longshore::sandbox {

/// The service's time: the system's, moved by hand. Thread-safe.
class ServiceClock
{
public:
    [[nodiscard]] std::chrono::milliseconds now() const
    {
        using namespace std::chrono;
        return duration_cast<milliseconds>(system_clock::now().time_since_epoch())
            + seconds(m_shift.load());
    }

    void advance(std::chrono::seconds by) { m_shift += by.count(); }

private:
    std::atomic<std::chrono::seconds::rep> m_shift{0};
};

/// Whole seconds since 1970, as the API writes times.
inline qint64 unixSeconds(std::chrono::milliseconds time)
{
    return std::chrono::floor<std::chrono::seconds>(time).count();
}

} // namespace longshore::sandbox
