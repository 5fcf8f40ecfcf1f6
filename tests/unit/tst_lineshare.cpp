#include "simulatedline.h"

#include "support/virtualclock.h"
#include "transfer/lineshare.h"
#include "transfer/ratelimiter.h"

#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace longshore;
using namespace std::chrono_literals;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// Which is some twenty times slower, and finds nothing more in another run.
constexpr std::initializer_list<quint32> seeds{1};
#else
constexpr std::initializer_list<quint32> seeds{1, 2, 3};
#endif
constexpr int percentUsed = 80;
// Of the line in any one minute. The most that is in one are 25 s without a limit, in which lanes
// are fitted to the line too.
constexpr double leastUsed = 0.70;
constexpr double mostUsed = 0.86;
// Of the line over ten minutes.
constexpr double leastOnAverage = 0.76;
constexpr double mostOnAverage = 0.82;

QString percent(double share)
{
    return QString::number(100 * share, 'f', 1) + u" %"_s;
}

bool isBetween(double value, double least, double most)
{
    return value >= least && value <= most;
}

/// Lanes in use whose bytes are acknowledged ten times a second, without anything of a real line.
class SteadyLine
{
public:
    explicit SteadyLine(double bytesPerSecond)
        : rate(bytesPerSecond)
    {
    }

    void send(LineShare &share, std::chrono::seconds time)
    {
        for (const auto until = now + time; now < until;) {
            now += 10ms;
            const auto limit = static_cast<double>(share.limit());
            const double most = limit > 0 ? std::min(limit, rate) : rate;
            // Connections that were limited gather speed again.
            speed = std::min(most, std::max(speed * (1 + growth / 100), startSpeed));
            const qint64 bytes = std::llround(speed / 100);
            sent += bytes;
            share.moved(bytes, lanes, true, now);
            if (smallParts)
                share.smallPartMoved(bytes);
        }
    }

    double rate;
    double growth = 100; ///< how much faster after a second, as a share
    double startSpeed = 100'000;
    double speed = 0;
    int lanes = 8;
    bool smallParts = false;
    qint64 sent = 0;
    std::chrono::milliseconds now{0};
};

} // namespace

/// A share of the line that is left free, in virtual time.
class LineShareTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void leavesAFifth_data() { usualLines(); }
    void leavesAFifth();
    void lanesStillFitTheLine_data() { usualLines(); }
    void lanesStillFitTheLine();
    void yieldsToALineThatFalls_data() { usualLines(); }
    void yieldsToALineThatFalls();
    void followsALineThatGrows();
    void otherShares_data();
    void otherShares();
    void switchedLive();
    void fixedLanesAreLimitedToo();
    void anotherNetworkIsMeasuredAnew();
    void theLowerLimitCounts();
    void aFixedLimitIsNoLine();
    void slowStartIsNoSpiral();
    void smallFilesAreNoMeasure();
    void fewerLanesAreNotTheLine();
    void moreLanesAreMeasuredSoon();
    void measuresAgainAfterASilence();
    void hasAFloor();
    void buffersOfASlowLineAreNoMeasure();
    void noTimerWithoutWork();
};

void LineShareTest::leavesAFifth()
{
    QFETCH(const LineQuality, quality);
    for (const quint32 seed : seeds) {
        SimulatedLine line(quality, 0, seed);
        line.pace().setLinePercent(percentUsed);
        line.runTo(11min);
        double least = 1;
        double most = 0;
        for (auto from = 1min; from < 11min; ++from) {
            const double used = line.rate(from, from + 1min) / quality.rate;
            least = std::min(least, used);
            most = std::max(most, used);
        }
        const double mean = line.rate(1min, 11min) / quality.rate;
        const QString words = u"seed %1: %2 of the line, %3 to %4 in a minute"_s.arg(seed).arg(
            percent(mean), percent(least), percent(most));
        qInfo().noquote() << words;
        QVERIFY2(least >= leastUsed && most <= mostUsed, qPrintable(words));
        QVERIFY2(isBetween(mean, leastOnAverage, mostOnAverage), qPrintable(words));
    }
}

