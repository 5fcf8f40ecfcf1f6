#include "transfer/ratelimiter.h"

#include "support/virtualclock.h"

#include <QSignalSpy>
#include <QTest>

#include <cmath>

using namespace std::chrono_literals;
using namespace longshore;

namespace {

/// Takes all that it is given, in blocks, and goes on at each available().
class Taker : public QObject
{
public:
    Taker(RateLimiter &limiter, qint64 block)
        : m_limiter(limiter)
        , m_block(block)
    {
        connect(&limiter, &RateLimiter::available, this, &Taker::take);
        take();
    }

    qint64 taken = 0;
    int turns = 0;

private:
    void take()
    {
        ++turns;
        while (const qint64 bytes = m_limiter.take(m_block))
            taken += bytes;
    }

    RateLimiter &m_limiter;
    qint64 m_block;
};

void advanceInSteps(VirtualClock &clock, std::chrono::milliseconds total,
                    std::chrono::milliseconds step)
{
    for (auto done = 0ms; done < total; done += step)
        clock.advance(step);
}

bool isWithin(double actual, double expected, double share)
{
    return std::abs(actual - expected) <= expected * share;
}

} // namespace

class TestRateLimiter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void unlimited();
    void beginsEmpty();
    void keepsTheRate_data();
    void keepsTheRate();
    void neverMoreThanTheBucket_data();
    void neverMoreThanTheBucket();
    void wakesForASensibleAmount();
    void timerOnlyWhileSomebodyWaits();
    void nobodyJumpsTheQueue();
    void rateChangesLive();
    void liftingTheLimitWakes();
    void destroyedWhileSomebodyWaits();
};

