#include "simulatedline.h"

#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace longshore;
using namespace std::chrono_literals;

namespace {

constexpr int mostLanes = LinePace::kMostLanes;
constexpr std::initializer_list<quint32> seeds{1, 2, 3};

/// Bytes/s between 20 and 30 s with each fixed number of lanes, from cold.
struct FixedLanes
{
    FixedLanes(const LineQuality &quality, quint32 seed, double expected = 0)
    {
        for (int lanes = 1; lanes <= mostLanes; ++lanes) {
            SimulatedLine line(quality, lanes, seed, expected);
            line.runTo(30s);
            rates.push_back(line.rate(20s, 30s));
        }
    }

    double best() const { return *std::ranges::max_element(rates); }
    /// The fewest that give nearly that.
    int wanted() const
    {
        const double enough = 0.96 * best();
        const auto found = std::ranges::find_if(rates, [&](double rate) { return rate >= enough; });
        return static_cast<int>(found - rates.begin()) + 1;
    }

    std::vector<double> rates;
};

QString percent(double share)
{
    return QString::number(100 * share, 'f', 1) + u" %"_s;
}

} // namespace

/// Lanes that tune themselves, over a line in virtual time.
class LaneTunerTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fillsTheLine_data() { usualLines(); }
    void fillsTheLine();
    void fillsTheLineSoon_data() { usualLines(); }
    void fillsTheLineSoon();
    void settles_data() { usualLines(); }
    void settles();
    void yieldsToALineThatHalves_data() { usualLines(); }
    void yieldsToALineThatHalves();
    void takesNoMoreThanTheLineWants();
    void goesBelowTheStart();
    void backsOffWhenRefused();
    void aStallCuts();
    void oneBreakChangesNothing();
    void manyBreaksCut();
    void buffersDoNoHarm();
    void slowPartsTakeLanesOnlyWhereThatHelps();
    void beginsAnewAfterAPause();
    void aFixedNumberStays();
    void staysWithinBounds();
};

void LaneTunerTest::fillsTheLine()
{
    QFETCH(const LineQuality, quality);
    for (const quint32 seed : seeds) {
        const FixedLanes fixed(quality, seed);
        SimulatedLine line(quality, 0, seed);
        line.runTo(30s);
        const double share = line.rate(20s, 30s) / fixed.best();
        const QString words =
            u"seed %1: best fixed %2 of the line (%3 lanes), tuned %4 of that with %5 lanes, %6 of "
            "the line from cold"_s.arg(seed)
                .arg(percent(fixed.best() / quality.rate))
                .arg(fixed.wanted())
                .arg(percent(share))
                .arg(line.lanes().lanes())
                .arg(percent(line.rate(0s, 30s) / quality.rate));
        qInfo().noquote() << words;
        QVERIFY2(share >= 0.95, qPrintable(words));
    }
}

/// From cold, on the average of several runs: luck is worth 1 % over so short a time.
void LaneTunerTest::fillsTheLineSoon()
{
    QFETCH(const LineQuality, quality);
    double sum = 0;
    constexpr quint32 runs = 8;
    for (quint32 seed = 1; seed <= runs; ++seed) {
        SimulatedLine line(quality, 0, seed);
        line.runTo(30s);
        sum += line.rate(0s, 30s) / quality.rate;
    }
    const QString words = u"%1 of the line over 30 s"_s.arg(percent(sum / runs));
    qInfo().noquote() << words;
    QVERIFY2(sum / runs >= 0.9, qPrintable(words));
}

/// After the first seconds lanes change for a probe only: by a quarter, and back.
void LaneTunerTest::settles()
{
    QFETCH(const LineQuality, quality);
    for (const quint32 seed : seeds) {
        SimulatedLine line(quality, 0, seed);
        line.runTo(30s);
        const int lanes = line.lanes().lanes();
        line.runTo(10min);
        // Probes come after 1, 2, 4 and 8 minutes.
        const int changes = line.changes(30s, 10min);
        QVERIFY2(changes <= 8, qPrintable(u"seed %1: %2"_s.arg(seed).arg(changes)));
        QVERIFY(line.mostLanes(30s, 10min) <= lanes + std::max(1, lanes / 4));
        QVERIFY(line.rate(30s, 10min) >= 0.95 * quality.rate);
    }
}

