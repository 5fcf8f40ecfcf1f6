#include "ui/models/helpfulaction.h"

#include "api/translated.h"
#include "ui/models/errorwords.h"

namespace longshore {

namespace {

HelpfulAction actionFor(const ApiError &error)
{
    switch (error.kind) {
    case ErrorKind::Auth:
        return HelpfulAction::EnterKey;
    case ErrorKind::Tls:
        return HelpfulAction::EditConnection;
    case ErrorKind::Refused:
        if (isFileUseless(error))
            return HelpfulAction::StartAgain;
        return isAboutPurpose(error) ? HelpfulAction::ChoosePurpose : HelpfulAction::Retry;
    case ErrorKind::FileChanged:
    case ErrorKind::Expired:
        return HelpfulAction::StartAgain;
    case ErrorKind::None:
    case ErrorKind::Usage:
    case ErrorKind::File:
    case ErrorKind::Network:
    case ErrorKind::Quota:
    case ErrorKind::BadAnswer:
    case ErrorKind::Preflight:
    case ErrorKind::Journal:
        break;
    }
    return HelpfulAction::Retry;
}

} // namespace

HelpfulAction helpfulAction(const UploadSnapshot &upload)
{
    switch (upload.state) {
    case UploadState::Failed:
        return actionFor(upload.error);
    case UploadState::Unknown:
        return HelpfulAction::LookAgain;
    case UploadState::Waiting:
        return HelpfulAction::RetryNow;
    case UploadState::Ready:
        return HelpfulAction::Complete;
    case UploadState::Cancelled:
        return HelpfulAction::StartAgain;
    case UploadState::Completed:
        return upload.fileId.isEmpty() ? HelpfulAction::None : HelpfulAction::CopyFileId;
    case UploadState::Paused:
        return upload.asksToBegin ? HelpfulAction::SendAnyway : HelpfulAction::None;
    case UploadState::Queued:
    case UploadState::Creating:
    case UploadState::Sending:
    case UploadState::Completing:
    case UploadState::Cancelling:
        break;
    }
    return HelpfulAction::None;
}

QString helpfulActionText(HelpfulAction action)
{
    switch (action) {
    case HelpfulAction::None:
        return {};
    case HelpfulAction::Retry:
        return tr("Try Again");
    case HelpfulAction::RetryNow:
        return tr("Retry Now");
    case HelpfulAction::StartAgain:
        return tr("Start Again");
    case HelpfulAction::EnterKey:
        return tr("Enter the Key…");
    case HelpfulAction::ChoosePurpose:
        return tr("Choose Another Purpose…");
    case HelpfulAction::EditConnection:
        return tr("Edit the Connection…");
    case HelpfulAction::LookAgain:
        return tr("Look Again");
    case HelpfulAction::CompleteAgain:
        return tr("Complete Again");
    case HelpfulAction::StartOver:
        return tr("Start Again…");
    case HelpfulAction::SendAnyway:
        return tr("Send Anyway");
    case HelpfulAction::Complete:
        return tr("Complete");
    case HelpfulAction::Cancel:
        return tr("Cancel");
    case HelpfulAction::Remove:
        return tr("Remove");
    case HelpfulAction::CopyFileId:
        return tr("Copy ID");
    }
    Q_UNREACHABLE();
}

QList<Choice> choicesFor(const UploadSnapshot &upload)
{
    switch (upload.state) {
    case UploadState::Unknown:
        return {{HelpfulAction::LookAgain,
                 tr("Asks the service whether the file is there by now. Nothing is sent.")},
                {HelpfulAction::CompleteAgain,
                 tr("Tells the service once more to make the file. It refuses if the file is there "
                    "already, and makes it if it is missing.")},
                {HelpfulAction::StartOver,
                 tr("Sends everything from the first byte. If this one did complete, there are two "
                    "files at the service then.")},
                {HelpfulAction::Remove,
                 tr("Leaves it to the service and takes it off the list. It can stay here as it "
                    "is, too: nothing is sent.")}};
    case UploadState::Failed:
    case UploadState::Waiting:
        return {{helpfulAction(upload), {}}};
    case UploadState::Paused:
        if (upload.asksToBegin) {
            return {{HelpfulAction::SendAnyway,
                     tr("Begins all the same. If the upload expires first, what was sent is "
                        "lost.")},
                    {HelpfulAction::Cancel, tr("Sends nothing.")}};
        }
        break;
    case UploadState::Queued:
    case UploadState::Creating:
    case UploadState::Sending:
    case UploadState::Ready:
    case UploadState::Completing:
    case UploadState::Completed:
    case UploadState::Cancelling:
    case UploadState::Cancelled:
        break;
    }
    return {};
}

} // namespace longshore
