#include "transfer/clock.h"

#include "support/virtualclock.h"

#include <QCoreApplication>
#include <QTest>

#include <vector>

using namespace std::chrono_literals;
using namespace longshore;

class TestClock : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void systemTimerFiresOnce();
    void systemTimerNeverEarly();
    void systemTimerStops();
    void systemTimerDeletedInItsCallback();
    void systemTimerRestartedInItsCallback();
    void systemTime();
    void virtualOrder();
    void virtualTimersStartedOnTheWay();
    void virtualTimersStopped();
    void virtualTimerOutlivesItsClock();
};

void TestClock::systemTimerFiresOnce()
{
    SystemClock clock;
    int fired = 0;
    const auto timer = clock.startTimer(0ms, [&fired] { ++fired; });
    QCOMPARE(fired, 0);
    QTRY_COMPARE(fired, 1);
    bool later = false;
    const auto next = clock.startTimer(5ms, [&later] { later = true; });
    QTRY_VERIFY(later);
    QCOMPARE(fired, 1);
}

void TestClock::systemTimerNeverEarly()
{
    SystemClock clock;
    // From a second on they are coarse, and of those Qt fires some a twentieth early.
    std::vector<std::unique_ptr<ClockTimer>> timers;
    int fired = 0;
    int early = 0;
    for (int delay = 0; delay < 1500; delay += delay < 1000 ? 50 : 7) {
        const auto due = clock.monotonic() + std::chrono::milliseconds(delay);
        timers.push_back(clock.startTimer(std::chrono::milliseconds(delay), [&, due] {
            ++fired;
            early += clock.monotonic() < due ? 1 : 0;
        }));
    }
    QTRY_COMPARE_WITH_TIMEOUT(fired, int(timers.size()), 30'000);
    QCOMPARE(early, 0);
}

void TestClock::systemTimerStops()
{
    SystemClock clock;
    bool fired = false;
    auto timer = clock.startTimer(0ms, [&fired] { fired = true; });
    timer.reset();
    bool later = false;
    const auto next = clock.startTimer(5ms, [&later] { later = true; });
    QTRY_VERIFY(later);
    QVERIFY(!fired);
}

void TestClock::systemTimerDeletedInItsCallback()
{
    SystemClock clock;
    QByteArray said;
    std::unique_ptr<ClockTimer> timer;
    timer = clock.startTimer(1ms, [&said, &timer, words = QByteArray("still there")] {
        timer.reset();
        said = words;
    });
    QTRY_COMPARE(said, "still there");
}

void TestClock::systemTimerRestartedInItsCallback()
{
    SystemClock clock;
    int fired = 0;
    std::unique_ptr<ClockTimer> timer;
    std::function<void()> again = [&] {
        if (++fired < 5)
            timer = clock.startTimer(0ms, again);
    };
    timer = clock.startTimer(0ms, again);
    QTRY_COMPARE(fired, 5);
}

void TestClock::systemTime()
{
    const SystemClock clock;
    QCOMPARE(clock.utc().timeSpec(), Qt::UTC);
    const auto first = clock.monotonic();
    QVERIFY(clock.monotonic() >= first);
}

void TestClock::virtualOrder()
{
    VirtualClock clock;
    QList<int> fired;
    QList<qint64> times;
    const auto note = [&](int number) {
        return [&, number] {
            fired.append(number);
            times.append(clock.monotonic().count());
        };
    };
    const auto third = clock.startTimer(30ms, note(3));
    const auto first = clock.startTimer(10ms, note(1));
    const auto second = clock.startTimer(10ms, note(2));
    const auto now = clock.startTimer(0ms, note(0));
    const auto late = clock.startTimer(31ms, note(4));
    QVERIFY(fired.isEmpty());
    QCOMPARE(clock.nextDue().value(), 0ms);
    clock.advance(0ms);
    QCOMPARE(fired, QList<int>{0});
    clock.advance(30ms);
    QCOMPARE(fired, (QList<int>{0, 1, 2, 3}));
    QCOMPARE(times, (QList<qint64>{0, 10, 10, 30}));
    QCOMPARE(clock.monotonic(), 30ms);
    QCOMPARE(clock.nextDue().value(), 31ms);
    clock.advance(1h);
    QCOMPARE(clock.monotonic(), 1h + 30ms);
    QVERIFY(!clock.nextDue());
    QCOMPARE(clock.utc().toMSecsSinceEpoch(), VirtualClock().utc().toMSecsSinceEpoch() + 3'600'030);
}

void TestClock::virtualTimersStartedOnTheWay()
{
    VirtualClock clock;
    QList<qint64> times;
    std::unique_ptr<ClockTimer> timer;
    std::function<void()> again = [&] {
        times.append(clock.monotonic().count());
        timer = clock.startTimer(10ms, again);
    };
    timer = clock.startTimer(10ms, again);
    clock.advance(35ms);
    QCOMPARE(times, (QList<qint64>{10, 20, 30}));
    QCOMPARE(clock.nextDue().value(), 40ms);
}

void TestClock::virtualTimersStopped()
{
    VirtualClock clock;
    bool fired = false;
    std::unique_ptr<ClockTimer> second;
    const auto first = clock.startTimer(5ms, [&second] { second.reset(); });
    second = clock.startTimer(5ms, [&fired] { fired = true; });
    clock.advance(10ms);
    QVERIFY(!fired);
    QVERIFY(!clock.nextDue());
}

void TestClock::virtualTimerOutlivesItsClock()
{
    std::unique_ptr<ClockTimer> timer;
    {
        VirtualClock clock;
        timer = clock.startTimer(5ms, [] {});
    }
    timer.reset();
    QVERIFY(!timer);
}

QTEST_GUILESS_MAIN(TestClock)
#include "tst_clock.moc"
