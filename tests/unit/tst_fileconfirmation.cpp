#include "controllerharness.h"

#include <QTest>

using namespace longshore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// What follows complete: the look at the file that it made.
class FileConfirmationTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void seenAtOnce();
    void foundAfterAWhile_data();
    void foundAfterAWhile();
    void neverVisible_data();
    void neverVisible();
    void mayNotBeLookedAt_data();
    void mayNotBeLookedAt();
    void aLookThatHangs();
    void anotherSizeIsAFailure();
    void errorStatusIsAFailure();
    void aRetryStartsFromTheBeginning();
    void anotherFilesAnswerIsNoFailure();
    void whatCompleteToldIsCompared_data();
    void whatCompleteToldIsCompared();
    void cancelBetweenTwoLooks();
    void cancelDuringALook();
    void pauseIsIgnored();
    void askedToWait();
    void theHourEndsMeanwhile();

private:
    using Look = std::function<FakeAnswer(const FakeRequest &)>;

    /// Answers GET /files/{id} by `look`, and all else as usual.
    static void lookedAt(ControllerHarness &h, const Look &look);
    static FakeAnswer file(const FakeRequest &request, qint64 bytes,
                           const QString &status = u"processed"_s, const QString &details = {});
    static FakeAnswer notFound();
    static QStringList warnings(const ControllerHarness &h);
};

void FileConfirmationTest::lookedAt(ControllerHarness &h, const Look &look)
{
    h.service.setHandler([look](const FakeRequest &request) {
        return request.call == "file"_L1 ? look(request) : standardAnswer(request);
    });
    h.startUsual();
    h.settle();
}

FakeAnswer FileConfirmationTest::file(const FakeRequest &request, qint64 bytes,
                                      const QString &status, const QString &details)
{
    return FakeAnswer::json({{u"object"_s, u"file"_s},
                             {u"id"_s, request.path.section(u'/', -1)},
                             {u"bytes"_s, bytes},
                             {u"filename"_s, u"data.bin"_s},
                             {u"status"_s, status},
                             {u"status_details"_s, details}});
}

FakeAnswer FileConfirmationTest::notFound()
{
    return FakeAnswer::refusal(404, u"not_found"_s, u"No such File object."_s);
}

QStringList FileConfirmationTest::warnings(const ControllerHarness &h)
{
    QStringList codes;
    for (const WarningEvent &warning : h.eventsOf<WarningEvent>())
        codes.append(warning.code);
    return codes;
}

void FileConfirmationTest::seenAtOnce()
{
    ControllerHarness h;
    lookedAt(h, [](const FakeRequest &request) { return file(request, 1000); });
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"file"_s), 1);
    const QString id = h.eventsOf<CompletedEvent>().first().fileId;
    QVERIFY(h.service.requests(u"file"_s).first().path.endsWith(u"/files/"_s + id));
    QCOMPARE(warnings(h), QStringList());
    QCOMPARE(h.clock.monotonic(), 0ms);
}

void FileConfirmationTest::foundAfterAWhile_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {404, 408, 429, 500, 503})
        QTest::addRow("%d", status) << status;
}

void FileConfirmationTest::foundAfterAWhile()
{
    QFETCH(int, status);
    ControllerHarness h;
    lookedAt(h, [status](const FakeRequest &request) {
        return request.nth <= 2 ? FakeAnswer::refusal(status, u"x"_s, u"Not yet."_s)
                                : file(request, 1000);
    });
    QCOMPARE(h.state(), UploadState::Completing);
    QCOMPARE(h.recorder.count<UploadCompleted>(), 0);
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"file"_s), 3);
    QCOMPARE(h.service.count(u"complete"_s), 1);
    QCOMPARE(warnings(h), QStringList());
    QVERIFY(h.clock.monotonic() >= 1500ms);
}

void FileConfirmationTest::neverVisible_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {0, 404, 503})
        QTest::addRow("%d", status) << status;
}

