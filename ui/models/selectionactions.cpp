#include "ui/models/selectionactions.h"

namespace longshore {

UploadActions actionsFor(const UploadSnapshot &upload)
{
    using enum UploadAction;
    UploadActions actions;
    const bool created = !upload.uploadId.isEmpty();
    switch (upload.state) {
    case UploadState::Queued:
        actions = Pause | Cancel | Hold | Move;
        actions.setFlag(EditDetails, !created);
        break;
    case UploadState::Creating:
    case UploadState::Sending:
    case UploadState::Waiting:
        actions = Pause | Cancel | Hold | Move;
        break;
    case UploadState::Ready:
        // Not held any more it would be completed at once, which is what Complete says.
        actions = Pause | Cancel | Complete | Move;
        break;
    case UploadState::Completing:
        actions = Cancel;
        break;
    case UploadState::Paused:
        // What was not even begun leaves nothing behind at the service.
        actions = upload.asksToBegin ? SendAnyway | Remove : UploadActions(Resume);
        actions |= Cancel | Hold | Move;
        actions.setFlag(EditDetails, !created);
        break;
    case UploadState::Cancelling:
        break;
    case UploadState::Completed:
        actions = Remove;
        break;
    case UploadState::Cancelled:
        actions = Retry | EditDetails | Remove;
        break;
    case UploadState::Failed:
        actions = Retry | EditDetails | Remove | CopyError;
        break;
    case UploadState::Unknown:
        actions = Retry | CompleteAgain | StartOver | Remove | CopyError;
        break;
    }
    actions.setFlag(CopyFileId, !upload.fileId.isEmpty());
    return actions;
}

bool differsInPossibilities(const UploadSnapshot &one, const UploadSnapshot &other)
{
    return one.state != other.state || one.held != other.held
        || one.uploadId.isEmpty() != other.uploadId.isEmpty()
        || one.fileId.isEmpty() != other.fileId.isEmpty() || one.asksToBegin != other.asksToBegin
        || one.error.kind != other.error.kind;
}

} // namespace longshore
