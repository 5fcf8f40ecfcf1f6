#pragma once

#include <QString>

#include <optional>

namespace longshore {

/// Bytes of a size as people write it: digits alone, or with k, kB, M, MB, G, GB (decimal) or KiB,
/// MiB, GiB (binary), in any case. None for anything else: a sign, a fraction, a space, another
/// unit, more than 2^63-1 bytes.
std::optional<qint64> parseSize(const QString &text);

/// A whole number of ASCII digits, without a sign; none for anything else or over 2^63-1.
std::optional<qint64> parseWholeNumber(QStringView text);

} // namespace longshore
