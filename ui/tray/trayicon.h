#pragma once

#include "ui/models/queuetotals.h"

#include <QMenu>
#include <QSystemTrayIcon>
#include <QTimer>

namespace longshore {

class QueueActions;
class QueueModel;

/// The program's place in the tray: its icon shows how far all uploads are and whether one failed;
/// its menu has those that run. Without a tray it does nothing.
class TrayIcon final : public QObject
{
    Q_OBJECT

public:
    /// Both outlive this.
    TrayIcon(QueueModel &model, QueueActions &actions, QObject *parent = nullptr);
    ~TrayIcon() override;

    /// Whether a window that hides can be brought back from here.
    static bool isAvailable();
    /// The window is hidden: trayLost() tells if the tray goes away meanwhile.
    void watchTray(bool watch);
    /// A balloon, for desktops without a notification service.
    void showMessage(const QString &title, const QString &body);

Q_SIGNALS:
    void openRequested();
    void uploadRequested(const QString &key);
    void quitRequested();
    void trayLost();

private:
    void refresh();
    void fillMenu();

    QueueModel &m_model;
    QueueActions &m_actions;
    QSystemTrayIcon m_icon;
    QMenu m_menu;
    QTimer m_watch;
};

/// The tray's picture; `percent` below 0: no progress.
QIcon trayPicture(int percent, bool trouble);

} // namespace longshore
