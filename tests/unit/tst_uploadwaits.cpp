#include "controllerharness.h"

#include <QTest>

#include <algorithm>

using namespace longshore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// What an upload waits for, for how long, and what it says of it.
class UploadWaitsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fiftyFiveMinutes_data();
    void fiftyFiveMinutes();
    void attemptsStartAnew();
    void createGivesUpBehindAClosedGate_data();
    void createGivesUpBehindAClosedGate();
    void createWaitsBehindAClosedGateForEver();
    void aClosedGateIsTold_data();
    void aClosedGateIsTold();
    void cancelDoesNotWaitForTheGate_data();
    void cancelDoesNotWaitForTheGate();
    void cancelWhileCompleteIsUnderWay_data();
    void cancelWhileCompleteIsUnderWay();
    void pausedWhileItWaits_data();
    void pausedWhileItWaits();
    void aCreateThatWaitsNeedsNoLane();
    void askedBeforeItBegins();
    void theLaneIsKeptUntilOnRecord();

private:
    /// Some other call was asked to wait for so long.
    static void closeGate(ControllerHarness &h, std::chrono::milliseconds time);
    /// The usual upload, held up by a closed gate before this call.
    static void stopBefore(ControllerHarness &h, const QString &call);
    static void addStages();
};

void UploadWaitsTest::closeGate(ControllerHarness &h, std::chrono::milliseconds time)
{
    ApiError error;
    error.kind = ErrorKind::Refused;
    error.status = 429;
    error.message = u"Too many requests."_s;
    error.retryDelay = time;
    h.gate.enter()->report(error);
}

void UploadWaitsTest::stopBefore(ControllerHarness &h, const QString &call)
{
    if (call == "create"_L1)
        closeGate(h, 500s);
    h.service.setHandler([&h, call](const FakeRequest &request) {
        const bool lastBefore = (call == "part"_L1 && request.call == "create"_L1)
            || (call == "complete"_L1 && request.call == "part"_L1 && request.nth == 10)
            || (call == "files"_L1 && request.call == "complete"_L1 && request.nth == 1);
        if (lastBefore && h.gate.isOpen())
            closeGate(h, 500s);
        if (call == "files"_L1 && request.call == "complete"_L1 && request.nth == 1)
            return FakeAnswer::broken(QNetworkReply::RemoteHostClosedError);
        return standardAnswer(request);
    });
    h.startUsual();
    h.settle();
    QCOMPARE(h.service.count(call), 0);
    QCOMPARE(h.service.pending(), 0);
}

void UploadWaitsTest::addStages()
{
    QTest::addColumn<QString>("call");
    for (const QString &call : {u"create"_s, u"part"_s, u"complete"_s, u"files"_s})
        QTest::addRow("%s", qPrintable(call)) << call;
}

void UploadWaitsTest::fiftyFiveMinutes_data()
{
    QTest::addColumn<QString>("call");
    QTest::addColumn<int>("status");
    for (const QString &call : {u"part"_s, u"complete"_s}) {
        for (const int status : {408, 429, 500, 503})
            QTest::addRow("%s %d", qPrintable(call), status) << call << status;
    }
}

void UploadWaitsTest::fiftyFiveMinutes()
{
    QFETCH(QString, call);
    QFETCH(int, status);
    ControllerHarness h;
    bool down = true;
    h.service.setHandler([&](const FakeRequest &request) {
        const bool fails = down && request.call == call && (call != "part"_L1 || request.nth > 5);
        return fails ? FakeAnswer::refusal(status, u"x"_s, u"Busy."_s) : standardAnswer(request);
    });
    qint64 soonest = 0;
    h.make(h.makeSpec(1000, 100));
    QObject::connect(h.controller.get(), &UploadController::happened, this,
                     [&](const UploadEvent &event) {
                         if (const auto *waiting = std::get_if<WaitingEvent>(&event)) {
                             const qint64 now = h.clock.utc().toMSecsSinceEpoch();
                             soonest = std::min(soonest, waiting->until - now);
                             QCOMPARE(waiting->reason, u"Busy."_s);
                         }
                     });
    h.controller->start();
    h.settle();
    h.advanceTo(55min);
    QCOMPARE(h.finished, 0);
    QVERIFY2(soonest >= 0, qPrintable(QString::number(soonest)));
    const auto waits = h.eventsOf<WaitingEvent>().size();
    QVERIFY2(waits > 300 && waits < 1200, qPrintable(QString::number(waits)));
    down = false;
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QVERIFY(h.clock.monotonic() <= 55min + 20s);
    QCOMPARE(h.service.count(u"create"_s), 1);
    QCOMPARE(h.completedContent(), h.content());
}

