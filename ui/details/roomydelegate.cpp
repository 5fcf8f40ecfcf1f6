#include "ui/details/roomydelegate.h"

namespace longshore {

namespace {

/// Of a line's height, above and below together.
constexpr qreal kRoomShare = 0.3;

} // namespace

QSize RoomyDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QSize hint = QStyledItemDelegate::sizeHint(option, index);
    return hint + QSize(0, qRound(option.fontMetrics.height() * kRoomShare));
}

} // namespace longshore
