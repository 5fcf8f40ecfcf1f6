#pragma once

#include "transfer/clock.h"
#include "transfer/uploadchange.h"

#include <QString>

#include <chrono>
#include <optional>

namespace longshore {

/// When the hour of an upload ends, by the service's clock. Without an upload there is no end.
class UploadDeadline
{
public:
    explicit UploadDeadline(const Clock &clock)
        : m_clock(clock)
    {
    }

    void set(const std::optional<UploadCreated> &upload) { m_upload = upload; }
    bool isPast() const;
    /// Until the end; none left: 0.
    std::chrono::seconds left() const;
    /// From create to the end.
    std::chrono::seconds life() const;

private:
    qint64 serviceNow() const;

    const Clock &m_clock;
    std::optional<UploadCreated> m_upload;
};

/// Why a line that brought `confirmed` bytes in `elapsed` can't bring `bytes` within `life`: the
/// arithmetic as a sentence; empty if it can. Pure.
QString whyTooSlow(qint64 confirmed, std::chrono::milliseconds elapsed, std::chrono::seconds life,
                   qint64 bytes);

} // namespace longshore