void UploadWaitsTest::attemptsStartAnew()
{
    ControllerHarness h(1);
    h.service.setHandler([](const FakeRequest &request) {
        // Each part fails seven times, so that the waits grow to their longest.
        return request.call == "part"_L1 && request.nth % 8 != 0
            ? FakeAnswer::broken(QNetworkReply::ConnectionRefusedError)
            : standardAnswer(request);
    });
    h.make(h.makeSpec(300, 100));
    // From the first failure after each confirmation to the next attempt.
    QList<std::chrono::milliseconds> waits;
    int watched = -1;
    bool isFirst = false;
    std::chrono::milliseconds failedAt{0};
    QObject::connect(
        h.controller.get(), &UploadController::happened, this, [&](const UploadEvent &event) {
            const auto *part = std::get_if<PartEvent>(&event);
            if (!part)
                return;
            if (part->state == PartState::Confirmed) {
                isFirst = true;
            } else if (part->state == PartState::Retrying && std::exchange(isFirst, false)) {
                watched = part->index;
                failedAt = h.clock.monotonic();
            } else if (part->state == PartState::Sending && part->index == watched) {
                waits.append(h.clock.monotonic() - failedAt);
                watched = -1;
            }
        });
    h.controller->start();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(waits.size(), 2);
    for (const auto wait : waits) // half a second, and as much at the gate
        QVERIFY2(wait <= 1s, qPrintable(QString::number(wait.count())));
}

void UploadWaitsTest::createGivesUpBehindAClosedGate_data()
{
    QTest::addColumn<bool>("byRetryAfter");
    QTest::newRow("asked to wait") << true;
    QTest::newRow("failures of others") << false;
}

void UploadWaitsTest::createGivesUpBehindAClosedGate()
{
    QFETCH(bool, byRetryAfter);
    ControllerHarness h;
    if (byRetryAfter) {
        closeGate(h, 600s);
    } else {
        // Some other upload's try is under way all the time.
        ApiError refused;
        refused.kind = ErrorKind::Network;
        refused.message = u"Connection refused."_s;
        for (int failure = 0; failure < 3; ++failure)
            h.gate.enter()->report(refused);
        h.advance(1s);
    }
    const auto busy = h.gate.enter();
    QCOMPARE(busy == nullptr, byRetryAfter);
    h.startUsual();
    h.settle();
    QCOMPARE(h.state(), UploadState::Waiting);
    const auto start = h.clock.monotonic();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Failed);
    QCOMPARE(h.clock.monotonic() - start, 300s);
    QCOMPARE(h.service.count(u"create"_s), 0);
    const ApiError error = h.eventsOf<FailedEvent>().first().error;
    QVERIFY(error.isError());
    QCOMPARE(error.message, byRetryAfter ? u"Too many requests."_s : u"Connection refused."_s);
    QCOMPARE(h.lanes.inUse(), 0);
}

void UploadWaitsTest::createWaitsBehindAClosedGateForEver()
{
    ControllerHarness h;
    closeGate(h, 600s);
    UploadSpec spec = h.makeSpec(1000, 100);
    spec.giveUpAfter = 0s;
    h.make(spec);
    h.controller->start();
    h.settle();
    h.advanceTo(599s);
    QCOMPARE(h.state(), UploadState::Waiting);
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QVERIFY(h.clock.monotonic() >= 600s);
}

void UploadWaitsTest::aClosedGateIsTold_data()
{
    addStages();
}

void UploadWaitsTest::aClosedGateIsTold()
{
    QFETCH(QString, call);
    ControllerHarness h;
    stopBefore(h, call);
    QCOMPARE(h.state(), UploadState::Waiting);
    const qint64 now = h.clock.utc().toMSecsSinceEpoch();
    const UploadSnapshot snapshot = h.controller->snapshot();
    QVERIFY(snapshot.waitingUntil - now >= 500'000 && snapshot.waitingUntil - now <= 550'000);
    QCOMPARE(snapshot.reason, u"Too many requests."_s);
    QCOMPARE(h.eventsOf<WaitingEvent>().size(), 1);
    QCOMPARE(h.eventsOf<WaitingEvent>().first().until, snapshot.waitingUntil);
    QCOMPARE(h.eventsOf<WaitingEvent>().first().reason, u"Too many requests."_s);
    h.controller->retryNow();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QVERIFY2(h.clock.monotonic() <= 1s, qPrintable(QString::number(h.clock.monotonic().count())));
}

void UploadWaitsTest::cancelDoesNotWaitForTheGate_data()
{
    addStages();
}

void UploadWaitsTest::cancelDoesNotWaitForTheGate()
{
    QFETCH(QString, call);
    ControllerHarness h;
    stopBefore(h, call);
    h.controller->cancel();
    QCOMPARE(h.finished, 0);
    h.advance(0ms);
    QCOMPARE(h.state(), UploadState::Cancelled);
    QCOMPARE(h.service.count(u"cancel"_s), call == "create"_L1 ? 0 : 1);
    QCOMPARE(h.finished, 1);
}

void UploadWaitsTest::cancelWhileCompleteIsUnderWay_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {0, 400, 404, 503})
        QTest::addRow("%d", status) << status;
}