void LaneTunerTest::yieldsToALineThatHalves()
{
    QFETCH(const LineQuality, quality);
    for (const quint32 seed : seeds) {
        SimulatedLine line(quality, 0, seed, quality.rate);
        line.runTo(60s);
        line.quality.rate /= 2;
        const int wanted = FixedLanes(line.quality, seed, quality.rate).wanted();
        line.runTo(120s);
        const int lanes = line.lanes().lanes();
        QVERIFY2(lanes <= 2 * wanted,
                 qPrintable(u"seed %1: %2, wanted %3"_s.arg(seed).arg(lanes).arg(wanted)));
        const double yielding = line.rate(60s, 120s) / line.quality.rate;
        QVERIFY2(yielding >= 0.9, qPrintable(percent(yielding)));
        // And takes it all again.
        line.quality.rate *= 2;
        line.runTo(210s);
        const double back = line.rate(180s, 210s) / quality.rate;
        QVERIFY2(back >= 0.95, qPrintable(percent(back)));
    }
}

void LaneTunerTest::takesNoMoreThanTheLineWants()
{
    LineQuality quality = usualLine(200, 80ms);
    quality.flowRate = quality.rate;
    SimulatedLine line(quality, 0, 1);
    line.runTo(30s);
    QVERIFY2(line.lanes().lanes() <= 8, qPrintable(QString::number(line.lanes().lanes())));
}

void LaneTunerTest::goesBelowTheStart()
{
    LineQuality quality = usualLine(200, 20ms);
    quality.flowRate = quality.rate / 2;
    quality.harmBeyond = 2;
    quality.harm = 0.05;
    SimulatedLine line(quality, 0, 1);
    line.runTo(60s);
    QVERIFY2(line.lanes().lanes() <= 2, qPrintable(QString::number(line.lanes().lanes())));
    QVERIFY(line.rate(20s, 60s) >= 0.9 * quality.rate);
}

void LaneTunerTest::backsOffWhenRefused()
{
    SimulatedLine line(usualLine(200, 80ms), 0, 1);
    int refusals = 0;
    line.isRefused = [&](int inUse) {
        refusals += inUse > 6;
        return inUse > 6;
    };
    std::chrono::milliseconds refusedAt = 0ms;
    while (refusals == 0 && line.now() < 1min) {
        refusedAt = line.now();
        line.runTo(line.now() + 1s);
    }
    QCOMPARE(refusals, 1);
    QCOMPARE(line.lanes().lanes(), 4);
    line.runTo(refusedAt + 5min);
    // Tried once more, with less than was refused first.
    QVERIFY2(refusals <= 2, qPrintable(QString::number(refusals)));
    QVERIFY(line.mostLanes(refusedAt + 1s, refusedAt + 5min) < 8);
    QVERIFY(line.rate(20s, refusedAt + 5min) >= 0.75 * line.quality.rate);
}

void LaneTunerTest::aStallCuts()
{
    SimulatedLine line(usualLine(200, 80ms), 0, 1);
    line.runTo(60s);
    const int before = line.lanes().lanes();
    QVERIFY(before >= 8);
    line.breakParts(true);
    QCOMPARE(line.lanes().lanes(), before / 2);
    const auto broken = line.now();
    line.runTo(broken + 150s);
    const double back = line.rate(broken + 100s, broken + 150s) / line.quality.rate;
    QVERIFY2(back >= 0.95, qPrintable(percent(back)));
}

void LaneTunerTest::oneBreakChangesNothing()
{
    SimulatedLine line(usualLine(200, 80ms), 0, 1);
    line.runTo(40s);
    const int before = line.lanes().lanes();
    line.breakParts(false);
    line.runTo(60s);
    QCOMPARE(line.lanes().lanes(), before);
    QCOMPARE(line.changes(40s, 60s), 0);
}

