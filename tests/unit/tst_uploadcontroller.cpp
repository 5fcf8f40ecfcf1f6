#include "controllerharness.h"

#include <QCryptographicHash>
#include <QTest>

using namespace longshore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

class UploadControllerTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void uploadsEverything();
    void finishesNeverFromInsideStart();
    void usesAsManyLanesAsThereAre_data();
    void usesAsManyLanesAsThereAre();
    void sendsMd5OfTheFinalOrder();
    void orderMayChangeWhileSending();
    void sendsNoMd5WhenTold();
    void holdsUntilTold();
    void recordsBeforeItActs();
    void confirmedOnlyOnceOnRecord();
    void resumesWithoutSendingAgain();
    void showsTheDeadlineByOurClock();
    void resumesIntoReadyAndCompletes();
    void resumedCompletingLooksFirst_data();
    void resumedCompletingLooksFirst();
    void resumedAfterTheHourBeginsAgain();
    void cancelOfAnEarlierRunMayComeLate();
    void progressNeverAheadOfTheService();
};

void UploadControllerTest::uploadsEverything()
{
    ControllerHarness h;
    h.make(h.makeSpec(1050, 100));
    QCOMPARE(h.state(), UploadState::Queued);
    h.controller->start();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"create"_s), 1);
    QCOMPARE(h.service.count(u"part"_s), 11);
    QCOMPARE(h.service.count(u"complete"_s), 1);
    QCOMPARE(h.partEvents(PartState::Sending), 11);
    QCOMPARE(h.partEvents(PartState::Confirmed), 11);
    QCOMPARE(h.eventsOf<CreatedEvent>().size(), 1);
    QVERIFY(std::holds_alternative<CreatedEvent>(h.events.first()));
    QVERIFY(std::holds_alternative<CompletedEvent>(h.events.last()));
    QCOMPARE(h.completedContent(), h.content());
    const CompletedEvent completed = h.eventsOf<CompletedEvent>().first();
    QCOMPARE(completed.bytes, 1050);
    QCOMPARE(completed.partIds.size(), 11);
    QCOMPARE(completed.md5, QCryptographicHash::hash(h.content(), QCryptographicHash::Md5).toHex());
    const ProgressEvent last = h.eventsOf<ProgressEvent>().last();
    QCOMPARE(last.confirmed, 1050);
    QCOMPARE(last.inFlight, 0);
    QCOMPARE(h.service.pending(), 0);
    QCOMPARE(h.lanes.inUse(), 0);
}

void UploadControllerTest::finishesNeverFromInsideStart()
{
    ControllerHarness h;
    h.service.setHandler([](const FakeRequest &) {
        return FakeAnswer::refusal(401, u"invalid_api_key"_s, u"Wrong key."_s);
    });
    h.startUsual();
    QCOMPARE(h.finished, 0);
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Failed);
    h.advance(2h);
    QCOMPARE(h.finished, 1);
}

void UploadControllerTest::usesAsManyLanesAsThereAre_data()
{
    QTest::addColumn<int>("lanes");
    for (const int lanes : {1, 2, 4, 16})
        QTest::addRow("%d", lanes) << lanes;
}

void UploadControllerTest::usesAsManyLanesAsThereAre()
{
    QFETCH(int, lanes);
    ControllerHarness h(lanes);
    h.service.setHandler([](const FakeRequest &request) {
        return request.call == "part"_L1 ? FakeAnswer::hold() : standardAnswer(request);
    });
    h.make(h.makeSpec(2000, 100));
    h.controller->start();
    h.settle();
    QCOMPARE(h.service.pending(u"part"_s), lanes);
    QCOMPARE(h.controller->snapshot().lanes, lanes);
    while (h.finished == 0) {
        const QList<FakeReply *> held = h.service.held(u"part"_s);
        QVERIFY(held.size() <= lanes);
        if (held.isEmpty())
            break;
        for (const FakeRequest &request : h.service.requests(u"part"_s)) {
            if (request.reply == held.first())
                held.first()->answer(standardAnswer(request));
        }
        h.settle();
    }
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.peak(u"part"_s), lanes);
}

