#pragma once

#include <QColor>
#include <QPalette>

namespace longshore {

// Colours that mean something, made to be read on the palette's window or base colour, light or
// dark.

bool isDark(const QPalette &palette);
/// For text and marks of what went wrong.
QColor troubleColour(const QPalette &palette);
/// For what wants attention without being wrong, such as the sandbox.
QColor noticeColour(const QPalette &palette);
/// For text that matters less than its neighbour.
QColor quietColour(const QPalette &palette);
/// `first` and `second` mixed; `share` of the first is 0 to 1.
QColor mixed(const QColor &first, const QColor &second, qreal share);

} // namespace longshore
