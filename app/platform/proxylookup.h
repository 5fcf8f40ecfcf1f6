#pragma once

#include <QFutureWatcher>
#include <QList>
#include <QNetworkProxy>
#include <QObject>
#include <QProcessEnvironment>
#include <QTimer>
#include <QUrl>

#include <chrono>
#include <functional>
#include <optional>

class QThreadPool;

namespace longshore {

/// The proxy to use, or why there is none that can be used.
struct ProxyChoice
{
    QNetworkProxy proxy = QNetworkProxy::NoProxy;
    /// A sentence; empty if all is well. With a problem nothing may be sent: going around a proxy
    /// that was asked for would be worse than failing.
    QString problem;
};

/// The proxy for `url` by the variables that curl obeys: https_proxy, HTTPS_PROXY, http_proxy
/// (lower case only), all_proxy, ALL_PROXY, no_proxy, NO_PROXY. None if they say nothing about it.
/// Loopback hosts are no exception. http, socks5 and socks5h proxies, with user and password;
/// default port 1080.
std::optional<ProxyChoice> proxyFromEnvironment(const QUrl &url,
                                                const QProcessEnvironment &environment);

/// Finds the proxy for one URL: the environment's, or else the system's. The system may take its
/// time over it (it may have to load a configuration script), so it is asked in the pool.
class ProxyLookup final : public QObject
{
    Q_OBJECT

public:
    using SystemProxies = std::function<QList<QNetworkProxy>(const QNetworkProxyQuery &)>;

    /// Where proxies come from; the defaults are this process's environment and its system.
    struct Sources
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        /// Called in a pool thread.
        SystemProxies system = &QNetworkProxyFactory::systemProxyForQuery;
        /// After this the connection is made without a proxy.
        std::chrono::milliseconds patience = std::chrono::seconds(20);
    };

    /// `pool` must outlive this object.
    ProxyLookup(const QUrl &url, QThreadPool &pool, QObject *parent = nullptr);
    ProxyLookup(const QUrl &url, QThreadPool &pool, const Sources &sources,
                QObject *parent = nullptr);
    ~ProxyLookup() override;

Q_SIGNALS:
    /// Once, from the event loop. See ProxyChoice for `problem`.
    void found(const QNetworkProxy &proxy, const QString &problem);

private:
    void answer(const ProxyChoice &choice);
    void askSystem(const QUrl &url, QThreadPool &pool, const Sources &sources);

    QFutureWatcher<QNetworkProxy> m_system;
    QTimer m_patience;
    bool m_answered = false;
};

} // namespace longshore
