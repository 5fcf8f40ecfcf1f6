#include "slowline.h"

#include "transfer/transport/partaccessmanager.h"

#include <QTest>

using namespace longshore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 mib = 1024 * 1024;

} // namespace

/// Slow lines, lines that stand still, and lines that are too slow.
class UploadLineTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void thirtyTwoKilobytes_data();
    void thirtyTwoKilobytes();
    void stallWhereBytesAreKnown();
    void stallWhereTheyAreNot();
    void aFastLinesSilenceIsBorneForAMinute();
    void theAnswerIsAwaitedLonger_data();
    void theAnswerIsAwaitedLonger();
    void aStallTakesLanes();
    void doubtedConnections();
    void whatMovesIsNotDoubted();
    void saysThatItWillBeLate();
    void lateIsNotSaidTwice();
    void whatIsDoneIsNotLate();

private:
    /// Whether replies count acknowledged bytes.
    static void knowAcknowledged(ControllerHarness &h, bool known)
    {
        h.service.setReplyAttribute(PartAccessManager::AcknowledgedBytesAttribute, known);
    }
    /// Parts are taken as far as `bytes`, and never answered.
    static void holdParts(ControllerHarness &h, qint64 bytes);
};

void UploadLineTest::holdParts(ControllerHarness &h, qint64 bytes)
{
    h.service.setBodyLimit([bytes](const FakeRequest &request) {
        return request.call == "part"_L1 ? bytes : qint64(-1);
    });
    h.service.setHandler([](const FakeRequest &request) {
        return request.call == "part"_L1 ? FakeAnswer::hold() : standardAnswer(request);
    });
}

void UploadLineTest::thirtyTwoKilobytes_data()
{
    QTest::addColumn<SlowLine::Share>("share");
    QTest::addColumn<bool>("known");
    QTest::newRow("fair, acknowledged bytes") << SlowLine::Share::Fair << true;
    QTest::newRow("fair, blind") << SlowLine::Share::Fair << false;
    QTest::newRow("starving, acknowledged bytes") << SlowLine::Share::Greedy << true;
    QTest::newRow("starving, blind") << SlowLine::Share::Greedy << false;
}

