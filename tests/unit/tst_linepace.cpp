#include "api/apierror.h"
#include "transfer/lanepool.h"
#include "transfer/linepace.h"

#include <QTest>

using namespace longshore;
using namespace std::chrono_literals;

namespace {

constexpr qint64 mib = 1024 * 1024;

} // namespace

class LinePaceTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsKnownAtFirst();
    void whatWasExpectedCountsUntilMeasured();
    void idleTimeDoesNotCount();
    void parallelLanesCountOnce();
    void overlappingPartsCountOnce();
    void theRateFollowsTheLine();
    void oneStallTakesHalfTheLanes();
    void oneBreakIsOneStall();
    void stallsMakePartsSmaller();
    void aStallNeverMakesPartsLarger();
    void aSmallLastPartSaysNothingOfTheSize();
    void calmPartsGiveLanesBack();
    void neverMoreThanTheUserChose();
    void slowPartsTakeLanes();
    void partsSentTogetherAreOneMeasure();
    void oneSlowLaneStays();
    void calmPartsGiveTheSizeBack();
    void theUsersWordBeginsAnew();
    void tunedLanesBeginWithFour();
    void tunedLanesBackOffWhenRefused();
    void tunedLanesThatSeeNothingGoByParts();
    void partsSuitTheMeasuredLine();

private:
    /// Parts one after the other, each as long.
    static void calm(LinePace &pace, int parts, qint64 bytes = 8 * mib);
    /// A part that stalls by itself.
    void stall(LinePace &pace, qint64 bytes) { pace.failed(bytes, {}, true, m_now += 10min); }

    std::chrono::milliseconds m_now{0};
};

void LinePaceTest::calm(LinePace &pace, int parts, qint64 bytes)
{
    for (int part = 0; part < parts; ++part)
        pace.confirmed(bytes, 1h, 1h + 2s);
}

void LinePaceTest::nothingIsKnownAtFirst()
{
    LanePool lanes(4);
    LinePace pace(lanes);
    QCOMPARE(pace.rate(), 0.0);
    QCOMPARE(pace.hints().bearable, 0);
    pace.confirmed(1000, 10s, 12s); // too short to say anything
    QCOMPARE(pace.rate(), 0.0);
    pace.confirmed(1000, 12s, 14s);
    QCOMPARE(pace.rate(), 500.0);
}

