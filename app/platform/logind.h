#pragma once

#include <QDBusMessage>
#include <QDBusUnixFileDescriptor>
#include <QString>

class QDBusConnection;
class QObject;

/// What systemd's (or elogind's) login manager on the system bus is asked and says.
namespace longshore::logind {

/// Manager.Inhibit: `what` such as "idle", `why` for the user, `mode` "block" or "delay". Does not
/// start the service.
QDBusMessage inhibitCall(const QString &what, const QString &why, const QString &mode);
/// The lock in its answer, held until it is destroyed or the process ends. Invalid if refused.
QDBusUnixFileDescriptor lockIn(const QDBusMessage &reply);

/// Connects a signal of the manager, such as PrepareForSleep, to a slot (bool) of `receiver`.
/// Others' signals of that name are not heard. Does nothing without a connection.
void connectSignal(QDBusConnection bus, const QString &name, QObject *receiver, const char *slot);

} // namespace longshore::logind
