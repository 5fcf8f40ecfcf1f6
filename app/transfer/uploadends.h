#pragma once

#include "api/apierror.h"
#include "transfer/filestamp.h"

#include <QString>

#include <chrono>

namespace longshore {

/// The error that an upload ends with when a file of it changed or can't be read.
ApiError errorOfFile(const FileProblem &problem);

/// What happened to an upload that the service has no more, as a sentence. `error` may be empty if
/// it was never asked.
QString whatIsGone(const ApiError &error, bool expired);

/// The error that such an upload ends with when it is not begun again. `tooSlow`: why the line
/// can't bring it, may be empty.
ApiError errorOfGone(const ApiError &error, bool expired, const QString &tooSlow);

/// Why a request ended whose connection died with the network it was made in.
QString connectionGivenUp();

/// The error of a held upload that the user let expire.
ApiError errorOfHoldEnd();

/// Says that a held upload is about to expire.
QString holdExpiresText(std::chrono::seconds left, bool paused);

} // namespace longshore
