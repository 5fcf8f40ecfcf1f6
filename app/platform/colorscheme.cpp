#include "platform/colorscheme.h"

#include "platform/buscall.h"

#include <QDBusServiceWatcher>

#include <chrono>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr QLatin1StringView kService = "org.freedesktop.portal.Desktop"_L1;
constexpr QLatin1StringView kPath = "/org/freedesktop/portal/desktop"_L1;
constexpr QLatin1StringView kInterface = "org.freedesktop.portal.Settings"_L1;
constexpr QLatin1StringView kGroup = "org.freedesktop.appearance"_L1;
constexpr QLatin1StringView kKey = "color-scheme"_L1;

/// The newer method answers with the value, the older one with a variant in which it is.
constexpr QLatin1StringView kReadOne = "ReadOne"_L1;
constexpr QLatin1StringView kRead = "Read"_L1;

/// A portal that the bus has to start first takes its time.
constexpr std::chrono::milliseconds kPatience = 60s;

/// The portal's numbers.
constexpr uint kDark = 1;
constexpr uint kLight = 2;

} // namespace

ColorScheme::ColorScheme(QObject *parent)
    : ColorScheme(QDBusConnection::sessionBus(), parent)
{
}

ColorScheme::ColorScheme(const QDBusConnection &bus, QObject *parent)
    : QObject(parent)
    , m_bus(bus)
{
    if (!m_bus.isConnected())
        return;
    // The slot's types are looked up by their names, and Qt 6.4 registers this one too late.
    qRegisterMetaType<QDBusVariant>();
    m_bus.connect(kService, kPath, kInterface, u"SettingChanged"_s, this,
                  SLOT(takeSetting(QString, QString, QDBusVariant)));
    auto *watcher =
        new QDBusServiceWatcher(kService, m_bus, QDBusServiceWatcher::WatchForRegistration, this);
    connect(watcher, &QDBusServiceWatcher::serviceRegistered, this, [this] { ask(kReadOne); });
    ask(kReadOne);
}

void ColorScheme::ask(const QString &method)
{
    QDBusMessage call = QDBusMessage::createMethodCall(kService, kPath, kInterface, method);
    call << kGroup << kKey;
    callBus(m_bus, call, kPatience, this, [this, method](const QDBusMessage &reply) {
        if (reply.type() == QDBusMessage::ReplyMessage && !reply.arguments().isEmpty())
            take(reply.arguments().constFirst());
        else if (method == kReadOne)
            ask(kRead);
    });
}

void ColorScheme::takeSetting(const QString &group, const QString &key, const QDBusVariant &value)
{
    if (group == kGroup && key == kKey)
        take(value.variant());
}

void ColorScheme::take(const QVariant &value)
{
    QVariant inner = value;
    while (inner.userType() == qMetaTypeId<QDBusVariant>())
        inner = inner.value<QDBusVariant>().variant();
    const uint number = inner.userType() == QMetaType::UInt ? inner.toUInt() : 0;
    const Preference preference = number == kDark ? Preference::Dark
        : number == kLight                        ? Preference::Light
                                                  : Preference::NoPreference;
    if (preference == m_preference)
        return;
    m_preference = preference;
    Q_EMIT changed(m_preference);
}

} // namespace longshore