/// The limit is not taken for the line by those who tune the lanes.
void LineShareTest::lanesStillFitTheLine()
{
    QFETCH(const LineQuality, quality);
    for (const quint32 seed : seeds) {
        SimulatedLine line(quality, 0, seed);
        line.pace().setLinePercent(percentUsed);
        line.runTo(20min);
        line.pace().setLinePercent(100);
        line.runTo(20min + 30s);
        const double full = line.rate(20min + 5s, 20min + 30s) / quality.rate;
        QVERIFY2(full >= 0.95, qPrintable(u"seed %1: %2"_s.arg(seed).arg(percent(full))));
    }
}

void LineShareTest::yieldsToALineThatFalls()
{
    QFETCH(const LineQuality, quality);
    for (const auto &[seed, kept] : std::initializer_list<std::pair<quint32, double>>{
             {1, 0.5}, {2, 0.5}, {3, 0.5}, {1, 0.1}, {2, 0.1}, {3, 0.1}}) {
        SimulatedLine line(quality, 0, seed);
        line.pace().setLinePercent(percentUsed);
        line.runTo(5min);
        line.quality.rate *= kept;
        // At the latest 35 s later there is a limit below it. A second one comes once the lanes
        // have been fitted, in the minute after that.
        bool isBelow = false;
        line.observe = [&] {
            const qint64 limit = line.pace().rateLimit();
            isBelow = isBelow || (limit > 0 && static_cast<double>(limit) < line.quality.rate);
        };
        line.runTo(5min + 35s);
        QVERIFY2(isBelow, qPrintable(QString::number(seed)));
        line.runTo(12min);
        for (auto from = 7min; from < 12min; ++from) {
            const double used = line.rate(from, from + 1min) / line.quality.rate;
            QVERIFY2(
                isBetween(used, leastUsed, mostUsed),
                qPrintable(u"seed %1, kept %2: %3"_s.arg(seed).arg(percent(kept), percent(used))));
        }
    }
}

void LineShareTest::followsALineThatGrows()
{
    for (const quint32 seed : seeds) {
        SimulatedLine line(usualLine(25, 80ms), 0, seed);
        line.pace().setLinePercent(percentUsed);
        line.runTo(5min);
        line.quality.rate *= 4;
        line.quality.flowRate *= 4;
        line.runTo(10min);
        const double used = line.rate(7min, 10min) / line.quality.rate;
        QVERIFY2(isBetween(used, leastOnAverage, mostOnAverage), qPrintable(percent(used)));
    }
}

void LineShareTest::otherShares_data()
{
    QTest::addColumn<int>("used");
    for (const int used : {LineShare::kLeastPercent, 65, 90, LineShare::kMostPercent})
        QTest::addRow("%d %%", used) << used;
}

void LineShareTest::otherShares()
{
    QFETCH(const int, used);
    for (const quint32 seed : seeds) {
        SimulatedLine line(usualLine(200, 80ms), 0, seed);
        line.pace().setLinePercent(used);
        line.runTo(21min);
        const double mean = 100 * line.rate(1min, 21min) / line.quality.rate;
        QVERIFY2(isBetween(mean, used - 3, used + 3), qPrintable(QString::number(mean)));
    }
}

void LineShareTest::switchedLive()
{
    SimulatedLine line(usualLine(200, 80ms), 0, 1);
    line.runTo(1min);
    QCOMPARE(line.pace().rateLimit(), 0);
    line.pace().setLinePercent(percentUsed);
    // The lanes are settled: it is measured at once.
    line.runTo(1min + 10s);
    QVERIFY(line.pace().rateLimit() > 0);
    line.runTo(2min);
    const double used = line.rate(1min + 10s, 2min) / line.quality.rate;
    QVERIFY2(isBetween(used, leastUsed, mostUsed), qPrintable(percent(used)));
    line.pace().setLinePercent(100);
    QCOMPARE(line.pace().rateLimit(), 0);
    line.runTo(2min + 30s);
    const double full = line.rate(2min + 2s, 2min + 30s) / line.quality.rate;
    QVERIFY2(full >= 0.95, qPrintable(percent(full)));
}

