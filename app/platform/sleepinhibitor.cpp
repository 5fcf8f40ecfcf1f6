#include "platform/sleepinhibitor.h"

#include "platform/buscall.h"
#include "platform/nativesleep.h"

#include <QCoreApplication>
#include <QDBusServiceWatcher>
#include <QPointer>

#include <chrono>
#include <utility>

namespace longshore {

using namespace std::chrono_literals;

namespace {

/// With a service that is there and does not answer, before the next is asked.
constexpr std::chrono::milliseconds kPatience = 10s;

} // namespace

SleepInhibitor::SleepInhibitor(const MessageBuses &buses, QObject *parent)
    : QObject(parent)
    , m_buses(buses)
{
    for (const InhibitService &service : std::as_const(m_services)) {
        // A lock of logind outlives a restart of logind.
        if (service.isOnSystemBus() || !m_buses.session.isConnected())
            continue;
        auto *watcher = new QDBusServiceWatcher(service.name(), m_buses.session,
                                                QDBusServiceWatcher::WatchForUnregistration, this);
        connect(watcher, &QDBusServiceWatcher::serviceUnregistered, this,
                &SleepInhibitor::takeLoss);
    }
}

SleepInhibitor::~SleepInhibitor()
{
    blockSignals(true);
    setActive(false);
}

void SleepInhibitor::setActive(bool active)
{
    if (active == m_active)
        return;
    m_active = active;
    if (inhibitSleepNatively(active, tr("Uploads are under way"))) {
        setInhibiting(active);
        return;
    }
    if (!active)
        release();
    else if (!m_asking)
        ask(0);
}

const QDBusConnection &SleepInhibitor::busOf(const InhibitService &service,
                                             const MessageBuses &buses)
{
    return service.isOnSystemBus() ? buses.system : buses.session;
}

void SleepInhibitor::ask(qsizetype index)
{
    while (index < m_services.size() && !busOf(m_services.at(index), m_buses).isConnected())
        ++index;
    m_asking = index < m_services.size();
    if (!m_asking)
        return;
    const InhibitService service = m_services.at(index);
    // The answer may come after the end of this object, and must be given back then.
    callBus(busOf(service, m_buses), service.inhibitCall(tr("Uploads are under way")), kPatience,
            QCoreApplication::instance(),
            [inhibitor = QPointer(this), buses = m_buses, service, index](const auto &reply) {
                const SleepLock lock = service.lockIn(reply);
                if (inhibitor)
                    inhibitor->take(index, lock);
                else
                    giveBack(service, lock, buses);
            });
}

void SleepInhibitor::take(qsizetype index, const SleepLock &lock)
{
    if (!lock.isHeld() && m_active) {
        ask(index + 1);
        return;
    }
    m_asking = false;
    m_holder = index;
    m_lock = lock;
    if (m_active)
        setInhibiting(true);
    else
        release();
}

void SleepInhibitor::takeLoss(const QString &name)
{
    if (m_lock.cookie == 0 || m_services.at(m_holder).name() != name)
        return;
    m_lock = {};
    setInhibiting(false);
    ask(0);
}

void SleepInhibitor::release()
{
    giveBack(m_services.at(m_holder), std::exchange(m_lock, {}), m_buses);
    setInhibiting(false);
}

void SleepInhibitor::giveBack(const InhibitService &service, const SleepLock &lock,
                              const MessageBuses &buses)
{
    if (lock.cookie != 0)
        busOf(service, buses).send(service.releaseCall(lock));
}

void SleepInhibitor::setInhibiting(bool inhibiting)
{
    if (inhibiting == m_isInhibiting)
        return;
    m_isInhibiting = inhibiting;
    Q_EMIT inhibitingChanged(inhibiting);
}

} // namespace longshore
