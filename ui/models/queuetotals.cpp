#include "ui/models/queuetotals.h"

#include "cli/humantext.h"

#include <algorithm>

namespace longshore {

void QueueTotals::add(const UploadSnapshot &upload)
{
    count(upload, 1);
}

void QueueTotals::noteCompleted(qint64 bytes)
{
    m_completedBytes += bytes;
    if (unfinished() == 0)
        m_completedBytes = 0;
}

int QueueTotals::percent() const
{
    return percentOf(m_confirmed + m_completedBytes, m_bytes + m_completedBytes);
}

void QueueTotals::take(const UploadSnapshot &upload)
{
    count(upload, -1);
}

double QueueTotals::rate() const
{
    // Sums of floating point numbers that come and go leave a trace, which is no rate.
    return m_running > 0 ? std::max(m_rate, 0.0) : 0.0;
}

void QueueTotals::count(const UploadSnapshot &upload, int sign)
{
    m_uploads += sign;
    switch (upload.state) {
    case UploadState::Queued:
        m_queued += sign;
        break;
    case UploadState::Creating:
    case UploadState::Sending:
    case UploadState::Waiting:
    case UploadState::Completing:
    case UploadState::Cancelling:
        m_running += sign;
        break;
    case UploadState::Paused:
        (upload.asksToBegin ? m_asking : m_paused) += sign;
        break;
    case UploadState::Ready:
        m_ready += sign;
        break;
    case UploadState::Failed:
        m_failed += sign;
        return;
    case UploadState::Unknown:
        m_unknown += sign;
        return;
    case UploadState::Completed:
    case UploadState::Cancelled:
        m_ended += sign;
        return;
    }
    if (upload.expiresAt != 0)
        m_live += sign;
    m_lanes += sign * upload.lanes;
    // The others keep the rate that they had.
    if (upload.state == UploadState::Sending)
        m_rate += sign * upload.rate;
    m_bytes += sign * upload.bytes;
    m_confirmed += sign * upload.confirmed;
    m_unsent += sign * upload.unsent();
}

} // namespace longshore
