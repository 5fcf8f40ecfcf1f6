#include "ui/program/connectionflow.h"

#include "ui/connection/connectiondialog.h"

#include <QEvent>
#include <QWindow>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// With a proxy lookup that hangs, at the end.
constexpr int kPatienceMs = 2000;

} // namespace

Profile profileOfEnvironment()
{
    Profile profile;
    const QString baseUrl = qEnvironmentVariable("OPENAI_BASE_URL").trimmed();
    if (!baseUrl.isEmpty()) {
        profile.kind = ServiceKind::Compatible;
        profile.url = QUrl(baseUrl, QUrl::StrictMode);
    }
    profile.organization = qEnvironmentVariable("OPENAI_ORG_ID").trimmed();
    profile.project = qEnvironmentVariable("OPENAI_PROJECT_ID").trimmed();
    return profile;
}

ConnectionFlow::ConnectionFlow(Session &session, QWidget &window, const QString &settingsFile,
                               QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_window(window)
    , m_store(settingsFile)
{
    connect(&session, &Session::connectionNeeded, this, &ConnectionFlow::onNeeded);
    connect(&session, &Session::keyNoteChanged, this, &ConnectionFlow::onKeyNote);
    connect(&session, &Session::connected, this, &ConnectionFlow::onKeyNote);
}

void ConnectionFlow::start(bool sandbox)
{
    const std::optional<Profile> stored = m_store.load();
    m_firstStart = !stored;
    Profile profile = stored.value_or(profileOfEnvironment());
    if (sandbox) {
        profile = {};
        profile.kind = ServiceKind::Sandbox;
    }
    m_session.connectTo(profile);
}

bool ConnectionFlow::threadsLeft()
{
    return !m_pool.waitForDone(kPatienceMs);
}

void ConnectionFlow::edit()
{
    open({});
}

void ConnectionFlow::onKeyNote()
{
    if (m_dialog)
        sayWhereTheKeyIs();
    const bool isNews = m_session.keyPlace() == KeyPlace::ThisRun && m_session.keyNote() != m_said;
    m_said = m_session.keyNote();
    if (isNews && !m_said.isEmpty())
        Q_EMIT problem(tr("The key is kept until Longshore ends. %1").arg(m_said));
}

void ConnectionFlow::sayWhereTheKeyIs()
{
    if (m_session.keyPlace() == KeyPlace::Environment)
        m_dialog->setKeyStorage(KeyStorage::FromEnvironment, m_session.keyNote());
    else if (m_session.keyNote().isEmpty())
        m_dialog->setKeyStorage(KeyStorage::Keychain, {});
    else
        m_dialog->setKeyStorage(KeyStorage::ThisRunOnly, m_session.keyNote());
}

void ConnectionFlow::onNeeded(const QString &reason)
{
    const QWindow *shown = m_window.windowHandle();
    if (shown != nullptr && shown->isExposed()) {
        open(reason);
        return;
    }
    // In the tray, minimised or not on the screen yet: a dialog would stand alone there.
    m_neededReason = reason;
    m_window.installEventFilter(this);
}

bool ConnectionFlow::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == &m_window && event->type() == QEvent::Paint) {
        m_window.removeEventFilter(this);
        if (m_session.engine() == nullptr)
            QMetaObject::invokeMethod(
                this, [this] { open(m_neededReason); }, Qt::QueuedConnection);
    }
    return QObject::eventFilter(watched, event);
}

void ConnectionFlow::open(const QString &reason)
{
    if (m_dialog) {
        m_dialog->raise();
        m_dialog->activateWindow();
        return;
    }
    m_dialog = new ConnectionDialog(m_pool, &m_window);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    // Who has uploads already knows where they go.
    m_dialog->setFirstStart(m_firstStart && m_session.engine() == nullptr);
    const KeyPlace place = m_session.keyPlace();
    const bool keyKnown =
        place == KeyPlace::Keychain || place == KeyPlace::ThisRun || place == KeyPlace::Environment;
    m_dialog->setProfile(m_session.profile(), keyKnown);
    sayWhereTheKeyIs();
    m_dialog->setStoredKeys([this](const Profile &profile, QObject *context,
                                   std::function<void(const QByteArray &)> found) {
        m_session.findKey(profile, context, std::move(found));
    });
    // The note stands beside the key already.
    m_dialog->setReason(reason == m_session.keyNote() ? QString() : reason);
    connect(m_dialog, &QDialog::accepted, this, &ConnectionFlow::onAccepted);
    m_dialog->open();
}

void ConnectionFlow::onAccepted()
{
    m_firstStart = false;
    // It is closing; what happens below may open another.
    const ConnectionDialog *dialog = m_dialog;
    m_dialog.clear();
    const Profile profile = dialog->profile();
    const QByteArray key = dialog->key();
    const bool changesNothing =
        profile == m_session.profile() && key.isEmpty() && !dialog->forgetKey();
    // Another engine would cut off the parts that are under way.
    if (changesNothing && m_session.engine() != nullptr)
        return;
    if (const QString sentence = m_store.save(profile); !sentence.isEmpty())
        Q_EMIT problem(sentence);
    if (dialog->forgetKey())
        m_session.forgetKey(profile);
    if (key.isEmpty())
        m_session.connectTo(profile);
    else
        m_session.connectTo(profile, key);
}

} // namespace longshore
