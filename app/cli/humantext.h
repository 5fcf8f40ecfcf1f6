#pragma once

#include <QString>

#include <chrono>
#include <optional>

namespace longshore {

// Values as people read them. Pure.

/// Decimal: "999 B", "1.5 kB", "640.0 MB".
QString bytesText(qint64 bytes);
/// "12.3 MB/s"
QString rateText(double bytesPerSecond);
/// "45 s", "3 min 20 s", "1 h 05 min"
QString durationText(std::chrono::seconds duration);
/// Local time of day, "12:03:10"; `unixMs` in Unix ms.
QString clockText(qint64 unixMs);
/// Whole percent, rounded down: 100 only when all is there.
int percentOf(qint64 part, qint64 whole);
/// What is left at this rate; none while the rate says nothing.
std::optional<std::chrono::seconds> timeLeft(qint64 bytesLeft, double bytesPerSecond);

/// Control characters, line ends, bidirectional overrides and other invisible format characters as
/// \n, \t or \u{202E}: what comes from file names and services can't move the cursor or turn the
/// text around.
QString escaped(const QString &text);

/// At most `columns` wide on a terminal, cut ones ending in "...". Never wider, where a character's
/// width is in doubt.
QString cutToWidth(const QString &text, int columns);

} // namespace longshore
