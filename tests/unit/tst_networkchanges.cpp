#include "platform/networkstate.h"
#include "support/testinterface.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace longshore;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// In a network of its own, without any interface at first.
class TestNetworkChanges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void followsTheKernel();
};

void TestNetworkChanges::followsTheKernel()
{
    int looks = 0;
    const auto look = [&looks] {
        ++looks;
        return lookAtNetwork();
    };
    // What `change` does has been told by the kernel and looked at.
    const auto after = [&looks](const auto &change) {
        const int before = looks;
        change();
        return QTest::qWaitFor([&] { return looks > before; });
    };
    NetworkState state(QDBusConnection(QString()), look, 50ms);
    QSignalSpy online(&state, &NetworkState::onlineChanged);
    QSignalSpy changed(&state, &NetworkState::changed);
    state.setActive(true);
    QCOMPARE(online.size(), 1);
    QVERIFY(!state.isOnline());

    auto wifi = std::make_unique<test::TestInterface>("wifi");
    QVERIFY(after([&] {
        wifi->setAddress("10.1.2.3");
        wifi->setUp();
    }));
    QTRY_VERIFY(state.isOnline());
    QCOMPARE(changed.size(), 1);

    QVERIFY(after([&] { wifi->leadEverywhere(); }));
    QCOMPARE(lookAtNetwork().source4, QHostAddress(u"10.1.2.3"_s));
    auto bridge = std::make_unique<test::TestInterface>("bridge");
    QVERIFY(after([&] {
        bridge->setAddress("172.17.0.1");
        bridge->setUp();
    }));
    QCOMPARE(lookAtNetwork().addresses.size(), 2);
    QVERIFY(after([&] { bridge.reset(); }));
    QCOMPARE(lookAtNetwork().addresses.size(), 1);
    QCOMPARE(changed.size(), 1);

    QVERIFY(after([&] {
        wifi->setAddress("10.9.9.9");
        wifi->leadEverywhere();
    }));
    QTRY_COMPARE(changed.size(), 2);
    QCOMPARE(online.size(), 2);

    QVERIFY(after([&] { wifi.reset(); }));
    QTRY_COMPARE(online.size(), 3);
    QVERIFY(!state.isOnline());
    QCOMPARE(changed.size(), 2);
}

int main(int argc, char *argv[])
{
    unshareAsRoot(CLONE_NEWNET);
    const QCoreApplication application(argc, argv);
    TestNetworkChanges test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_networkchanges.moc"
