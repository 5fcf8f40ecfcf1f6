#pragma once

#include "api/apierror.h"

#include <QString>

namespace longshore {

/// What happened, to which part, in the service's words and with the ids that its support asks for;
/// one line, nothing escaped.
QString errorText(const ApiError &error);

/// What to do next: the error's own advice, or what helps with errors of its kind; may be empty.
QString adviceText(const ApiError &error);

} // namespace longshore