void UploadLineTest::thirtyTwoKilobytes()
{
    QFETCH(SlowLine::Share, share);
    QFETCH(bool, known);
    ControllerHarness h(4);
    knowAcknowledged(h, known);
    SlowLine line(h, 32'000, share);
    UploadSpec spec = h.makeSpec(32 * mib, 4 * mib);
    spec.sendMd5 = false;
    h.make(spec);
    h.controller->start();
    h.settle();
    line.runTo(55min);
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.lanes.lanes(), 1);
    QCOMPARE(h.partEvents(PartState::Confirmed), 8);
    QVERIFY(h.completedContent() == h.content());
    const bool starves = share == SlowLine::Share::Greedy && known;
    QVERIFY2(h.partEvents(PartState::Retrying) <= (starves ? 8 : 0),
             qPrintable(QString::number(h.partEvents(PartState::Retrying))));
    QVERIFY(h.clock.monotonic() <= 25min); // 17.5 at the line's rate
    QVERIFY2(qAbs(h.pace.rate() - 32'000) < 4000, qPrintable(QString::number(h.pace.rate())));
}

void UploadLineTest::stallWhereBytesAreKnown()
{
    ControllerHarness h(1);
    knowAcknowledged(h, true);
    holdParts(h, 50);
    h.make(h.makeSpec(1000, 1000));
    h.controller->start();
    h.settle();
    h.advanceTo(59s);
    QCOMPARE(h.partEvents(PartState::Retrying), 0);
    h.service.held(u"part"_s).first()->readMore(100);
    h.settle();
    h.advanceTo(118s);
    QCOMPARE(h.partEvents(PartState::Retrying), 0);
    h.advanceTo(119s);
    QCOMPARE(h.partEvents(PartState::Retrying), 1);
    const PartSnapshot part = h.controller->parts().first();
    QVERIFY2(part.error.message.contains(u"60 s"_s), qPrintable(part.error.message));
    QCOMPARE(h.service.pending(u"part"_s), 0);
}

void UploadLineTest::stallWhereTheyAreNot()
{
    ControllerHarness h(1);
    knowAcknowledged(h, false);
    SlowLine line(h, 1000);
    UploadSpec spec = h.makeSpec(400'000, 100'000);
    spec.sendMd5 = false;
    h.make(spec);
    h.controller->start();
    h.settle();
    // Before anything was confirmed: 600 s.
    h.advanceTo(599s);
    QCOMPARE(h.partEvents(PartState::Retrying), 0);
    h.advanceTo(600s);
    QCOMPARE(h.partEvents(PartState::Retrying), 1);
    // One part in about 100 s: then three times as long.
    line.runTo(720s);
    QCOMPARE(h.partEvents(PartState::Confirmed), 1);
    const auto quiet = h.clock.monotonic();
    line.setRate(0);
    line.runTo(quiet + 280s);
    QCOMPARE(h.partEvents(PartState::Retrying), 1);
    line.runTo(quiet + 330s);
    QCOMPARE(h.partEvents(PartState::Retrying), 2);
}

void UploadLineTest::aFastLinesSilenceIsBorneForAMinute()
{
    ControllerHarness h(1);
    knowAcknowledged(h, false);
    SlowLine line(h, 10'000);
    h.make(h.makeSpec(400'000, 100'000));
    h.controller->start();
    h.settle();
    line.runTo(16s);
    QCOMPARE(h.partEvents(PartState::Confirmed), 1);
    line.setRate(0);
    line.runTo(70s);
    QCOMPARE(h.partEvents(PartState::Retrying), 0);
    line.runTo(80s);
    QCOMPARE(h.partEvents(PartState::Retrying), 1);
}

void UploadLineTest::theAnswerIsAwaitedLonger_data()
{
    QTest::addColumn<bool>("known");
    QTest::newRow("acknowledged bytes") << true;
    QTest::newRow("blind") << false;
}

void UploadLineTest::theAnswerIsAwaitedLonger()
{
    QFETCH(bool, known);
    ControllerHarness h(1);
    knowAcknowledged(h, known);
    holdParts(h, -1);
    h.startUsual();
    h.settle();
    h.advanceTo(599s);
    QCOMPARE(h.partEvents(PartState::Retrying), 0);
    h.advanceTo(600s);
    QCOMPARE(h.partEvents(PartState::Retrying), 1);
}

void UploadLineTest::aStallTakesLanes()
{
    ControllerHarness h(4);
    knowAcknowledged(h, true);
    h.service.setBodyLimit([](const FakeRequest &request) {
        return qint64(request.call == "part"_L1 && request.nth == 2 ? 50 : -1);
    });
    h.service.setHandler([](const FakeRequest &request) {
        return request.call == "part"_L1 && request.nth == 2 ? FakeAnswer::hold()
                                                             : standardAnswer(request);
    });
    h.startUsual();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.lanes.lanes(), 2);
    QCOMPARE(h.pace.hints().bearable, 0); // a part of 100 bytes is small enough
}

void UploadLineTest::doubtedConnections()
{
    for (const bool known : {true, false}) {
        ControllerHarness h(4);
        knowAcknowledged(h, known);
        holdParts(h, 50);
        h.startUsual();
        h.settle();
        h.advanceTo(10s);
        QCOMPARE(h.service.pending(u"part"_s), 4);
        h.controller->networkChanged();
        h.settle();
        const auto noticed = 10s + (known ? 3s : 20s);
        h.advanceTo(noticed - 1ms);
        QCOMPARE(h.partEvents(PartState::Retrying), 0);
        h.service.setBodyLimit({});
        h.service.setHandler([](const FakeRequest &request) { return standardAnswer(request); });
        h.advanceTo(noticed);
        QCOMPARE(h.partEvents(PartState::Retrying), 4);
        QCOMPARE(h.lanes.lanes(), 4); // the line is not to blame
        QCOMPARE(h.pace.hints().bearable, 0);
        QVERIFY(h.runToEnd());
        QCOMPARE(h.state(), UploadState::Completed);
        QVERIFY2(h.clock.monotonic() <= noticed + 10s,
                 qPrintable(QString::number(h.clock.monotonic().count())));
    }
}

void UploadLineTest::whatMovesIsNotDoubted()
{
    ControllerHarness h(2);
    knowAcknowledged(h, true);
    holdParts(h, 300);
    h.make(h.makeSpec(10'000, 1000));
    h.controller->start();
    h.settle();
    h.controller->networkChanged();
    h.advanceTo(2s);
    h.service.held(u"part"_s).first()->readMore(100);
    h.settle();
    h.advanceTo(4s);
    QCOMPARE(h.partEvents(PartState::Retrying), 1); // the other one
    h.advanceTo(30s);
    QCOMPARE(h.partEvents(PartState::Retrying), 1);
    QCOMPARE(h.service.pending(u"part"_s), 2);
}

void UploadLineTest::saysThatItWillBeLate()
{
    ControllerHarness h(2);
    SlowLine line(h, 1000);
    UploadSpec spec = h.makeSpec(4'000'000, 50'000); // 4000 s
    spec.sendMd5 = false;
    h.make(spec);
    h.controller->start();
    h.settle();
    line.runTo(18s);
    QVERIFY(!h.controller->isLate());
    QVERIFY(h.eventsOf<WarningEvent>().isEmpty());
    line.runTo(40s);
    QVERIFY(h.controller->isLate());
    QCOMPARE(h.eventsOf<WarningEvent>().size(), 1);
    QCOMPARE(h.eventsOf<WarningEvent>().first().code, u"will-expire"_s);
    QVERIFY(h.controller->snapshot().forecast.contains(u"kbit/s"_s));
    // In time, but not clearly.
    line.setRate(1150);
    line.runTo(300s);
    QVERIFY(h.controller->isLate());
    line.setRate(1500);
    line.runTo(400s);
    QVERIFY(!h.controller->isLate());
    QVERIFY(h.controller->snapshot().forecast.isEmpty());
    QCOMPARE(h.eventsOf<WarningEvent>().size(), 1);
    h.controller->pause();
    QVERIFY(!h.controller->isLate());
}

/// A part that has to be sent again sets the counters back, which is no news of the line.
void UploadLineTest::lateIsNotSaidTwice()
{
    ControllerHarness h(2);
    SlowLine line(h, 1000);
    line.answer = [](const FakeRequest &request) {
        return request.nth % 2 == 0 ? FakeAnswer::broken(QNetworkReply::RemoteHostClosedError)
                                    : standardAnswer(request);
    };
    UploadSpec spec = h.makeSpec(8'000'000, 50'000);
    spec.sendMd5 = false;
    h.make(spec);
    h.controller->start();
    h.settle();
    line.runTo(20min);
    QVERIFY(h.controller->isLate());
    QCOMPARE(h.eventsOf<WarningEvent>().size(), 1);
}

void UploadLineTest::whatIsDoneIsNotLate()
{
    ControllerHarness h(2);
    SlowLine line(h, 1000);
    UploadSpec spec = h.makeSpec(4'000'000, 2'000'000);
    spec.sendMd5 = false;
    spec.hold = true;
    h.make(spec);
    h.controller->start();
    h.settle();
    line.runTo(40s);
    QVERIFY(h.controller->isLate());
    line.setRate(10'000'000); // all the rest within a moment
    line.runTo(42s);
    QCOMPARE(h.state(), UploadState::Ready);
    QVERIFY(!h.controller->isLate());
    QVERIFY(h.controller->snapshot().forecast.isEmpty());
    h.controller->complete();
    QVERIFY(h.runToEnd());
    QVERIFY(h.controller->snapshot().forecast.isEmpty());
}

QTEST_GUILESS_MAIN(UploadLineTest)
#include "tst_uploadline.moc"
