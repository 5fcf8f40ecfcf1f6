#include "enginefixture.h"
#include "queue/machinewatch.h"
#include "support/fakelogind.h"
#include "support/privatebus.h"

#include <QLocalServer>
#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace longshore;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray kPartsStall = R"({"rules":[{"call":"part","action":"stall","when":"answer"}]})";
const QByteArray kNoFaults = R"({"rules":[]})";

constexpr auto kSoon = 20ms;

/// Until so many bytes wait for their parts' answers. Connections on which nothing moves any more
/// are the ones that are given up.
bool waitForSent(const EngineFixture &f, const QString &key, qint64 bytes)
{
    return EngineFixture::waitUntil([&] { return f.snapshots.value(key).inFlight == bytes; });
}

} // namespace

/// On a bus with a login manager, without a desktop.
class TestMachineWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void keepsAwakeWhileAnUploadRuns();
    void letsSleepWhatIsHeld();
    void letsSleepWhenToldTo();
    void letsSleepWhenTheEngineEnds();
    void leavesTheMachineAloneForShortUploads();
    void sendsAgainAfterSleep();
    void tellsOfTheMachinesEnd();
    void needsNoBus_data();
    void needsNoBus();

private:
    int awake() const { return m_logind->held(u"idle"_s); }

    std::unique_ptr<test::PrivateBus> m_bus;
    QDBusConnection m_service{QString()};
    std::unique_ptr<test::FakeLogind> m_logind;
};

void TestMachineWatch::initTestCase()
{
    // One for the whole process: Qt keeps its connection to it.
    m_bus = std::make_unique<test::PrivateBus>();
    QVERIFY(!m_bus->address().isEmpty());
    m_service = m_bus->connection();
}

void TestMachineWatch::init()
{
    qputenv("DBUS_SYSTEM_BUS_ADDRESS", m_bus->address().toUtf8());
    qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    m_logind = std::make_unique<test::FakeLogind>();
    QVERIFY(m_logind->serve(m_service));
}

void TestMachineWatch::keepsAwakeWhileAnUploadRuns()
{
    EngineFixture f(kPartsStall);
    MachineWatch machine(kSoon);
    machine.watch(*f.engine, false);
    QCOMPARE(awake(), 0);
    const QString key = f.add(f.request(f.makeFile(u"a.bin"_s, 100'000)));
    QTRY_COMPARE(awake(), 1);
    QTRY_COMPARE(m_logind->held(u"shutdown"_s), 1);

    f.engine->pause(key);
    QTRY_COMPARE(awake(), 0);
    QTRY_COMPARE(m_logind->held(u"shutdown"_s), 0);
    f.engine->resume(key);
    QTRY_COMPARE(awake(), 1);

    QVERIFY(waitForSent(f, key, 40'000));
    f.setFaults(kNoFaults);
    f.engine->dropConnections();
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QTRY_COMPARE(awake(), 0);
    QCOMPARE(m_logind->m_locks.size(), 4);
}

void TestMachineWatch::letsSleepWhatIsHeld()
{
    EngineFixture f(kPartsStall);
    MachineWatch machine(kSoon);
    machine.watch(*f.engine, false);
    UploadRequest request = f.request(f.makeFile(u"a.bin"_s, 100'000));
    request.hold = true;
    const QString key = f.add(request);
    QTRY_COMPARE(awake(), 1);
    QVERIFY(waitForSent(f, key, 40'000));
    f.setFaults(kNoFaults);
    f.engine->dropConnections();
    QVERIFY(f.waitFor(key, UploadState::Ready));
    QTRY_COMPARE(awake(), 0);
}

void TestMachineWatch::letsSleepWhenToldTo()
{
    EngineFixture f(kPartsStall);
    MachineWatch machine(kSoon);
    machine.setKeepsAwake(false);
    machine.watch(*f.engine, false);
    f.add(f.request(f.makeFile(u"a.bin"_s, 100'000)));
    QTRY_COMPARE(m_logind->held(u"shutdown"_s), 1);
    QCOMPARE(awake(), 0);
    machine.setKeepsAwake(true);
    QTRY_COMPARE(awake(), 1);
    machine.setKeepsAwake(false);
    QTRY_COMPARE(awake(), 0);
    QCOMPARE(m_logind->held(u"shutdown"_s), 1);
}

void TestMachineWatch::letsSleepWhenTheEngineEnds()
{
    EngineFixture f(kPartsStall);
    MachineWatch machine(kSoon);
    machine.watch(*f.engine, false);
    f.add(f.request(f.makeFile(u"a.bin"_s, 100'000)));
    QTRY_COMPARE(awake(), 1);
    f.startEngine();
    QTRY_COMPARE(awake(), 0);
    machine.watch(*f.engine, false);
    QVERIFY(f.restore());
    QTRY_COMPARE(awake(), 1);
}

void TestMachineWatch::leavesTheMachineAloneForShortUploads()
{
    EngineFixture f;
    MachineWatch machine(1h);
    machine.watch(*f.engine, false);
    const QString key = f.add(f.request(f.makeFile(u"a.bin"_s, 1000)));
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QVERIFY(m_logind->m_locks.isEmpty());
}

void TestMachineWatch::sendsAgainAfterSleep()
{
    EngineFixture f(kPartsStall, 2);
    MachineWatch machine(kSoon);
    machine.watch(*f.engine, false);
    const QString key = f.add(f.request(f.makeFile(u"a.bin"_s, 40'000)));
    QTRY_COMPARE(awake(), 1);
    QVERIFY(waitForSent(f, key, 20'000));
    f.setFaults(kNoFaults);
    Q_EMIT m_logind->PrepareForSleep(true);
    Q_EMIT m_logind->PrepareForSleep(false);
    // An answer is waited for much longer than this.
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QCOMPARE(f.service->statistics().requests.part, 6);
}

void TestMachineWatch::tellsOfTheMachinesEnd()
{
    EngineFixture f(kPartsStall);
    MachineWatch machine(kSoon);
    machine.watch(*f.engine, false);
    QSignalSpy shuttingDown(&machine, &MachineWatch::shuttingDown);
    f.add(f.request(f.makeFile(u"a.bin"_s, 100'000)));
    QTRY_COMPARE(m_logind->held(u"shutdown"_s), 1);
    Q_EMIT m_logind->PrepareForShutdown(true);
    QVERIFY(shuttingDown.wait());
}

void TestMachineWatch::needsNoBus_data()
{
    QTest::addColumn<bool>("listens");
    QTest::newRow("none") << false;
    QTest::newRow("hangs") << true;
}

void TestMachineWatch::needsNoBus()
{
    QFETCH(const bool, listens);
    QTemporaryDir dir;
    QLocalServer silent;
    const QString path = dir.filePath(u"bus"_s);
    QVERIFY(!listens || silent.listen(path));
    for (const char *variable : {"DBUS_SYSTEM_BUS_ADDRESS", "DBUS_SESSION_BUS_ADDRESS"})
        qputenv(variable, "unix:path=" + path.toUtf8());

    EngineFixture f(kPartsStall);
    MachineWatch machine(kSoon);
    machine.watch(*f.engine, false);
    const QString key = f.add(f.request(f.makeFile(u"a.bin"_s, 100'000)));
    if (listens)
        QTRY_VERIFY(silent.hasPendingConnections());
    QVERIFY(waitForSent(f, key, 40'000));
    f.setFaults(kNoFaults);
    f.engine->dropConnections();
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QVERIFY(m_logind->m_locks.isEmpty());
}

QTEST_GUILESS_MAIN(TestMachineWatch)
#include "tst_machinewatch.moc"
