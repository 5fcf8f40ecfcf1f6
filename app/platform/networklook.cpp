#include "platform/networklook.h"

#include <QNetworkInterface>
#include <QNetworkProxy>
#include <QUdpSocket>

#include <algorithm>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// Of the blocks that are set aside for documents. Nobody is there, and nothing is sent.
const QHostAddress kFarAway4(u"203.0.113.1"_s);
const QHostAddress kFarAway6(u"2001:db8::1"_s);
constexpr quint16 kAnyPort = 443;

/// Connecting a datagram socket makes the system choose a route and an address, and no more.
QHostAddress sourceFor(const QHostAddress &destination)
{
    QUdpSocket socket;
    socket.setProxy(QNetworkProxy::NoProxy);
    socket.connectToHost(destination, kAnyPort);
    return socket.state() == QAbstractSocket::ConnectedState ? socket.localAddress()
                                                             : QHostAddress();
}

bool isOtherSource(const QHostAddress &before, const QHash<QHostAddress, int> &addressesBefore,
                   const QHostAddress &now, const QHash<QHostAddress, int> &addressesNow)
{
    if (before.isNull() || now == before)
        return false;
    // IPv6 takes another temporary address each day and leaves connections the one they have.
    return now.isNull() || !addressesNow.contains(before)
        || addressesNow.value(now) != addressesBefore.value(before);
}

} // namespace

NetworkLook lookAtNetwork()
{
    NetworkLook look;
    const QList<QNetworkInterface> interfaces = QNetworkInterface::allInterfaces();
    for (const QNetworkInterface &interface : interfaces) {
        const QNetworkInterface::InterfaceFlags flags = interface.flags();
        if (flags.testFlag(QNetworkInterface::IsLoopBack)
            || !flags.testFlag(QNetworkInterface::IsUp)
            || !flags.testFlag(QNetworkInterface::IsRunning))
            continue;
        const QList<QNetworkAddressEntry> entries = interface.addressEntries();
        for (const QNetworkAddressEntry &entry : entries) {
            if (!entry.ip().isLinkLocal() && !entry.ip().isLoopback())
                look.addresses.insert(entry.ip(), interface.index());
        }
    }
    look.source4 = sourceFor(kFarAway4);
    look.source6 = sourceFor(kFarAway6);
    return look;
}

bool isOtherNetwork(const NetworkLook &before, const NetworkLook &now)
{
    if (before.source4.isNull() && before.source6.isNull()) {
        // A network that leads nowhere else: any of its addresses may be in use.
        return std::any_of(
            before.addresses.keyBegin(), before.addresses.keyEnd(),
            [&now](const QHostAddress &address) { return !now.addresses.contains(address); });
    }
    return isOtherSource(before.source4, before.addresses, now.source4, now.addresses)
        || isOtherSource(before.source6, before.addresses, now.source6, now.addresses);
}

} // namespace longshore
