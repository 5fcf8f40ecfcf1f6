#include "platform/sleepwatch.h"
#include "platform/timeasleep.h"
#include "support/fakelogind.h"
#include "support/privatebus.h"

#include <QDBusMessage>
#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace longshore;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestSleepWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void clocksOfThisMachine();
    void noticesByTheClock();
    void ignoresWhatIsShort();
    void isQuietWhileInactive();
    void noticesByLogind();
    void tellsEachSleepOnce_data();
    void tellsEachSleepOnce();
    void hearsOnlyLogind();

private:
    std::unique_ptr<SleepWatch> watch(const QDBusConnection &bus);
    void sleep(std::chrono::milliseconds time) { m_asleep += time; }
    /// Until the clock was read twice more: what it showed before has been seen.
    bool looked();

    std::chrono::milliseconds m_asleep = 1h; ///< that the machine slept before
    int m_looks = 0;
    std::unique_ptr<test::PrivateBus> m_bus;
};

void TestSleepWatch::init()
{
    m_bus = std::make_unique<test::PrivateBus>();
    QVERIFY(!m_bus->address().isEmpty());
}

std::unique_ptr<SleepWatch> TestSleepWatch::watch(const QDBusConnection &bus)
{
    const auto clock = [this] {
        ++m_looks;
        return m_asleep;
    };
    return std::make_unique<SleepWatch>(bus, clock, 5ms);
}

bool TestSleepWatch::looked()
{
    const int before = m_looks;
    return QTest::qWaitFor([this, before] { return m_looks >= before + 2; });
}

void TestSleepWatch::clocksOfThisMachine()
{
    const std::chrono::milliseconds before = timeAsleep();
    QVERIFY(before >= -1ms);
    QVERIFY(timeAsleep() - before < 1s);
}

void TestSleepWatch::noticesByTheClock()
{
    const auto made = watch(QDBusConnection(QString()));
    QSignalSpy woke(made.get(), &SleepWatch::woke);
    made->setActive(true);
    QVERIFY(looked());
    QCOMPARE(woke.size(), 0);
    sleep(8h);
    QVERIFY(woke.wait());
    QVERIFY(looked());
    QCOMPARE(woke.size(), 1);
    sleep(6s);
    QVERIFY(woke.wait());
    QCOMPARE(woke.size(), 2);
}

void TestSleepWatch::ignoresWhatIsShort()
{
    const auto made = watch(QDBusConnection(QString()));
    QSignalSpy woke(made.get(), &SleepWatch::woke);
    made->setActive(true);
    sleep(4s);
    QVERIFY(looked());
    QCOMPARE(woke.size(), 0);
}

void TestSleepWatch::isQuietWhileInactive()
{
    const auto made = watch(QDBusConnection(QString()));
    QSignalSpy woke(made.get(), &SleepWatch::woke);
    sleep(8h);
    // As by logind.
    QVERIFY(QMetaObject::invokeMethod(made.get(), "takeSleep", Q_ARG(bool, false)));
    made->setActive(true);
    QVERIFY(looked());
    made->setActive(false);
    sleep(8h);
    made->setActive(true);
    QVERIFY(looked());
    QCOMPARE(woke.size(), 0);
}

void TestSleepWatch::noticesByLogind()
{
    test::FakeLogind logind;
    QVERIFY(logind.serve(m_bus->connection()));
    const auto made = watch(m_bus->connection());
    QSignalSpy woke(made.get(), &SleepWatch::woke);
    made->setActive(true);
    Q_EMIT logind.PrepareForSleep(true);
    Q_EMIT logind.PrepareForSleep(false);
    QVERIFY(woke.wait());
    QCOMPARE(woke.size(), 1);
}

void TestSleepWatch::tellsEachSleepOnce_data()
{
    QTest::addColumn<bool>("clockFirst");
    QTest::newRow("clock first") << true;
    QTest::newRow("logind first") << false;
}

void TestSleepWatch::tellsEachSleepOnce()
{
    QFETCH(const bool, clockFirst);
    test::FakeLogind logind;
    QVERIFY(logind.serve(m_bus->connection()));
    const auto made = watch(m_bus->connection());
    QSignalSpy woke(made.get(), &SleepWatch::woke);
    made->setActive(true);
    for (int sleeps = 1; sleeps <= 3; ++sleeps) {
        Q_EMIT logind.PrepareForSleep(true);
        if (clockFirst) {
            sleep(8h);
            QVERIFY(woke.wait());
            Q_EMIT logind.PrepareForSleep(false);
        } else {
            Q_EMIT logind.PrepareForSleep(false);
            QVERIFY(woke.wait());
        }
        QVERIFY(looked());
        QCOMPARE(woke.size(), sleeps);
    }
}

void TestSleepWatch::hearsOnlyLogind()
{
    test::FakeLogind logind;
    QVERIFY(logind.serve(m_bus->connection()));
    const auto made = watch(m_bus->connection());
    QSignalSpy woke(made.get(), &SleepWatch::woke);
    made->setActive(true);
    QDBusConnection stranger = m_bus->connection();
    QDBusMessage signal = QDBusMessage::createSignal(
        u"/org/freedesktop/login1"_s, u"org.freedesktop.login1.Manager"_s, u"PrepareForSleep"_s);
    signal << false;
    QVERIFY(stranger.send(signal));
    // Answered after the signal has been passed on.
    stranger.call(QDBusMessage::createMethodCall(u"org.freedesktop.DBus"_s,
                                                 u"/org/freedesktop/DBus"_s,
                                                 u"org.freedesktop.DBus"_s, u"GetId"_s));
    Q_EMIT logind.PrepareForSleep(false);
    QVERIFY(woke.wait());
    QVERIFY(looked());
    QCOMPARE(woke.size(), 1);
}

QTEST_GUILESS_MAIN(TestSleepWatch)
#include "tst_sleepwatch.moc"
