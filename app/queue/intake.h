#pragma once

#include "api/endpoint.h"
#include "queue/journal.h"
#include "queue/uploadrequest.h"
#include "transfer/uploadstate.h"

#include <QList>

#include <optional>

namespace longshore {

/// What became of a request once its files were looked at.
struct IntakeResult
{
    StoredUpload upload; ///< without key and identity
    QList<WarningEvent> warnings;
    QString blamedPath; ///< as the user gave it
    ApiError error; ///< set: refused
};

/// Looks at the files of a request (regular, readable, not empty, within the limits, newline at the
/// end where JSONL is combined or cut at lines) and plans the parts. Reads files: for pool threads.
IntakeResult examine(const UploadRequest &request, const Endpoint &endpoint);

/// Why `order` can't be the order of an upload of `parts` parts; no error if it can.
std::optional<ApiError> orderProblem(const QList<int> &order, qsizetype parts);

/// The request that leads to the same upload with the files as they are now.
UploadRequest requestOf(const StoredUpload &upload);

} // namespace longshore
