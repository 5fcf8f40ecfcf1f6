#include "platform/inhibitservice.h"

#include "platform/logind.h"

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView kPowerManagement = "org.freedesktop.PowerManagement"_L1;
constexpr QLatin1StringView kGnomeSession = "org.gnome.SessionManager"_L1;
constexpr QLatin1StringView kScreenSaver = "org.freedesktop.ScreenSaver"_L1;

constexpr QLatin1StringView kApplication = "Longshore"_L1;
/// Of the desktop entry.
constexpr QLatin1StringView kApplicationId = "io.github.longshore.Longshore"_L1;

/// GNOME's flag for sleep. Its flag for an idle session would keep the screen on, and would be
/// overruled as soon as the user locks the screen.
constexpr uint kSuspend = 4;
constexpr uint kNoWindow = 0;

} // namespace

/// First those that stop the sleep of an idle session and leave the screen and its lock alone (KDE,
/// Xfce and others; GNOME, Cinnamon and MATE, which don't look at logind's locks). Logind acts by
/// itself where no desktop does; on KDE its lock would also keep the screen on, as does the last.
QList<InhibitService> InhibitService::all()
{
    return {InhibitService(Kind::PowerManagement), InhibitService(Kind::GnomeSession),
            InhibitService(Kind::Logind), InhibitService(Kind::ScreenSaver)};
}

QString InhibitService::name() const
{
    switch (m_kind) {
    case Kind::PowerManagement:
        return kPowerManagement;
    case Kind::GnomeSession:
        return kGnomeSession;
    case Kind::Logind:
        return u"org.freedesktop.login1"_s;
    case Kind::ScreenSaver:
        return kScreenSaver;
    }
    Q_UNREACHABLE();
}

QDBusMessage InhibitService::call(const QString &method) const
{
    const bool isPower = m_kind == Kind::PowerManagement;
    const QString path = u'/' + name().replace(u'.', u'/') + (isPower ? u"/Inhibit"_s : QString());
    const QString interface = name() + (isPower ? u".Inhibit"_s : QString());
    QDBusMessage message = QDBusMessage::createMethodCall(name(), path, interface, method);
    message.setAutoStartService(false);
    return message;
}

QDBusMessage InhibitService::inhibitCall(const QString &reason) const
{
    if (m_kind == Kind::Logind)
        return logind::inhibitCall(u"idle"_s, reason, u"block"_s);
    QDBusMessage message = call(u"Inhibit"_s);
    if (m_kind == Kind::GnomeSession)
        message << QString(kApplicationId) << kNoWindow << reason << kSuspend;
    else
        message << QString(kApplication) << reason;
    return message;
}

SleepLock InhibitService::lockIn(const QDBusMessage &reply) const
{
    if (m_kind == Kind::Logind)
        return {logind::lockIn(reply), 0};
    const bool given = reply.type() == QDBusMessage::ReplyMessage;
    return {{}, given ? reply.arguments().value(0).toUInt() : 0};
}

QDBusMessage InhibitService::releaseCall(const SleepLock &lock) const
{
    QDBusMessage message = call(m_kind == Kind::GnomeSession ? u"Uninhibit"_s : u"UnInhibit"_s);
    message << lock.cookie;
    return message;
}

} // namespace longshore
