#pragma once

#include "ui/details/roomydelegate.h"

namespace longshore {

/// Paints the progress of a part as a bar with its percentage beside it.
class PartDelegate final : public RoomyDelegate
{
    Q_OBJECT

public:
    using RoomyDelegate::RoomyDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
};

} // namespace longshore