void TestRateLimiter::unlimited()
{
    VirtualClock clock;
    RateLimiter limiter(clock);
    QCOMPARE(limiter.rate(), 0);
    QCOMPARE(limiter.take(1), 1);
    QCOMPARE(limiter.take(8'589'934'592), 8'589'934'592);
    QCOMPARE(limiter.take(0), 0);
    QVERIFY(!clock.nextDue());
}

void TestRateLimiter::beginsEmpty()
{
    VirtualClock clock;
    RateLimiter limiter(clock, 1000);
    const QSignalSpy available(&limiter, &RateLimiter::available);
    QCOMPARE(limiter.take(1), 0);
    QVERIFY(available.isEmpty());
    clock.advance(10s);
    QCOMPARE(available.size(), 1);
}

void TestRateLimiter::keepsTheRate_data()
{
    QTest::addColumn<qint64>("rate");
    QTest::addColumn<qint64>("block");
    QTest::addColumn<int>("stepMs"); // how late timers are noticed
    for (const qint64 rate : {qint64(1000), qint64(50'000), qint64(1'000'000), qint64(10'000'000),
                              qint64(100'000'000)}) {
        for (const qint64 block : {qint64(16 * 1024), qint64(1024 * 1024)}) {
            for (const int step : {1, 7, 30}) {
                QTest::addRow("%lld B/s, blocks of %lld, timers up to %d ms late",
                              static_cast<long long>(rate), static_cast<long long>(block), step)
                    << rate << block << step;
            }
        }
    }
}

void TestRateLimiter::keepsTheRate()
{
    QFETCH(qint64, rate);
    QFETCH(qint64, block);
    QFETCH(int, stepMs);
    VirtualClock clock;
    RateLimiter limiter(clock, rate);
    // A timer that is due is fired when the step is over, with the clock already there.
    qint64 taken = 0;
    bool waiting = false;
    QObject context;
    connect(&limiter, &RateLimiter::available, &context, [&waiting] { waiting = false; });
    for (auto done = 0ms; done < 30s; done += std::chrono::milliseconds(stepMs)) {
        clock.advance(std::chrono::milliseconds(stepMs));
        while (!waiting) {
            const qint64 bytes = limiter.take(block);
            waiting = bytes == 0;
            taken += bytes;
        }
    }
    const double expected =
        static_cast<double>(rate) * std::chrono::duration<double>(clock.monotonic()).count();
    QVERIFY2(isWithin(static_cast<double>(taken), expected, 0.03),
             qPrintable(QString::number(static_cast<double>(taken) / expected)));
    QVERIFY(static_cast<double>(taken) <= expected);
}

void TestRateLimiter::neverMoreThanTheBucket_data()
{
    QTest::addColumn<qint64>("rate");
    QTest::addColumn<qint64>("burst");
    QTest::newRow("slow: a read of Qt's HTTP") << qint64(50'000) << qint64(16 * 1024);
    QTest::newRow("fast: 50 ms' worth") << qint64(10'000'000) << qint64(500'000);
}

void TestRateLimiter::neverMoreThanTheBucket()
{
    QFETCH(qint64, rate);
    VirtualClock clock;
    RateLimiter limiter(clock, rate);
    clock.advance(1h);
    qint64 taken = 0;
    while (const qint64 bytes = limiter.take(10'000))
        taken += bytes;
    QTEST(taken, "burst");
}

void TestRateLimiter::wakesForASensibleAmount()
{
    // Neither for each byte nor so seldom that a line falls silent.
    for (const qint64 rate : {100, 1000, 50'000, 1'000'000, 100'000'000}) {
        VirtualClock clock;
        RateLimiter limiter(clock, rate);
        const Taker taker(limiter, 16 * 1024);
        advanceInSteps(clock, 10s, 1ms);
        QVERIFY2(taker.turns >= 20 && taker.turns <= 501, qPrintable(QString::number(taker.turns)));
        QVERIFY(isWithin(static_cast<double>(taker.taken), static_cast<double>(rate) * 10, 0.05));
    }
    VirtualClock clock;
    RateLimiter limiter(clock, 1);
    const Taker taker(limiter, 16 * 1024);
    clock.advance(60s);
    QCOMPARE(taker.taken, 60);
}

void TestRateLimiter::timerOnlyWhileSomebodyWaits()
{
    VirtualClock clock;
    RateLimiter limiter(clock, 100'000);
    QVERIFY(!clock.nextDue());
    const QSignalSpy available(&limiter, &RateLimiter::available);
    QCOMPARE(limiter.take(10), 0);
    QVERIFY(clock.nextDue());
    clock.advance(1s);
    QCOMPARE(available.size(), 1);
    QVERIFY(!clock.nextDue());
    QVERIFY(limiter.take(10) > 0);
    QVERIFY(!clock.nextDue());
}

void TestRateLimiter::nobodyJumpsTheQueue()
{
    VirtualClock clock;
    RateLimiter limiter(clock, 100'000);
    QCOMPARE(limiter.take(10), 0);
    clock.advance(*clock.nextDue() - clock.monotonic() - 1ms);
    // There is something already, but it is meant for who came first.
    QCOMPARE(limiter.take(10), 0);
    clock.advance(1ms);
    QCOMPARE(limiter.take(10), 10);
}

void TestRateLimiter::rateChangesLive()
{
    VirtualClock clock;
    RateLimiter limiter(clock, 10'000);
    const Taker taker(limiter, 16 * 1024);
    advanceInSteps(clock, 10s, 1ms);
    const qint64 slow = taker.taken;
    QVERIFY(isWithin(static_cast<double>(slow), 100'000, 0.03));
    limiter.setRate(1'000'000);
    QCOMPARE(limiter.rate(), 1'000'000);
    advanceInSteps(clock, 10s, 1ms);
    const qint64 fast = taker.taken - slow;
    QVERIFY(isWithin(static_cast<double>(fast), 10'000'000, 0.03));
    limiter.setRate(10'000);
    advanceInSteps(clock, 10s, 1ms);
    // What the faster rate had saved up is left to it.
    QVERIFY(taker.taken - slow - fast <= 100'000 + 16 * 1024);
    QVERIFY(taker.taken - slow - fast >= 97'000);
}

void TestRateLimiter::liftingTheLimitWakes()
{
    VirtualClock clock;
    RateLimiter limiter(clock, 1);
    const QSignalSpy available(&limiter, &RateLimiter::available);
    QCOMPARE(limiter.take(100), 0);
    limiter.setRate(0);
    // From the event loop and not from inside the call.
    QVERIFY(available.isEmpty());
    clock.advance(0ms);
    QCOMPARE(available.size(), 1);
    QCOMPARE(limiter.take(100), 100);

    limiter.setRate(1000);
    QCOMPARE(limiter.take(100), 0);
    limiter.setRate(100'000'000);
    clock.advance(20ms);
    QCOMPARE(available.size(), 2);
}

void TestRateLimiter::destroyedWhileSomebodyWaits()
{
    VirtualClock clock;
    {
        RateLimiter limiter(clock, 1);
        QCOMPARE(limiter.take(100), 0);
    }
    QVERIFY(!clock.nextDue());
    clock.advance(1h);
}

QTEST_GUILESS_MAIN(TestRateLimiter)
#include "tst_ratelimiter.moc"
