#include "platform/keychainservice.h"

#include "platform/buscall.h"
#include "platform/keychaintext.h"

#include <QAbstractEventDispatcher>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusVariant>
#include <QStringList>

#include <algorithm>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView kSecretService = "org.freedesktop.secrets"_L1;
constexpr QLatin1StringView kSecretServicePath = "/org/freedesktop/secrets"_L1;

/// In the order in which QtKeychain goes by them.
QStringList knownServices()
{
    const QStringList wallets{u"org.kde.kwalletd6"_s, u"org.kde.kwalletd5"_s};
    return qEnvironmentVariableIsEmpty("KDE_SESSION_VERSION")
        ? QStringList{kSecretService} + wallets
        : wallets + QStringList{kSecretService};
}

QString firstIn(const QStringList &names)
{
    const QStringList known = knownServices();
    const auto found = std::find_if(known.begin(), known.end(), [&names](const QString &service) {
        return names.contains(service);
    });
    return found == known.end() ? QString() : *found;
}

bool isAnswer(const QDBusMessage &reply)
{
    return reply.type() == QDBusMessage::ReplyMessage;
}

} // namespace

KeychainService::KeychainService(const QDBusConnection &bus, std::chrono::milliseconds patience,
                                 QObject *parent)
    : QObject(parent)
    , m_bus(bus)
    , m_patience(patience)
{
}

void KeychainService::check(const std::function<void(const QString &)> &told)
{
    m_collection.clear();
    callBus(m_bus, busDaemonCall(u"ListNames"_s), m_patience, this,
            [this, told](const QDBusMessage &reply) {
                if (isAnswer(reply))
                    choose(reply.arguments().value(0).toStringList(), told);
                else
                    told(m_bus.isConnected() ? tr("The session bus does not answer: %1")
                                                   .arg(quotedText(reply.errorMessage()))
                                             : tr("There is no session bus, and so no keychain."));
            });
}

void KeychainService::choose(const QStringList &running, const Told &told)
{
    callBus(m_bus, busDaemonCall(u"ListActivatableNames"_s), m_patience, this,
            [this, running, told](const QDBusMessage &reply) {
                const QString service =
                    firstIn(running + reply.arguments().value(0).toStringList());
                if (service.isEmpty())
                    told(tr("No keychain service is running."));
                else
                    probe(service, told);
            });
}

void KeychainService::probe(const QString &service, const Told &told)
{
    QDBusMessage call;
    if (service == kSecretService) {
        // libsecret's answers come through GLib's event loop; with another one they never would.
        if (!QAbstractEventDispatcher::instance()->inherits("QEventDispatcherGlib")) {
            told(tr("The keychain can't be used while Qt runs without GLib (QT_NO_GLIB)."));
            return;
        }
        call = QDBusMessage::createMethodCall(service, kSecretServicePath,
                                              u"org.freedesktop.Secret.Service"_s, u"ReadAlias"_s);
        call << u"default"_s;
    } else {
        call = QDBusMessage::createMethodCall(service, u"/"_s, u"org.freedesktop.DBus.Peer"_s,
                                              u"Ping"_s);
    }
    callBus(m_bus, call, m_patience, this, [this, told](const QDBusMessage &reply) {
        if (isAnswer(reply)) {
            const QString path = reply.arguments().value(0).value<QDBusObjectPath>().path();
            m_collection = path == "/"_L1 ? QString() : path;
            told({});
        } else {
            told(tr("The keychain does not answer: %1").arg(quotedText(reply.errorMessage())));
        }
    });
}

void KeychainService::checkLocked(const std::function<void(bool)> &told)
{
    if (m_collection.isEmpty()) {
        QMetaObject::invokeMethod(
            this, [told] { told(false); }, Qt::QueuedConnection);
        return;
    }
    QDBusMessage call = QDBusMessage::createMethodCall(
        kSecretService, m_collection, u"org.freedesktop.DBus.Properties"_s, u"Get"_s);
    call << u"org.freedesktop.Secret.Collection"_s << u"Locked"_s;
    callBus(m_bus, call, m_patience, this, [told](const QDBusMessage &reply) {
        told(isAnswer(reply)
             && reply.arguments().value(0).value<QDBusVariant>().variant().toBool());
    });
}

} // namespace longshore
