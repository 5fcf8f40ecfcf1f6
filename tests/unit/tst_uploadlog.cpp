#include "ui/models/breakabletext.h"
#include "ui/models/holdtext.h"
#include "ui/models/uploadlog.h"

#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

/// What happened to uploads, and what is said above their parts.
class UploadLogTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatHappened_data();
    void tellsWhatHappened();
    void leavesOutWhatHappensTooOften();
    void keepsTheLatestOfEach();
    void countsDown_data();
    void countsDown();
    void waitsForTheChecksum();
    void knowsWhenPartsMayBeArranged_data();
    void knowsWhenPartsMayBeArranged();
    void breaksLongWords();
};

namespace {

UploadEvent partEvent(PartState state, std::optional<ApiError> error = {})
{
    PartEvent event;
    event.index = 2;
    event.bytes = 8'400'000;
    event.state = state;
    event.attempt = 2;
    event.error = error;
    return event;
}

ApiError refusal()
{
    ApiError error;
    error.kind = ErrorKind::Refused;
    error.status = 503;
    error.message = u"overloaded"_s;
    error.part = 2;
    return error;
}

} // namespace

void UploadLogTest::tellsWhatHappened_data()
{
    QTest::addColumn<UploadEvent>("event");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const UploadEvent &event, const QString &expected) {
        QTest::newRow(name) << event << expected;
    };
    row("created", CreatedEvent{u"upload_1"_s, 1'800'000'000}, u"Started as upload_1"_s);
    row("growing", WarningEvent{u"It grows."_s, u"file-growing"_s}, u"Warning: It grows."_s);
    row("resumed", ResumedEvent{u"upload_1"_s, 8'400'000, 3, 0},
        u"Goes on as upload_1 with 8.4 MB already confirmed (parts: 3)"_s);
    row("confirmed", partEvent(PartState::Confirmed), u"Part 3 confirmed (8.4 MB)"_s);
    row("retrying", partEvent(PartState::Retrying, refusal()),
        u"Part 3 will be sent again after attempt 2: The service refused the upload · overloaded · "
        "HTTP 503"_s);
    row("failed part", partEvent(PartState::Failed), u"Part 3 failed at attempt 2"_s);
    row("restarted", RestartedEvent{u"it\nexpired"_s}, u"Begins again: it expired"_s);
    row("warning", WarningEvent{u"large"_s, u"size"_s}, u"Warning: large"_s);
    row("completed", CompletedEvent{u"upload_1"_s, u"file-1"_s, 8'400'000, {}, {}, 61.5},
        u"Completed as file-1, 8.4 MB in 1 min 01 s"_s);
    row("unknown", UnknownEvent{u"upload_1"_s, u"cut"_s}, u"May have completed: cut"_s);
    row("cancelled", CancelledEvent{}, u"Cancelled"_s);
}

void UploadLogTest::tellsWhatHappened()
{
    QFETCH(UploadEvent, event);
    QFETCH(QString, expected);
    const auto line = logLine(event, 7);
    QVERIFY(line);
    QCOMPARE(line->text, expected);
    QCOMPARE(line->unixMs, 7);
}

void UploadLogTest::leavesOutWhatHappensTooOften()
{
    UploadLogs logs;
    QVERIFY(!logs.add(u"k"_s, ProgressEvent{}, 1));
    QVERIFY(!logs.add(u"k"_s, partEvent(PartState::Sending), 1));
    QVERIFY(logs.lines(u"k"_s).isEmpty());
}

void UploadLogTest::keepsTheLatestOfEach()
{
    UploadLogs logs;
    for (qsizetype line = 0; line < UploadLogs::kMaxLines + 10; ++line)
        logs.add(u"k"_s, RestartedEvent{QString::number(line)}, line);
    logs.add(u"other"_s, CancelledEvent{}, 1);
    const QList<LogLine> lines = logs.lines(u"k"_s);
    QCOMPARE(lines.size(), UploadLogs::kMaxLines);
    QCOMPARE(lines.constFirst().unixMs, 10);
    QCOMPARE(lines.constLast().unixMs, UploadLogs::kMaxLines + 9);
    QCOMPARE(logs.lines(u"other"_s).size(), 1);
    logs.remove(u"k"_s);
    QVERIFY(logs.lines(u"k"_s).isEmpty());
}

void UploadLogTest::countsDown_data()
{
    QTest::addColumn<HoldEnd>("end");
    QTest::addColumn<int>("secondsLeft");
    QTest::addColumn<QString>("expected");
    QTest::newRow("expires") << HoldEnd::LetExpire << 43 * 60 + 59 << u"expires in 43 min"_s;
    QTest::newRow("completes") << HoldEnd::CompleteBefore << 43 * 60
                               << u"completes by itself in 41 min"_s;
    QTest::newRow("hours") << HoldEnd::LetExpire << 7384 << u"expires in 2 h 03 min"_s;
    QTest::newRow("soon") << HoldEnd::LetExpire << 100 << u"expires in 1 min 40 s"_s;
    QTest::newRow("now") << HoldEnd::CompleteBefore << 90 << u"completes by itself in 0 s"_s;
}

void UploadLogTest::countsDown()
{
    QFETCH(HoldEnd, end);
    QFETCH(int, secondsLeft);
    QFETCH(QString, expected);
    UploadSnapshot upload;
    upload.state = UploadState::Ready;
    upload.holdEnd = end;
    QCOMPARE(countdownText(upload, 0), QString());
    upload.expiresAt = 1'000'000 + secondsLeft;
    QCOMPARE(countdownText(upload, 1'000'000'000), expected);
}

void UploadLogTest::waitsForTheChecksum()
{
    UploadSnapshot upload;
    upload.bytes = 100;
    upload.hashed = 43;
    upload.hashing = true;
    QVERIFY(!waitsForChecksum(upload));
    upload.state = UploadState::Ready;
    QVERIFY(waitsForChecksum(upload));
    QCOMPARE(checksumText(upload), u"checksum 43 %"_s);
    upload.hashing = false; // it is done, or none is wanted
    QVERIFY(!waitsForChecksum(upload));
}

void UploadLogTest::knowsWhenPartsMayBeArranged_data()
{
    QTest::addColumn<UploadState>("state");
    QTest::addColumn<bool>("may");
    QTest::newRow("queued") << UploadState::Queued << true;
    QTest::newRow("sending") << UploadState::Sending << true;
    QTest::newRow("paused") << UploadState::Paused << true;
    QTest::newRow("ready") << UploadState::Ready << true;
    QTest::newRow("completing") << UploadState::Completing << false;
    QTest::newRow("cancelling") << UploadState::Cancelling << false;
    QTest::newRow("failed") << UploadState::Failed << false;
}

void UploadLogTest::knowsWhenPartsMayBeArranged()
{
    QFETCH(UploadState, state);
    QFETCH(bool, may);
    UploadSnapshot upload;
    upload.state = state;
    QCOMPARE(mayBeHeld(upload), may);
    QVERIFY(!mayBeArranged(upload));
    upload.held = true;
    QCOMPARE(mayBeArranged(upload), may);
}

void UploadLogTest::breaksLongWords()
{
    const QString plain = u"a sentence of ordinary words, which needs nothing at all"_s;
    QCOMPARE(breakable(plain), plain);
    const QString broken = breakable(QString(100, u'x'));
    QCOMPARE(broken.count(QChar(0x200b)), 2);
    QCOMPARE(QString(broken).remove(QChar(0x200b)), QString(100, u'x'));
}

QTEST_GUILESS_MAIN(UploadLogTest)
#include "tst_uploadlog.moc"
