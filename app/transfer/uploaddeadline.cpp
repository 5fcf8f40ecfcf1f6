#include "transfer/uploaddeadline.h"

#include <algorithm>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// Clocks are told in whole seconds: a refusal this close to the end is the end.
constexpr auto kTolerance = 2s;

} // namespace

qint64 UploadDeadline::offset() const
{
    return m_serviceClock.offset().value_or(m_upload->clockOffset);
}

qint64 UploadDeadline::inOurTime() const
{
    return m_upload ? m_upload->expiresAt - offset() : 0;
}

bool UploadDeadline::isPast() const
{
    return m_upload && left() <= kTolerance;
}

std::chrono::seconds UploadDeadline::left() const
{
    if (!m_upload)
        return std::chrono::seconds::max();
    return std::chrono::seconds(
        std::max(qint64(0), inOurTime() - m_clock.utc().toSecsSinceEpoch()));
}

std::chrono::seconds UploadDeadline::life() const
{
    return m_upload ? std::chrono::seconds(m_upload->expiresAt - m_upload->createdAt)
                    : std::chrono::seconds::max();
}

} // namespace longshore
