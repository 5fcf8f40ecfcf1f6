#include "ui/program/closing.h"

#include "session/session.h"
#include "ui/mainwindow.h"
#include "ui/models/queuemodel.h"
#include "ui/queueactions.h"
#include "ui/tray/trayicon.h"

#include <utility>

namespace longshore {

using namespace std::chrono_literals;

namespace {

/// For the answers to cancels before the end. What is not answered by then expires at the
/// service, and is paused when the program is started again.
constexpr auto kCancelPatience = 10s;

} // namespace

Closing::Closing(Session &session, MainWindow &window, TrayIcon &tray, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_window(window)
    , m_tray(tray)
{
    connect(&window, &MainWindow::closeRequested, this, &Closing::onClose);
    connect(&window, &MainWindow::minimized, this, &Closing::onMinimized);
    connect(&window, &MainWindow::quitRequested, this, &Closing::onQuit);
    connect(&tray, &TrayIcon::quitRequested, this, &Closing::onQuit);
    connect(&tray, &TrayIcon::openRequested, this, &Closing::open);
    connect(&tray, &TrayIcon::uploadRequested, this, &Closing::open);
    connect(&tray, &TrayIcon::trayLost, this, [this] {
        m_tray.watchTray(false);
        m_window.showMinimized();
    });
    connect(&session, &Session::stopped, this, &Closing::ready);
    m_patience.setSingleShot(true);
    m_patience.setInterval(kCancelPatience);
    connect(&m_patience, &QTimer::timeout, this, &Closing::stop);
    connect(&window.model(), &QueueModel::totalsChanged, this, [this] {
        if (m_cancelling && m_window.model().totals().unfinished() == 0)
            stop();
    });
}

void Closing::start(bool minimized)
{
    if (!minimized)
        m_window.show();
    else if (TrayIcon::isAvailable())
        m_tray.watchTray(true);
    else
        m_window.showMinimized();
}

void Closing::open()
{
    m_tray.watchTray(false);
    m_window.bringToFront();
}

void Closing::hideInTray()
{
    // Where nobody could bring it back it stays where it is.
    if (!TrayIcon::isAvailable()) {
        m_window.showMinimized();
        return;
    }
    m_window.hide();
    m_tray.watchTray(true);
}

void Closing::onMinimized()
{
    if (m_action == CloseAction::KeepInTray && TrayIcon::isAvailable())
        hideInTray();
}

void Closing::onClose()
{
    if (m_ending || m_asking || m_cancelling)
        return;
    if (m_action == CloseAction::KeepInTray) {
        hideInTray();
    } else if (m_action == CloseAction::Quit || !TrayIcon::isAvailable()) {
        onQuit();
    } else {
        Questions::askClose(&m_window, [this](bool keepInTray, bool remember) {
            if (remember)
                Q_EMIT closeActionChosen(keepInTray ? CloseAction::KeepInTray : CloseAction::Quit);
            if (keepInTray)
                hideInTray();
            else
                onQuit();
        });
    }
}

void Closing::onQuit()
{
    const int uploads = m_window.model().totals().unfinished();
    open();
    if (m_asking || m_cancelling)
        return;
    const int waiting = m_session.waiting();
    if (uploads == 0 && waiting > 0) {
        Questions::askForget(&m_window, waiting, [this] { stop(); });
        return;
    }
    if (uploads == 0) {
        stop();
        return;
    }
    m_asking = true;
    Questions::askQuit(&m_window, uploads, TrayIcon::isAvailable(), m_session.isResumable(),
                       [this](QuitAnswer answer) { onAnswer(answer); });
}

void Closing::onAnswer(QuitAnswer answer)
{
    m_asking = false;
    switch (answer) {
    case QuitAnswer::Stay:
        break;
    case QuitAnswer::KeepInTray:
        hideInTray();
        break;
    case QuitAnswer::StopAndResume:
        stop();
        break;
    case QuitAnswer::CancelUploads:
        cancelAndStop();
        break;
    }
}

void Closing::cancelAndStop()
{
    Engine *engine = m_session.engine();
    if (engine == nullptr || m_window.model().totals().unfinished() == 0) {
        stop();
        return;
    }
    m_cancelling = true;
    m_patience.start();
    m_window.setEnabled(false);
    m_window.showMessage(tr("Cancelling at the service…"));
    engine->cancelAll();
}

void Closing::stop()
{
    if (std::exchange(m_ending, true))
        return;
    m_patience.stop();
    Q_EMIT ending();
    m_window.actions().forgetRemoved();
    m_window.hide();
    m_session.stop();
}

} // namespace longshore
