#include "ui/details/partcolours.h"

#include "ui/semanticcolours.h"

#include <QPalette>

#include <algorithm>
#include <cmath>

namespace longshore {

namespace {

/// Degrees on the colour circle.
constexpr int kRed = 0;
constexpr int kAmber = 32;
/// Of the lines in a cell, as of text: WCAG 2's AA.
constexpr double kLegible = 4.5;
constexpr int kSaturation = 200;
constexpr int kLightnessStep = 4;

double linear(double channel)
{
    return channel <= 0.03928 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor &colour)
{
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF())
        + 0.0722 * linear(colour.blueF());
}

/// The colour of this hue that is nearest to the middle and still legible on `ground`.
QColor legible(int hue, const QColor &ground)
{
    const int step = luminance(ground) > 0.18 ? -kLightnessStep : kLightnessStep;
    int lightness = 128;
    QColor colour = QColor::fromHsl(hue, kSaturation, lightness);
    while (contrast(colour, ground) < kLegible && lightness + step >= 0
           && lightness + step <= 255) {
        lightness += step;
        colour = QColor::fromHsl(hue, kSaturation, lightness);
    }
    return colour;
}

} // namespace

PartColours::PartColours(const QPalette &palette)
    : confirmed(palette.color(QPalette::Highlight))
    , empty(palette.color(QPalette::Base))
{
    sent = mixed(confirmed, empty, 0.5);
    outline = mixed(palette.color(QPalette::Text), empty, 0.45);
    retry = legible(kAmber, empty);
    error = legible(kRed, empty);
    frame = palette.color(QPalette::Text);
}

double contrast(const QColor &first, const QColor &second)
{
    const double one = luminance(first) + 0.05;
    const double other = luminance(second) + 0.05;
    return std::max(one, other) / std::min(one, other);
}

} // namespace longshore
