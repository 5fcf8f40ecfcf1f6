#include "ui/semanticcolours.h"

namespace longshore {

namespace {

constexpr QRgb kTroubleOnLight = 0xffb3261e;
constexpr QRgb kTroubleOnDark = 0xffff8a80;
constexpr QRgb kNoticeOnLight = 0xff8a5a00;
constexpr QRgb kNoticeOnDark = 0xffffc560;
constexpr qreal kQuietShare = 0.68;

} // namespace

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness()
        < palette.color(QPalette::WindowText).lightness();
}

QColor troubleColour(const QPalette &palette)
{
    return QColor::fromRgb(isDark(palette) ? kTroubleOnDark : kTroubleOnLight);
}

QColor noticeColour(const QPalette &palette)
{
    return QColor::fromRgb(isDark(palette) ? kNoticeOnDark : kNoticeOnLight);
}

QColor quietColour(const QPalette &palette)
{
    return mixed(palette.color(QPalette::Text), palette.color(QPalette::Base), kQuietShare);
}

QColor mixed(const QColor &first, const QColor &second, qreal share)
{
    const auto mix = [share](int one, int other) {
        return static_cast<int>(one * share + other * (1 - share) + 0.5);
    };
    return {mix(first.red(), second.red()), mix(first.green(), second.green()),
            mix(first.blue(), second.blue())};
}

} // namespace longshore
