#pragma once

#include <QDBusConnection>
#include <QDBusMessage>

#include <chrono>
#include <functional>

class QObject;

namespace longshore {

/// Sends `call` without waiting for it. `answered` gets the reply or an error message, always from
/// the event loop of `context` (which must live in this thread), and never once that is destroyed.
/// Without a connection, and after `patience`, the answer is an error.
void callBus(const QDBusConnection &bus, const QDBusMessage &call,
             std::chrono::milliseconds patience, QObject *context,
             std::function<void(const QDBusMessage &)> answered);

/// A call of the bus itself, such as NameHasOwner.
QDBusMessage busDaemonCall(const QString &method, const QVariantList &arguments = {});

} // namespace longshore