void UploadWaitsTest::cancelWhileCompleteIsUnderWay()
{
    QFETCH(int, status);
    ControllerHarness h;
    h.service.setHandler([](const FakeRequest &request) {
        return request.call == "complete"_L1 ? FakeAnswer::hold() : standardAnswer(request);
    });
    h.startUsual();
    h.settle();
    closeGate(h, 500s);
    h.controller->cancel();
    h.settle();
    QCOMPARE(h.finished, 0); // the answer decides
    h.service.held(u"complete"_s)
        .first()
        ->answer(status == 0 ? FakeAnswer::broken(QNetworkReply::RemoteHostClosedError)
                             : FakeAnswer::refusal(status, u"x"_s, u"No."_s));
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Cancelled);
    QVERIFY2(h.clock.monotonic() <= 20s, qPrintable(QString::number(h.clock.monotonic().count())));
}

void UploadWaitsTest::pausedWhileItWaits_data()
{
    addStages();
}

void UploadWaitsTest::pausedWhileItWaits()
{
    QFETCH(QString, call);
    ControllerHarness h;
    stopBefore(h, call);
    h.controller->pause();
    h.settle();
    const bool committed = call == "complete"_L1 || call == "files"_L1;
    QCOMPARE(h.state(), committed ? UploadState::Waiting : UploadState::Paused);
    QCOMPARE(h.lanes.inUse(), 0);
    h.advanceTo(10min);
    QCOMPARE(h.state(), committed ? UploadState::Completed : UploadState::Paused);
    h.controller->resume();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"create"_s), 1);
}

/// With one lane, as on a slow line, the others' parts would wait with it.
void UploadWaitsTest::aCreateThatWaitsNeedsNoLane()
{
    ControllerHarness h(1);
    h.service.setHandler([](const FakeRequest &request) {
        return request.call == "create"_L1 ? FakeAnswer::refusal(409, u"lock"_s, u"Locked."_s)
                                           : standardAnswer(request);
    });
    h.startUsual();
    h.settle();
    QCOMPARE(h.state(), UploadState::Waiting);
    StoredProgress stored;
    const qint64 now = h.clock.utc().toSecsSinceEpoch();
    stored.created = UploadCreated{u"upload_old"_s, now, now + 3600, 0};
    UploadRun &other = h.makeOther(h.makeSpec(1000, 100, u"second.bin"_s), stored);
    other.controller->start();
    h.settle();
    h.advanceTo(1min);
    QCOMPARE(other.state(), UploadState::Completed);
    QCOMPARE(h.state(), UploadState::Waiting);
}

void UploadWaitsTest::askedBeforeItBegins()
{
    ControllerHarness h;
    h.make(h.makeSpec(1000, 100));
    h.controller->askToBegin(u"It needs 2 h."_s);
    QVERIFY(h.controller->snapshot().asksToBegin);
    QCOMPARE(h.state(), UploadState::Paused);
    QVERIFY(!h.controller->isLate());
    h.controller->start();
    h.settle();
    QCOMPARE(h.service.requests().size(), 0);
    h.controller->resume();
    QVERIFY(!h.controller->snapshot().asksToBegin);
    QVERIFY(h.controller->snapshot().forecast.isEmpty());
    QVERIFY(h.controller->isForecastAccepted());
    h.controller->start();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);

    ControllerHarness cancelled;
    cancelled.make(cancelled.makeSpec(1000, 100));
    cancelled.controller->askToBegin(u"It needs 2 h."_s);
    cancelled.controller->cancel();
    cancelled.settle();
    QCOMPARE(cancelled.state(), UploadState::Cancelled);
    QVERIFY(!cancelled.controller->snapshot().asksToBegin);
    QVERIFY(cancelled.controller->snapshot().forecast.isEmpty());
}

void UploadWaitsTest::theLaneIsKeptUntilOnRecord()
{
    for (const int lanes : {1, 3, 4}) {
        ControllerHarness h(lanes);
        bool holds = true;
        h.service.setHandler([&h, &holds](const FakeRequest &request) {
            if (request.call == "part"_L1 && holds)
                h.recorder.hold();
            return standardAnswer(request);
        });
        h.startUsual();
        h.settle();
        h.advance(5min);
        QCOMPARE(h.service.count(u"part"_s), lanes);
        QCOMPARE(h.controller->snapshot().lanes, lanes);
        QCOMPARE(h.controller->snapshot().confirmed, 0);
        QCOMPARE(h.controller->snapshot().inFlight, lanes * 100);
        QCOMPARE(h.state(), UploadState::Sending);
        holds = false;
        h.recorder.release();
        QVERIFY(h.runToEnd());
        QCOMPARE(h.state(), UploadState::Completed);
        QCOMPARE(h.service.count(u"part"_s), 10);
    }
}

QTEST_GUILESS_MAIN(UploadWaitsTest)
#include "tst_uploadwaits.moc"
