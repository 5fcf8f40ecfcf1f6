#pragma once

#include <QDBusConnection>
#include <QDBusUnixFileDescriptor>
#include <QObject>

namespace longshore {

/// Says when logind is about to shut the machine down. While it is active, logind waits for this
/// program's end before it does (a few seconds at most). Does nothing without logind.
class ShutdownWatch final : public QObject
{
    Q_OBJECT

public:
    explicit ShutdownWatch(const QDBusConnection &systemBus, QObject *parent = nullptr);

    void setActive(bool active);

Q_SIGNALS:
    void shuttingDown();

private Q_SLOTS:
    void takeShutdown(bool begins);

private:
    QDBusConnection m_bus;
    bool m_active = false;
    QDBusUnixFileDescriptor m_lock;
};

} // namespace longshore
