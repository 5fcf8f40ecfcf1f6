#pragma once

#include <QString>

namespace longshore::sandbox {

/// `prefix` and `length` lower-case hexadecimal digits from the system's random source.
QString randomHexId(QLatin1StringView prefix, int length);

/// `prefix` and `length` letters and digits from the system's random source.
QString randomAlphanumericId(QLatin1StringView prefix, int length);

} // namespace longshore::sandbox
