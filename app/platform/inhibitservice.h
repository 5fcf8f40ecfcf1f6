#pragma once

#include <QDBusMessage>
#include <QDBusUnixFileDescriptor>
#include <QList>
#include <QString>

namespace longshore {

/// What a service gave: given back by release(), by the end of the process, or (a lock of logind)
/// by the end of this value.
struct SleepLock
{
    QDBusUnixFileDescriptor file; ///< of logind
    uint cookie = 0; ///< of the others

    bool isHeld() const { return file.isValid() || cookie != 0; }
};

/// One of the services that can keep an idle computer awake.
class InhibitService
{
public:
    /// Those that exist, in the order in which to ask them. The first that agrees is enough.
    static QList<InhibitService> all();

    bool isOnSystemBus() const { return m_kind == Kind::Logind; }
    QString name() const;
    /// Does not start the service.
    QDBusMessage inhibitCall(const QString &reason) const;
    SleepLock lockIn(const QDBusMessage &reply) const;
    /// Gives back what has a cookie.
    QDBusMessage releaseCall(const SleepLock &lock) const;

private:
    enum class Kind { PowerManagement, GnomeSession, Logind, ScreenSaver };

    explicit InhibitService(Kind kind)
        : m_kind(kind)
    {
    }
    QDBusMessage call(const QString &method) const;

    Kind m_kind;
};

} // namespace longshore
