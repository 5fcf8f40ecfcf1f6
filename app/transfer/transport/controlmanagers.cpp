#include "controlmanagers.h"

#include "partaccessmanager.h"

#include <algorithm>
#include <iterator>

namespace longshore {

namespace {

// Qt has no setting for it before 6.5.
constexpr int kCallsPerManager = 6;
// Each has a thread of Qt's. These are enough for a call of each lane, and the user's cancel.
constexpr std::size_t kMostManagers = 3;

} // namespace

ControlManagers::ControlManagers()
{
    m_managers.push_back(std::make_unique<PartAccessManager>());
    m_proxy = m_managers.front()->proxy();
}

ControlManagers::~ControlManagers() = default;

int ControlManagers::callsAtOnce()
{
    return kCallsPerManager * static_cast<int>(kMostManagers);
}

QNetworkAccessManager *ControlManagers::managerForCall()
{
    std::erase_if(m_leaving, [](const auto &manager) { return manager->qtRequests() == 0; });
    const auto free = std::ranges::find_if(
        m_managers, [](const auto &manager) { return manager->qtRequests() < kCallsPerManager; });
    if (free != m_managers.end())
        return free->get();
    if (m_managers.size() < kMostManagers)
        return addManager();
    return std::ranges::min_element(m_managers, {},
                                    [](const auto &manager) { return manager->qtRequests(); })
        ->get();
}

PartAccessManager *ControlManagers::addManager()
{
    m_managers.push_back(std::make_unique<PartAccessManager>());
    m_managers.back()->setProxy(m_proxy);
    return m_managers.back().get();
}

void ControlManagers::setProxy(const QNetworkProxy &proxy)
{
    m_proxy = proxy;
    for (const auto &manager : m_managers)
        manager->setProxy(proxy);
}

void ControlManagers::clearConnections()
{
    const auto busy = std::ranges::partition(
        m_managers, [](const auto &manager) { return manager->qtRequests() == 0; });
    std::ranges::move(busy, std::back_inserter(m_leaving));
    m_managers.erase(busy.begin(), busy.end());
    for (const auto &manager : m_managers)
        manager->clearConnections();
}

} // namespace longshore
