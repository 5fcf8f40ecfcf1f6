#include "platform/networkstate.h"
#include "support/privatebus.h"

#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <memory>

using namespace longshore;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// NetworkManager, as much of it as Qt's backend asks for.
class FakeNetworkManager : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.NetworkManager")
    Q_PROPERTY(uint State MEMBER m_state)
    Q_PROPERTY(uint Connectivity MEMBER m_connectivity)
    Q_PROPERTY(QDBusObjectPath PrimaryConnection MEMBER m_connection)

public:
    static constexpr uint kDisconnected = 20;
    static constexpr uint kOnline = 70;

    uint m_state = kOnline;
    uint m_connectivity = 4; ///< full
    QDBusObjectPath m_connection{u"/org/freedesktop/None"_s};
};

NetworkLook network(const QString &address)
{
    NetworkLook look;
    look.source4 = QHostAddress(address);
    look.addresses.insert(look.source4, 2);
    return look;
}

const QString kHome = u"192.168.1.10"_s;
const QString kOffice = u"10.20.30.40"_s;

} // namespace

class TestNetworkState : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void tellsWhenItIsGone();
    void beginsOffline();
    void tellsWhenItIsAnother();
    void ignoresFlapping();
    void isQuietWhileInactive();
    void hearsNetworkManager();

private:
    std::unique_ptr<NetworkState> state(const QDBusConnection &bus = QDBusConnection(QString()));
    /// After a hint, until it was looked at.
    bool looked(NetworkState &state);

    NetworkLook m_network;
    int m_looks = 0;
};

void TestNetworkState::init()
{
    m_network = network(kHome);
}

std::unique_ptr<NetworkState> TestNetworkState::state(const QDBusConnection &bus)
{
    const auto look = [this] {
        ++m_looks;
        return m_network;
    };
    return std::make_unique<NetworkState>(bus, look, 5ms);
}

bool TestNetworkState::looked(NetworkState &state)
{
    const int before = m_looks;
    state.lookSoon();
    return QTest::qWaitFor([this, before] { return m_looks > before; });
}

void TestNetworkState::tellsWhenItIsGone()
{
    const auto made = state();
    QSignalSpy online(made.get(), &NetworkState::onlineChanged);
    QSignalSpy changed(made.get(), &NetworkState::changed);
    made->setActive(true);
    QVERIFY(made->isOnline());
    QVERIFY(looked(*made));
    QCOMPARE(online.size(), 0);
    m_network = {};
    QVERIFY(looked(*made));
    QCOMPARE(online.size(), 1);
    QVERIFY(!made->isOnline());
    QCOMPARE(changed.size(), 0);
    // Even the same address: what was under way has waited too long.
    m_network = network(kHome);
    QVERIFY(looked(*made));
    QCOMPARE(online.size(), 2);
    QVERIFY(made->isOnline());
    QCOMPARE(changed.size(), 1);
}

void TestNetworkState::beginsOffline()
{
    m_network = {};
    const auto made = state();
    QSignalSpy online(made.get(), &NetworkState::onlineChanged);
    made->setActive(true);
    QCOMPARE(online.size(), 1);
    QVERIFY(!made->isOnline());
    made->setActive(false);
    QCOMPARE(online.size(), 2);
    QVERIFY(made->isOnline());
}

void TestNetworkState::tellsWhenItIsAnother()
{
    const auto made = state();
    QSignalSpy online(made.get(), &NetworkState::onlineChanged);
    QSignalSpy changed(made.get(), &NetworkState::changed);
    made->setActive(true);
    m_network = network(kOffice);
    QVERIFY(looked(*made));
    QCOMPARE(changed.size(), 1);
    QVERIFY(looked(*made));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(online.size(), 0);
}

void TestNetworkState::ignoresFlapping()
{
    const auto made = state();
    QSignalSpy online(made.get(), &NetworkState::onlineChanged);
    QSignalSpy changed(made.get(), &NetworkState::changed);
    made->setActive(true);
    const int before = m_looks;
    for (int turn = 0; turn < 100; ++turn) {
        m_network = turn % 2 == 0 ? NetworkLook() : network(kHome);
        made->lookSoon();
    }
    QVERIFY(QTest::qWaitFor([&] { return m_looks > before; }));
    QCOMPARE(m_looks, before + 1);
    QCOMPARE(online.size() + changed.size(), 0);
}

void TestNetworkState::isQuietWhileInactive()
{
    const auto made = state();
    QSignalSpy online(made.get(), &NetworkState::onlineChanged);
    QSignalSpy changed(made.get(), &NetworkState::changed);
    made->setActive(true);
    made->lookSoon();
    made->setActive(false);
    m_network = network(kOffice);
    made->lookSoon();
    const int before = m_looks;
    made->setActive(true);
    QCOMPARE(m_looks, before + 1);
    QVERIFY(looked(*made));
    QCOMPARE(online.size() + changed.size(), 0);
}

/// Last: Qt keeps its backend until the end of the process.
void TestNetworkState::hearsNetworkManager()
{
    test::PrivateBus bus;
    QVERIFY(!bus.address().isEmpty());
    qputenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address().toUtf8());
    // Qt's backend waits for answers in this thread.
    QThread thread;
    thread.start();
    FakeNetworkManager manager;
    QDBusConnection connection = bus.connection();
    QVERIFY(connection.registerObject(u"/org/freedesktop/NetworkManager"_s, &manager,
                                      QDBusConnection::ExportAllProperties));
    QVERIFY(connection.registerService(u"org.freedesktop.NetworkManager"_s));
    manager.moveToThread(&thread);
    const auto ends = qScopeGuard([&thread] {
        thread.quit();
        thread.wait();
    });
    const auto say = [&connection](uint state) {
        QDBusMessage signal = QDBusMessage::createSignal(u"/org/freedesktop/NetworkManager"_s,
                                                         u"org.freedesktop.DBus.Properties"_s,
                                                         u"PropertiesChanged"_s);
        signal << u"org.freedesktop.NetworkManager"_s << QVariantMap{{u"State"_s, state}}
               << QStringList();
        return connection.send(signal);
    };

    const auto made = state(bus.connection());
    QSignalSpy online(made.get(), &NetworkState::onlineChanged);
    QSignalSpy changed(made.get(), &NetworkState::changed);
    QVERIFY(QNetworkInformation::instance() == nullptr);
    made->setActive(true);
    QTRY_VERIFY(QNetworkInformation::instance() != nullptr);
    QCOMPARE(QNetworkInformation::instance()->backendName(), u"networkmanager"_s);
    QSignalSpy reachability(QNetworkInformation::instance(),
                            &QNetworkInformation::reachabilityChanged);

    // Whatever it says, there is an address.
    QVERIFY(say(FakeNetworkManager::kDisconnected));
    QVERIFY(reachability.wait());
    QVERIFY(looked(*made));
    QVERIFY(made->isOnline());
    QCOMPARE(changed.size(), 0);
    // The Internet came back behind the same address.
    QVERIFY(say(FakeNetworkManager::kOnline));
    QVERIFY(changed.wait());
    QCOMPARE(changed.size(), 1);
    QCOMPARE(online.size(), 0);

    // It may know a way that we don't see.
    m_network = {};
    QVERIFY(looked(*made));
    QVERIFY(made->isOnline());
    QVERIFY(say(FakeNetworkManager::kDisconnected));
    QVERIFY(online.wait());
    QVERIFY(!made->isOnline());
}

QTEST_GUILESS_MAIN(TestNetworkState)
#include "tst_networkstate.moc"
