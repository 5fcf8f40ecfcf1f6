#pragma once

#include "session/preferences.h"
#include "ui/questions.h"

#include <QObject>
#include <QTimer>

namespace longshore {

class MainWindow;
class Session;
class TrayIcon;

/// What becomes of the window and of the program when somebody closes, minimises or quits: into the
/// tray where there is one, never out of reach, and no upload lost without being asked.
class Closing final : public QObject
{
    Q_OBJECT

public:
    /// All outlive this.
    Closing(Session &session, MainWindow &window, TrayIcon &tray, QObject *parent = nullptr);

    void setCloseAction(CloseAction action) { m_action = action; }
    /// Shows the window at the start: not at all, if it is to be minimised and there is a tray.
    void start(bool minimized);
    /// Ends without a question, everything resumable; ready() follows.
    void stop();

Q_SIGNALS:
    /// The user said what closing means from now on.
    void closeActionChosen(longshore::CloseAction action);
    /// The session is about to stop: the last moment to save what is shown.
    void ending();
    /// All connections are closed.
    void ready();

private:
    void onClose();
    void onMinimized();
    void onQuit();
    void hideInTray();
    void open();
    void cancelAndStop();
    void onAnswer(QuitAnswer answer);

    Session &m_session;
    MainWindow &m_window;
    TrayIcon &m_tray;
    CloseAction m_action = CloseAction::Ask;
    bool m_asking = false;
    bool m_cancelling = false;
    bool m_ending = false;
    QTimer m_patience; ///< with a service that does not answer a cancel
};

} // namespace longshore
