#include "controllerharness.h"

#include <QTest>

using namespace longshore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// Answers that never came, and what complete says to them: a byte total that counts a part twice,
/// and an upload of which nobody knows what became.
class UploadTotalTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusedForADoubledPart_data();
    void refusedForADoubledPart();
    void refusedAgain();
    void nothingWasDoubled();
    void resumedMayHaveDoubled();
    void pausedMayHaveDoubled();
    void aPartIdGivenTwiceMayHaveDoubled();
    void otherRefusalsAreFinal_data();
    void otherRefusalsAreFinal();
    void completeAgainSendsFirst();
    void completeAgainRefusedLooks_data();
    void completeAgainRefusedLooks();
    void completeAgainLost_data();
    void completeAgainLost();
    void lookAgainSendsNothingWhenFound();
    void looksThatFailAreNoLooks();

private:
    static FakeAnswer wrongTotal()
    {
        return FakeAnswer::refusal(400, u"bytes"_s, u"Expected 1000 bytes, received 1100."_s);
    }
    /// All parts confirmed, complete perhaps sent; start() goes on with it.
    static void makeUnknown(ControllerHarness &h, bool completeAgain);
};

void UploadTotalTest::refusedForADoubledPart_data()
{
    QTest::addColumn<QString>("fault");
    QTest::newRow("reset after the body") << u"reset"_s;
    QTest::newRow("500 after the body") << u"500"_s;
    QTest::newRow("no answer") << u"hold"_s;
    QTest::newRow("an answer that can't be read") << u"broken"_s;
}

void UploadTotalTest::refusedForADoubledPart()
{
    QFETCH(QString, fault);
    ControllerHarness h;
    h.service.setHandler([fault](const FakeRequest &request) {
        if (request.call == "part"_L1 && request.nth == 4) {
            if (fault == "reset"_L1)
                return FakeAnswer::broken(QNetworkReply::RemoteHostClosedError);
            if (fault == "500"_L1)
                return FakeAnswer::refusal(500, u"server_error"_s, u"Oops."_s);
            if (fault == "hold"_L1)
                return FakeAnswer::hold();
            FakeAnswer broken;
            broken.body = "{";
            return broken;
        }
        if (request.call == "complete"_L1 && request.nth == 1)
            return wrongTotal();
        return standardAnswer(request);
    });
    h.startUsual();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"create"_s), 2);
    QCOMPARE(h.service.count(u"part"_s), 21);
    QCOMPARE(h.completedContent(), h.content());
    QCOMPARE(h.eventsOf<RestartedEvent>().size(), 1);
    const QString reason = h.eventsOf<RestartedEvent>().first().reason;
    QVERIFY2(reason.contains(u"Expected 1000 bytes, received 1100."_s), qPrintable(reason));
    QCOMPARE(h.recorder.count<UploadRestarted>(), 1);
    // The parts completed are those of the upload completed.
    const QString second = h.service.requests(u"complete"_s).last().uploadId();
    QVERIFY(second != h.service.requests(u"complete"_s).first().uploadId());
    QCOMPARE(h.eventsOf<CompletedEvent>().first().uploadId, second);
}

void UploadTotalTest::refusedAgain()
{
    ControllerHarness h;
    h.service.setHandler([](const FakeRequest &request) {
        if (request.call == "part"_L1 && (request.nth == 4 || request.nth == 15))
            return FakeAnswer::broken(QNetworkReply::RemoteHostClosedError);
        return request.call == "complete"_L1 ? wrongTotal() : standardAnswer(request);
    });
    h.startUsual();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Failed);
    QCOMPARE(h.service.count(u"create"_s), 2);
    QCOMPARE(h.service.count(u"complete"_s), 2);
    QCOMPARE(h.eventsOf<RestartedEvent>().size(), 1);
    QCOMPARE(h.eventsOf<FailedEvent>().first().error.status, 400);
}

