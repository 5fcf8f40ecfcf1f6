#include "ui/connection/commandlink.h"

#include <QStyleOptionFocusRect>
#include <QStylePainter>

namespace longshore {

void CommandLink::paintEvent(QPaintEvent *event)
{
    QCommandLinkButton::paintEvent(event);
    if (!hasFocus())
        return;
    QStyleOptionFocusRect option;
    option.initFrom(this);
    // Whether it came by a key or not: it is the first one in a dialog.
    option.state |= QStyle::State_KeyboardFocusChange;
    option.backgroundColor = palette().color(QPalette::Window);
    QStylePainter(this).drawPrimitive(QStyle::PE_FrameFocusRect, option);
}

} // namespace longshore
