#include "partmanagers.h"

#include "partaccessmanager.h"

#include <QNetworkProxy>

namespace longshore {

PartManagers::PartManagers(int lanes)
{
    const int perManager = PartAccessManager::connectionsPerManager();
    for (int lane = 0; lane < lanes; lane += perManager)
        m_managers.push_back(std::make_unique<PartAccessManager>());
}

PartManagers::~PartManagers() = default;

QNetworkAccessManager *PartManagers::managerForLane(int lane) const
{
    const int index = lane / PartAccessManager::connectionsPerManager();
    Q_ASSERT(lane >= 0 && index < managerCount());
    return m_managers[static_cast<size_t>(index)].get();
}

void PartManagers::setProxy(const QNetworkProxy &proxy)
{
    for (const auto &manager : m_managers)
        manager->setProxy(proxy);
}

void PartManagers::clearConnections()
{
    for (const auto &manager : m_managers)
        manager->clearConnections();
}

} // namespace longshore
