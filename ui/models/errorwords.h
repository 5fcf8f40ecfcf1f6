#pragma once

#include "transfer/uploadstate.h"

#include <QString>

namespace longshore {

/// What one press does about an upload, from where its row is.
enum class HelpfulAction {
    None,
    Retry, ///< once more; what was confirmed and lives is not sent again
    RetryNow, ///< ends the wait before a retry
    StartAgain, ///< from the start, with the file as it is now
    EnterKey,
    ChoosePurpose,
    EditConnection,
    LookAgain, ///< asks the service whether it completed
    Complete,
    CopyFileId,
};

/// The one action that helps most with an upload as it stands.
HelpfulAction helpfulAction(const UploadSnapshot &upload);
/// What its button says; empty for None.
QString helpfulActionText(HelpfulAction action);

/// What went wrong, as a sentence without the service's words.
QString errorSentence(const ApiError &error);
/// What the user can do next, as a sentence; may be empty.
QString errorAdvice(const ApiError &error);
/// The service's (or the system's) own words with HTTP status, code and request id; may be empty.
QString errorDetails(const ApiError &error);
/// All of them, a line each: for the clipboard.
QString errorReport(const UploadSnapshot &upload);

} // namespace longshore
