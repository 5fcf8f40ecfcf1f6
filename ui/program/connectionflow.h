#pragma once

#include "session/profilestore.h"
#include "session/session.h"

#include <QObject>
#include <QPointer>
#include <QThreadPool>
#include <QWidget>

namespace longshore {

class ConnectionDialog;

/// What the environment that scripts use says, where the user has not chosen yet.
Profile profileOfEnvironment();

/// Which service the window works with: at the start the one of last time, later the one of the
/// dialog, which comes up by itself where there is no key.
class ConnectionFlow final : public QObject
{
    Q_OBJECT

public:
    /// `session` and `window` outlive this.
    ConnectionFlow(Session &session, QWidget &window, const QString &settingsFile,
                   QObject *parent = nullptr);

    /// `sandbox`: for this run only, whatever was chosen before.
    void start(bool sandbox);
    void edit();
    /// Some threads of a connection test hang and could not be waited for; see
    /// Engine::threadsLeft().
    bool threadsLeft();

Q_SIGNALS:
    void problem(const QString &sentence);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void onNeeded(const QString &reason);
    void onKeyNote();
    void sayWhereTheKeyIs();
    void open(const QString &reason);
    void onAccepted();

    Session &m_session;
    QWidget &m_window;
    ProfileStore m_store;
    QThreadPool m_pool; ///< of connection tests
    bool m_firstStart = false;
    QString m_said; ///< about the keychain
    QString m_neededReason; ///< of a dialog that waits for the window to be seen
    QPointer<ConnectionDialog> m_dialog;
};

} // namespace longshore
