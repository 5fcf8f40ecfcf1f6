#pragma once

#include "queue/engine.h"

#include <QObject>
#include <QPointer>
#include <QSet>
#include <QTimer>

#include <chrono>
#include <memory>

namespace longshore {

class NetworkState;
class ShutdownWatch;
class SleepInhibitor;
class SleepWatch;
struct MessageBuses;

/// What goes on between an engine and the machine that it runs on. While uploads are under way the
/// machine does not go to sleep by itself, and the engine is told when it slept all the same, when
/// the network is gone and when it is another one. Uploads of a second or two leave the machine
/// alone. Main thread; nothing here blocks.
class MachineWatch final : public QObject
{
    Q_OBJECT

public:
    explicit MachineWatch(QObject *parent = nullptr);
    /// The machine is told of uploads that last this long, and as long after their end.
    explicit MachineWatch(std::chrono::milliseconds settle, QObject *parent = nullptr);
    ~MachineWatch() override;

    /// Watches for this engine until it is deleted. A service on this machine (not `isRemote`)
    /// needs no network.
    void watch(Engine &engine, bool isRemote);
    /// Whether the machine is kept from sleeping; it is unless told otherwise.
    void setKeepsAwake(bool keepsAwake);

Q_SIGNALS:
    /// Whether there is a network, while that matters to uploads under way; true at all other times.
    void onlineChanged(bool online);
    /// Of the machine. Whoever is not done in a few seconds is ended.
    void shuttingDown();

private:
    void takeChanges(const QList<UploadSnapshot> &uploads);
    void takeBuses(const MessageBuses &buses);
    void apply();

    QPointer<Engine> m_engine;
    bool m_isRemote = false;
    bool m_keepsAwake = true;
    QSet<QString> m_underWay; ///< keys
    bool m_active = false; ///< by what the machine was told
    QTimer m_settle;
    bool m_openedBuses = false;
    std::unique_ptr<SleepInhibitor> m_inhibitor; ///< once the buses are open, as are the others
    std::unique_ptr<SleepWatch> m_sleep;
    std::unique_ptr<ShutdownWatch> m_shutdown;
    std::unique_ptr<NetworkState> m_network;
};

} // namespace longshore
