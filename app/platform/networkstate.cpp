#include "platform/networkstate.h"

#include "platform/buscall.h"

#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Reachability = QNetworkInformation::Reachability;

namespace {

/// Changes come in groups: a link, its addresses, its routes.
constexpr std::chrono::milliseconds kSettle = 1s;

constexpr std::chrono::milliseconds kPatience = 5s;

} // namespace

NetworkState::NetworkState(const QDBusConnection &systemBus, QObject *parent)
    : NetworkState(systemBus, lookAtNetwork, kSettle, parent)
{
}

NetworkState::NetworkState(const QDBusConnection &systemBus, Look look,
                           std::chrono::milliseconds settle, QObject *parent)
    : QObject(parent)
    , m_bus(systemBus)
    , m_look(std::move(look))
{
    m_settle.setSingleShot(true);
    m_settle.setInterval(settle);
    connect(&m_settle, &QTimer::timeout, this, &NetworkState::look);
}

void NetworkState::setActive(bool active)
{
    if (active == (m_addresses != nullptr))
        return;
    if (!active) {
        m_addresses.reset();
        m_settle.stop();
        setOnline(true);
        return;
    }
    m_addresses = std::make_unique<AddressWatch>();
    connect(m_addresses.get(), &AddressWatch::changed, this, &NetworkState::lookSoon);
    m_known = m_look();
    setOnline(m_known.hasWay());
#ifdef Q_OS_LINUX
    askNetworkManager();
#else
    loadInformation();
#endif
}

void NetworkState::lookSoon()
{
    if (m_addresses && !m_settle.isActive())
        m_settle.start();
}

void NetworkState::look()
{
    const NetworkLook now = m_look();
    // NetworkManager says "disconnected" on machines whose interfaces it does not manage: it may
    // add to what is seen, and not deny it.
    const bool reachable = m_information != nullptr
        && m_information->reachability() != Reachability::Unknown
        && m_information->reachability() != Reachability::Disconnected;
    const bool online = reachable || now.hasWay();
    const bool wasOnline = m_online;
    const bool isOther = std::exchange(m_regained, false) || isOtherNetwork(m_known, now);
    m_known = now;
    setOnline(online);
    if (online && (!wasOnline || isOther)) {
        m_lost = false;
        Q_EMIT changed();
    }
}

void NetworkState::setOnline(bool online)
{
    if (online == m_online)
        return;
    m_online = online;
    Q_EMIT onlineChanged(online);
}

// ---- QNetworkInformation

/// Its backend for Linux asks NetworkManager and waits for the answers. It is loaded only after
/// NetworkManager has answered us.
void NetworkState::askNetworkManager()
{
    if (m_information != nullptr || !m_bus.isConnected())
        return;
    const QString service = u"org.freedesktop.NetworkManager"_s;
    QDBusMessage call =
        QDBusMessage::createMethodCall(service, u"/org/freedesktop/NetworkManager"_s,
                                       u"org.freedesktop.DBus.Properties"_s, u"Get"_s);
    call << service << u"State"_s;
    call.setAutoStartService(false);
    callBus(m_bus, call, kPatience, this, [this](const QDBusMessage &reply) {
        if (reply.type() == QDBusMessage::ReplyMessage)
            loadInformation();
    });
}

void NetworkState::loadInformation()
{
    if (m_information != nullptr
        || !QNetworkInformation::loadBackendByFeatures(QNetworkInformation::Feature::Reachability))
        return;
    m_information = QNetworkInformation::instance();
    m_reachability = m_information->reachability();
    connect(m_information, &QNetworkInformation::reachabilityChanged, this,
            &NetworkState::takeReachability);
    lookSoon();
}

/// What is lost and found again behind the machine's own network: its addresses don't show that.
void NetworkState::takeReachability(Reachability reachability)
{
    if (reachability == Reachability::Online)
        m_regained = m_regained || std::exchange(m_lost, false);
    else if (m_reachability == Reachability::Online)
        m_lost = true;
    m_reachability = reachability;
    lookSoon();
}

} // namespace longshore
