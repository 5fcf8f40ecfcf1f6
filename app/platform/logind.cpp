#include "platform/logind.h"

#include <QDBusConnection>

namespace longshore::logind {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView kService = "org.freedesktop.login1"_L1;
constexpr QLatin1StringView kPath = "/org/freedesktop/login1"_L1;
constexpr QLatin1StringView kManager = "org.freedesktop.login1.Manager"_L1;
constexpr QLatin1StringView kWho = "Longshore"_L1;

} // namespace

QDBusMessage inhibitCall(const QString &what, const QString &why, const QString &mode)
{
    QDBusMessage call = QDBusMessage::createMethodCall(kService, kPath, kManager, u"Inhibit"_s);
    call << what << QString(kWho) << why << mode;
    call.setAutoStartService(false);
    return call;
}

QDBusUnixFileDescriptor lockIn(const QDBusMessage &reply)
{
    const bool given = reply.type() == QDBusMessage::ReplyMessage && !reply.arguments().isEmpty();
    return given ? reply.arguments().constFirst().value<QDBusUnixFileDescriptor>()
                 : QDBusUnixFileDescriptor();
}

void connectSignal(QDBusConnection bus, const QString &name, QObject *receiver, const char *slot)
{
    if (bus.isConnected())
        bus.connect(kService, kPath, kManager, name, receiver, slot);
}

} // namespace longshore::logind