void FileConfirmationTest::neverVisible()
{
    QFETCH(int, status);
    ControllerHarness h;
    lookedAt(h, [status](const FakeRequest &) {
        return status == 0 ? FakeAnswer::broken(QNetworkReply::RemoteHostClosedError)
                           : FakeAnswer::refusal(status, u"x"_s, u"Not there."_s);
    });
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(warnings(h), QStringList{u"file-not-seen"_s});
    const QString id = h.eventsOf<CompletedEvent>().first().fileId;
    QVERIFY(h.eventsOf<WarningEvent>().first().message.contains(id));
    QVERIFY(h.service.count(u"file"_s) <= 5);
    QVERIFY(h.clock.monotonic() <= 60s);
    QCOMPARE(h.finished, 1);
}

void FileConfirmationTest::mayNotBeLookedAt_data()
{
    QTest::addColumn<FakeAnswer>("answer");
    for (const int status : {400, 401, 403, 405})
        QTest::addRow("%d", status) << FakeAnswer::refusal(status, u"no"_s, u"Missing scopes."_s);
    FakeAnswer broken;
    broken.body = "{\"id\":";
    QTest::newRow("broken JSON") << broken;
    QTest::newRow("no id") << FakeAnswer::json({{u"object"_s, u"file"_s}});
}

void FileConfirmationTest::mayNotBeLookedAt()
{
    QFETCH(FakeAnswer, answer);
    ControllerHarness h;
    lookedAt(h, [answer](const FakeRequest &) { return answer; });
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"file"_s), 1);
    QCOMPARE(warnings(h), QStringList{u"file-not-seen"_s});
}

void FileConfirmationTest::aLookThatHangs()
{
    ControllerHarness h;
    lookedAt(h, [](const FakeRequest &) { return FakeAnswer::hold(); });
    QCOMPARE(h.state(), UploadState::Completing);
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(warnings(h), QStringList{u"file-not-seen"_s});
    QVERIFY2(h.clock.monotonic() <= 5min, qPrintable(QString::number(h.clock.monotonic().count())));
}

void FileConfirmationTest::anotherSizeIsAFailure()
{
    ControllerHarness h;
    lookedAt(h, [](const FakeRequest &request) { return file(request, 1100); });
    QCOMPARE(h.state(), UploadState::Failed);
    const ApiError error = h.eventsOf<FailedEvent>().first().error;
    QCOMPARE(error.kind, ErrorKind::BadAnswer);
    QVERIFY2(error.message.contains(u"1100"_s) && error.message.contains(u"1000"_s)
                 && error.message.contains(u"file-"_s),
             qPrintable(error.message));
    QVERIFY(!error.advice.isEmpty());
    QCOMPARE(h.eventsOf<CompletedEvent>().size(), 0);
    QCOMPARE(h.recorder.count<UploadCompleted>(), 0);
}

void FileConfirmationTest::errorStatusIsAFailure()
{
    ControllerHarness h;
    lookedAt(h, [](const FakeRequest &request) {
        return file(request, 1000, u"error"_s, u"Line 7 is no JSON."_s);
    });
    QCOMPARE(h.state(), UploadState::Failed);
    const ApiError error = h.eventsOf<FailedEvent>().first().error;
    QCOMPARE(error.kind, ErrorKind::Refused);
    QVERIFY(error.message.contains(u"Line 7 is no JSON."_s));
    QVERIFY(!error.advice.isEmpty());
}

void FileConfirmationTest::aRetryStartsFromTheBeginning()
{
    ControllerHarness h;
    bool wrong = true;
    lookedAt(h, [&wrong](const FakeRequest &request) { return file(request, wrong ? 1 : 1000); });
    QCOMPARE(h.state(), UploadState::Failed);
    const StoredProgress progress = h.controller->progress();
    QVERIFY(!progress.created);
    QVERIFY(progress.confirmedParts.isEmpty());
    QVERIFY(!progress.completing);
    QCOMPARE(h.recorder.count<UploadRestarted>(), 1);
    wrong = false;
    h.finished = 0;
    const UploadSpec spec = h.controller->spec();
    h.make(spec, progress);
    h.controller->start();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"create"_s), 2);
    QCOMPARE(h.service.count(u"part"_s), 20);
    QCOMPARE(h.completedContent(), h.content());
}

/// An answer about another file says nothing of ours.
void FileConfirmationTest::anotherFilesAnswerIsNoFailure()
{
    ControllerHarness h;
    lookedAt(h, [](const FakeRequest &) {
        return FakeAnswer::json(
            {{u"object"_s, u"file"_s}, {u"id"_s, u"file-other"_s}, {u"bytes"_s, 5}});
    });
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QVERIFY(h.eventsOf<CompletedEvent>().first().fileId != "file-other"_L1);
    QCOMPARE(warnings(h), QStringList{u"file-not-seen"_s});
}

