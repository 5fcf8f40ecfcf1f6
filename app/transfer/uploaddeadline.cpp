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
    if (!m_upload)
        return false;
    return m_serviceClock.isHeard() ? left() <= kTolerance
                                    : m_clock.monotonic() - m_setAt >= life();
}

void UploadDeadline::set(const std::optional<UploadCreated> &upload)
{
    m_upload = upload;
    m_setAt = m_clock.monotonic();
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