void UploadControllerTest::sendsMd5OfTheFinalOrder()
{
    ControllerHarness h;
    StoredProgress stored;
    stored.order = {3, 1, 2, 0};
    h.make(h.makeSpec(400, 100), stored);
    h.controller->start();
    QVERIFY(h.runToEnd());
    const QByteArray wanted =
        h.content().mid(300, 100) + h.content().mid(100, 200) + h.content().mid(0, 100);
    QCOMPARE(h.completedContent(), wanted);
    const QJsonObject complete = h.service.requests(u"complete"_s).first().json();
    QCOMPARE(complete.value(u"md5"_s).toString().toLatin1(),
             QCryptographicHash::hash(wanted, QCryptographicHash::Md5).toHex());
}

void UploadControllerTest::orderMayChangeWhileSending()
{
    ControllerHarness h;
    h.service.setHandler([](const FakeRequest &request) {
        return request.call == "part"_L1 && request.nth == 4 ? FakeAnswer::hold()
                                                             : standardAnswer(request);
    });
    h.make(h.makeSpec(400, 100));
    h.controller->start();
    h.settle();
    QCOMPARE(h.state(), UploadState::Sending);
    h.controller->setOrder({3, 2, 1, 0});
    h.controller->setOrder({0, 0, 1, 2}); // no permutation
    QCOMPARE(h.controller->order(), (QList<int>{3, 2, 1, 0}));
    QCOMPARE(h.recorder.count<OrderChosen>(), 1);
    FakeReply *held = h.service.held(u"part"_s).first();
    held->answer(standardAnswer(h.service.requests(u"part"_s).last()));
    QVERIFY(h.runToEnd());
    QByteArray wanted;
    for (const int part : {3, 2, 1, 0})
        wanted += h.content().mid(part * 100, 100);
    QCOMPARE(h.completedContent(), wanted);
    const QJsonObject complete = h.service.requests(u"complete"_s).first().json();
    QCOMPARE(complete.value(u"md5"_s).toString().toLatin1(),
             QCryptographicHash::hash(wanted, QCryptographicHash::Md5).toHex());
}

void UploadControllerTest::sendsNoMd5WhenTold()
{
    ControllerHarness h;
    UploadSpec spec = h.makeSpec(400, 100);
    spec.sendMd5 = false;
    h.make(spec);
    h.controller->start();
    QVERIFY(h.runToEnd());
    QVERIFY(!h.service.requests(u"complete"_s).first().json().contains(u"md5"_s));
}

void UploadControllerTest::holdsUntilTold()
{
    ControllerHarness h;
    UploadSpec spec = h.makeSpec(400, 100);
    spec.hold = true;
    h.make(spec);
    h.controller->start();
    h.settle();
    QCOMPARE(h.state(), UploadState::Ready);
    QVERIFY(!h.controller->isActive());
    QCOMPARE(h.lanes.inUse(), 0);
    h.advance(10min);
    QCOMPARE(h.state(), UploadState::Ready);
    h.controller->setOrder({1, 0, 3, 2});
    h.controller->complete();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.completedContent().first(100), h.content().mid(100, 100));
}

void UploadControllerTest::recordsBeforeItActs()
{
    ControllerHarness h;
    h.recorder.hold();
    h.startUsual();
    h.settle();
    // The id is not on record: nothing may depend on it yet.
    QCOMPARE(h.service.count(u"create"_s), 1);
    QCOMPARE(h.service.count(u"part"_s), 0);
    QCOMPARE(h.recorder.count<UploadCreated>(), 1);
    h.recorder.release();
    h.recorder.hold();
    h.recorder.release();
    h.service.setHandler([](const FakeRequest &request) {
        return request.call == "part"_L1 && request.nth == 10 ? FakeAnswer::hold()
                                                              : standardAnswer(request);
    });
    h.settle();
    QCOMPARE(h.service.pending(u"part"_s), 1);
    FakeReply *held = h.service.held(u"part"_s).first();
    held->answer(standardAnswer(h.service.requests(u"part"_s).last()));
    h.recorder.hold();
    h.settle();
    // The last confirmation and "completing" wait: complete has not been sent.
    QCOMPARE(h.service.count(u"complete"_s), 0);
    h.recorder.release();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.recorder.count<CompletingStarted>(), 1);
    QVERIFY(std::holds_alternative<UploadCompleted>(h.recorder.changes.last()));
}

