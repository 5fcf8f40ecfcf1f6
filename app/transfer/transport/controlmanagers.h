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
    /// The next call opens a new connection; for after a sleep or a change of network. Calls that
    /// are running go on. A manager that has some gets no more: Qt would put a new call behind
    /// them, on a connection that may lead nowhere.
    void clearConnections();

private:
    PartAccessManager *addManager();

    std::vector<std::unique_ptr<PartAccessManager>> m_managers;
    /// Those that only wait for the end of their calls.
    std::vector<std::unique_ptr<PartAccessManager>> m_leaving;
    QNetworkProxy m_proxy;
};

} // namespace longshore
