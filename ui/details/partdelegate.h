#pragma once

#include <QStyledItemDelegate>

namespace longshore {

/// Paints the progress of a part as a bar with its percentage beside it.
class PartDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
};

} // namespace longshore