void UploadTotalTest::nothingWasDoubled()
{
    ControllerHarness h;
    h.service.setHandler([](const FakeRequest &request) {
        if (request.call == "part"_L1 && request.nth == 4) // never reached the service
            return FakeAnswer::broken(QNetworkReply::ConnectionRefusedError);
        return request.call == "complete"_L1 ? wrongTotal() : standardAnswer(request);
    });
    h.service.setBodyLimit([](const FakeRequest &request) {
        return qint64(request.call == "part"_L1 && request.nth == 4 ? 0 : -1);
    });
    h.startUsual();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Failed);
    QCOMPARE(h.service.count(u"create"_s), 1);
    QCOMPARE(h.service.count(u"complete"_s), 1);
    QCOMPARE(h.eventsOf<RestartedEvent>().size(), 0);
}

void UploadTotalTest::resumedMayHaveDoubled()
{
    ControllerHarness h;
    h.service.setHandler([](const FakeRequest &request) {
        return request.call == "complete"_L1 && request.nth == 1 ? wrongTotal()
                                                                 : standardAnswer(request);
    });
    StoredProgress stored;
    const qint64 now = h.clock.utc().toSecsSinceEpoch();
    stored.created = UploadCreated{u"upload_old"_s, now, now + 3600, 0};
    for (int index = 0; index < 5; ++index)
        stored.confirmedParts.insert(index, u"part_old%1"_s.arg(index));
    h.make(h.makeSpec(1000, 100), stored);
    h.controller->start();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"create"_s), 1);
    QCOMPARE(h.service.count(u"part"_s), 5 + 10);
    QCOMPARE(h.eventsOf<RestartedEvent>().size(), 1);
}

void UploadTotalTest::pausedMayHaveDoubled()
{
    ControllerHarness h;
    h.service.setHandler([](const FakeRequest &request) {
        if (request.call == "part"_L1 && request.nth == 4)
            return FakeAnswer::hold();
        return request.call == "complete"_L1 && request.nth == 1 ? wrongTotal()
                                                                 : standardAnswer(request);
    });
    h.startUsual();
    h.settle();
    QCOMPARE(h.service.pending(u"part"_s), 1); // sent, not answered
    h.controller->pause();
    h.settle();
    QCOMPARE(h.service.pending(u"part"_s), 0);
    h.controller->resume();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"create"_s), 2);
}

void UploadTotalTest::aPartIdGivenTwiceMayHaveDoubled()
{
    ControllerHarness h(1);
    h.service.setHandler([](const FakeRequest &request) {
        if (request.call == "part"_L1 && request.nth == 2) {
            return FakeAnswer::json({{u"object"_s, u"upload.part"_s},
                                     {u"id"_s, u"part_2"_s},
                                     {u"upload_id"_s, request.uploadId()}});
        }
        return request.call == "complete"_L1 && request.nth == 1 ? wrongTotal()
                                                                 : standardAnswer(request);
    });
    h.startUsual();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"create"_s), 2);
}

void UploadTotalTest::otherRefusalsAreFinal_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {401, 403, 413, 422})
        QTest::addRow("%d", status) << status;
}

void UploadTotalTest::otherRefusalsAreFinal()
{
    QFETCH(int, status);
    ControllerHarness h;
    h.service.setHandler([status](const FakeRequest &request) {
        if (request.call == "part"_L1 && request.nth == 4)
            return FakeAnswer::broken(QNetworkReply::RemoteHostClosedError);
        return request.call == "complete"_L1 ? FakeAnswer::refusal(status, u"no"_s, u"No."_s)
                                             : standardAnswer(request);
    });
    h.startUsual();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Failed);
    QCOMPARE(h.service.count(u"create"_s), 1);
}

void UploadTotalTest::makeUnknown(ControllerHarness &h, bool completeAgain)
{
    StoredProgress stored;
    const qint64 now = h.clock.utc().toSecsSinceEpoch();
    stored.created = UploadCreated{u"upload_old"_s, now, now + 3600, 0};
    for (int index = 0; index < 10; ++index)
        stored.confirmedParts.insert(index, u"part_old%1"_s.arg(index));
    stored.completing = true;
    stored.completeAgain = completeAgain;
    h.make(h.makeSpec(1000, 100), stored);
    h.controller->start();
    QVERIFY(h.runToEnd());
}

