#include "ui/details/partcellpainter.h"

#include <QFontMetrics>
#include <QPainter>

#include <algorithm>

namespace longshore {

namespace {

/// Between the lines of a hatch, as a share of a cell's height.
constexpr int kHatchesPerHeight = 3;

/// A pen of one or two pixels runs along the inner edge.
void outline(QPainter &painter, const QRect &rect, const QColor &colour, int width)
{
    for (int inset = 0; inset < width; ++inset) {
        const QRect line = rect.adjusted(inset, inset, -inset, -inset);
        painter.fillRect(line.left(), line.top(), line.width(), 1, colour);
        painter.fillRect(line.left(), line.bottom(), line.width(), 1, colour);
        painter.fillRect(line.left(), line.top(), 1, line.height(), colour);
        painter.fillRect(line.right(), line.top(), 1, line.height(), colour);
    }
}

/// The lowest `share` of `rect`; whatever there is shows.
QRect level(const QRect &rect, double share)
{
    if (share <= 0)
        return {};
    const int height = std::clamp(qRound(rect.height() * share), 1, rect.height());
    return {rect.left(), rect.bottom() + 1 - height, rect.width(), height};
}

void paintLevels(QPainter &painter, const QRect &rect, const CellLook &look,
                 const PartColours &colours)
{
    painter.fillRect(level(rect, look.confirmed + look.sent), colours.sent);
    painter.fillRect(level(rect, look.confirmed), colours.confirmed);
}

void paintHatch(QPainter &painter, const QRect &rect, const QColor &colour)
{
    const int step = std::max(rect.height() / kHatchesPerHeight, 3);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, 1));
    for (int left = rect.left() - rect.height(); left < rect.right(); left += step)
        painter.drawLine(left, rect.bottom() + 1, left + rect.height(), rect.top());
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void paintCross(QPainter &painter, const QRect &rect, const QColor &colour)
{
    const int side = std::min(rect.width(), rect.height());
    QRect square(0, 0, side, side);
    square.moveCenter(rect.center());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, 2));
    painter.drawLine(square.topLeft(), square.bottomRight());
    painter.drawLine(square.topRight(), square.bottomLeft());
    painter.setRenderHint(QPainter::Antialiasing, false);
}

/// On a ground of its own, so that the hatch does not run through it.
void paintAttempt(QPainter &painter, const QRect &rect, int attempt, const PartColours &colours)
{
    const QString text = QString::number(attempt);
    QRect ground = painter.fontMetrics().tightBoundingRect(text).adjusted(-2, -2, 2, 2);
    ground.moveCenter(rect.center());
    if (attempt <= 0 || !rect.contains(ground))
        return;
    painter.fillRect(ground, colours.empty);
    painter.setPen(colours.retry);
    painter.drawText(rect, Qt::AlignCenter, text);
}

} // namespace

void paintPartCell(QPainter &painter, const QRect &rect, const CellLook &look,
                   const PartColours &colours, CellFrame frame)
{
    painter.save();
    painter.setClipRect(rect, Qt::IntersectClip);
    painter.fillRect(rect, colours.empty);
    const QRect inside = rect.adjusted(1, 1, -1, -1);
    switch (look.state) {
    case PartState::Confirmed:
        painter.fillRect(rect, colours.confirmed);
        break;
    case PartState::Waiting:
    case PartState::Sending:
        paintLevels(painter, inside, look, colours);
        outline(painter, rect,
                look.state == PartState::Sending ? colours.confirmed : colours.outline, 1);
        break;
    case PartState::Retrying:
        paintHatch(painter, inside, colours.retry);
        outline(painter, rect, colours.retry, 1);
        paintAttempt(painter, inside, look.attempt, colours);
        break;
    case PartState::Failed:
        paintCross(painter, inside, colours.error);
        outline(painter, rect, colours.error, 1);
        break;
    }
    if (frame != CellFrame::None) {
        // A light line between keeps the frame apart from a solid cell of nearly its colour.
        outline(painter, rect, colours.frame, frame == CellFrame::Current ? 2 : 1);
        const int width = frame == CellFrame::Current ? 2 : 1;
        outline(painter, rect.adjusted(width, width, -width, -width), colours.empty, 1);
    }
    painter.restore();
}

} // namespace longshore
