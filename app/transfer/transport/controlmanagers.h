#pragma once

#include <QNetworkProxy>

#include <memory>
#include <vector>

class QNetworkAccessManager;

namespace longshore {

class PartAccessManager;

/// The network access managers for the calls that are no parts. Qt opens six connections to a host
/// for a manager, and a call that waits for one seems to stand still: where more calls run at once,
/// there are more managers. All live in the thread that made this object and are deleted with it.
class ControlManagers
{
public:
    ControlManagers();
    ~ControlManagers();
    Q_DISABLE_COPY_MOVE(ControlManagers)

    /// Calls that find a connection at once.
    static int callsAtOnce();

    /// The manager for the next call: the first with a free connection, else the least busy.
    QNetworkAccessManager *managerForCall();
    /// Requests made from now on go through this proxy.
    void setProxy(const QNetworkProxy &proxy);
    /// PartAccessManager::clearConnections() of all.
    void clearConnections();

private:
    std::vector<std::unique_ptr<PartAccessManager>> m_managers;
    QNetworkProxy m_proxy;
};

} // namespace longshore
