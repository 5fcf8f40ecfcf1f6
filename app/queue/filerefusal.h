#pragma once

#include "api/apierror.h"

#include <QString>

#include <optional>

namespace longshore {

/// Why a file of `bytes` can't be uploaded where `mostBytes` are the limit: nothing is in it, or
/// too much. Pure.
std::optional<ApiError> sizeRefusal(const QString &name, qint64 bytes, qint64 mostBytes);

} // namespace longshore
