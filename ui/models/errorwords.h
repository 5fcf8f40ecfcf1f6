#pragma once

#include "transfer/uploadstate.h"

#include <QString>

namespace longshore {

/// The service names the field or speaks of it.
bool isAboutPurpose(const ApiError &error);
/// The upload completed, but the service found its file to be of no use.
bool isFileUseless(const ApiError &error);
/// What went wrong, as a sentence without the service's words.
QString errorSentence(const ApiError &error);
/// What the user can do next, as a sentence; may be empty.
QString errorAdvice(const ApiError &error);
/// The service's (or the system's) own words with HTTP status, code and request id; may be empty.
QString errorDetails(const ApiError &error);
/// All of them, a line each: for the clipboard.
QString errorReport(const UploadSnapshot &upload);

} // namespace longshore
