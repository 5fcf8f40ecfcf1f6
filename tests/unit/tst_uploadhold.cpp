#include "controllerharness.h"

#include <QTest>

#include <algorithm>

using namespace longshore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// What becomes of a held upload near the end of its hour, which the fake service makes 3,600 s.
class UploadHoldTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void completesTwoMinutesBeforeTheEnd();
    void completesAtOnceWhenReadyLater();
    void sayWhenItExpiresThenFails();
    void aRetryBeginsAgain();
    void pausedIsNotCompleted_data();
    void pausedIsNotCompleted();
    void pausedAndResumedLateCompletesAtOnce();
    void switchedOffWhilePausedCompletesOnceResumed();
    void theEndCanBeChosenAnew();
    void theHoldIsOnRecord();
    void nothingChangesOnceCompleting();
    void anEndWhileNotRunning_data();
    void anEndWhileNotRunning();
    void aSlowChecksumIsLeftOut();

private:
    /// Ten parts, held.
    static UploadSpec held(ControllerHarness &h, HoldEnd end);
    static void startReady(ControllerHarness &h, HoldEnd end);
    static StoredProgress allConfirmed(const ControllerHarness &h, qint64 secondsLeft);
};

UploadSpec UploadHoldTest::held(ControllerHarness &h, HoldEnd end)
{
    UploadSpec spec = h.makeSpec(1000, 100);
    spec.hold = true;
    spec.holdEnd = end;
    return spec;
}

void UploadHoldTest::startReady(ControllerHarness &h, HoldEnd end)
{
    h.make(held(h, end));
    h.controller->start();
    h.advance(0ms);
    QCOMPARE(h.state(), UploadState::Ready);
    QCOMPARE(h.controller->snapshot().holdEnd, end);
}

StoredProgress UploadHoldTest::allConfirmed(const ControllerHarness &h, qint64 secondsLeft)
{
    const qint64 end = h.clock.utc().toSecsSinceEpoch() + secondsLeft;
    StoredProgress stored;
    stored.created = UploadCreated{u"upload_old"_s, end - 3600, end, 0};
    for (int index = 0; index < 10; ++index)
        stored.confirmedParts.insert(index, u"part_old%1"_s.arg(index));
    return stored;
}

void UploadHoldTest::completesTwoMinutesBeforeTheEnd()
{
    ControllerHarness h;
    startReady(h, HoldEnd::CompleteBefore);
    QList<int> order = h.controller->order();
    std::reverse(order.begin(), order.end());
    h.advance(58min - 1ms);
    QCOMPARE(h.state(), UploadState::Ready);
    h.controller->setOrder(order);
    h.settle();
    h.advance(1ms);
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.finished, 1);
    QByteArray reversed;
    for (int index = 9; index >= 0; --index)
        reversed += h.content().mid(index * 100, 100);
    QCOMPARE(h.completedContent(), reversed);
    QVERIFY(h.eventsOf<WarningEvent>().isEmpty());
}

void UploadHoldTest::completesAtOnceWhenReadyLater()
{
    ControllerHarness h;
    bool good = false;
    h.service.setHandler([&good](const FakeRequest &request) {
        if (request.call == "part"_L1 && request.nth > 9 && !good)
            return FakeAnswer::refusal(503, u"busy"_s, u"Busy."_s);
        return standardAnswer(request);
    });
    h.make(held(h, HoldEnd::CompleteBefore));
    h.controller->start();
    h.settle();
    while (h.clock.monotonic() < 59min)
        h.advance(10s);
    QVERIFY(!isEnded(h.state()));
    QCOMPARE(h.service.count(u"complete"_s), 0);
    good = true;
    h.controller->retryNow();
    h.settle();
    QCOMPARE(h.state(), UploadState::Ready);
    h.advance(0ms);
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.completedContent(), h.content());
    QCOMPARE(h.service.count(u"create"_s), 1);
}

