#include "platform/buscall.h"

#include <QDBusError>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

void callBus(const QDBusConnection &bus, const QDBusMessage &call,
             std::chrono::milliseconds patience, QObject *context,
             std::function<void(const QDBusMessage &)> answered)
{
    // The watcher of a call on a closed connection would never say that it has finished.
    if (!bus.isConnected()) {
        const QDBusMessage error = QDBusMessage::createError(
            QDBusError(QDBusError::Disconnected, u"There is no connection to the bus."_s));
        QMetaObject::invokeMethod(
            context, [answered = std::move(answered), error] { answered(error); },
            Qt::QueuedConnection);
        return;
    }
    auto *watcher = new QDBusPendingCallWatcher(
        bus.asyncCall(call, static_cast<int>(patience.count())), context);
    QObject::connect(watcher, &QDBusPendingCallWatcher::finished, context,
                     [answered = std::move(answered)](QDBusPendingCallWatcher *finished) {
                         finished->deleteLater();
                         answered(finished->reply());
                     });
}

QDBusMessage busDaemonCall(const QString &method, const QVariantList &arguments)
{
    QDBusMessage call = QDBusMessage::createMethodCall(
        u"org.freedesktop.DBus"_s, u"/org/freedesktop/DBus"_s, u"org.freedesktop.DBus"_s, method);
    call.setArguments(arguments);
    return call;
}

} // namespace longshore
