#pragma once

#include "api/apierror.h"
#include "transfer/filestamp.h"

#include <QString>

namespace longshore {

/// The error that an upload ends with when a file of it changed or can't be read.
ApiError errorOfFile(const FileProblem &problem);

/// What happened to an upload that the service has no more, as a sentence. `error` may be empty if
/// it was never asked.
QString whatIsGone(const ApiError &error, bool expired);

/// The error that such an upload ends with when it is not begun again. `tooSlow`: why the line
/// can't bring it, may be empty.
ApiError errorOfGone(const ApiError &error, bool expired, const QString &tooSlow);

} // namespace longshore
