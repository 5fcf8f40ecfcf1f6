#include "ui/queue/progressbarpainter.h"

#include "ui/semanticcolours.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyle>

#include <algorithm>

namespace longshore {

namespace {

/// Colours below it carry white text.
constexpr int kDarkLightness = 140;
constexpr qreal kInFlightShare = 0.35;
/// On the colour of a selected row the text is as bright as the fill.
constexpr qreal kSelectedInFlightShare = 0.15;
constexpr qreal kSelectedHatchShare = 0.45;
constexpr qreal kQuietFillShare = 0.35;

int widthOf(qint64 bytes, qint64 total, int width)
{
    if (total <= 0)
        return 0;
    const double share = static_cast<double>(bytes) / static_cast<double>(total);
    return static_cast<int>(std::clamp(share, 0.0, 1.0) * width);
}

} // namespace

void paintProgressBar(QPainter *painter, const QRect &area, const QPalette &palette,
                      Qt::LayoutDirection direction, const ProgressBarLook &look)
{
    const auto colour = [&palette](QPalette::ColorRole role) {
        return palette.color(QPalette::Active, role);
    };
    const QColor base = colour(look.selected ? QPalette::Highlight : QPalette::Base);
    const QColor text = colour(look.selected ? QPalette::HighlightedText : QPalette::Text);
    QColor fill = colour(look.selected ? QPalette::HighlightedText : QPalette::Highlight);
    if (look.trouble && !look.selected)
        fill = troubleColour(palette);
    if (look.quiet)
        fill = mixed(text, base, kQuietFillShare);

    const int confirmedWidth = widthOf(look.confirmed, look.total, area.width());
    const int sentWidth = widthOf(look.confirmed + look.inFlight, look.total, area.width());
    QRect confirmed = area;
    confirmed.setWidth(confirmedWidth);
    QRect inFlight = area;
    inFlight.setLeft(area.left() + confirmedWidth);
    inFlight.setWidth(std::max(sentWidth - confirmedWidth, 0));
    confirmed = QStyle::visualRect(direction, area, confirmed);
    inFlight = QStyle::visualRect(direction, area, inFlight);

    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const qreal radius = area.height() / 5.0;
    QPainterPath outline;
    outline.addRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    painter->fillPath(outline, base);
    painter->save();
    painter->setClipPath(outline, Qt::IntersectClip);
    painter->fillRect(confirmed, fill);
    const qreal share = look.selected ? kSelectedInFlightShare : kInFlightShare;
    const QColor hatch = look.selected ? mixed(fill, base, kSelectedHatchShare) : fill;
    painter->fillRect(inFlight, mixed(fill, base, share));
    painter->fillRect(inFlight, QBrush(hatch, Qt::BDiagPattern));
    painter->restore();
    painter->setPen(mixed(text, base, kQuietFillShare));
    painter->drawPath(outline);

    // The text is legible on both sides of the edge that runs through it.
    painter->setPen(text);
    painter->drawText(area, Qt::AlignCenter | Qt::TextSingleLine, look.text);
    painter->setClipRect(confirmed, Qt::IntersectClip);
    const bool darkFill = fill.lightness() < kDarkLightness;
    painter->fillRect(confirmed.intersected(area.adjusted(1, 1, -1, -1)), fill);
    painter->setPen(darkFill ? QColor(Qt::white) : QColor(Qt::black));
    painter->drawText(area, Qt::AlignCenter | Qt::TextSingleLine, look.text);
    painter->restore();
}

} // namespace longshore
