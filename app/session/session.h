#pragma once

#include "queue/engine.h"
#include "session/profile.h"

#include <QHash>
#include <QObject>
#include <QThreadPool>

#include <map>
#include <memory>
#include <optional>

namespace longshore {

class Keychain;
class MachineWatch;

namespace sandbox {
class SandboxServer;
}

/// Where the key in use is kept.
enum class KeyPlace { None, Keychain, ThisRun, Environment, Sandbox };

struct SessionOptions
{
    QString dataDir;
    QByteArray environmentKey; ///< OPENAI_API_KEY; used where the keychain has none
    /// The account that this key is for, by OPENAI_BASE_URL: it goes to no other service.
    QString environmentAccount;
    int lanes = 0; ///< parts under way at once, 0: as many as the line wants
    qint64 rateLimit = 0; ///< bytes/s, 0: none
    int linePercent = 100; ///< at most so much of the line; 100: all of it
};

/// The engine that the window works with, and the connection it works on: one profile at a time,
/// with its key from the keychain, from the environment or from the user. Another profile means
/// another engine; what was asked for in between waits. GUI thread; nothing here blocks.
class Session final : public QObject
{
    Q_OBJECT

public:
    /// `keychain` outlives this.
    Session(const SessionOptions &options, Keychain &keychain, QObject *parent = nullptr);
    ~Session() override;

    /// Works with this profile from now on: looks up its key, then connected() or
    /// connectionNeeded(). Uploads under way are stopped, to be resumed when their profile comes
    /// back.
    void connectTo(const Profile &profile);
    /// The same with a key that the user has just entered; it goes to the keychain if there is one.
    /// Uploads that failed for their key are tried again.
    void connectTo(const Profile &profile, const QByteArray &newKey);
    /// Removes the profile's key from the keychain and from memory.
    void forgetKey(const Profile &profile);
    /// Whatever key there is for a profile, for trying a connection: empty if none.
    void findKey(const Profile &profile, QObject *context,
                 std::function<void(const QByteArray &key)> found);

    const Profile &profile() const { return m_profile; }
    KeyPlace keyPlace() const { return m_keyPlace; }
    /// Why the key isn't in the keychain, as a sentence; empty if there is nothing to say.
    QString keyNote() const { return m_keyNote; }
    /// Base URL that requests go to; empty before connected().
    QString address() const { return m_address; }
    /// Where the sandbox keeps completed files; empty without one.
    QString sandboxFilesDir() const;

    /// Answered by queued() or refused() with the number returned here, as soon as there is a
    /// connection.
    quint64 add(const UploadRequest &request);
    /// Requests that no engine has answered yet.
    int waiting() const { return static_cast<int>(m_unanswered.size()); }
    /// Whether the journal of the moment can be written, as far as is known.
    bool isResumable() const { return m_resumable; }
    /// None before connected() and while one profile follows another.
    Engine *engine() const { return m_engine && !m_stopping ? m_engine.get() : nullptr; }
    /// 0: as many as the line wants.
    void setLanes(int lanes);
    void setRateLimit(qint64 bytesPerSecond);
    /// As SessionOptions::linePercent.
    void setLinePercent(int percent);
    /// Whether the computer is kept from sleeping while uploads are under way.
    void setKeepsAwake(bool keepsAwake);

    /// Everything resumable, then stopped().
    void stop();
    /// After stopped(): see Engine::threadsLeft().
    bool threadsLeft();

Q_SIGNALS:
    /// Another engine begins: what was shown belongs to the one before.
    void connected();
    /// There is no engine until the user has helped; `reason` is a sentence, empty if there just is
    /// no key yet.
    void connectionNeeded(const QString &reason);
    void keyNoteChanged();
    void queued(quint64 request, const longshore::QueuedUpload &upload);
    void refused(quint64 request, const QString &path, const longshore::ApiError &error);
    void happened(const QString &key, const longshore::UploadEvent &event);
    void changed(const QList<longshore::UploadSnapshot> &uploads);
    void orderChanged(const QStringList &keys);
    void planned(const QString &key, const longshore::UploadPlan &plan);
    void partsChanged(const QString &key, const QList<longshore::PartSnapshot> &parts,
                      const QList<int> &order);
    void journalProblem(const QString &message);
    void journalRecovered();
    void journalNotice(const QString &message);
    /// Whether the machine has a network, while that matters.
    void onlineChanged(bool online);
    void restored();
    void stopped();
    /// The machine is. stop() is due.
    void shuttingDown();

private:
    void begin();
    void lookUpKey(int attempt);
    void startSandbox();
    void startWithKey(const QByteArray &key, KeyPlace place);
    void startEngine(const EngineSettings &settings);
    void connectEngine();
    void addWaiting();
    void onChanged(const QList<UploadSnapshot> &uploads);
    void onEngineStopped();
    void needConnection(const QString &reason);
    void noteKeychain(const QString &problem);
    QByteArray environmentKeyFor(const QString &account) const;

    SessionOptions m_options;
    Keychain &m_keychain;
    QThreadPool m_pool;
    Profile m_profile;
    KeyPlace m_keyPlace = KeyPlace::None;
    QString m_keyNote;
    QString m_address;
    /// Entered by the user and not in the keychain, by account.
    QHash<QString, QByteArray> m_keysOfThisRun;

    std::unique_ptr<MachineWatch> m_machine;
    std::unique_ptr<sandbox::SandboxServer> m_sandbox; ///< outlives the engine
    std::unique_ptr<Engine> m_engine;
    int m_attempt = 0; ///< of connecting: answers to an earlier one are void
    bool m_stopping = false; ///< the engine
    bool m_ending = false; ///< the session
    bool m_threadsLeft = false;
    bool m_retryRefusedKeys = false; ///< until what was restored has been told
    bool m_restored = false;
    bool m_resumable = true;
    QSet<QString> m_retried;

    quint64 m_lastRequest = 0;
    struct Asked
    {
        UploadRequest request;
        std::optional<Profile> profile; ///< whose engine has it; none: it waits for any
    };
    std::map<quint64, Asked> m_unanswered;
    QHash<quint64, quint64> m_requestOfEngine; ///< the engine's number to ours
};

} // namespace longshore