void FileConfirmationTest::whatCompleteToldIsCompared_data()
{
    QTest::addColumn<QJsonObject>("told");
    QTest::newRow("bytes") << QJsonObject{{u"bytes"_s, 999}};
    QTest::newRow("status") << QJsonObject{{u"status"_s, u"error"_s}};
}

/// Where the file can't be looked at, complete has told of it all the same.
void FileConfirmationTest::whatCompleteToldIsCompared()
{
    QFETCH(QJsonObject, told);
    ControllerHarness h;
    h.service.setHandler([told](const FakeRequest &request) {
        if (request.call == "file"_L1)
            return FakeAnswer::refusal(403, u"no"_s, u"Missing scopes."_s);
        if (request.call != "complete"_L1)
            return standardAnswer(request);
        QJsonObject file = told;
        file.insert(u"id"_s, u"file-1"_s);
        file.insert(u"object"_s, u"file"_s);
        return FakeAnswer::json({{u"object"_s, u"upload"_s},
                                 {u"id"_s, request.uploadId()},
                                 {u"status"_s, u"completed"_s},
                                 {u"file"_s, file}});
    });
    h.startUsual();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Failed);
}

void FileConfirmationTest::cancelBetweenTwoLooks()
{
    ControllerHarness h;
    lookedAt(h, [](const FakeRequest &) { return notFound(); });
    h.advance(600ms);
    QCOMPARE(h.service.count(u"file"_s), 2);
    h.controller->cancel();
    QCOMPARE(h.finished, 0); // never from inside the call
    QCOMPARE(h.state(), UploadState::Cancelling);
    h.settle();
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"file"_s), 2);
    QCOMPARE(h.service.count(u"cancel"_s), 0);
    QVERIFY(warnings(h).contains(u"completed-before-cancel"_s));
    QCOMPARE(h.finished, 1);
}

void FileConfirmationTest::cancelDuringALook()
{
    for (const bool answered : {true, false}) {
        ControllerHarness h;
        lookedAt(h, [](const FakeRequest &) { return FakeAnswer::hold(); });
        h.controller->cancel();
        h.controller->cancel();
        if (answered)
            h.service.held(u"file"_s).first()->answer(notFound());
        else
            h.advance(30s);
        h.settle();
        QCOMPARE(h.state(), UploadState::Completed);
        QCOMPARE(h.service.count(u"file"_s), 1);
        QCOMPARE(h.finished, 1);
    }
}

void FileConfirmationTest::pauseIsIgnored()
{
    ControllerHarness h;
    lookedAt(h, [](const FakeRequest &) { return FakeAnswer::hold(); });
    h.controller->pause();
    QCOMPARE(h.state(), UploadState::Completing);
    h.controller->retryNow();
    h.controller->networkChanged();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
}

void FileConfirmationTest::askedToWait()
{
    ControllerHarness h;
    lookedAt(h, [](const FakeRequest &request) {
        return request.nth == 1 ? slowDown("20") : file(request, 1000);
    });
    h.advanceTo(19'999ms);
    QCOMPARE(h.service.count(u"file"_s), 1);
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"file"_s), 2);
}

void FileConfirmationTest::theHourEndsMeanwhile()
{
    ControllerHarness h;
    h.service.setHandler([](const FakeRequest &request) {
        if (request.call == "file"_L1)
            return request.nth < 3 ? notFound() : file(request, 1000);
        return request.call == "complete"_L1 ? FakeAnswer::hold() : standardAnswer(request);
    });
    h.startUsual();
    h.settle();
    h.advance(500s);
    const FakeRequest complete = h.service.requests(u"complete"_s).first();
    h.service.held(u"complete"_s).first()->answer(standardAnswer(complete));
    h.settle();
    h.clock.shiftUtc(1h); // the last second, and a jump of the clock
    h.controller->networkChanged();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"create"_s), 1);
}

QTEST_GUILESS_MAIN(FileConfirmationTest)
#include "tst_fileconfirmation.moc"
