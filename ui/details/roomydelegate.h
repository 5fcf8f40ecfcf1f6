#pragma once

#include <QStyledItemDelegate>

namespace longshore {

/// Rows with some room above and below their text, so that the eye keeps to one of them.
class RoomyDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace longshore
