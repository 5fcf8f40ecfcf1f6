#include "cli/sizes.h"

#include <algorithm>
#include <array>
#include <limits>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

struct Unit
{
    QLatin1StringView name;
    qint64 bytes;
};

constexpr std::array kUnits{Unit{""_L1, 1},
                            Unit{"k"_L1, 1'000},
                            Unit{"kb"_L1, 1'000},
                            Unit{"m"_L1, 1'000'000},
                            Unit{"mb"_L1, 1'000'000},
                            Unit{"g"_L1, 1'000'000'000},
                            Unit{"gb"_L1, 1'000'000'000},
                            Unit{"kib"_L1, 1LL << 10},
                            Unit{"mib"_L1, 1LL << 20},
                            Unit{"gib"_L1, 1LL << 30}};

/// QStringView's own way would take the Kelvin sign for a k.
bool isUnit(QStringView text, QLatin1StringView name)
{
    return text.size() == name.size()
        && std::equal(text.begin(), text.end(), name.begin(), [](QChar character, char expected) {
               return character.unicode() < 0x80 && character.toLower() == QLatin1Char(expected);
           });
}

bool isAsciiDigit(QChar character)
{
    return character >= u'0' && character <= u'9';
}

} // namespace

std::optional<qint64> parseWholeNumber(QStringView text)
{
    // QString::toLongLong() would also take signs, spaces and other scripts' digits.
    if (text.isEmpty() || !std::all_of(text.begin(), text.end(), isAsciiDigit))
        return std::nullopt;
    bool fits = false;
    const qint64 number = text.toLongLong(&fits);
    return fits ? std::optional(number) : std::nullopt;
}

std::optional<qint64> parseSize(const QString &text)
{
    const auto firstOfUnit = std::find_if_not(text.begin(), text.end(), isAsciiDigit);
    const qsizetype digits = std::distance(text.begin(), firstOfUnit);
    const QStringView unitText = QStringView(text).sliced(digits);
    const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit &candidate) {
        return isUnit(unitText, candidate.name);
    });
    const std::optional<qint64> number = parseWholeNumber(QStringView(text).first(digits));
    if (unit == kUnits.end() || !number)
        return std::nullopt;
    if (*number > std::numeric_limits<qint64>::max() / unit->bytes)
        return std::nullopt;
    return *number * unit->bytes;
}

} // namespace longshore
