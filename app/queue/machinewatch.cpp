#include "queue/machinewatch.h"

#include "platform/messagebuses.h"
#include "platform/networkstate.h"
#include "platform/shutdownwatch.h"
#include "platform/sleepinhibitor.h"
#include "platform/sleepwatch.h"

namespace longshore {

using namespace std::chrono_literals;

namespace {

/// Before the machine is told that uploads are under way, and that none is any more: many small
/// files are one stretch of work, and a single one is none.
constexpr std::chrono::milliseconds kSettle = 2s;

/// Whether something is done, or will be without the user. What is held or paused waits for them.
bool isUnderWay(UploadState state)
{
    switch (state) {
    case UploadState::Creating:
    case UploadState::Sending:
    case UploadState::Completing:
    case UploadState::Cancelling:
    case UploadState::Waiting:
        return true;
    case UploadState::Queued:
    case UploadState::Ready:
    case UploadState::Completed:
    case UploadState::Cancelled:
    case UploadState::Paused:
    case UploadState::Failed:
    case UploadState::Unknown:
        return false;
    }
    Q_UNREACHABLE();
}

} // namespace

MachineWatch::MachineWatch(QObject *parent)
    : MachineWatch(kSettle, parent)
{
}

MachineWatch::MachineWatch(std::chrono::milliseconds settle, QObject *parent)
    : QObject(parent)
{
    m_settle.setSingleShot(true);
    m_settle.setInterval(settle);
    connect(&m_settle, &QTimer::timeout, this, &MachineWatch::apply);
}

MachineWatch::~MachineWatch() = default;

void MachineWatch::watch(Engine &engine, bool isRemote)
{
    m_engine = &engine;
    m_isRemote = isRemote;
    m_underWay.clear();
    connect(&engine, &Engine::changed, this, &MachineWatch::takeChanges);
    connect(&engine, &QObject::destroyed, this, [this] {
        // Another may be watched already.
        if (m_engine)
            return;
        m_underWay.clear();
        apply();
    });
    apply();
}

void MachineWatch::setKeepsAwake(bool keepsAwake)
{
    m_keepsAwake = keepsAwake;
    if (m_inhibitor)
        m_inhibitor->setActive(m_active && m_keepsAwake);
}

void MachineWatch::takeChanges(const QList<UploadSnapshot> &uploads)
{
    const bool wasEmpty = m_underWay.isEmpty();
    for (const UploadSnapshot &upload : uploads) {
        if (isUnderWay(upload.state))
            m_underWay.insert(upload.key);
        else
            m_underWay.remove(upload.key);
    }
    if (m_underWay.isEmpty() == wasEmpty)
        return;
    if (m_active && !m_underWay.isEmpty())
        m_settle.stop();
    else if (m_active || !m_settle.isActive())
        m_settle.start();
}

void MachineWatch::apply()
{
    m_active = !m_underWay.isEmpty();
    if (m_active && !m_openedBuses) {
        m_openedBuses = true;
        openMessageBuses(this, [this](const MessageBuses &buses) { takeBuses(buses); });
    }
    if (!m_inhibitor)
        return;
    m_inhibitor->setActive(m_active && m_keepsAwake);
    m_sleep->setActive(m_active);
    m_shutdown->setActive(m_active);
    m_network->setActive(m_active && m_isRemote);
}

void MachineWatch::takeBuses(const MessageBuses &buses)
{
    m_inhibitor = std::make_unique<SleepInhibitor>(buses);
    m_sleep = std::make_unique<SleepWatch>(buses.system);
    m_shutdown = std::make_unique<ShutdownWatch>(buses.system);
    m_network = std::make_unique<NetworkState>(buses.system);
    const auto dropConnections = [this] {
        if (m_engine)
            m_engine->dropConnections();
    };
    connect(m_sleep.get(), &SleepWatch::woke, this, dropConnections);
    connect(m_network.get(), &NetworkState::changed, this, dropConnections);
    connect(m_network.get(), &NetworkState::onlineChanged, this, [this](bool online) {
        if (m_engine)
            m_engine->setOnline(online);
        Q_EMIT onlineChanged(online);
    });
    connect(m_shutdown.get(), &ShutdownWatch::shuttingDown, this, &MachineWatch::shuttingDown);
    apply();
}

} // namespace longshore
