#pragma once

#include "transfer/serviceclock.h"
#include "transfer/uploadchange.h"

#include <chrono>
#include <optional>

namespace longshore {

/// When the hour of an upload ends, by the service's clock. Without an upload there is no end.
class UploadDeadline
{
public:
    UploadDeadline(const Clock &clock, const ServiceClock &serviceClock)
        : m_clock(clock)
        , m_serviceClock(serviceClock)
    {
    }

    void set(const std::optional<UploadCreated> &upload);
    /// While the service was not heard of in this run only after a whole life: our clock alone is
    /// no reason to give up what may live.
    bool isPast() const;
    /// Until the end; none left: 0.
    std::chrono::seconds left() const;
    /// From create to the end.
    std::chrono::seconds life() const;
    /// The end in Unix seconds of our clock, however wrong that is; 0 without an upload.
    qint64 inOurTime() const;

private:
    qint64 offset() const;

    const Clock &m_clock;
    const ServiceClock &m_serviceClock;
    std::optional<UploadCreated> m_upload;
    std::chrono::milliseconds m_setAt{0}; ///< monotonic
};

} // namespace longshore
