#include "ui/details/quietlabel.h"

#include "ui/semanticcolours.h"

#include <QEvent>

namespace longshore {

QuietLabel::QuietLabel(const QString &text, QWidget *parent)
    : QLabel(text, parent)
{
    setTextFormat(Qt::PlainText);
    colour();
}

void QuietLabel::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !m_colouring)
        colour();
}

void QuietLabel::colour()
{
    QPalette changed = parentWidget() ? parentWidget()->palette() : QPalette();
    changed.setColor(QPalette::WindowText, quietColour(changed));
    m_colouring = true;
    setPalette(changed);
    m_colouring = false;
}

} // namespace longshore
