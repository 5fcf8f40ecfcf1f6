#include "support/fakelogind.h"

#include <QSocketNotifier>

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <unistd.h>

namespace longshore::test {

using namespace Qt::StringLiterals;

bool FakeLogind::serve(QDBusConnection bus)
{
    return bus.registerObject(u"/org/freedesktop/login1"_s, this,
                              QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals)
        && bus.registerService(u"org.freedesktop.login1"_s);
}

int FakeLogind::held(const QString &what) const
{
    return static_cast<int>(
        std::count_if(m_locks.begin(), m_locks.end(),
                      [&what](const Lock &lock) { return lock.held && lock.what == what; }));
}

QDBusUnixFileDescriptor FakeLogind::Inhibit(const QString &what, const QString &who,
                                            const QString &why, const QString &mode)
{
    std::array<int, 2> ends{-1, -1};
    if (m_refuses || ::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        sendErrorReply(u"org.freedesktop.DBus.Error.AccessDenied"_s);
        return {};
    }
    m_locks.append({what, who, why, mode});
    watch(ends[0], m_locks.size() - 1);
    QDBusUnixFileDescriptor lock;
    lock.giveFileDescriptor(ends[1]);
    return lock;
}

/// The other end is closed by whoever holds the lock.
void FakeLogind::watch(int readEnd, qsizetype lock)
{
    auto *end = new QSocketNotifier(readEnd, QSocketNotifier::Read, this);
    connect(end, &QSocketNotifier::activated, this, [this, end, readEnd, lock] {
        m_locks[lock].held = false;
        end->setEnabled(false);
        end->deleteLater();
        ::close(readEnd);
    });
}

} // namespace longshore::test