void LinePaceTest::whatWasExpectedCountsUntilMeasured()
{
    LanePool lanes(4);
    LinePace pace(lanes);
    pace.expect(12345);
    QCOMPARE(pace.rate(), 12345.0);
    pace.confirmed(10'000, 0s, 10s);
    QCOMPARE(pace.rate(), 1000.0);
}

void LinePaceTest::idleTimeDoesNotCount()
{
    LanePool lanes(4);
    LinePace pace(lanes);
    for (int hour = 0; hour < 5; ++hour)
        pace.confirmed(10'000, hour * 1h, hour * 1h + 10s);
    QCOMPARE(pace.rate(), 1000.0);
}

void LinePaceTest::parallelLanesCountOnce()
{
    LanePool lanes(4);
    LinePace pace(lanes);
    for (int lane = 0; lane < 4; ++lane)
        pace.confirmed(10'000, 0s, 10s);
    QCOMPARE(pace.rate(), 4000.0);
    // The next four, a little apart.
    for (int lane = 0; lane < 4; ++lane)
        pace.confirmed(10'000, 10s + lane * 1s, 20s + lane * 1s);
    QCOMPARE(pace.rate(), 80'000 / 23.0);
}

void LinePaceTest::overlappingPartsCountOnce()
{
    LanePool lanes(2);
    LinePace pace(lanes);
    // A long part beside short ones, with a gap between those.
    pace.confirmed(10'000, 0s, 10s);
    pace.confirmed(10'000, 50s, 60s);
    pace.confirmed(60'000, 0s, 60s);
    QCOMPARE(pace.rate(), 80'000 / 60.0);
}

void LinePaceTest::theRateFollowsTheLine()
{
    LanePool lanes(1);
    LinePace pace(lanes);
    auto now = 0s;
    for (int part = 0; part < 100; ++part, now += 10s)
        pace.confirmed(10'000'000, now, now + 10s);
    QCOMPARE(pace.rate(), 1'000'000.0);
    // Ten minutes at a tenth.
    for (int part = 0; part < 60; ++part, now += 10s)
        pace.confirmed(1'000'000, now, now + 10s);
    QVERIFY2(pace.rate() < 300'000 && pace.rate() > 100'000,
             qPrintable(QString::number(pace.rate())));
}

void LinePaceTest::oneStallTakesHalfTheLanes()
{
    LanePool lanes(16);
    LinePace pace(lanes);
    stall(pace, 8 * mib);
    QCOMPARE(lanes.lanes(), 8);
}

/// A line that is cut stops the parts of all lanes at once: that is one event, and says less of the
/// line's speed than parts that stall one after the other.
void LinePaceTest::oneBreakIsOneStall()
{
    LanePool lanes(4);
    LinePace pace(lanes);
    for (int lane = 0; lane < 4; ++lane)
        pace.failed(8 * mib, {}, true, 1min + lane * 9s);
    QCOMPARE(lanes.lanes(), 2);
    QCOMPARE(pace.hints().bearable, 4 * mib);
}

void LinePaceTest::stallsMakePartsSmaller()
{
    LanePool lanes(4);
    LinePace pace(lanes);
    stall(pace, 64 * mib);
    QCOMPARE(pace.hints().bearable, 32 * mib);
    stall(pace, 32 * mib);
    QCOMPARE(pace.hints().bearable, 16 * mib);
    for (int time = 0; time < 10; ++time)
        stall(pace, pace.hints().bearable);
    QCOMPARE(pace.hints().bearable, mib);
    QCOMPARE(lanes.lanes(), 1);
}

void LinePaceTest::aStallNeverMakesPartsLarger()
{
    LanePool lanes(4);
    LinePace pace(lanes);
    stall(pace, 8 * mib);
    QCOMPARE(pace.hints().bearable, 4 * mib);
    // Of an upload whose plan is older.
    stall(pace, 64 * mib);
    QVERIFY(pace.hints().bearable <= 4 * mib);
}

void LinePaceTest::aSmallLastPartSaysNothingOfTheSize()
{
    LanePool lanes(4);
    LinePace pace(lanes);
    stall(pace, 100);
    QVERIFY2(pace.hints().bearable == 0 || pace.hints().bearable >= 8 * mib,
             qPrintable(QString::number(pace.hints().bearable)));
}

void LinePaceTest::calmPartsGiveLanesBack()
{
    LanePool lanes(4);
    LinePace pace(lanes);
    stall(pace, 8 * mib);
    stall(pace, 8 * mib);
    QCOMPARE(lanes.lanes(), 1);
    calm(pace, 7);
    QCOMPARE(lanes.lanes(), 1);
    calm(pace, 1);
    QCOMPARE(lanes.lanes(), 2);
    calm(pace, 7);
    stall(pace, 8 * mib);
    calm(pace, 7);
    QCOMPARE(lanes.lanes(), 1); // a stall begins the count anew
    calm(pace, 1 + 8 + 8);
    QCOMPARE(lanes.lanes(), 4);
}

void LinePaceTest::neverMoreThanTheUserChose()
{
    LanePool lanes(3);
    LinePace pace(lanes);
    calm(pace, 100);
    QCOMPARE(lanes.lanes(), 3);
}

void LinePaceTest::slowPartsTakeLanes()
{
    LanePool lanes(4);
    LinePace pace(lanes);
    pace.confirmed(8 * mib, 0s, 120s);
    QCOMPARE(lanes.lanes(), 4); // just in time
    pace.confirmed(8 * mib, 0s, 240s);
    QCOMPARE(lanes.lanes(), 2);
    pace.confirmed(8 * mib, 240s, 240s + 10h);
    QCOMPARE(lanes.lanes(), 1);
}

/// Four parts that shared a line for 125 s would have been in time with three lanes.
void LinePaceTest::partsSentTogetherAreOneMeasure()
{
    LanePool lanes(4);
    LinePace pace(lanes);
    for (int lane = 0; lane < 4; ++lane)
        pace.confirmed(8 * mib, 0s, 125s);
    QCOMPARE(lanes.lanes(), 3);
}

void LinePaceTest::oneSlowLaneStays()
{
    LanePool lanes(1);
    LinePace pace(lanes);
    for (int part = 0; part < 30; ++part)
        pace.confirmed(64 * mib, part * 2000s, (part + 1) * 2000s);
    QCOMPARE(lanes.lanes(), 1);
    QCOMPARE(pace.rate(), 64 * mib / 2000.0);
}

void LinePaceTest::calmPartsGiveTheSizeBack()
{
    LanePool lanes(4);
    LinePace pace(lanes);
    stall(pace, 64 * mib);
    stall(pace, 4 * mib);
    QCOMPARE(pace.hints().bearable, 2 * mib);
    calm(pace, 8, mib); // smaller ones say nothing
    QCOMPARE(pace.hints().bearable, 2 * mib);
    calm(pace, 8, 2 * mib);
    QCOMPARE(pace.hints().bearable, 4 * mib);
}

void LinePaceTest::theUsersWordBeginsAnew()
{
    LanePool lanes(4);
    LinePace pace(lanes);
    stall(pace, 8 * mib);
    pace.setLanes(8);
    QCOMPARE(lanes.lanes(), 8);
    pace.setLanes(1);
    QCOMPARE(lanes.lanes(), 1);
    calm(pace, 100);
    QCOMPARE(lanes.lanes(), 1);
}

void LinePaceTest::tunedLanesBeginWithFour()
{
    LanePool lanes(1);
    LinePace pace(lanes);
    pace.setLanes(0);
    QCOMPARE(lanes.lanes(), 4);
    pace.setLanes(16);
    QCOMPARE(lanes.lanes(), 16);
    pace.setLanes(0);
    QCOMPARE(lanes.lanes(), 4);
}

void LinePaceTest::tunedLanesBackOffWhenRefused()
{
    ApiError refusal;
    refusal.kind = ErrorKind::Refused;
    refusal.status = 429;
    LanePool lanes(4);
    LinePace pace(lanes);
    pace.failed(mib, refusal, false, 1min);
    QCOMPARE(lanes.lanes(), 4); // the user's word
    pace.setLanes(0);
    for (int lane = 0; lane < 4; ++lane)
        pace.failed(mib, refusal, false, 2min);
    QCOMPARE(lanes.lanes(), 2);
    pace.failed(mib, refusal, false, 3min);
    QCOMPARE(lanes.lanes(), 1);
}

/// Without progress in between, as where only buffers are seen.
void LinePaceTest::tunedLanesThatSeeNothingGoByParts()
{
    LanePool lanes(1);
    LinePace pace(lanes);
    pace.setLanes(0);
    pace.confirmed(8 * mib, 0s, 240s);
    QCOMPARE(lanes.lanes(), 2);
    m_now = 240s;
    for (int part = 0; part < 8 * 5; ++part) {
        pace.confirmed(8 * mib, m_now, m_now + 60s);
        m_now += 60s;
    }
    QCOMPARE(lanes.lanes(), 4); // as many as there were
}

void LinePaceTest::partsSuitTheMeasuredLine()
{
    LanePool lanes(1);
    LinePace pace(lanes);
    pace.setLanes(0);
    QCOMPARE(pace.hints().suited, 0);
    // Ten seconds of a lane's share, by what an earlier run measured and then by this one.
    pace.expect(8e6);
    QCOMPARE(pace.hints().suited, 10'000'000);
    QCOMPARE(pace.hints().lanes, 8);
    pace.confirmed(100'000'000, 0s, 5s);
    QCOMPARE(pace.hints().suited, 25'000'000);
    pace.setLanes(2);
    QCOMPARE(pace.hints().suited, 100'000'000);
}

QTEST_GUILESS_MAIN(LinePaceTest)
#include "tst_linepace.moc"