void UploadHoldTest::sayWhenItExpiresThenFails()
{
    ControllerHarness h;
    startReady(h, HoldEnd::LetExpire);
    h.advance(50min - 1ms);
    QVERIFY(h.eventsOf<WarningEvent>().isEmpty());
    h.advance(1ms);
    QCOMPARE(h.eventsOf<WarningEvent>().size(), 1);
    QCOMPARE(h.eventsOf<WarningEvent>().first().code, u"hold-expires"_s);
    QVERIFY2(h.eventsOf<WarningEvent>().first().message.contains(u"10"_s),
             qPrintable(h.eventsOf<WarningEvent>().first().message));
    h.advance(9min + 57s);
    QCOMPARE(h.state(), UploadState::Ready);
    QCOMPARE(h.eventsOf<WarningEvent>().size(), 1);
    h.advance(3s);
    QCOMPARE(h.state(), UploadState::Failed);
    QCOMPARE(h.finished, 1);
    const ApiError error = h.controller->snapshot().error;
    QCOMPARE(error.kind, ErrorKind::Expired);
    QVERIFY(!error.message.isEmpty());
    QVERIFY(error.advice.contains(u"Begin again"_s));
    // Not silently sent once more.
    h.advance(2h);
    QCOMPARE(h.service.count(u"create"_s), 1);
    QCOMPARE(h.service.count(u"part"_s), 10);
    QCOMPARE(h.service.count(u"complete"_s), 0);
    QCOMPARE(h.eventsOf<RestartedEvent>().size(), 0);
    QCOMPARE(h.recorder.count<UploadFailed>(), 1);
    QCOMPARE(h.finished, 1);
}

void UploadHoldTest::aRetryBeginsAgain()
{
    ControllerHarness h;
    startReady(h, HoldEnd::LetExpire);
    h.advance(1h);
    QCOMPARE(h.state(), UploadState::Failed);
    QVERIFY(!h.controller->progress().created);
    QVERIFY(h.controller->progress().confirmedParts.isEmpty());
    const UploadSpec spec = h.controller->spec();
    h.make(spec, h.controller->progress());
    h.controller->start();
    h.settle();
    QCOMPARE(h.state(), UploadState::Ready);
    QCOMPARE(h.service.count(u"create"_s), 2);
    QCOMPARE(h.service.count(u"part"_s), 20);
    h.controller->complete();
    h.settle();
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.finished, 2);
}

void UploadHoldTest::pausedIsNotCompleted_data()
{
    QTest::addColumn<HoldEnd>("end");
    QTest::newRow("let expire") << HoldEnd::LetExpire;
    QTest::newRow("complete before") << HoldEnd::CompleteBefore;
}

void UploadHoldTest::pausedIsNotCompleted()
{
    QFETCH(HoldEnd, end);
    ControllerHarness h;
    startReady(h, end);
    h.controller->pause();
    h.advance(59min);
    QCOMPARE(h.state(), UploadState::Paused);
    QCOMPARE(h.eventsOf<WarningEvent>().size(), 1);
    QVERIFY(h.eventsOf<WarningEvent>().first().message.contains(u"paused"_s));
    h.advance(1min);
    QCOMPARE(h.state(), UploadState::Failed);
    QCOMPARE(h.controller->snapshot().error.kind, ErrorKind::Expired);
    QCOMPARE(h.service.count(u"complete"_s), 0);
    QVERIFY(!h.controller->progress().paused);
    QCOMPARE(h.recorder.count<PauseChanged>(), 2);
}

void UploadHoldTest::pausedAndResumedLateCompletesAtOnce()
{
    ControllerHarness h;
    startReady(h, HoldEnd::CompleteBefore);
    h.controller->pause();
    h.advance(59min);
    h.controller->resume();
    h.advance(0ms);
    QCOMPARE(h.state(), UploadState::Completed);
}

void UploadHoldTest::switchedOffWhilePausedCompletesOnceResumed()
{
    ControllerHarness h;
    startReady(h, HoldEnd::LetExpire);
    h.controller->pause();
    h.controller->setHold(false, HoldEnd::LetExpire);
    h.settle();
    QCOMPARE(h.state(), UploadState::Paused);
    QCOMPARE(h.service.count(u"complete"_s), 0);
    h.controller->resume();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"complete"_s), 1);
}