void UploadTotalTest::completeAgainSendsFirst()
{
    ControllerHarness h;
    makeUnknown(h, true);
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.requests().first().call, u"complete"_s);
    QCOMPARE(h.service.count(u"complete"_s), 1);
    QCOMPARE(h.service.count(u"files"_s), 0);
    QCOMPARE(h.service.count(u"part"_s), 0);
}

void UploadTotalTest::completeAgainRefusedLooks_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("foundAtLook"); // 0: never
    QTest::addColumn<UploadState>("state");
    for (const int status : {400, 404, 409}) {
        QTest::addRow("%d, found", status) << status << 1 << UploadState::Completed;
        QTest::addRow("%d, found late", status) << status << 4 << UploadState::Completed;
    }
    QTest::newRow("400, not found") << 400 << 0 << UploadState::Unknown;
}

void UploadTotalTest::completeAgainRefusedLooks()
{
    QFETCH(int, status);
    QFETCH(int, foundAtLook);
    ControllerHarness h;
    const qint64 created = h.clock.utc().toSecsSinceEpoch();
    h.service.setHandler([status, foundAtLook, created](const FakeRequest &request) {
        if (request.call == "complete"_L1)
            return FakeAnswer::refusal(status, u"completed"_s, u"Already completed."_s);
        if (request.call == "files"_L1 && request.nth == foundAtLook)
            return fileList(u"file-ours"_s, created, 1000);
        return standardAnswer(request);
    });
    makeUnknown(h, true);
    QTEST(h.state(), "state");
    QCOMPARE(h.service.requests().first().call, u"complete"_s);
    QCOMPARE(h.service.count(u"complete"_s), 1);
    QCOMPARE(h.service.count(u"create"_s), 0);
    QCOMPARE(h.service.count(u"files"_s), foundAtLook == 0 ? 4 : foundAtLook);
}

void UploadTotalTest::completeAgainLost_data()
{
    QTest::addColumn<bool>("found");
    QTest::newRow("found") << true;
    QTest::newRow("not found") << false;
}

void UploadTotalTest::completeAgainLost()
{
    QFETCH(bool, found);
    ControllerHarness h;
    const qint64 created = h.clock.utc().toSecsSinceEpoch();
    h.service.setHandler([found, created](const FakeRequest &request) {
        if (request.call == "complete"_L1 && request.nth == 1)
            return FakeAnswer::broken(QNetworkReply::RemoteHostClosedError);
        if (request.call == "files"_L1 && found)
            return fileList(u"file-ours"_s, created, 1000);
        return standardAnswer(request);
    });
    makeUnknown(h, true);
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"complete"_s), found ? 1 : 2);
    QVERIFY(h.service.count(u"files"_s) > 0);
}

void UploadTotalTest::lookAgainSendsNothingWhenFound()
{
    ControllerHarness h;
    const qint64 created = h.clock.utc().toSecsSinceEpoch();
    h.service.setHandler([created](const FakeRequest &request) {
        return request.call == "files"_L1 ? fileList(u"file-ours"_s, created, 1000)
                                          : standardAnswer(request);
    });
    makeUnknown(h, false);
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"complete"_s), 0);
    QCOMPARE(h.eventsOf<CompletedEvent>().first().fileId, u"file-ours"_s);
}

/// A list that could not be read has not been looked at: the file may come to be seen as late.
void UploadTotalTest::looksThatFailAreNoLooks()
{
    ControllerHarness h;
    const qint64 created = h.clock.utc().toSecsSinceEpoch();
    h.service.setHandler([created](const FakeRequest &request) {
        if (request.call == "complete"_L1)
            return FakeAnswer::refusal(400, u"completed"_s, u"Already completed."_s);
        if (request.call == "files"_L1 && request.nth <= 4)
            return overloaded();
        if (request.call == "files"_L1 && request.nth == 7)
            return fileList(u"file-ours"_s, created, 1000);
        return standardAnswer(request);
    });
    makeUnknown(h, true);
    QCOMPARE(h.state(), UploadState::Completed);
}

QTEST_GUILESS_MAIN(UploadTotalTest)
#include "tst_uploadtotal.moc"
