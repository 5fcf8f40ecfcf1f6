#pragma once

#include "transfer/uploadspec.h"
#include "transfer/uploadstate.h"

#include <QString>

namespace longshore {

/// An upload as the journal keeps it.
struct StoredUpload
{
    UploadSpec spec;
    QString identity; ///< EngineSettings::journalIdentity()
    QString combineName; ///< empty: not combined
    qint64 addedAt = 0; ///< Unix seconds of our clock
    qint64 position = 0; ///< place in the queue
    StoredProgress progress;
    /// Queued (whatever is unfinished), Completed, Cancelled, Failed or Unknown.
    UploadState state = UploadState::Queued;
    ApiError error; ///< where Failed; where Unknown only its message, the reason
    QString fileId; ///< where Completed
    /// Where Completed or Cancelled and read from the journal, which doesn't keep their parts.
    int partCount = 0;

    /// What has to be equal for a resume: identity, canonical paths, sizes, times, file ids,
    /// purpose, mime type, combine name; as a hex hash, fit for a file name. The device number is
    /// left out: it changes when a disk is mounted anew.
    QString matchKey() const;

    bool isEndedForGood() const;
    /// Whether an upload can be like this, where no seals tell that it was written so.
    bool isPlausible() const;

    bool operator==(const StoredUpload &) const = default;
};

} // namespace longshore
