#pragma once

#include <QColor>

class QPalette;

namespace longshore {

/// What parts and their troubles are painted in, derived from a palette, so that it fits light and
/// dark.
struct PartColours
{
    explicit PartColours(const QPalette &palette);

    QColor confirmed;
    QColor sent; ///< under way
    QColor outline;
    QColor empty;
    QColor retry;
    QColor error;
    QColor frame; ///< of what is selected
};

/// Contrast of two colours as WCAG 2 defines it, 1 … 21.
double contrast(const QColor &first, const QColor &second);

} // namespace longshore
