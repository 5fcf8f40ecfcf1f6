#include "ui/program/preferencesflow.h"

#include "session/session.h"
#include "ui/adding/addflow.h"
#include "ui/connection/preferencesdialog.h"
#include "ui/mainwindow.h"
#include "ui/program/closing.h"
#include "ui/tray/notifier.h"

namespace longshore {

PreferencesFlow::PreferencesFlow(const QString &settingsFile, QObject *parent)
    : QObject(parent)
    , m_settingsFile(settingsFile)
    , m_preferences(loadPreferences(settingsFile))
{
}

void PreferencesFlow::attach(Session &session, MainWindow &window, Notifier &notifier,
                             Closing &closing)
{
    m_session = &session;
    m_window = &window;
    m_notifier = &notifier;
    m_closing = &closing;
    connect(&window, &MainWindow::preferencesRequested, this, &PreferencesFlow::edit);
    connect(&closing, &Closing::closeActionChosen, this, [this](CloseAction action) {
        Preferences changed = m_preferences;
        changed.closeAction = action;
        change(changed);
    });
    tell();
}

void PreferencesFlow::edit()
{
    auto *dialog = new PreferencesDialog(m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setPreferences(m_preferences);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { change(dialog->preferences()); });
    dialog->open();
}

void PreferencesFlow::change(const Preferences &preferences)
{
    m_preferences = preferences;
    if (const QString problem = savePreferences(m_settingsFile, preferences); !problem.isEmpty())
        m_window->showMessage(problem);
    tell();
}

void PreferencesFlow::tell()
{
    m_session->setLanes(m_preferences.lanes);
    m_session->setRateLimit(m_preferences.rateLimit);
    m_session->setLinePercent(m_preferences.linePercent());
    m_session->setKeepsAwake(m_preferences.keepAwake);
    m_window->adding().setAskBeforeAdding(m_preferences.askBeforeAdding);
    m_window->adding().setHold(m_preferences.holdByDefault, m_preferences.holdEnd);
    m_notifier->setEnabled(m_preferences.notifications);
    m_closing->setCloseAction(m_preferences.closeAction);
}

} // namespace longshore
