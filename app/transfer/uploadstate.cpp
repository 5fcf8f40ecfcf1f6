#include "transfer/uploadstate.h"

namespace longshore {

QString uploadStateName(UploadState state)
{
    switch (state) {
    case UploadState::Queued:
        return QStringLiteral("queued");
    case UploadState::Creating:
        return QStringLiteral("creating");
    case UploadState::Sending:
        return QStringLiteral("sending");
    case UploadState::Ready:
        return QStringLiteral("ready");
    case UploadState::Completing:
        return QStringLiteral("completing");
    case UploadState::Completed:
        return QStringLiteral("completed");
    case UploadState::Cancelling:
        return QStringLiteral("cancelling");
    case UploadState::Cancelled:
        return QStringLiteral("cancelled");
    case UploadState::Paused:
        return QStringLiteral("paused");
    case UploadState::Waiting:
        return QStringLiteral("waiting");
    case UploadState::Failed:
        return QStringLiteral("failed");
    case UploadState::Unknown:
        return QStringLiteral("unknown");
    }
    Q_UNREACHABLE();
}

bool isEnded(UploadState state)
{
    return state == UploadState::Completed || state == UploadState::Cancelled
        || state == UploadState::Failed || state == UploadState::Unknown;
}

} // namespace longshore
