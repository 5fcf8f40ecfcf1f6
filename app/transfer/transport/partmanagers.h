#pragma once

#include <memory>
#include <vector>

class QNetworkAccessManager;
class QNetworkProxy;

namespace longshore {

class PartAccessManager;

/// The network access managers that some number of lanes need, so that each lane has a connection
/// of its own (Qt gives six to a manager, libcurl as many as there are lanes). All live in the
/// thread that made this object and are deleted with it.
class PartManagers
{
public:
    explicit PartManagers(int lanes);
    ~PartManagers();
    PartManagers(const PartManagers &) = delete;
    PartManagers &operator=(const PartManagers &) = delete;

    int managerCount() const { return static_cast<int>(m_managers.size()); }
    /// The manager for the lane, counted from 0; always the same one for a lane.
    QNetworkAccessManager *managerForLane(int lane) const;
    /// Requests made from now on go through this proxy.
    void setProxy(const QNetworkProxy &proxy);
    /// PartAccessManager::clearConnections() of all.
    void clearConnections();

private:
    std::vector<std::unique_ptr<PartAccessManager>> m_managers;
};

} // namespace longshore
