#pragma once

#include "session/profile.h"

#include <QToolButton>

namespace longshore {

/// Says at all times which service the uploads go to, so that a sandbox is never taken for the real
/// one; a press opens the connection's settings.
class ConnectionLabel final : public QToolButton
{
    Q_OBJECT

public:
    explicit ConnectionLabel(QWidget *parent = nullptr);

    void showConnected(const Profile &profile, const QString &address);
    void showDisconnected(const QString &reason);

public Q_SLOTS:
    /// Whether the machine has a network: without one the label says so, as long as the service
    /// isn't on this machine.
    void setOnline(bool online);

protected:
    void changeEvent(QEvent *event) override;

private:
    void refresh();
    void colour();

    QString m_name; ///< of the service
    QString m_explanation;
    bool m_isSandbox = false;
    bool m_isConnected = false;
    bool m_isOnline = true;
    bool m_colouring = false;
};

} // namespace longshore
