#pragma once

#include "transfer/uploadstate.h"

#include <QList>
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
    CompleteAgain, ///< sends complete once more
    StartOver, ///< from the first byte, though it may have completed: asks first
    SendAnyway, ///< begins what will hardly be done in time
    Complete,
    Cancel,
    Remove, ///< from the list
    CopyFileId,
};

/// The one action that helps most with an upload as it stands.
HelpfulAction helpfulAction(const UploadSnapshot &upload);
/// What its button says; empty for None.
QString helpfulActionText(HelpfulAction action);

/// One way to go on, where the user decides.
struct Choice
{
    HelpfulAction action = HelpfulAction::None;
    QString explanation; ///< what it does, a sentence; empty where the button says it all

    bool operator==(const Choice &) const = default;
};

/// What can be done about an upload that is in trouble or needs a decision, the most helpful first.
/// None for one that goes well.
QList<Choice> choicesFor(const UploadSnapshot &upload);

} // namespace longshore
