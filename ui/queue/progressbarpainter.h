#pragma once

#include <QPalette>
#include <QRect>
#include <QString>

class QPainter;

namespace longshore {

struct ProgressBarLook
{
    qint64 confirmed = 0; ///< bytes
    qint64 inFlight = 0; ///< bytes sent but not confirmed
    qint64 total = 0; ///< bytes
    QString text;
    bool quiet = false; ///< nothing goes on
    bool trouble = false;
    bool selected = false; ///< on the colour of a selected row
};

/// A bar in which confirmed bytes are solid and those in flight are hatched. Uses the painter's
/// font.
void paintProgressBar(QPainter *painter, const QRect &area, const QPalette &palette,
                      Qt::LayoutDirection direction, const ProgressBarLook &look);

} // namespace longshore
