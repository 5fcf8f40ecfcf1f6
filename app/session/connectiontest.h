#pragma once

#include "api/apicall.h"
#include "platform/proxylookup.h"
#include "session/connectiondiagnosis.h"

#include <QNetworkAccessManager>
#include <QObject>
#include <QPointer>
#include <QTimer>

#include <chrono>
#include <memory>

class QNetworkReply;
class QThreadPool;

namespace longshore {

/// Finds out whether a service can be used, by asking it for its list of files. Needs an event
/// loop; never blocks it.
class ConnectionTest final : public QObject
{
    Q_OBJECT

public:
    struct Settings
    {
        std::chrono::milliseconds timeout = std::chrono::seconds(20); ///< for all of the test
        ProxyLookup::Sources proxies;

        Settings();
    };

    /// `pool` must outlive this object: it reads the certificates' file and asks the system for its
    /// proxies.
    explicit ConnectionTest(QThreadPool &pool, QObject *parent = nullptr);
    ConnectionTest(QThreadPool &pool, const Settings &settings, QObject *parent = nullptr);
    ~ConnectionTest() override;

    /// Tests a profile other than the sandbox's. A test under way is cancelled.
    void start(const Profile &profile, const QByteArray &key);
    /// The test under way is forgotten: no finished() comes.
    void cancel();
    bool isRunning() const { return m_running; }

Q_SIGNALS:
    /// Once for each start(), from the event loop, unless it is cancelled.
    void finished(const longshore::ConnectionResult &result);

private:
    void readCertificates(const QString &path);
    void lookUpProxy();
    void sendRequest();
    void conclude(const ApiAnswer &answer);
    void finish(const ConnectionResult &result);
    void deliver();

    QThreadPool &m_pool;
    const Settings m_settings;
    bool m_running = false;
    ConnectionEvidence m_evidence;
    Endpoint m_endpoint;
    ConnectionResult m_result;
    QTimer m_patience;
    QTimer m_delivery;
    std::unique_ptr<QObject> m_reading; ///< whoever waits for the certificates
    std::unique_ptr<ProxyLookup> m_lookup;
    QNetworkAccessManager m_manager;
    QPointer<QNetworkReply> m_reply; ///< owned by m_call
    std::unique_ptr<ApiCall> m_call; ///< uses m_manager
};

} // namespace longshore
