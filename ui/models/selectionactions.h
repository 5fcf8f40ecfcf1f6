#pragma once

#include "transfer/uploadstate.h"

#include <QFlags>

namespace longshore {

/// What can be done about an upload.
enum class UploadAction {
    Pause = 1 << 0,
    Resume = 1 << 1,
    Cancel = 1 << 2,
    Retry = 1 << 3,
    Complete = 1 << 4,
    Hold = 1 << 5, ///< switch it on or off
    EditDetails = 1 << 6, ///< purpose and MIME type
    Remove = 1 << 7,
    Move = 1 << 8, ///< in the queue
    CopyFileId = 1 << 9,
    CopyError = 1 << 10,
    SendAnyway = 1 << 11, ///< begin what will hardly be done in time
    CompleteAgain = 1 << 12, ///< send complete once more, though it may have completed
    StartOver = 1 << 13, ///< from the first byte, though it may have completed
};
/// How many there are.
inline constexpr int kUploadActions = 14;
Q_DECLARE_FLAGS(UploadActions, UploadAction)
Q_DECLARE_OPERATORS_FOR_FLAGS(UploadActions)

/// What can be done about one upload as it stands. Pure.
UploadActions actionsFor(const UploadSnapshot &upload);
/// Whether something else may be possible with an upload as it is than as it was. Pure.
bool differsInPossibilities(const UploadSnapshot &one, const UploadSnapshot &other);

} // namespace longshore