void UploadControllerTest::confirmedOnlyOnceOnRecord()
{
    ControllerHarness h;
    h.startUsual();
    h.service.setHandler([&h](const FakeRequest &request) {
        if (request.call == "part"_L1)
            h.recorder.hold();
        return standardAnswer(request);
    });
    h.settle();
    QCOMPARE(h.partEvents(PartState::Confirmed), 0);
    QCOMPARE(h.controller->snapshot().confirmed, 0);
    QCOMPARE(h.controller->snapshot().inFlight, 400);
    h.service.setHandler([](const FakeRequest &request) { return standardAnswer(request); });
    h.recorder.release();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.partEvents(PartState::Confirmed), 10);
}

void UploadControllerTest::resumesWithoutSendingAgain()
{
    ControllerHarness h;
    StoredProgress stored;
    stored.created = UploadCreated{u"upload_old"_s, h.clock.utc().toSecsSinceEpoch() - 60,
                                   h.clock.utc().toSecsSinceEpoch() + 3540, 0};
    for (int index = 0; index < 7; ++index)
        stored.confirmedParts.insert(index, u"part_old%1"_s.arg(index));
    h.make(h.makeSpec(1000, 100), stored);
    h.controller->start();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"create"_s), 0);
    QCOMPARE(h.service.count(u"part"_s), 3);
    const ResumedEvent resumed = h.eventsOf<ResumedEvent>().first();
    QCOMPARE(resumed.uploadId, u"upload_old"_s);
    QCOMPARE(resumed.confirmed, 700);
    QCOMPARE(resumed.partsConfirmed, 7);
    const QStringList ids = h.eventsOf<CompletedEvent>().first().partIds;
    QCOMPARE(ids.first(), u"part_old0"_s);
    QCOMPARE(ids.size(), 10);
}

void UploadControllerTest::showsTheDeadlineByOurClock()
{
    ControllerHarness h;
    const qint64 now = h.clock.utc().toSecsSinceEpoch();
    constexpr qint64 kServiceAhead = 7200; // seconds
    StoredProgress stored;
    stored.created = UploadCreated{u"upload_old"_s, now + kServiceAhead, now + kServiceAhead + 3600,
                                   kServiceAhead};
    h.make(h.makeSpec(1000, 100), stored);
    QCOMPARE(h.controller->snapshot().expiresAt, now + 3600);
}

void UploadControllerTest::resumesIntoReadyAndCompletes()
{
    ControllerHarness h;
    StoredProgress stored;
    stored.created = UploadCreated{u"upload_old"_s, h.clock.utc().toSecsSinceEpoch() - 60,
                                   h.clock.utc().toSecsSinceEpoch() + 3540, 0};
    for (int index = 0; index < 4; ++index)
        stored.confirmedParts.insert(index, u"part_old%1"_s.arg(index));
    stored.order = {3, 2, 1, 0};
    UploadSpec spec = h.makeSpec(400, 100);
    spec.hold = true;
    h.make(spec, stored);
    h.controller->start();
    h.settle();
    QCOMPARE(h.state(), UploadState::Ready);
    h.controller->setHold(false, HoldEnd::LetExpire);
    QVERIFY(h.runToEnd());
    QCOMPARE(h.eventsOf<CompletedEvent>().first().partIds,
             (QStringList{u"part_old3"_s, u"part_old2"_s, u"part_old1"_s, u"part_old0"_s}));
    QCOMPARE(h.service.count(u"part"_s), 0);
}

void UploadControllerTest::resumedCompletingLooksFirst_data()
{
    QTest::addColumn<bool>("fileIsThere");
    QTest::addColumn<int>("completes");
    QTest::newRow("it was completed") << true << 0;
    QTest::newRow("complete never arrived") << false << 1;
}