/// A line on which every part fails before its end.
void LaneTunerTest::manyBreaksCut()
{
    LineQuality quality = usualLine(25, 80ms);
    SimulatedLine line(quality, 0, 1, 64e6);
    for (int time = 0; time < 16; ++time) {
        line.runTo(line.now() + 31s);
        line.breakParts(false);
    }
    QVERIFY2(line.lanes().lanes() <= 2, qPrintable(QString::number(line.lanes().lanes())));
}

/// Where progress comes in leaps, tuned lanes are no worse than four.
void LaneTunerTest::buffersDoNoHarm()
{
    for (const double megabits : {1.0, 5.0, 25.0, 200.0, 1000.0}) {
        for (const quint32 seed : seeds) {
            const LineQuality quality = usualLine(megabits, 80ms);
            SimulatedLine tuned(quality, 0, seed);
            SimulatedLine four(quality, 4, seed);
            for (SimulatedLine *line : {&tuned, &four}) {
                line->progress = SimulatedLine::Progress::Buffers;
                line->runTo(10min);
            }
            const double share = tuned.rate(0s, 10min) / four.rate(0s, 10min);
            QVERIFY2(share >= 0.95,
                     qPrintable(
                         u"%1 Mbit/s, seed %2: %3"_s.arg(megabits).arg(seed).arg(percent(share))));
        }
    }
}

void LaneTunerTest::slowPartsTakeLanesOnlyWhereThatHelps()
{
    LineQuality quality = usualLine(1, 80ms);
    SimulatedLine limited(quality, 0, 1);
    limited.runTo(60min);
    QVERIFY(limited.lanes().lanes() >= 5);
    QVERIFY(limited.rate(30s, 60min) >= 0.97 * quality.rate);

    quality.flowRate = quality.rate;
    SimulatedLine shared(quality, 0, 1);
    shared.runTo(60min);
    QVERIFY(shared.lanes().lanes() <= 2);
    QVERIFY(shared.rate(30s, 60min) >= 0.97 * quality.rate);
}

void LaneTunerTest::beginsAnewAfterAPause()
{
    LaneTuner tuner(4, mostLanes);
    std::chrono::milliseconds now = 0ms;
    const auto send = [&](std::chrono::milliseconds time) {
        for (const auto until = now + time; now < until; now += 10ms)
            tuner.moved(1000 * std::min(tuner.lanes(), 8), tuner.lanes(), now);
    };
    send(30s);
    QCOMPARE(tuner.lanes(), 10);
    now += 2min;
    send(4s);
    QCOMPARE(tuner.lanes(), 16);
    send(30s);
    QCOMPARE(tuner.lanes(), 10);
}

void LaneTunerTest::aFixedNumberStays()
{
    for (const int lanes : {1, 3, 16}) {
        SimulatedLine line(usualLine(200, 80ms), lanes, 1);
        line.runTo(2min);
        line.quality.rate /= 2;
        line.runTo(5min);
        QCOMPARE(line.changes(0s, 5min), 0);
        QCOMPARE(line.lanes().lanes(), lanes);
    }
}

void LaneTunerTest::staysWithinBounds()
{
    QRandomGenerator random(5);
    for (const int most : {1, 2, 3, mostLanes}) {
        LaneTuner tuner(random.bounded(40), most);
        std::chrono::milliseconds now = 0ms;
        int before = tuner.lanes();
        for (int time = 0; time < 200'000; ++time) {
            now += std::chrono::milliseconds(random.bounded(random.bounded(2000) ? 100 : 100'000));
            switch (random.bounded(2000)) {
            case 0:
                tuner.refused(now);
                break;
            case 1:
                tuner.setTo(random.bounded(-3, 30), now);
                break;
            case 2:
                tuner.partsAreSlow(now);
                break;
            default:
                tuner.moved(random.bounded(10'000) * (time / 10'000 % 5), before, now);
            }
            before = tuner.lanes();
            QVERIFY(before >= 1 && before <= most);
        }
    }
}

QTEST_GUILESS_MAIN(LaneTunerTest)
#include "tst_lanetuner.moc"