void UploadHoldTest::theEndCanBeChosenAnew()
{
    ControllerHarness h;
    startReady(h, HoldEnd::LetExpire);
    h.advance(55min);
    h.controller->setHold(true, HoldEnd::CompleteBefore);
    h.advance(3min - 1ms);
    QCOMPARE(h.state(), UploadState::Ready);
    h.controller->setHold(true, HoldEnd::LetExpire);
    h.advance(1min);
    QCOMPARE(h.state(), UploadState::Ready);
    h.controller->setHold(true, HoldEnd::CompleteBefore);
    h.advance(0ms);
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.eventsOf<WarningEvent>().size(), 1); // said once
    QCOMPARE(h.recorder.count<HoldChanged>(), 3);
}

void UploadHoldTest::theHoldIsOnRecord()
{
    ControllerHarness h;
    UploadSpec spec = h.makeSpec(1000, 100);
    h.make(spec);
    h.controller->setHold(true, HoldEnd::CompleteBefore);
    h.controller->setHold(true, HoldEnd::CompleteBefore);
    QCOMPARE(h.recorder.count<HoldChanged>(), 1);
    QCOMPARE(h.controller->spec().holdEnd, HoldEnd::CompleteBefore);
    h.controller->start();
    h.settle();
    QCOMPARE(h.state(), UploadState::Ready);
    QVERIFY(h.controller->snapshot().held);
    h.controller->complete();
    QVERIFY(h.runToEnd());
    const HoldChanged off{false, HoldEnd::CompleteBefore};
    QVERIFY(h.recorder.changes.contains(UploadChange(off)));
}

void UploadHoldTest::nothingChangesOnceCompleting()
{
    ControllerHarness h;
    h.service.setHandler([](const FakeRequest &request) {
        return request.call == "complete"_L1 ? FakeAnswer::hold() : standardAnswer(request);
    });
    startReady(h, HoldEnd::LetExpire);
    h.controller->complete();
    h.settle();
    QCOMPARE(h.state(), UploadState::Completing);
    h.controller->setHold(true, HoldEnd::CompleteBefore);
    QVERIFY(!h.controller->snapshot().held);
    QCOMPARE(h.recorder.count<HoldChanged>(), 1);
}

void UploadHoldTest::anEndWhileNotRunning_data()
{
    QTest::addColumn<HoldEnd>("end");
    QTest::addColumn<bool>("paused");
    QTest::addColumn<bool>("beginsAgain");
    QTest::newRow("let expire") << HoldEnd::LetExpire << false << false;
    QTest::newRow("let expire, paused") << HoldEnd::LetExpire << true << false;
    QTest::newRow("complete before") << HoldEnd::CompleteBefore << false << true;
    QTest::newRow("complete before, paused") << HoldEnd::CompleteBefore << true << false;
}

void UploadHoldTest::anEndWhileNotRunning()
{
    QFETCH(HoldEnd, end);
    QFETCH(bool, paused);
    QFETCH(bool, beginsAgain);
    ControllerHarness h;
    StoredProgress stored = allConfirmed(h, -60);
    stored.paused = paused;
    h.make(held(h, end), stored);
    QCOMPARE(h.state(), paused ? UploadState::Paused : UploadState::Queued);
    h.controller->start();
    QCOMPARE(h.finished, 0); // never from inside start()
    h.advance(0ms);
    QCOMPARE(h.service.count(u"create"_s), beginsAgain ? 1 : 0);
    QCOMPARE(h.state(), beginsAgain ? UploadState::Ready : UploadState::Failed);
    QCOMPARE(h.finished, beginsAgain ? 0 : 1);
}

void UploadHoldTest::aSlowChecksumIsLeftOut()
{
    ControllerHarness h;
    startReady(h, HoldEnd::CompleteBefore);
    h.advance(58min - 1s);
    QList<int> order = h.controller->order();
    std::swap(order[0], order[1]);
    h.controller->setOrder(order); // hashes anew, and no answer comes while the clock moves
    h.advance(92s);
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.eventsOf<WarningEvent>().first().code, u"checksum-skipped"_s);
    QVERIFY(!h.service.requests(u"complete"_s).first().json().contains(u"md5"_s));
}

QTEST_GUILESS_MAIN(UploadHoldTest)
#include "tst_uploadhold.moc"
