#pragma once

#include <QObject>
#include <QPointer>
#include <QString>

#include <chrono>
#include <functional>
#include <memory>
#include <queue>

class QDBusConnection;

namespace QKeychain {
class Job;
}

namespace longshore {

class KeychainService;

/// Secrets in the system's own keychain (Secret Service or KWallet, macOS keychain, Windows
/// credentials), under the service name "Longshore". Never in a file of ours, and never logged.
///
/// Requests are carried out one after the other. A keychain that is locked may ask the user for its
/// password, which takes as long as they like: an answer has no time limit then. Where there is no
/// keychain, or none that answers, that is said within seconds. For the main thread, whose event
/// loop must be GLib's on Linux (Qt's default there).
class Keychain final : public QObject
{
    Q_OBJECT

public:
    /// What is known of an entry after a request.
    enum class Entry {
        Found, ///< it is there: read, or just written
        NotFound, ///< it is not, or not any more
        Unavailable ///< the keychain could not be asked, is locked, or refused
    };
    Q_ENUM(Entry)

    struct Answer
    {
        Entry entry = Entry::Unavailable;
        QString secret; ///< of read(), if found
        QString problem; ///< a sentence for the user, if unavailable
    };
    using Callback = std::function<void(const Answer &)>;

    explicit Keychain(QObject *parent = nullptr);
#ifdef LONGSHORE_KEYCHAIN_ON_BUS
    /// Looks for the keychain's service on `bus`; it is used on the session's bus all the same.
    Keychain(const QDBusConnection &bus, std::chrono::milliseconds patience,
             QObject *parent = nullptr);
#endif
    ~Keychain() override;

    // The callback is called once, from the event loop, and never after `context` or this object
    // is destroyed. A request to write or to remove is carried out even without its context.

    void read(const QString &account, QObject *context, Callback callback);
    /// Found: written.
    void write(const QString &account, const QString &secret, QObject *context, Callback callback);
    /// NotFound: removed, or was not there.
    void remove(const QString &account, QObject *context, Callback callback);

private:
    enum class Kind { Read, Write, Remove };
    struct Request
    {
        Kind kind = Kind::Read;
        QString account;
        QString secret;
        QPointer<QObject> context;
        Callback callback;
    };

    void enqueue(const Request &request);
    void startNext();
    void startJob();
    void takeFinished(QKeychain::Job *job);
    void finish(const Answer &answer);

    std::queue<Request> m_requests; ///< the first is being carried out
    std::unique_ptr<KeychainService> m_service; ///< none where the keychain is part of the system
};

} // namespace longshore
