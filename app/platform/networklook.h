#pragma once

#include <QHash>
#include <QHostAddress>

namespace longshore {

/// The machine's way into the network at one moment. A value.
struct NetworkLook
{
    /// Those by which other machines could be reached, with the number of their interface:
    /// loopback, link-local ones and interfaces without a line don't count.
    QHash<QHostAddress, int> addresses;
    /// What the system would send from to a host far away; null where it knows no way there.
    QHostAddress source4;
    QHostAddress source6;

    bool hasWay() const { return !addresses.isEmpty() || !source4.isNull() || !source6.isNull(); }
    bool operator==(const NetworkLook &) const = default;
};

/// Asks the system; sends nothing.
NetworkLook lookAtNetwork();

/// Whether connections that were opened before are likely to be dead now: the address they go out
/// from is gone, or the way now leads through another interface. Addresses of no consequence, such
/// as those of virtual machines, may come and go.
bool isOtherNetwork(const NetworkLook &before, const NetworkLook &now);

} // namespace longshore
