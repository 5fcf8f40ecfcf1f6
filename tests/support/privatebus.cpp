#include "support/privatebus.h"

#include <QFile>

#include <atomic>
#include <chrono>

namespace longshore::test {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds kHang{60'000};

/// Without a folder of services, so that the machine's own are not started.
constexpr const char *kConfiguration = R"(<!DOCTYPE busconfig PUBLIC
  "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=%1</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
)";

QString newConnectionName()
{
    static std::atomic<int> number = 0;
    return u"privatebus%1"_s.arg(++number);
}

} // namespace

PrivateBus::PrivateBus()
{
    QFile file(m_directory.filePath(u"bus.conf"_s));
    if (!file.open(QIODevice::WriteOnly))
        return;
    file.write(QString::fromLatin1(kConfiguration).arg(m_directory.path()).toUtf8());
    file.close();
    m_daemon.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_daemon.start(u"dbus-daemon"_s,
                   {u"--config-file="_s + file.fileName(), u"--print-address"_s, u"--nofork"_s});
    while (!m_daemon.canReadLine()) {
        if (!m_daemon.waitForReadyRead(static_cast<int>(kHang.count())))
            return;
    }
    m_address = QString::fromUtf8(m_daemon.readLine()).trimmed();
}

PrivateBus::~PrivateBus()
{
    for (const QString &name : m_connections)
        QDBusConnection::disconnectFromBus(name);
    m_daemon.kill();
    m_daemon.waitForFinished(static_cast<int>(kHang.count()));
}

QDBusConnection PrivateBus::connection()
{
    m_connections.append(newConnectionName());
    return QDBusConnection::connectToBus(m_address, m_connections.constLast());
}

} // namespace longshore::test
