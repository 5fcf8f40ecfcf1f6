#include "platform/desktopnotifications.h"

#include "platform/buscall.h"

#include <QDBusMessage>
#include <QDBusServiceWatcher>
#include <QVariantMap>

#include <algorithm>
#include <chrono>
#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr QLatin1StringView kService = "org.freedesktop.Notifications"_L1;
constexpr QLatin1StringView kPath = "/org/freedesktop/Notifications"_L1;
constexpr QLatin1StringView kApplication = "Longshore"_L1;
/// Of the desktop entry, and of the icon.
constexpr QLatin1StringView kApplicationId = "io.github.longshore.Longshore"_L1;

/// A service that the bus has to start first takes its time.
constexpr std::chrono::milliseconds kPatience = 30s;

/// The desktop decides how long.
constexpr int kUsualDuration = -1;

/// Characters; desktops show less of either.
constexpr qsizetype kLongestTitle = 300;
constexpr qsizetype kLongestBody = 2000;

QDBusMessage serviceCall(const QString &method)
{
    return QDBusMessage::createMethodCall(kService, kPath, kService, method);
}

} // namespace

DesktopNotifications::DesktopNotifications(QObject *parent)
    : DesktopNotifications(QDBusConnection::sessionBus(), parent)
{
}

DesktopNotifications::DesktopNotifications(const QDBusConnection &bus, QObject *parent)
    : QObject(parent)
    , m_bus(bus)
{
    if (!m_bus.isConnected())
        return;
    m_bus.connect(kService, kPath, kService, u"ActionInvoked"_s, this,
                  SLOT(takeAction(uint, QString)));
    m_bus.connect(kService, kPath, kService, u"NotificationClosed"_s, this,
                  SLOT(takeClosed(uint, uint)));
    m_bus.connect(kService, kPath, kService, u"ActivationToken"_s, this,
                  SLOT(takeToken(uint, QString)));
    auto *watcher =
        new QDBusServiceWatcher(kService, m_bus, QDBusServiceWatcher::WatchForOwnerChange, this);
    connect(watcher, &QDBusServiceWatcher::serviceOwnerChanged, this,
            [this](const QString &, const QString &, const QString &owner) { takeOwner(owner); });
    askCapabilities();
}

bool DesktopNotifications::showsActions() const
{
    return m_capabilities.contains("actions"_L1);
}

void DesktopNotifications::show(const Notification &notification)
{
    if (!m_available)
        return;
    const QString key = notification.key.isEmpty() ? u"\n%1"_s.arg(++m_unnamed) : notification.key;
    Shown &shown = m_shown[key];
    shown.isWithdrawn = false;
    if (shown.isSending)
        shown.next = notification;
    else
        send(key, notification);
}

void DesktopNotifications::withdraw(const QString &key)
{
    const auto shown = m_shown.find(key);
    if (shown == m_shown.end())
        return;
    shown->next.reset();
    shown->isWithdrawn = true;
    if (!shown->isSending)
        closeShown(shown->id);
}

void DesktopNotifications::takeOwner(const QString &owner)
{
    ++m_owners;
    const QHash<QString, Shown> gone = std::exchange(m_shown, {});
    if (!owner.isEmpty()) {
        askCapabilities();
    } else {
        // Some services end when they have nothing to show, and are started again by the next
        // message. Asking them anything now would do that too.
        callBus(m_bus, busDaemonCall(u"ListActivatableNames"_s), kPatience, this,
                [this, owners = m_owners](const QDBusMessage &reply) {
                    if (owners == m_owners)
                        setAvailable(
                            reply.type() == QDBusMessage::ReplyMessage
                            && reply.arguments().value(0).toStringList().contains(kService));
                });
    }
    for (auto shown = gone.begin(); shown != gone.end(); ++shown)
        Q_EMIT closed(shown.key());
}

void DesktopNotifications::askCapabilities()
{
    callBus(m_bus, serviceCall(u"GetCapabilities"_s), kPatience, this,
            [this, owners = m_owners](const QDBusMessage &reply) {
                if (owners != m_owners)
                    return;
                const bool answered = reply.type() == QDBusMessage::ReplyMessage;
                m_capabilities =
                    answered ? reply.arguments().value(0).toStringList() : QStringList();
                setAvailable(answered);
            });
}

void DesktopNotifications::setAvailable(bool available)
{
    if (available == m_available)
        return;
    m_available = available;
    Q_EMIT availabilityChanged(m_available);
}

void DesktopNotifications::send(const QString &key, const Notification &notification)
{
    Shown &shown = m_shown[key];
    shown.isSending = true;

    QString body = notification.body.left(kLongestBody);
    if (m_capabilities.contains("body-markup"_L1))
        body = body.toHtmlEscaped();
    QStringList actions;
    if (showsActions()) {
        for (const NotificationAction &action : notification.actions)
            actions << action.id << action.label;
    }
    QDBusMessage call = serviceCall(u"Notify"_s);
    call << kApplication << shown.id << kApplicationId << notification.title.left(kLongestTitle)
         << body << actions << QVariantMap{{u"desktop-entry"_s, kApplicationId}} << kUsualDuration;
    callBus(m_bus, call, kPatience, this,
            [this, key, owners = m_owners](const QDBusMessage &reply) {
                if (owners == m_owners)
                    takeSent(key, reply);
            });
}

void DesktopNotifications::takeSent(const QString &key, const QDBusMessage &reply)
{
    const auto shown = m_shown.find(key);
    if (shown == m_shown.end())
        return;
    shown->isSending = false;
    if (reply.type() == QDBusMessage::ReplyMessage)
        shown->id = reply.arguments().value(0).toUInt();
    const std::optional<Notification> next = std::exchange(shown->next, std::nullopt);
    if (next)
        send(key, *next);
    else if (shown->id == 0)
        m_shown.erase(shown);
    else if (shown->isWithdrawn)
        closeShown(shown->id);
}

void DesktopNotifications::closeShown(uint id)
{
    QDBusMessage call = serviceCall(u"CloseNotification"_s);
    call << id;
    call.setAutoStartService(false);
    m_bus.send(call);
}

QString DesktopNotifications::keyOf(uint id) const
{
    const auto found = std::find_if(m_shown.begin(), m_shown.end(),
                                    [id](const Shown &shown) { return shown.id == id; });
    return id == 0 || found == m_shown.end() ? QString() : found.key();
}

void DesktopNotifications::takeAction(uint id, const QString &action)
{
    const QString key = keyOf(id);
    if (!key.isEmpty())
        Q_EMIT actionInvoked(key, action);
}

void DesktopNotifications::takeClosed(uint id, uint)
{
    const QString key = keyOf(id);
    if (key.isEmpty())
        return;
    Shown &shown = m_shown[key];
    // With an update on its way it comes back as a new one.
    if (shown.isSending)
        shown.id = 0;
    else
        m_shown.remove(key);
    Q_EMIT closed(key);
}

void DesktopNotifications::takeToken(uint id, const QString &token)
{
    if (!keyOf(id).isEmpty())
        Q_EMIT activationTokenGiven(token.toUtf8());
}

} // namespace longshore
