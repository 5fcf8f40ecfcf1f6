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
    m_name = m_isSandbox ? tr("Sandbox – nothing leaves this computer") : profile.displayName();
    m_explanation = tr("Uploads go to %1").arg(address);
    refresh();
}

void ConnectionLabel::showDisconnected(const QString &reason)
{
    m_isConnected = false;
    m_isSandbox = false;
    m_name = tr("Not connected");
    m_explanation = reason.isEmpty() ? tr("Choose a service and enter its key") : reason;
    refresh();
}

void ConnectionLabel::setOnline(bool online)
{
    m_isOnline = online;
    refresh();
}

void ConnectionLabel::refresh()
{
    // A service on this machine needs no network.
    const bool isOffline = m_isConnected && !m_isSandbox && !m_isOnline;
    setIcon(symbolIcon(!m_isConnected    ? u"warning"_s
                           : m_isSandbox ? u"sandbox"_s
                                         : u"connection"_s));
    setText(isOffline ? tr("Offline – %1").arg(m_name) : m_name);
    setToolTip(isOffline ? tr("This computer has no network connection. Uploads wait for it and go "
                              "on by themselves.")
                         : m_explanation);
    setAccessibleName(m_isConnected ? tr("Connection: %1").arg(text()) : tr("Connection: none"));
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
    const bool isNoticed = m_isSandbox || (m_isConnected && !m_isOnline);
    if (isNoticed || !m_isConnected) {
        const QColor colour = isNoticed ? noticeColour(plain) : troubleColour(plain);
        changed.setColor(QPalette::ButtonText, colour);
        changed.setColor(QPalette::WindowText, colour);
    }
    m_colouring = true;
    setPalette(changed);
    m_colouring = false;
}

} // namespace longshore
