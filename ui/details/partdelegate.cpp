#include "ui/details/partdelegate.h"

#include "ui/details/partcolours.h"
#include "ui/models/partmodel.h"
#include "ui/semanticcolours.h"

#include <QApplication>
#include <QPainter>
#include <QStyle>

#include <algorithm>
#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

QRect barRect(const QStyleOptionViewItem &option, const QRect &content, int textWidth)
{
    const int height = std::max(option.fontMetrics.height() / 2, 4);
    const QRect place(content.left() + textWidth, content.center().y() - height / 2,
                      content.width() - textWidth, height);
    return QStyle::visualRect(option.direction, content, place);
}

} // namespace

void PartDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QString text = std::exchange(item.text, {});
    const QStyle *style = item.widget ? item.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);

    const bool isSelected = item.state.testFlag(QStyle::State_Selected);
    const auto group =
        item.state.testFlag(QStyle::State_Active) ? QPalette::Active : QPalette::Inactive;
    const PartColours colours(item.palette);
    const int margin = style->pixelMetric(QStyle::PM_FocusFrameHMargin, &item, item.widget) + 2;
    const QRect content = item.rect.adjusted(margin, 0, -margin, 0);
    // The longest one, so that all bars begin at one place.
    const int textWidth =
        item.fontMetrics.horizontalAdvance(PartModel::tr("%1 %").arg(100)) + 2 * margin;
    const QColor ink =
        item.palette.color(group, isSelected ? QPalette::HighlightedText : QPalette::Text);
    painter->save();
    painter->setPen(ink);
    painter->drawText(QStyle::visualRect(item.direction, content,
                                         QRect(content.left(), content.top(), textWidth - margin,
                                               content.height())),
                      Qt::AlignRight | Qt::AlignVCenter, text);

    const QRect bar = barRect(item, content, textWidth);
    const qint64 bytes =
        index.siblingAtColumn(PartModel::Size).data(PartModel::RawRole).toLongLong();
    const qint64 done = std::min(index.data(PartModel::RawRole).toLongLong(), bytes);
    const auto state = static_cast<PartState>(index.data(PartModel::StateRole).toInt());
    const QColor fill = isSelected      ? ink
        : state == PartState::Confirmed ? colours.confirmed
                                        : colours.sent;
    painter->fillRect(bar,
                      isSelected ? mixed(ink, item.palette.color(group, QPalette::Highlight), 0.3)
                                 : mixed(colours.outline, colours.empty, 0.35));
    if (bytes > 0 && done > 0) {
        const int width = std::max(static_cast<int>(bar.width() * done / bytes), 1);
        const QRect filled(bar.left(), bar.top(), width, bar.height());
        painter->fillRect(QStyle::visualRect(item.direction, bar, filled), fill);
    }
    painter->restore();
}

} // namespace longshore
