#include "platform/shutdownwatch.h"

#include "platform/buscall.h"
#include "platform/logind.h"

#include <chrono>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds kPatience = 10s;

} // namespace

ShutdownWatch::ShutdownWatch(const QDBusConnection &systemBus, QObject *parent)
    : QObject(parent)
    , m_bus(systemBus)
{
    logind::connectSignal(m_bus, u"PrepareForShutdown"_s, this, SLOT(takeShutdown(bool)));
}

void ShutdownWatch::setActive(bool active)
{
    if (active == m_active)
        return;
    m_active = active;
    m_lock = {};
    if (!active)
        return;
    const QDBusMessage call =
        logind::inhibitCall(u"shutdown"_s, tr("Uploads are under way"), u"delay"_s);
    callBus(m_bus, call, kPatience, this, [this](const QDBusMessage &reply) {
        if (m_active)
            m_lock = logind::lockIn(reply);
    });
}

void ShutdownWatch::takeShutdown(bool begins)
{
    if (begins && m_active)
        Q_EMIT shuttingDown();
}

} // namespace longshore