void UploadControllerTest::resumedCompletingLooksFirst()
{
    QFETCH(bool, fileIsThere);
    QFETCH(int, completes);
    ControllerHarness h;
    const qint64 createdAt = h.clock.utc().toSecsSinceEpoch() - 60;
    StoredProgress stored;
    stored.created = UploadCreated{u"upload_old"_s, createdAt, createdAt + 3600, 0};
    for (int index = 0; index < 4; ++index)
        stored.confirmedParts.insert(index, u"part_old%1"_s.arg(index));
    stored.completing = true;
    stored.completingMd5 = "d41d8cd98f00b204e9800998ecf8427e";
    h.make(h.makeSpec(400, 100), stored);
    h.service.setHandler([fileIsThere, createdAt](const FakeRequest &request) {
        if (request.call == "files"_L1 && fileIsThere)
            return fileList(u"file-found"_s, createdAt, 400);
        return standardAnswer(request);
    });
    h.controller->start();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"files"_s), 1);
    QCOMPARE(h.service.count(u"complete"_s), completes);
    QCOMPARE(h.service.count(u"part"_s), 0);
    if (fileIsThere)
        QCOMPARE(h.eventsOf<CompletedEvent>().first().fileId, u"file-found"_s);
}

void UploadControllerTest::resumedAfterTheHourBeginsAgain()
{
    ControllerHarness h;
    const qint64 createdAt = h.clock.utc().toSecsSinceEpoch() - 4000;
    StoredProgress stored;
    stored.created = UploadCreated{u"upload_old"_s, createdAt, createdAt + 3600, 0};
    stored.confirmedParts.insert(0, u"part_old"_s);
    h.make(h.makeSpec(400, 100), stored);
    h.controller->start();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.eventsOf<RestartedEvent>().size(), 1);
    QCOMPARE(h.recorder.count<UploadRestarted>(), 1);
    QCOMPARE(h.service.count(u"create"_s), 1);
    QCOMPARE(h.service.count(u"part"_s), 4);
    QVERIFY(!h.eventsOf<CompletedEvent>().first().partIds.contains(u"part_old"_s));
}

void UploadControllerTest::cancelOfAnEarlierRunMayComeLate()
{
    ControllerHarness h;
    const qint64 createdAt = h.clock.utc().toSecsSinceEpoch() - 60;
    StoredProgress stored;
    stored.created = UploadCreated{u"upload_old"_s, createdAt, createdAt + 3600, 0};
    stored.confirmedParts.insert(0, u"part_old"_s);
    stored.cancelling = true;
    h.make(h.makeSpec(1000, 100), stored);
    h.service.setHandler([](const FakeRequest &request) {
        if (request.call == "part"_L1 && request.path.contains("upload_old"_L1) && request.nth > 3)
            return FakeAnswer::refusal(400, u"invalid_request_error"_s, u"It is cancelled."_s);
        return standardAnswer(request);
    });
    h.controller->start();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.eventsOf<RestartedEvent>().size(), 1);
    QCOMPARE(h.service.count(u"create"_s), 1);
    const QStringList partIds = h.eventsOf<CompletedEvent>().first().partIds;
    QCOMPARE(partIds.size(), 10);
    QVERIFY(!partIds.contains(u"part_old"_s));
}

void UploadControllerTest::progressNeverAheadOfTheService()
{
    ControllerHarness h(3);
    qint64 answeredFor = 0;
    h.service.setHandler([&answeredFor](const FakeRequest &request) {
        if (request.call == "part"_L1)
            answeredFor += 100;
        return standardAnswer(request);
    });
    h.make(h.makeSpec(3000, 100));
    bool ahead = false;
    QObject::connect(h.controller.get(), &UploadController::changed, h.controller.get(), [&] {
        const UploadSnapshot snapshot = h.controller->snapshot();
        ahead = ahead || snapshot.confirmed > answeredFor
            || snapshot.confirmed + snapshot.inFlight > snapshot.bytes;
    });
    h.controller->start();
    QVERIFY(h.runToEnd());
    QVERIFY(!ahead);
    QCOMPARE(h.controller->snapshot().confirmed, 3000);
}

QTEST_GUILESS_MAIN(UploadControllerTest)
#include "tst_uploadcontroller.moc"
