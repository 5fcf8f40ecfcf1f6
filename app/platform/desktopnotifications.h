#pragma once

#include <QDBusConnection>
#include <QHash>
#include <QList>
#include <QObject>
#include <QStringList>

#include <optional>

class QDBusMessage;

namespace longshore {

/// A button of a notification. The id "default" is a click on the notification itself.
struct NotificationAction
{
    QString id;
    QString label;
};

/// What the desktop is to show. Both texts are plain text.
struct Notification
{
    /// A notification takes the place of the one before with the same key. Empty: it stands alone,
    /// and the signals name it by a key that nobody else knows.
    QString key;
    QString title;
    QString body;
    QList<NotificationAction> actions; ///< left out where the desktop shows none
};

/// Messages on the desktop through org.freedesktop.Notifications. Nothing here waits for the
/// desktop: an update for a notification that is still on its way is sent after it, and of several
/// such the last only.
class DesktopNotifications final : public QObject
{
    Q_OBJECT

public:
    /// Uses the session's bus.
    explicit DesktopNotifications(QObject *parent = nullptr);
    explicit DesktopNotifications(const QDBusConnection &bus, QObject *parent = nullptr);

    /// Whether there is a service, running or to be started by the bus. False until it has
    /// answered.
    bool isAvailable() const { return m_available; }
    bool showsActions() const;

    /// Does nothing while there is no service.
    void show(const Notification &notification);
    /// Takes it from the desktop; closed() follows.
    void withdraw(const QString &key);

Q_SIGNALS:
    void availabilityChanged(bool available);
    void actionInvoked(const QString &notificationKey, const QString &action);
    /// By the user, by withdraw(), by the desktop after a while, or because the service has gone.
    void closed(const QString &notificationKey);
    /// Just before actionInvoked(), on desktops that let no window to the front without one.
    void activationTokenGiven(const QByteArray &token);

private Q_SLOTS:
    void takeAction(uint id, const QString &action);
    void takeClosed(uint id, uint reason);
    void takeToken(uint id, const QString &token);

private:
    struct Shown
    {
        uint id = 0; ///< the service's number; 0: none yet
        bool isSending = false;
        bool isWithdrawn = false;
        std::optional<Notification> next; ///< to be sent after the one on its way
    };

    void takeOwner(const QString &owner);
    void askCapabilities();
    void setAvailable(bool available);
    void send(const QString &key, const Notification &notification);
    void takeSent(const QString &key, const QDBusMessage &reply);
    void closeShown(uint id);
    QString keyOf(uint id) const;

    QDBusConnection m_bus;
    bool m_available = false;
    QStringList m_capabilities;
    QHash<QString, Shown> m_shown;
    quint64 m_unnamed = 0; ///< how many notifications without a key were shown
    quint64 m_owners = 0; ///< how often the service changed hands; older replies count no more
};

} // namespace longshore
