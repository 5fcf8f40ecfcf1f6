#include "ui/models/errorwords.h"
#include "ui/models/helpfulaction.h"
#include "ui/models/selectionactions.h"
#include "ui/models/uploadtext.h"

#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qint64 kNow = 1'800'000'000'000;

UploadSnapshot upload(UploadState state)
{
    UploadSnapshot snapshot;
    snapshot.key = u"k"_s;
    snapshot.filename = u"train.jsonl"_s;
    snapshot.paths = {u"/data/train.jsonl"_s};
    snapshot.bytes = 1'000'000'000;
    snapshot.confirmed = 430'000'000;
    snapshot.state = state;
    snapshot.rate = 5e6;
    return snapshot;
}

UploadSnapshot failed(ErrorKind kind, const QString &message = {})
{
    UploadSnapshot snapshot = upload(UploadState::Failed);
    snapshot.error.kind = kind;
    snapshot.error.message = message;
    snapshot.error.status = 401;
    snapshot.error.code = u"some_code"_s;
    snapshot.error.requestId = u"req_1"_s;
    return snapshot;
}

} // namespace

class TestUploadWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowIsASentence();
    void statusTellsWhatMatters();
    void deadlineIsNeverNegative();
    void namesOfStrangersAreEscaped();
    void eachErrorHasOneAction_data();
    void eachErrorHasOneAction();
    void errorKeepsTheServicesWords();
    void everyStateHasWordsAndAWayOut_data();
    void everyStateHasWordsAndAWayOut();
    void actionsFitTheState();
};

void TestUploadWords::rowIsASentence()
{
    QCOMPARE(rowSentence(upload(UploadState::Sending), kNow),
             u"train.jsonl, sending, 43 percent, 2 minute(s) left"_s);
    QCOMPARE(spokenDuration(59s), u"59 second(s)"_s);
    QCOMPARE(spokenDuration(61s), u"2 minute(s)"_s);
    QCOMPARE(spokenDuration(3700s), u"1 hour(s) 1 minute(s)"_s);
}

void TestUploadWords::statusTellsWhatMatters()
{
    QCOMPARE(statusLine(upload(UploadState::Sending), kNow),
             u"Sending · 430.0 MB of 1.0 GB · 5.0 MB/s · 1 min 54 s left"_s);
    // What is under way takes no more time.
    UploadSnapshot sending = upload(UploadState::Sending);
    sending.inFlight = 70'000'000;
    QVERIFY(statusLine(sending, kNow).endsWith(u"5.0 MB/s · 1 min 40 s left"_s));
    UploadSnapshot waiting = upload(UploadState::Waiting);
    waiting.waitingUntil = kNow + 4'200;
    waiting.reason = u"the service is busy"_s;
    QCOMPARE(statusLine(waiting, kNow), u"Waiting · next attempt in 5 s · the service is busy"_s);
    UploadSnapshot ready = upload(UploadState::Ready);
    ready.confirmed = ready.hashed = ready.bytes;
    ready.expiresAt = kNow / 1000 + 600;
    QCOMPARE(statusLine(ready, kNow), u"Ready to complete · expires in 10 min 00 s"_s);
    ready.holdEnd = HoldEnd::CompleteBefore;
    ready.hashed = ready.bytes / 4;
    ready.hashing = true;
    QCOMPARE(statusLine(ready, kNow),
             u"Ready to complete · checksum 25 % · completes by itself before it expires in 10 min "
             "00 s"_s);
}

void TestUploadWords::deadlineIsNeverNegative()
{
    UploadSnapshot sending = upload(UploadState::Sending);
    QVERIFY(!expiresIn(sending, kNow));
    sending.expiresAt = kNow / 1000 - 100;
    QCOMPARE(expiresIn(sending, kNow), 0s);
    sending.state = UploadState::Completed;
    QVERIFY(!expiresIn(sending, kNow));
}

void TestUploadWords::namesOfStrangersAreEscaped()
{
    UploadSnapshot strange = upload(UploadState::Waiting);
    strange.filename = u"a\u202Elnosj.exe"_s;
    strange.reason = u"first\nsecond\u0007"_s;
    const QString texts = rowSentence(strange, kNow) + statusLine(strange, kNow);
    QVERIFY(!texts.contains(u'\u202E'));
    QVERIFY(!texts.contains(u'\n'));
    QVERIFY(!texts.contains(u'\u0007'));
}

