#pragma once

#include <QString>

#include <functional>

class QObject;

namespace longshore {

/// Where a bus listens on this machine: a name of a local socket.
struct BusSocket
{
    QString name; ///< a path, unless it is abstract; empty: none
    bool isAbstract = false; ///< of Linux: a name without a file

    bool operator==(const BusSocket &) const = default;
};

/// The first local socket of a D-Bus address ("unix:path=/run/bus;tcp:host=…"). None where there is
/// none, such as "autolaunch:".
BusSocket busSocketOf(const QString &address);

/// Whether a bus at this address answers, asked with the first words of D-Bus' own handshake.
/// `answered` is called once, from the event loop of `context` (which must live in this thread),
/// and never after that is destroyed.
void askBus(const QString &address, QObject *context, std::function<void(bool answers)> answered);

} // namespace longshore
