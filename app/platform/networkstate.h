#pragma once

#include "platform/addresswatch.h"
#include "platform/networklook.h"

#include <QDBusConnection>
#include <QNetworkInformation>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>

namespace longshore {

/// Whether the machine has a network, and when it is another one, while it is active: by its
/// addresses and routes, and by QNetworkInformation where that has a backend. What lasts less than
/// a second is not told. Main thread.
class NetworkState final : public QObject
{
    Q_OBJECT

public:
    using Look = std::function<NetworkLook()>;

    explicit NetworkState(const QDBusConnection &systemBus, QObject *parent = nullptr);
    /// With something else than lookAtNetwork(), asked `settle` after each hint. `systemBus`: of
    /// NetworkManager.
    NetworkState(const QDBusConnection &systemBus, Look look, std::chrono::milliseconds settle,
                 QObject *parent = nullptr);

    void setActive(bool active);
    /// False only where there is no address beside those of the machine for itself, and nobody says
    /// otherwise. True while inactive.
    bool isOnline() const { return m_online; }

public Q_SLOTS:
    /// Something may have changed: looks after a while.
    void lookSoon();

Q_SIGNALS:
    void onlineChanged(bool online);
    /// Connections from before are likely to be dead. After an onlineChanged(true) in any case.
    void changed();

private:
    void look();
    void setOnline(bool online);
    void askNetworkManager();
    void loadInformation();
    void takeReachability(QNetworkInformation::Reachability reachability);

    QDBusConnection m_bus;
    Look m_look;
    QTimer m_settle;
    std::unique_ptr<AddressWatch> m_addresses; ///< while active
    bool m_online = true;
    NetworkLook m_known;
    QNetworkInformation *m_information = nullptr; ///< Qt's own, once there is a backend
    QNetworkInformation::Reachability m_reachability =
        QNetworkInformation::Reachability::Unknown; ///< of the moment
    bool m_lost = false; ///< the Internet, by what m_information says, since the last changed()
    bool m_regained = false;
};

} // namespace longshore
