#include "cli/humantext.h"

#include <QDateTime>
#include <QList>

#include <algorithm>
#include <array>
#include <cmath>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// A remaining time beyond this says nothing to anybody.
constexpr double kLongestTimeLeft = 100.0 * 24 * 3600;

/// From Hangul Jamo on, characters may be two columns wide.
constexpr char32_t kFirstWide = 0x1100;

bool isInvisible(char32_t character)
{
    switch (QChar::category(character)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_Surrogate:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    default:
        return false;
    }
}

int columnsOf(char32_t character)
{
    return character < kFirstWide ? 1 : 2;
}

} // namespace

QString bytesText(qint64 bytes)
{
    constexpr std::array kUnits{"kB"_L1, "MB"_L1, "GB"_L1, "TB"_L1};
    constexpr qint64 kStep = 1000;
    if (bytes < kStep)
        return u"%1 B"_s.arg(bytes);
    // Rounded to tenths in integers, so that 999,999 bytes are 1.0 MB and never 1000.0 kB.
    qint64 unitBytes = kStep;
    std::size_t unit = 0;
    const auto tenths = [&] { return (bytes / (unitBytes / 20) + 1) / 2; };
    while (tenths() >= kStep * 10 && unit + 1 < kUnits.size()) {
        unitBytes *= kStep;
        ++unit;
    }
    return u"%1.%2 %3"_s.arg(tenths() / 10).arg(tenths() % 10).arg(kUnits.at(unit));
}

QString rateText(double bytesPerSecond)
{
    const bool known = std::isfinite(bytesPerSecond) && bytesPerSecond > 0;
    return bytesText(known ? qRound64(bytesPerSecond) : 0) + u"/s"_s;
}

QString durationText(std::chrono::seconds duration)
{
    const qint64 seconds = std::max<qint64>(duration.count(), 0);
    if (seconds < 60)
        return u"%1 s"_s.arg(seconds);
    if (seconds < 3600)
        return u"%1 min %2 s"_s.arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
    return u"%1 h %2 min"_s.arg(seconds / 3600).arg(seconds % 3600 / 60, 2, 10, QLatin1Char('0'));
}

QString clockText(qint64 unixMs)
{
    return QDateTime::fromMSecsSinceEpoch(unixMs).toString(u"HH:mm:ss"_s);
}

int percentOf(qint64 part, qint64 whole)
{
    if (whole <= 0)
        return 0;
    const qint64 percent = part * 100 / whole;
    return static_cast<int>(std::clamp<qint64>(percent, 0, part < whole ? 99 : 100));
}

std::optional<std::chrono::seconds> timeLeft(qint64 bytesLeft, double bytesPerSecond)
{
    if (!std::isfinite(bytesPerSecond) || bytesPerSecond <= 0)
        return std::nullopt;
    const double seconds = std::ceil(static_cast<double>(bytesLeft) / bytesPerSecond);
    if (seconds > kLongestTimeLeft)
        return std::nullopt;
    return std::chrono::seconds(static_cast<qint64>(seconds));
}

QString escaped(const QString &text)
{
    QString result;
    for (const char32_t character : text.toUcs4()) {
        if (character == U'\n')
            result += u"\\n"_s;
        else if (character == U'\r')
            result += u"\\r"_s;
        else if (character == U'\t')
            result += u"\\t"_s;
        else if (isInvisible(character))
            result += u"\\u{%1}"_s.arg(QString::number(character, 16).toUpper());
        else
            result += QString::fromUcs4(&character, 1);
    }
    return result;
}

QString cutToWidth(const QString &text, int columns)
{
    const QString more = columns > 3 ? u"..."_s : QString();
    const int columnsBeforeMore = columns - static_cast<int>(more.size());
    QString cut;
    int width = 0;
    for (const char32_t character : text.toUcs4()) {
        width += columnsOf(character);
        if (width > columns)
            return cut + more;
        if (width <= columnsBeforeMore)
            cut += QString::fromUcs4(&character, 1);
    }
    return text;
}

} // namespace longshore
