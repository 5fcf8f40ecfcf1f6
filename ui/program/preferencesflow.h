#pragma once

#include "session/preferences.h"

#include <QObject>

namespace longshore {

class Closing;
class MainWindow;
class Notifier;
class Session;

/// What the user likes: read at the start, changed in the dialog, told to whom it concerns, saved.
class PreferencesFlow final : public QObject
{
    Q_OBJECT

public:
    explicit PreferencesFlow(const QString &settingsFile, QObject *parent = nullptr);

    const Preferences &current() const { return m_preferences; }
    /// Tells them all, now and after each change, as long as they all live.
    void attach(Session &session, MainWindow &window, Notifier &notifier, Closing &closing);

private:
    void edit();
    void change(const Preferences &preferences);
    void tell();

    QString m_settingsFile;
    Preferences m_preferences;
    Session *m_session = nullptr;
    MainWindow *m_window = nullptr;
    Notifier *m_notifier = nullptr;
    Closing *m_closing = nullptr;
};

} // namespace longshore
