#include "enginefixture.h"
#include "queue/machinewatch.h"
#include "support/testinterface.h"

#include <QCoreApplication>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// In a network of its own, which has nothing but a service on the machine itself at first.
class TestMachineNetwork : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsAgainWhenTheNetworkIsBack();
};

void TestMachineNetwork::sendsAgainWhenTheNetworkIsBack()
{
    // One upload waits for an answer that never comes, the other is cut off.
    EngineFixture f(R"({"rules":[{"call":"part","nth":1,"action":"stall","when":"answer"},
                                 {"call":"part","action":"reset"}]})");
    MachineWatch machine(20ms);
    machine.watch(*f.engine, true);
    const QString stalled = f.add(f.request(f.makeFile(u"a.bin"_s, 9000)));
    QVERIFY(EngineFixture::waitUntil([&] { return f.snapshots.value(stalled).inFlight == 9000; }));
    const QString cutOff = f.add(f.request(f.makeFile(u"b.bin"_s, 9000)));
    // Not the service's fault.
    QTRY_VERIFY_WITH_TIMEOUT(
        f.snapshots.value(cutOff).reason.contains(u"This computer has no network"_s), 60'000);
    QCOMPARE(f.state(cutOff), UploadState::Waiting);
    f.setFaults(R"({"rules":[]})");
    test::TestInterface wifi("wifi");
    wifi.setAddress("10.1.2.3");
    wifi.setUp();
    QVERIFY(f.waitFor(cutOff, UploadState::Completed));
    // An answer would be waited for much longer than this.
    QVERIFY(f.waitFor(stalled, UploadState::Completed));
}

int main(int argc, char *argv[])
{
    unshareAsRoot(CLONE_NEWNET);
    test::setInterfaceUp("lo");
    qputenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    const QCoreApplication application(argc, argv);
    TestMachineNetwork test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_machinenetwork.moc"
