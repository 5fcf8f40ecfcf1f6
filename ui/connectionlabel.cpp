#include "ui/connectionlabel.h"

#include "ui/semanticcolours.h"
#include "ui/symbolicon.h"

#include <QEvent>

namespace longshore {

using namespace Qt::StringLiterals;

ConnectionLabel::ConnectionLabel(QWidget *parent)
    : QToolButton(parent)
{
    setAutoRaise(true);
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setFocusPolicy(Qt::TabFocus);
    showDisconnected({});
}

void ConnectionLabel::showConnected(const Profile &profile, const QString &address)
{
    m_isConnected = true;
    m_isSandbox = profile.kind == ServiceKind::Sandbox;
    setIcon(symbolIcon(m_isSandbox ? u"sandbox"_s : u"connection"_s));
    setText(m_isSandbox ? tr("Sandbox – nothing leaves this computer") : profile.displayName());
    setToolTip(tr("Uploads go to %1").arg(address));
    setAccessibleName(tr("Connection: %1").arg(text()));
    colour();
}

void ConnectionLabel::showDisconnected(const QString &reason)
{
    m_isConnected = false;
    m_isSandbox = false;
    setIcon(symbolIcon(u"warning"_s));
    setText(tr("Not connected"));
    setToolTip(reason.isEmpty() ? tr("Choose a service and enter its key") : reason);
    setAccessibleName(tr("Connection: none"));
    colour();
}

void ConnectionLabel::changeEvent(QEvent *event)
{
    QToolButton::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !m_colouring)
        colour();
}

void ConnectionLabel::colour()
{
    const QPalette plain = parentWidget() ? parentWidget()->palette() : QPalette();
    QPalette changed = plain;
    if (m_isSandbox || !m_isConnected) {
        const QColor colour = m_isSandbox ? noticeColour(plain) : troubleColour(plain);
        changed.setColor(QPalette::ButtonText, colour);
        changed.setColor(QPalette::WindowText, colour);
    }
    m_colouring = true;
    setPalette(changed);
    m_colouring = false;
}

} // namespace longshore
