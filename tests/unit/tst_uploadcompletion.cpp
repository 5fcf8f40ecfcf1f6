#include "controllerharness.h"

#include <QTest>

using namespace longshore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// What follows when complete is refused, or its answer never comes.
class UploadCompletionTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lostComplete_data();
    void lostComplete();
    void refusedCompleteIsNotSomebodyElsesFile();
};

void UploadCompletionTest::lostComplete_data()
{
    QTest::addColumn<QString>("list"); // what GET /files shows, look by look
    QTest::addColumn<QString>("second"); // what a second complete is answered
    QTest::addColumn<UploadState>("state");
    QTest::addColumn<int>("completes");
    QTest::newRow("found at once") << u"found"_s << u"-"_s << UploadState::Completed << 1;
    QTest::newRow("not found, repeated") << u"none"_s << u"ok"_s << UploadState::Completed << 2;
    QTest::newRow("visible late") << u"late"_s << u"refused"_s << UploadState::Completed << 2;
    QTest::newRow("never visible, refused")
        << u"none"_s << u"refused"_s << UploadState::Unknown << 2;
    QTest::newRow("list forbidden") << u"forbidden"_s << u"-"_s << UploadState::Unknown << 1;
    QTest::newRow("list unreachable for a while")
        << u"flaky"_s << u"-"_s << UploadState::Completed << 1;
    QTest::newRow("somebody else's, older") << u"older"_s << u"ok"_s << UploadState::Completed << 2;
    QTest::newRow("another size") << u"size"_s << u"ok"_s << UploadState::Completed << 2;
}

void UploadCompletionTest::lostComplete()
{
    QFETCH(QString, list);
    QFETCH(QString, second);
    ControllerHarness h;
    h.service.setHandler([list, second](const FakeRequest &request) {
        if (request.call == "complete"_L1) {
            if (request.nth == 1)
                return FakeAnswer::broken(QNetworkReply::RemoteHostClosedError);
            if (second == "refused"_L1)
                return FakeAnswer::refusal(400, u"completed"_s, u"Already completed."_s);
        }
        if (request.call != "files"_L1)
            return standardAnswer(request);
        if (list == "forbidden"_L1)
            return FakeAnswer::refusal(403, u"no"_s, u"Missing scopes."_s);
        if (list == "flaky"_L1 && request.nth < 3)
            return FakeAnswer::refusal(503, u"busy"_s, u"Busy."_s);
        if (list == "found"_L1 || list == "flaky"_L1 || (list == "late"_L1 && request.nth == 3))
            return fileList(u"file-ours"_s, 1'800'000'000, 1000);
        if (list == "older"_L1)
            return fileList(u"file-old"_s, 1'799'999'999, 1000);
        if (list == "size"_L1)
            return fileList(u"file-other"_s, 1'800'000'000, 999);
        return standardAnswer(request);
    });
    h.startUsual();
    QVERIFY(h.runToEnd());
    QTEST(h.state(), "state");
    QTEST(h.service.count(u"complete"_s), "completes");
    if (list == "found"_L1 || list == "late"_L1 || list == "flaky"_L1)
        QCOMPARE(h.eventsOf<CompletedEvent>().first().fileId, u"file-ours"_s);
    if (h.state() == UploadState::Unknown)
        QVERIFY(!h.eventsOf<UnknownEvent>().first().reason.isEmpty());
}

void UploadCompletionTest::refusedCompleteIsNotSomebodyElsesFile()
{
    ControllerHarness h;
    h.service.setHandler([](const FakeRequest &request) {
        if (request.call == "complete"_L1)
            return FakeAnswer::refusal(400, u"md5"_s, u"The md5 does not match."_s);
        if (request.call == "files"_L1)
            return fileList(u"file-other"_s, 1'800'000'000, 1000);
        return standardAnswer(request);
    });
    h.startUsual();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Failed);
    QCOMPARE(h.eventsOf<FailedEvent>().first().error.code, u"md5"_s);
    QCOMPARE(h.recorder.count<CompletingRefused>(), 1);
}

QTEST_GUILESS_MAIN(UploadCompletionTest)
#include "tst_uploadcompletion.moc"