/// Of what they get: four connections can't fill this line.
void LineShareTest::fixedLanesAreLimitedToo()
{
    for (const int lanes : {1, 4}) {
        SimulatedLine all(usualLine(25, 80ms), lanes, 1);
        all.runTo(11min);
        SimulatedLine line(usualLine(25, 80ms), lanes, 1);
        line.pace().setLinePercent(percentUsed);
        line.runTo(11min);
        const double used = line.rate(1min, 11min) / all.rate(1min, 11min);
        QVERIFY2(isBetween(used, leastOnAverage, mostOnAverage), qPrintable(percent(used)));
    }
}

void LineShareTest::anotherNetworkIsMeasuredAnew()
{
    SimulatedLine line(usualLine(25, 80ms), 0, 1);
    line.pace().setLinePercent(percentUsed);
    line.runTo(40s);
    QVERIFY(line.pace().rateLimit() > 0);
    line.pace().lineChanged();
    QCOMPARE(line.pace().rateLimit(), 0);
    line.runTo(50s);
    QVERIFY(line.pace().rateLimit() > 0);
}

void LineShareTest::theLowerLimitCounts()
{
    VirtualClock clock;
    RateLimiter limiter(clock);
    LanePool lanes(1);
    LinePace pace(lanes, &limiter);
    pace.setLanes(1);
    const auto send = [&](std::chrono::milliseconds from, std::chrono::milliseconds to) {
        for (auto now = from; now < to; now += 10ms)
            pace.moved(10'000, now); // a MB/s
    };
    pace.setLinePercent(percentUsed);
    send(0s, 10s);
    const qint64 share = pace.rateLimit();
    QVERIFY(isBetween(static_cast<double>(share), 700'000, 800'000));
    QCOMPARE(limiter.rate(), share);
    pace.setRateLimit(300'000);
    QCOMPARE(limiter.rate(), 300'000);
    pace.setRateLimit(share + 1);
    QCOMPARE(limiter.rate(), share);
    pace.setLinePercent(100);
    QCOMPARE(limiter.rate(), share + 1);
    pace.setRateLimit(0);
    QCOMPARE(limiter.rate(), 0);
}

/// A line that bears the fixed limit may bear far more: nothing is left free below that limit.
void LineShareTest::aFixedLimitIsNoLine()
{
    LineShare share(percentUsed);
    share.setFixedLimit(1'000'000);
    SteadyLine line(1'000'000);
    line.send(share, 5min);
    QCOMPARE(share.limit(), 0);
    // Without it the line itself is seen.
    share.setFixedLimit(0);
    line.rate = 10'000'000;
    line.send(share, 1min);
    QVERIFY(isBetween(static_cast<double>(share.limit()), 7'000'000, 8'000'000));
    // One that does not reach it is a line as any other.
    share.setFixedLimit(20'000'000);
    line.send(share, 5min);
    QVERIFY(isBetween(static_cast<double>(share.limit()), 7'000'000, 8'000'000));
    // Below what was measured it doesn't look as if the line had fallen.
    share.setFixedLimit(1'000'000);
    line.rate = 1'000'000;
    line.send(share, 5min);
    QVERIFY(share.limit() == 0 || share.limit() >= 7'000'000);
}

/// Connections that need seconds to use a line again do not lower the limit each time.
void LineShareTest::slowStartIsNoSpiral()
{
    for (const double growth : {0.03, 0.08, 0.2}) {
        LineShare share(percentUsed);
        SteadyLine line(10'000'000);
        line.growth = growth;
        line.startSpeed = 5'000'000;
        line.send(share, 60min);
        const auto before = line.sent;
        line.send(share, 30min);
        const double used = static_cast<double>(line.sent - before) / (30 * 60 * line.rate);
        const QString words = u"%1 a second: %2"_s.arg(percent(growth), percent(used));
        qInfo().noquote() << words;
        QVERIFY2(isBetween(used, 0.7, mostOnAverage), qPrintable(words));
    }
}

void LineShareTest::smallFilesAreNoMeasure()
{
    LineShare share(percentUsed);
    SteadyLine line(200'000);
    line.smallParts = true;
    line.send(share, 5min);
    QCOMPARE(share.limit(), 0);
    line.smallParts = false;
    line.rate = 10'000'000;
    line.send(share, 10s);
    QVERIFY(isBetween(static_cast<double>(share.limit()), 7'000'000, 8'000'000));
}

void LineShareTest::fewerLanesAreNotTheLine()
{
    LineShare share(percentUsed);
    SteadyLine line(10'000'000);
    line.send(share, 30s);
    const qint64 limit = share.limit();
    QVERIFY(limit > 0);
    // The end of a file is on one lane, the next one uses all again.
    line.lanes = 1;
    line.rate = 2'000'000;
    line.send(share, 1min);
    QVERIFY(share.limit() == 0 || share.limit() >= limit * 95 / 100);
    // One that stays alone is what can be measured.
    line.send(share, 3min);
    QVERIFY(isBetween(static_cast<double>(share.limit()), 1'400'000, 1'600'000));
}

void LineShareTest::moreLanesAreMeasuredSoon()
{
    LineShare share(percentUsed);
    SteadyLine line(2'000'000);
    line.lanes = 1;
    line.send(share, 10s);
    QVERIFY(isBetween(static_cast<double>(share.limit()), 1'400'000, 1'600'000));
    line.lanes = 8;
    line.rate = 10'000'000;
    line.send(share, 15s);
    QVERIFY(isBetween(static_cast<double>(share.limit()), 7'000'000, 8'000'000));
}

void LineShareTest::measuresAgainAfterASilence()
{
    LineShare share(percentUsed);
    SteadyLine line(10'000'000);
    line.send(share, 20s);
    const qint64 limit = share.limit();
    QVERIFY(limit > 0);
    line.now += 20s;
    line.send(share, 1s);
    QCOMPARE(share.limit(), limit); // still the same line
    line.now += 2min;
    line.send(share, 1s);
    QCOMPARE(share.limit(), 0);
    line.send(share, 10s);
    QVERIFY(share.limit() > 0);
}

void LineShareTest::hasAFloor()
{
    LineShare share(percentUsed);
    SteadyLine line(1'000);
    line.startSpeed = 1'000;
    line.send(share, 10min);
    QVERIFY2(share.limit() == 0 || share.limit() >= 20'000,
             qPrintable(QString::number(share.limit())));
}

/// Where progress comes in leaps, a slow line is sent over without a limit rather than with a wrong
/// one.
void LineShareTest::buffersOfASlowLineAreNoMeasure()
{
    for (const double megabits : {1.0, 5.0, 25.0}) {
        SimulatedLine line(usualLine(megabits, 80ms), 0, 1);
        line.progress = SimulatedLine::Progress::Buffers;
        line.pace().setLinePercent(percentUsed);
        line.runTo(10min);
        QCOMPARE(line.pace().rateLimit(), 0);
    }
}

void LineShareTest::noTimerWithoutWork()
{
    VirtualClock clock;
    RateLimiter limiter(clock);
    LanePool lanes(1);
    LinePace pace(lanes, &limiter);
    pace.setLinePercent(percentUsed);
    for (; clock.monotonic() < 2min; clock.advance(10ms)) {
        pace.moved(10'000, clock.monotonic());
        QVERIFY(!clock.nextDue());
    }
    QVERIFY(pace.rateLimit() > 0);
    clock.advance(1h);
    QVERIFY(!clock.nextDue());
}

QTEST_GUILESS_MAIN(LineShareTest)
#include "tst_lineshare.moc"
