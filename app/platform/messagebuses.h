#pragma once

#include <QDBusConnection>

#include <functional>

class QObject;

namespace longshore {

/// The two buses of the machine. One that isn't there is a connection that is not connected.
struct MessageBuses
{
    QDBusConnection session;
    QDBusConnection system;
};

/// Connects to both without waiting for them: QDBusConnection would, for ever on a bus that hangs.
/// `opened` is called once, from the event loop of `context` (which must live in this thread), and
/// never after that is destroyed. What does not answer within a few seconds, or is no socket of
/// this machine, counts as not there.
void openMessageBuses(QObject *context, std::function<void(const MessageBuses &)> opened);

} // namespace longshore
