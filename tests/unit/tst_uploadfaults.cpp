#include "controllerharness.h"

#include <QFile>
#include <QTest>

using namespace longshore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

class UploadFaultsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void retriesAPart();
    void slowDownHoldsAllParts();
    void permanentRefusalsEndAtOnce_data();
    void permanentRefusalsEndAtOnce();
    void createIsGivenUpInTime_data();
    void createIsGivenUpInTime();
    void partsAreTriedUntilTheHourIsOver();
    void tooSlowALineIsNotTriedAgain();
    void goneBeginsAgainOnce();
    void stalledPartIsSentAgain();
    void badAnswersThreeTimes();
    void samePartIdTwiceIsABadAnswer();
    void partConfirmedBeforeItWasSentIsABadAnswer();
    void fileChanges_data();
    void fileChanges();
    void retryNowEndsTheWait();
    void goesOnAfterAFailure();
};

void UploadFaultsTest::retriesAPart()
{
    ControllerHarness h;
    h.service.setHandler([](const FakeRequest &request) {
        if (request.call == "part"_L1 && request.nth <= 5)
            return FakeAnswer::refusal(500, u"server_error"_s, u"Oops."_s);
        return standardAnswer(request);
    });
    h.startUsual();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"part"_s), 15);
    QCOMPARE(h.partEvents(PartState::Retrying), 5);
    QCOMPARE(h.completedContent(), h.content());
    int attempts = 0;
    for (const PartEvent &event : h.eventsOf<PartEvent>())
        attempts = std::max(attempts, event.attempt);
    QCOMPARE(attempts, 2);
}

void UploadFaultsTest::slowDownHoldsAllParts()
{
    ControllerHarness h(1);
    h.service.setHandler([](const FakeRequest &request) {
        if (request.call == "part"_L1 && request.nth == 1) {
            return FakeAnswer::refusal(429, u"slow_down"_s, u"Slow down."_s)
                .with("retry-after", "30");
        }
        return standardAnswer(request);
    });
    h.make(h.makeSpec(1000, 100));
    h.controller->start();
    h.settle();
    const int before = h.service.count(u"part"_s);
    QCOMPARE(before, 1);
    QCOMPARE(h.state(), UploadState::Waiting);
    QCOMPARE(h.eventsOf<WaitingEvent>().size(), 1);
    const auto until = h.eventsOf<WaitingEvent>().first().until;
    // Not to the moment, so that not all who were told the same come back at once.
    const qint64 wait = until - h.clock.utc().toMSecsSinceEpoch();
    QVERIFY2(wait >= 30'000 && wait <= 33'000, qPrintable(QString::number(wait)));
    QCOMPARE(h.controller->snapshot().waitingUntil, until);
    h.advance(29s);
    QCOMPARE(h.service.count(u"part"_s), before);
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
}

void UploadFaultsTest::permanentRefusalsEndAtOnce_data()
{
    QTest::addColumn<QString>("call");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    QTest::addColumn<ErrorKind>("kind");
    for (const QString &call : {u"create"_s, u"part"_s, u"complete"_s}) {
        const auto row = [&call](const char *name) -> QTestData & {
            return QTest::addRow("%s %s", qPrintable(call), name) << call;
        };
        row("401") << 401 << u"invalid_api_key"_s << ErrorKind::Auth;
        row("403") << 403 << u"forbidden"_s << ErrorKind::Auth;
        row("413") << 413 << u"too_large"_s << ErrorKind::Refused;
        row("quota") << 429 << u"insufficient_quota"_s << ErrorKind::Quota;
        row("422") << 422 << u"unprocessable"_s << ErrorKind::Refused;
    }
}

void UploadFaultsTest::permanentRefusalsEndAtOnce()
{
    QFETCH(QString, call);
    QFETCH(int, status);
    QFETCH(QString, code);
    ControllerHarness h;
    h.service.setHandler([call, status, code](const FakeRequest &request) {
        if (request.call == call) {
            return FakeAnswer::refusal(status, code, u"The service says no."_s)
                .with("x-request-id", "req_1");
        }
        return standardAnswer(request);
    });
    h.startUsual();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Failed);
    const ApiError error = h.eventsOf<FailedEvent>().first().error;
    QTEST(error.kind, "kind");
    QCOMPARE(error.status, status);
    QCOMPARE(error.requestId, u"req_1"_s);
    QVERIFY(error.message.contains(u"The service says no."_s));
    QCOMPARE(error.part >= 0, call == "part"_L1);
    QVERIFY(h.service.count(call) <= 4);
    QCOMPARE(h.service.pending(), 0);
    QCOMPARE(h.clock.monotonic(), 0ms);
}

void UploadFaultsTest::createIsGivenUpInTime_data()
{
    QTest::addColumn<int>("giveUpAfter");
    QTest::addColumn<bool>("forEver");
    QTest::newRow("five minutes") << 300 << false;
    QTest::newRow("ten seconds") << 10 << false;
    QTest::newRow("never") << 0 << true;
}

