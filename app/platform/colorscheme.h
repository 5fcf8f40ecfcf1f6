#pragma once

#include <QDBusConnection>
#include <QDBusVariant>
#include <QObject>

namespace longshore {

/// Whether the desktop asks for light or dark windows, by the settings of its portal
/// (org.freedesktop.portal.Settings). Asked for when this object is made, then followed. Without a
/// session bus or a portal there is no preference.
class ColorScheme final : public QObject
{
    Q_OBJECT

public:
    enum class Preference { NoPreference, Dark, Light };
    Q_ENUM(Preference)

    /// Asks on the session's bus.
    explicit ColorScheme(QObject *parent = nullptr);
    explicit ColorScheme(const QDBusConnection &bus, QObject *parent = nullptr);

    /// NoPreference until the portal has answered.
    Preference preference() const { return m_preference; }

Q_SIGNALS:
    void changed(longshore::ColorScheme::Preference preference);

private Q_SLOTS:
    void takeSetting(const QString &group, const QString &key, const QDBusVariant &value);

private:
    void ask(const QString &method);
    void take(const QVariant &value);

    QDBusConnection m_bus;
    Preference m_preference = Preference::NoPreference;
};

} // namespace longshore
