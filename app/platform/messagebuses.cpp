#include "platform/messagebuses.h"

#include "platform/localbus.h"

#include <QObject>

#include <memory>
#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// Of the bus, where it is not named otherwise.
const QString kSystemAddress = u"unix:path=/var/run/dbus/system_bus_socket"_s;

QString sessionAddress()
{
    const QString runtimeDir = qEnvironmentVariable("XDG_RUNTIME_DIR");
    const QString usual = runtimeDir.isEmpty() ? QString() : u"unix:path=%1/bus"_s.arg(runtimeDir);
    return qEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS", usual);
}

} // namespace

void openMessageBuses(QObject *context, std::function<void(const MessageBuses &)> opened)
{
    struct Found
    {
        int unanswered = 2;
        bool session = false;
        bool system = false;
    };
    const auto found = std::make_shared<Found>();
    const auto take = [found, opened = std::move(opened)](bool Found::*bus, bool answers) {
        found.get()->*bus = answers;
        if (--found->unanswered > 0)
            return;
        const QDBusConnection none{QString()};
        opened({found->session ? QDBusConnection::sessionBus() : none,
                found->system ? QDBusConnection::systemBus() : none});
    };
    askBus(sessionAddress(), context, [take](bool answers) { take(&Found::session, answers); });
    askBus(qEnvironmentVariable("DBUS_SYSTEM_BUS_ADDRESS", kSystemAddress), context,
           [take](bool answers) { take(&Found::system, answers); });
}

} // namespace longshore
