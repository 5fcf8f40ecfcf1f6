#include "transfer/ratemeter.h"

#include <QTest>

#include <cmath>

using namespace std::chrono_literals;
using namespace longshore;

namespace {

constexpr auto step = 100ms;
constexpr qint64 aStep = 1'000'000; // bytes
constexpr double full = 10.0 * aStep; // bytes/s

} // namespace

/// What is shown as an upload's rate, and what time left is reckoned with.
class TestRateMeter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingAtFirst();
    void steady();
    void followsALineThatGathersSpeed();
    void followsALineThatFalls();
    void staysZeroWhenBytesAreTakenBack();
    void begunAnewAfterClear();
};

void TestRateMeter::nothingAtFirst()
{
    RateMeter meter;
    QCOMPARE(meter.rate(5s), 0.0);
    meter.add(5s, 0);
    meter.add(5400ms, 4 * aStep);
    QCOMPARE(meter.rate(5400ms), 0.0);
    meter.add(5500ms, 5 * aStep);
    QCOMPARE(meter.rate(5500ms), full);
}

void TestRateMeter::steady()
{
    RateMeter meter;
    qint64 total = 0;
    for (auto now = 100s + 0ms; now < 160s; now += step) {
        meter.add(now, total);
        total += aStep;
        if (now > 101s)
            QVERIFY(std::abs(meter.rate(now) - full) < full / 100);
    }
}

/// A quarter of the rate for so long; half as much longer, and nothing of that is left in what is
/// shown.
void TestRateMeter::followsALineThatGathersSpeed()
{
    for (const std::chrono::milliseconds slow : {1s, 2s, 5s, 40s}) {
        RateMeter meter;
        qint64 total = 0;
        const auto most = std::chrono::milliseconds(15s);
        const auto known = slow + std::min<std::chrono::milliseconds>(slow / 2, most) + 500ms;
        for (auto now = 0ms; now < 2 * slow + 60s; now += step) {
            meter.add(now, total);
            total += now < slow ? aStep / 4 : aStep;
            if (now >= known) {
                QVERIFY2(std::abs(meter.rate(now) - full) < full / 100,
                         qPrintable(QString::number(now.count())));
            }
        }
    }
}

void TestRateMeter::followsALineThatFalls()
{
    RateMeter meter;
    qint64 total = 0;
    for (auto now = 0ms; now <= 100s; now += step) {
        meter.add(now, total);
        total += now < 60s ? aStep : aStep / 10;
    }
    QVERIFY(std::abs(meter.rate(100s) - full / 10) < full / 1000);
    // A line that stands still is seen to.
    QVERIFY(meter.rate(110s) < full / 20);
    QCOMPARE(meter.rate(120s), 0.0);
}

void TestRateMeter::staysZeroWhenBytesAreTakenBack()
{
    RateMeter meter;
    meter.add(0s, 10 * aStep);
    meter.add(1s, 10 * aStep);
    meter.add(2s, 2 * aStep);
    QCOMPARE(meter.rate(2s), 0.0);
}

void TestRateMeter::begunAnewAfterClear()
{
    RateMeter meter;
    meter.add(0s, 0);
    meter.add(1s, 10 * aStep);
    meter.clear();
    QCOMPARE(meter.rate(1s), 0.0);
    meter.add(60s, 10 * aStep);
    meter.add(61s, 30 * aStep);
    QCOMPARE(meter.rate(61s), 2 * full);
}

QTEST_GUILESS_MAIN(TestRateMeter)
#include "tst_ratemeter.moc"
