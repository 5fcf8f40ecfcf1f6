#pragma once

#include <QDBusConnection>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

namespace longshore::test {

/// A session bus of the test's own, on which nothing is started by itself. Ends with this object.
class PrivateBus
{
public:
    PrivateBus();
    ~PrivateBus();
    Q_DISABLE_COPY_MOVE(PrivateBus)

    /// For DBUS_SESSION_BUS_ADDRESS; empty if the bus could not be started.
    QString address() const { return m_address; }
    /// Another connection to it each time, closed with this object.
    QDBusConnection connection();

private:
    QTemporaryDir m_directory;
    QProcess m_daemon;
    QString m_address;
    QStringList m_connections;
};

} // namespace longshore::test