void TestUploadWords::eachErrorHasOneAction_data()
{
    QTest::addColumn<ErrorKind>("kind");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("action");
    QTest::addColumn<QString>("sentence");
    const QString none;
    QTest::newRow("auth") << ErrorKind::Auth << none << u"Enter the Key…"_s
                          << u"The service did not accept the key"_s;
    QTest::newRow("quota") << ErrorKind::Quota << none << u"Try Again"_s
                           << u"The account's quota is used up"_s;
    QTest::newRow("expired") << ErrorKind::Expired << none << u"Start Again"_s
                             << u"The upload expired before it was finished"_s;
    QTest::newRow("changed") << ErrorKind::FileChanged << none << u"Start Again"_s
                             << u"The file is not as it was when it was added"_s;
    QTest::newRow("gone") << ErrorKind::File << none << u"Try Again"_s
                          << u"The file can't be read"_s;
    QTest::newRow("network") << ErrorKind::Network << none << u"Try Again"_s
                             << u"The service can't be reached"_s;
    QTest::newRow("tls") << ErrorKind::Tls << none << u"Edit the Connection…"_s
                         << u"There is no safe connection to the service"_s;
    QTest::newRow("purpose") << ErrorKind::Refused << u"Invalid purpose: x"_s
                             << u"Choose Another Purpose…"_s
                             << u"The service refused the file for this purpose or MIME type"_s;
    QTest::newRow("refused") << ErrorKind::Refused << u"no"_s << u"Try Again"_s
                             << u"The service refused the upload"_s;
    QTest::newRow("bad answer") << ErrorKind::BadAnswer << none << u"Try Again"_s
                                << u"The service's answer makes no sense"_s;
    QTest::newRow("journal") << ErrorKind::Journal << none << u"Try Again"_s
                             << u"Progress can't be recorded"_s;
}

void TestUploadWords::eachErrorHasOneAction()
{
    QFETCH(ErrorKind, kind);
    QFETCH(QString, message);
    QFETCH(QString, action);
    QFETCH(QString, sentence);
    const UploadSnapshot snapshot = failed(kind, message);
    QCOMPARE(helpfulActionText(helpfulAction(snapshot)), action);
    QCOMPARE(errorSentence(snapshot.error), sentence);
    QVERIFY(statusLine(snapshot, kNow).startsWith(sentence));
}

void TestUploadWords::errorKeepsTheServicesWords()
{
    const UploadSnapshot snapshot = failed(ErrorKind::Auth, u"Incorrect API key provided."_s);
    QCOMPARE(errorDetails(snapshot.error),
             u"Incorrect API key provided. · HTTP 401 · some_code · request req_1"_s);
    const QString report = errorReport(snapshot);
    for (const QString &part :
         {u"/data/train.jsonl"_s, u"req_1"_s, u"Incorrect API key"_s, errorAdvice(snapshot.error)})
        QVERIFY2(report.contains(part), qPrintable(part));
    ApiError ofPart = snapshot.error;
    ofPart.part = 0;
    QCOMPARE(errorSentence(ofPart), u"Part 1: The service did not accept the key"_s);
}

void TestUploadWords::everyStateHasWordsAndAWayOut_data()
{
    QTest::addColumn<UploadState>("state");
    for (int state = 0; state <= int(UploadState::Unknown); ++state) {
        const auto value = static_cast<UploadState>(state);
        QTest::newRow(qPrintable(uploadStateName(value))) << value;
    }
}

void TestUploadWords::everyStateHasWordsAndAWayOut()
{
    QFETCH(UploadState, state);
    UploadSnapshot snapshot = upload(state);
    if (state == UploadState::Failed)
        snapshot.error.kind = ErrorKind::Network;
    QVERIFY(!stateText(snapshot).isEmpty());
    QVERIFY(!statusLine(snapshot, kNow).isEmpty());
    QVERIFY(rowSentence(snapshot, kNow).startsWith(u"train.jsonl, "_s));
    // Only what is about to end by itself leaves nothing to do.
    QCOMPARE(actionsFor(snapshot) == UploadActions(), state == UploadState::Cancelling);
}

void TestUploadWords::actionsFitTheState()
{
    UploadSnapshot paused = upload(UploadState::Paused);
    QVERIFY(actionsFor(paused).testFlag(UploadAction::EditDetails));
    paused.uploadId = u"upload_1"_s;
    QVERIFY(!actionsFor(paused).testFlag(UploadAction::EditDetails));
    UploadSnapshot completed = upload(UploadState::Completed);
    QVERIFY(!actionsFor(completed).testFlag(UploadAction::CopyFileId));
    completed.fileId = u"file-1"_s;
    QVERIFY(actionsFor(completed).testFlag(UploadAction::CopyFileId));
}

QTEST_GUILESS_MAIN(TestUploadWords)
#include "tst_uploadwords.moc"