void UploadFaultsTest::createIsGivenUpInTime()
{
    QFETCH(int, giveUpAfter);
    QFETCH(bool, forEver);
    ControllerHarness h;
    bool down = true;
    h.service.setHandler([&down](const FakeRequest &request) {
        return down ? FakeAnswer::broken(QNetworkReply::ConnectionRefusedError)
                    : standardAnswer(request);
    });
    UploadSpec spec = h.makeSpec(1000, 100);
    spec.giveUpAfter = std::chrono::seconds(giveUpAfter);
    h.make(spec);
    h.controller->start();
    h.settle();
    QCOMPARE(h.state(), UploadState::Waiting);
    while (h.finished == 0 && h.clock.monotonic() < 2h)
        h.advance(*h.clock.nextDue() - h.clock.monotonic());
    QCOMPARE(h.finished, forEver ? 0 : 1);
    if (forEver) {
        down = false;
        QVERIFY(h.runToEnd());
        QCOMPARE(h.state(), UploadState::Completed);
        return;
    }
    QCOMPARE(h.state(), UploadState::Failed);
    QCOMPARE(h.eventsOf<FailedEvent>().first().error.kind, ErrorKind::Network);
    QVERIFY(h.clock.monotonic() <= std::chrono::seconds(giveUpAfter));
    QVERIFY(h.clock.monotonic() + 8s >= std::chrono::seconds(giveUpAfter));
    QCOMPARE(h.lanes.inUse(), 0);
}

void UploadFaultsTest::partsAreTriedUntilTheHourIsOver()
{
    ControllerHarness h;
    bool down = true;
    h.service.setHandler([&down](const FakeRequest &request) {
        return down && request.call == "part"_L1 && request.nth > 5
            ? FakeAnswer::broken(QNetworkReply::ConnectionRefusedError)
            : standardAnswer(request);
    });
    h.startUsual();
    h.settle();
    while (h.clock.monotonic() < 50min)
        h.advance(*h.clock.nextDue() - h.clock.monotonic());
    QCOMPARE(h.state(), UploadState::Waiting);
    QVERIFY(h.service.count(u"part"_s) > 300);
    down = false;
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"create"_s), 1);
}

void UploadFaultsTest::tooSlowALineIsNotTriedAgain()
{
    ControllerHarness h;
    h.service.setHandler([](const FakeRequest &request) {
        return request.call == "part"_L1 && request.nth > 2
            ? FakeAnswer::broken(QNetworkReply::ConnectionRefusedError)
            : standardAnswer(request);
    });
    h.startUsual();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Failed);
    const ApiError error = h.eventsOf<FailedEvent>().first().error;
    QCOMPARE(error.kind, ErrorKind::Expired);
    QVERIFY2(error.message.contains(u"60 min"_s), qPrintable(error.message));
    QCOMPARE(h.service.count(u"create"_s), 1);
    QVERIFY(h.clock.monotonic() >= 3598s);
}

void UploadFaultsTest::goneBeginsAgainOnce()
{
    ControllerHarness h;
    int goneUploads = 1;
    h.service.setHandler([&goneUploads](const FakeRequest &request) {
        if (request.call == "part"_L1 && request.nth > 3 && goneUploads > 0) {
            --goneUploads;
            return FakeAnswer::refusal(404, u"not_found"_s, u"No such upload."_s);
        }
        return standardAnswer(request);
    });
    h.startUsual();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"create"_s), 2);
    QCOMPARE(h.eventsOf<RestartedEvent>().size(), 1);
    QCOMPARE(h.eventsOf<CompletedEvent>().first().partIds.size(), 10);

    ControllerHarness twice;
    twice.service.setHandler([](const FakeRequest &request) {
        return request.call == "part"_L1
            ? FakeAnswer::refusal(410, u"gone"_s, u"The upload is gone."_s)
            : standardAnswer(request);
    });
    twice.startUsual();
    QVERIFY(twice.runToEnd());
    QCOMPARE(twice.state(), UploadState::Failed);
    QCOMPARE(twice.eventsOf<FailedEvent>().first().error.kind, ErrorKind::Expired);
    QCOMPARE(twice.service.count(u"create"_s), 2);
}

void UploadFaultsTest::stalledPartIsSentAgain()
{
    ControllerHarness h;
    h.service.setHandler([](const FakeRequest &request) {
        return request.call == "part"_L1 && request.nth == 10 ? FakeAnswer::hold()
                                                              : standardAnswer(request);
    });
    h.startUsual();
    h.settle();
    QCOMPARE(h.service.pending(u"part"_s), 1);
    h.advance(59s);
    QCOMPARE(h.service.pending(u"part"_s), 1);
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"part"_s), 11);
    QVERIFY(h.clock.monotonic() >= 60s);
    QVERIFY(h.clock.monotonic() <= 601s);
}

void UploadFaultsTest::badAnswersThreeTimes()
{
    for (const QString &call : {u"create"_s, u"part"_s}) {
        ControllerHarness h(1);
        h.service.setHandler([call](const FakeRequest &request) {
            FakeAnswer broken;
            broken.body = "{\"id\":";
            return request.call == call ? broken : standardAnswer(request);
        });
        h.make(h.makeSpec(100, 100));
        h.controller->start();
        QVERIFY(h.runToEnd());
        QCOMPARE(h.state(), UploadState::Failed);
        QCOMPARE(h.service.count(call), 3);
        QCOMPARE(h.eventsOf<FailedEvent>().first().error.kind, ErrorKind::BadAnswer);
    }
}

void UploadFaultsTest::samePartIdTwiceIsABadAnswer()
{
    ControllerHarness h(1);
    h.service.setHandler([](const FakeRequest &request) {
        if (request.call == "part"_L1 && request.nth == 2)
            return FakeAnswer::json({{u"object"_s, u"upload.part"_s},
                                     {u"id"_s, u"part_2"_s},
                                     {u"upload_id"_s, request.uploadId()}});
        return standardAnswer(request);
    });
    h.startUsual();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"part"_s), 11);
    QCOMPARE(h.completedContent(), h.content());
}

void UploadFaultsTest::partConfirmedBeforeItWasSentIsABadAnswer()
{
    ControllerHarness h(1);
    h.service.setBodyLimit([](const FakeRequest &request) {
        return qint64(request.call == "part"_L1 && request.nth == 1 ? 10 : -1);
    });
    h.startUsual();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"part"_s), 11);
}

void UploadFaultsTest::fileChanges_data()
{
    QTest::addColumn<QString>("when");
    QTest::addColumn<QString>("how");
    for (const QString &when : {u"before the first part"_s, u"between parts"_s, u"at ready"_s}) {
        for (const QString &how : {u"append"_s, u"truncate"_s, u"rewrite"_s, u"delete"_s})
            QTest::addRow("%s, %s", qPrintable(how), qPrintable(when)) << when << how;
    }
}

void UploadFaultsTest::fileChanges()
{
    QFETCH(QString, when);
    QFETCH(QString, how);
    ControllerHarness h(1);
    UploadSpec spec = h.makeSpec(1000, 100);
    spec.hold = when == "at ready"_L1;
    spec.sendMd5 = false; // the checksum reads the file as well
    const auto change = [&h, how] {
        QFile file(h.path());
        if (how == "delete"_L1) {
            QVERIFY(file.remove());
        } else if (how == "truncate"_L1) {
            QVERIFY(file.resize(150));
        } else {
            QVERIFY(file.open(how == "append"_L1 ? QIODevice::Append : QIODevice::ReadWrite));
            file.write("x");
            file.flush();
            // A file system with coarse times must not hide it.
            file.setFileTime(QDateTime::fromSecsSinceEpoch(1'500'000'000),
                             QFileDevice::FileModificationTime);
        }
    };
    h.service.setHandler([when](const FakeRequest &request) {
        return when == "between parts"_L1 && request.call == "part"_L1 && request.nth == 3
            ? FakeAnswer::hold()
            : standardAnswer(request);
    });
    if (when == "before the first part"_L1)
        change();
    h.make(spec);
    h.controller->start();
    h.settle();
    if (when != "before the first part"_L1) {
        QCOMPARE(h.finished, 0);
        change();
        for (FakeReply *held : h.service.held())
            held->answer(standardAnswer(h.service.requests(u"part"_s).last()));
        h.controller->complete();
    }
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Failed);
    QCOMPARE(h.eventsOf<FailedEvent>().first().error.kind, ErrorKind::FileChanged);
    QCOMPARE(h.service.count(u"complete"_s), 0);
}

void UploadFaultsTest::retryNowEndsTheWait()
{
    ControllerHarness h;
    h.service.setHandler([](const FakeRequest &request) {
        if (request.nth == 1 && !request.call.startsWith("file"_L1)) {
            return FakeAnswer::refusal(429, u"slow_down"_s, u"Slow down."_s)
                .with("retry-after", "200");
        }
        return standardAnswer(request);
    });
    h.startUsual();
    for (int wait = 0; wait < 3; ++wait) {
        h.settle();
        QCOMPARE(h.state(), UploadState::Waiting);
        h.controller->retryNow();
    }
    h.settle();
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.clock.monotonic(), 0ms);
}

void UploadFaultsTest::goesOnAfterAFailure()
{
    ControllerHarness h(1);
    bool forbidden = true;
    h.service.setHandler([&forbidden](const FakeRequest &request) {
        return forbidden && request.call == "part"_L1 && request.nth == 6
            ? FakeAnswer::refusal(403, u"no"_s, u"No."_s)
            : standardAnswer(request);
    });
    h.startUsual();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Failed);
    forbidden = false;
    const StoredProgress progress = h.controller->progress();
    const UploadSpec spec = h.controller->spec();
    h.finished = 0;
    h.make(spec, progress);
    h.controller->start();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"create"_s), 1);
    QCOMPARE(h.service.count(u"part"_s), 11);
    QCOMPARE(h.completedContent(), h.content());
}

QTEST_GUILESS_MAIN(UploadFaultsTest)
#include "tst_uploadfaults.moc"
