#include "cli/errortext.h"
#include "cli/humanoutput.h"
#include "cli/humantext.h"

#include <QTest>

#include <limits>

using namespace longshore;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(longshore::UploadEvent)

namespace {

constexpr qint64 kNow = 1'785'747'907'000; // 2026-08-03 09:05:07 UTC
constexpr qint64 kTotal = 640'000'000;

QueuedUpload queuedUpload(const QString &key = u"k1"_s)
{
    QueuedUpload upload;
    upload.key = key;
    upload.paths = {u"/data/big.bin"_s};
    upload.filename = u"big.bin"_s;
    upload.bytes = kTotal;
    upload.parts = 10;
    upload.partSize = 64'000'000;
    upload.purpose = u"user_data"_s;
    return upload;
}

UploadSnapshot snapshot(UploadState state, qint64 confirmed, double rate = 0)
{
    UploadSnapshot upload;
    upload.key = u"k1"_s;
    upload.state = state;
    upload.filename = u"big.bin"_s;
    upload.bytes = kTotal;
    upload.confirmed = confirmed;
    upload.rate = rate;
    return upload;
}

ApiError serviceError()
{
    ApiError error;
    error.kind = ErrorKind::Refused;
    error.message = u"Too \x1b[31mred"_s;
    error.status = 400;
    error.code = u"bad_part"_s;
    error.requestId = u"req_7"_s;
    error.part = 3;
    error.advice = u"Choose another."_s;
    return error;
}

struct Human
{
    HumanOutput output;

    explicit Human(HumanStyle style)
        : output(style)
    {
        output.setScreen({80, 24});
    }

    QString event(const UploadEvent &event, qint64 now = kNow)
    {
        return output.happened(u"k1"_s, event, now);
    }
};

} // namespace

class tst_CliHuman : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qputenv("TZ", "UTC"); }

    void bytes_data()
    {
        QTest::addColumn<qint64>("bytes");
        QTest::addColumn<QString>("text");
        const auto row = [](qint64 bytes, const char *text) {
            QTest::newRow(text) << bytes << QString::fromLatin1(text);
        };
        row(0, "0 B");
        row(1, "1 B");
        row(999, "999 B");
        row(1'000, "1.0 kB");
        row(1'049, "1.0 kB");
        row(1'050, "1.1 kB");
        row(999'949, "999.9 kB");
        row(999'999, "1.0 MB");
        row(64'000'000, "64.0 MB");
        row(67'108'864, "67.1 MB");
        row(8'589'934'592, "8.6 GB");
        row(999'999'999'999, "1.0 TB");
        row(std::numeric_limits<qint64>::max(), "9223372.0 TB");
    }

    void bytes()
    {
        QFETCH(const qint64, bytes);
        QTEST(bytesText(bytes), "text");
    }

    void rates()
    {
        QCOMPARE(rateText(12'345'678), u"12.3 MB/s"_s);
        QCOMPARE(rateText(0), u"0 B/s"_s);
        QCOMPARE(rateText(-1), u"0 B/s"_s);
        QCOMPARE(rateText(std::numeric_limits<double>::quiet_NaN()), u"0 B/s"_s);
    }

    void durations()
    {
        using std::chrono::seconds;
        QCOMPARE(durationText(seconds(0)), u"0 s"_s);
        QCOMPARE(durationText(seconds(59)), u"59 s"_s);
        QCOMPARE(durationText(seconds(60)), u"1 min 00 s"_s);
        QCOMPARE(durationText(seconds(3599)), u"59 min 59 s"_s);
        QCOMPARE(durationText(seconds(3900)), u"1 h 05 min"_s);
        QCOMPARE(durationText(seconds(-5)), u"0 s"_s);
    }

    void percents()
    {
        QCOMPARE(percentOf(0, 100), 0);
        QCOMPARE(percentOf(50, 199), 25);
        QCOMPARE(percentOf(199, 200), 99);
        QCOMPARE(percentOf(200, 200), 100);
        QCOMPARE(percentOf(8'589'934'591, 8'589'934'592), 99);
        QCOMPARE(percentOf(1, 0), 0);
    }

    void timesLeft()
    {
        QCOMPARE(timeLeft(100, 30), std::optional(std::chrono::seconds(4)));
        QCOMPARE(timeLeft(0, 30), std::optional(std::chrono::seconds(0)));
        QVERIFY(!timeLeft(100, 0));
        QVERIFY(!timeLeft(100, std::numeric_limits<double>::infinity()));
        QVERIFY(!timeLeft(std::numeric_limits<qint64>::max(), 0.001));
    }

    void escapes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("shown");
        QTest::newRow("plain") << u"a b.txt"_s << u"a b.txt"_s;
        QTest::newRow("other scripts") << u"日本語 😀 é"_s << u"日本語 😀 é"_s;
        QTest::newRow("line ends") << u"a\nb\rc\td"_s << u"a\\nb\\rc\\td"_s;
        QTest::newRow("escape sequence") << u"\x1b[2J"_s << u"\\u{1B}[2J"_s;
        QTest::newRow("C1") << u"\u009b2J"_s << u"\\u{9B}2J"_s;
        QTest::newRow("delete") << u"\u007f"_s << u"\\u{7F}"_s;
        QTest::newRow("override") << u"a\u202egpj.exe"_s << u"a\\u{202E}gpj.exe"_s;
        QTest::newRow("isolates") << u"\u2066x\u2069"_s << u"\\u{2066}x\\u{2069}"_s;
        QTest::newRow("marks") << u"\u200f\u061c"_s << u"\\u{200F}\\u{61C}"_s;
        QTest::newRow("line separator") << u"\u2028\u2029"_s << u"\\u{2028}\\u{2029}"_s;
        QTest::newRow("beyond the first plane")
            << QString::fromUcs4(U"\U000E0041", 1) << u"\\u{E0041}"_s;
    }

    void escapes()
    {
        QFETCH(const QString, text);
        QTEST(escaped(text), "shown");
    }

    void cutting_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("columns");
        QTest::addColumn<QString>("cut");
        QTest::newRow("fits") << u"abcdef"_s << 6 << u"abcdef"_s;
        QTest::newRow("cut") << u"abcdefg"_s << 6 << u"abc..."_s;
        QTest::newRow("no room for dots") << u"abcdefg"_s << 3 << u"abc"_s;
        QTest::newRow("wide fits") << u"日本語"_s << 6 << u"日本語"_s;
        QTest::newRow("wide cut") << u"日本語日"_s << 7 << u"日本..."_s;
        QTest::newRow("pair is not halved") << u"😀😀😀"_s << 5 << u"😀..."_s;
        QTest::newRow("nothing") << u"abc"_s << 0 << QString();
        QTest::newRow("empty") << QString() << 5 << QString();
    }

    void cutting()
    {
        QFETCH(const QString, text);
        QFETCH(const int, columns);
        QTEST(cutToWidth(text, columns), "cut");
    }

    void errors()
    {
        QCOMPARE(errorText(serviceError()),
                 u"part 3: the service refused: Too \x1b[31mred [HTTP 400, bad_part, "
                 "request req_7]"_s);
        QCOMPARE(adviceText(serviceError()), u"Choose another."_s);
        ApiError sparse;
        sparse.kind = ErrorKind::Network;
        QCOMPARE(errorText(sparse), u"the service can't be reached"_s);
        QVERIFY(adviceText(sparse).contains(u"run the same command again"_s));
        sparse.message = u"The connection was refused."_s;
        QCOMPARE(errorText(sparse), u"The connection was refused."_s);
        sparse.kind = ErrorKind::Auth;
        QVERIFY(adviceText(sparse).contains(u"OPENAI_API_KEY"_s));
    }

    void plainLines_data()
    {
        QTest::addColumn<UploadEvent>("event");
        QTest::addColumn<QString>("text");
        const auto row = [](const char *name, const UploadEvent &event, const QString &text) {
            QTest::newRow(name) << event << text;
        };
        row("created", CreatedEvent{u"upload_1"_s, kNow / 1000 + 3600},
            u"dir/big.bin: begun as upload_1, expires at 10:05:07\n"_s);
        row("resumed", ResumedEvent{u"upload_1"_s, 192'000'000, 3, 0},
            u"dir/big.bin: goes on, 3 parts (192.0 MB of 640.0 MB) already there\n"_s);
        row("sending", PartEvent{}, {});
        row("retrying", PartEvent{3, 0, 5, PartState::Retrying, 1, {}, serviceError()},
            u"dir/big.bin: part 3 will be sent again: part 3: the service refused: "
            "Too \\u{1B}[31mred [HTTP 400, bad_part, request req_7]\n"_s);
        row("progress", ProgressEvent{1, 2, 3, 4}, {});
        row("waiting", WaitingEvent{kNow + 3000, u"the service asked us to slow down"_s},
            u"dir/big.bin: waiting until 09:05:10: the service asked us to slow down\n"_s);
        row("restarted", RestartedEvent{u"it expired"_s},
            u"dir/big.bin: begins again: it expired\n"_s);
        row("warning", WarningEvent{u"Over 512 MB."_s, u"limit"_s},
            u"dir/big.bin: warning: Over 512 MB.\n"_s);
        row("completed", CompletedEvent{u"upload_1"_s, u"file-1"_s, kTotal, {}, {}, 10.0},
            u"dir/big.bin: completed, 640.0 MB in 10 s (64.0 MB/s): file-1\n"_s);
        row("completed at once", CompletedEvent{u"upload_1"_s, u"file-1"_s, 3, {}, {}, 0},
            u"dir/big.bin: completed, 3 B in 0 s: file-1\n"_s);
        row("unknown", UnknownEvent{u"upload_1"_s, u"no answer"_s},
            u"dir/big.bin: may have completed, as upload_1: no answer\n"
            "  Look for it among your files before you upload it again.\n"_s);
        row("cancelled", CancelledEvent{}, u"dir/big.bin: cancelled\n"_s);
        row("failed", FailedEvent{serviceError()},
            u"dir/big.bin: failed: part 3: the service refused: Too \\u{1B}[31mred "
            "[HTTP 400, bad_part, request req_7]\n  Choose another.\n"_s);
    }

    void plainLines()
    {
        QFETCH(const UploadEvent, event);
        Human human(HumanStyle::Plain);
        QCOMPARE(human.output.queued(u"dir/big.bin"_s, queuedUpload(), kNow),
                 u"dir/big.bin: 640.0 MB in 10 parts, user_data\n"_s);
        QTEST(human.event(event), "text");
    }

    void quietSaysErrorsOnly_data() { plainLines_data(); }

    void quietSaysErrorsOnly()
    {
        QFETCH(const UploadEvent, event);
        QFETCH(const QString, text);
        const bool isError = std::holds_alternative<FailedEvent>(event)
            || std::holds_alternative<UnknownEvent>(event);
        const bool isWarning = std::holds_alternative<WarningEvent>(event);
        for (const HumanStyle style : {HumanStyle::Errors, HumanStyle::Warnings}) {
            Human human(style);
            QCOMPARE(human.output.queued(u"dir/big.bin"_s, queuedUpload(), kNow), QString());
            const bool said = isError || (isWarning && style == HumanStyle::Warnings);
            QCOMPARE(human.event(event), said ? text : QString());
            QCOMPARE(human.output.changed({snapshot(UploadState::Sending, 320'000'000)}, kNow),
                     QString());
        }
    }

    void notesAndProblems()
    {
        HumanOutput plain(HumanStyle::Plain);
        QCOMPARE(plain.note(u"Here."_s), u"longshore: Here.\n"_s);
        HumanOutput quiet(HumanStyle::Errors);
        QCOMPARE(quiet.note(u"Here."_s), QString());
        QCOMPARE(quiet.problem(u"No\nway."_s), u"longshore: No\\nway.\n"_s);
    }

    void refusedFile()
    {
        HumanOutput quiet(HumanStyle::Errors);
        ApiError error;
        error.kind = ErrorKind::File;
        error.message = u"It is empty."_s;
        QCOMPARE(quiet.refused(u"a\x1b.bin"_s, error), u"a\\u{1B}.bin: failed: It is empty.\n"_s);
    }

    void plainProgressAtEachTenth()
    {
        Human human(HumanStyle::Plain);
        human.output.queued(u"big.bin"_s, queuedUpload(), kNow);
        const auto progress = [&](qint64 confirmed, qint64 now) {
            return human.output.changed({snapshot(UploadState::Sending, confirmed, 64'000'000)},
                                        now);
        };
        QCOMPARE(progress(0, kNow), QString());
        QCOMPARE(progress(63'000'000, kNow + 100), QString());
        QCOMPARE(progress(64'000'000, kNow + 200),
                 u"big.bin: 10 %, 64.0 MB of 640.0 MB, 64.0 MB/s, 9 s left\n"_s);
        QCOMPARE(progress(70'000'000, kNow + 300), QString());
        QCOMPARE(progress(260'000'000, kNow + 400),
                 u"big.bin: 40 %, 260.0 MB of 640.0 MB, 64.0 MB/s, 6 s left\n"_s);
        // Ten silent seconds.
        QCOMPARE(progress(260'000'000, kNow + 10'399), QString());
        QCOMPARE(progress(270'000'000, kNow + 10'400),
                 u"big.bin: 42 %, 270.0 MB of 640.0 MB, 64.0 MB/s, 6 s left\n"_s);
        QCOMPARE(progress(kTotal, kNow + 10'500), QString());
    }

    void plainFinishingIsSaidOnce()
    {
        Human human(HumanStyle::Plain);
        human.output.queued(u"big.bin"_s, queuedUpload(), kNow);
        const QList<UploadSnapshot> completing{snapshot(UploadState::Completing, kTotal)};
        QCOMPARE(human.output.changed(completing, kNow), u"big.bin: all sent, finishing\n"_s);
        QCOMPARE(human.output.changed(completing, kNow), QString());
    }

    void plainRetriesAreNotCounted()
    {
        Human human(HumanStyle::Plain);
        human.output.queued(u"big.bin"_s, queuedUpload(), kNow);
        const PartEvent retrying{3, 0, 5, PartState::Retrying, 1, {}, std::nullopt};
        QVERIFY(!human.event(retrying, kNow).isEmpty());
        QVERIFY(human.event(retrying, kNow + 4'999).isEmpty());
        QVERIFY(!human.event(retrying, kNow + 5'000).isEmpty());
    }

    void liveLines_data()
    {
        QTest::addColumn<UploadState>("state");
        QTest::addColumn<QString>("line");
        using enum UploadState;
        QTest::newRow("queued") << Queued << u"big.bin  640.0 MB, queued"_s;
        QTest::newRow("creating") << Creating << u"big.bin  640.0 MB, creating"_s;
        QTest::newRow("sending") << Sending
                                 << u"big.bin  50 %, 320.0 MB of 640.0 MB, 32.0 MB/s, 10 s left"_s;
        QTest::newRow("completing") << Completing << u"big.bin  640.0 MB, all sent, finishing"_s;
        QTest::newRow("cancelling") << Cancelling << u"big.bin  640.0 MB, cancelling"_s;
        QTest::newRow("waiting") << Waiting
                                 << u"big.bin  waiting until 09:05:10: the service is busy"_s;
    }

    void liveLines()
    {
        QFETCH(const UploadState, state);
        UploadSnapshot upload = snapshot(state, 320'000'000, 32'000'000);
        upload.waitingUntil = kNow + 3'000;
        upload.reason = u"the service is busy"_s;
        QTEST(liveLine(upload, 80), "line");
    }

    void liveLineTellsWhatIsUnderWay()
    {
        UploadSnapshot upload = snapshot(UploadState::Sending, 0);
        upload.inFlight = 5'000'000;
        QCOMPARE(liveLine(upload, 80), u"big.bin  0 %, 0 B of 640.0 MB, 5.0 MB under way"_s);
    }

    void liveLineKeepsItsNumbers()
    {
        UploadSnapshot upload = snapshot(UploadState::Sending, 320'000'000);
        upload.filename = QString(200, u'n');
        const QString line = liveLine(upload, 60);
        QCOMPARE(line, QString(17, u'n') + u"...  50 %, 320.0 MB of 640.0 MB"_s);
    }

    void liveRedraw()
    {
        Human human(HumanStyle::Live);
        QCOMPARE(human.output.queued(u"big.bin"_s, queuedUpload(), kNow),
                 u"big.bin  640.0 MB, queued\n"_s);
        QCOMPARE(human.output.changed({snapshot(UploadState::Creating, 0)}, kNow),
                 u"\x1b[1A\r\x1b[Jbig.bin  640.0 MB, creating\n"_s);
        // What matters stays above.
        QCOMPARE(human.event(RestartedEvent{u"it expired"_s}),
                 u"\x1b[1A\r\x1b[Jbig.bin: begins again: it expired\n"
                 "big.bin  640.0 MB, creating\n"_s);
        QCOMPARE(human.output.clearLive(), u"\x1b[1A\r\x1b[J"_s);
        QCOMPARE(human.output.clearLive(), QString());
        QCOMPARE(human.output.redraw(), u"big.bin  640.0 MB, creating\n"_s);
        QCOMPARE(human.event(CancelledEvent{}), u"\x1b[1A\r\x1b[Jbig.bin: cancelled\n"_s);
        QCOMPARE(human.output.redraw(), QString());
    }

    void liveLinesNeverWrap()
    {
        LiveLines lines;
        const QString drawn = lines.draw({QString(100, u'x'), u"日"_s.repeated(40)}, 0, {40, 24});
        QCOMPARE(drawn, QString(36, u'x') + u"...\n"_s + u"日"_s.repeated(18) + u"...\n"_s);
    }

    void liveLinesFitTheScreen()
    {
        LiveLines lines;
        QCOMPARE(lines.draw({u"a"_s, u"b"_s, u"c"_s}, 0, {80, 4}), u"a\nb\nc\n"_s);
        QCOMPARE(lines.draw({u"a"_s, u"b"_s, u"c"_s}, 0, {80, 3}),
                 u"\x1b[3A\r\x1b[Ja\n... and 2 more\n"_s);
        QCOMPARE(lines.draw({u"a"_s, u"b"_s}, 1'000, {80, 3}),
                 u"\x1b[2A\r\x1b[Ja\n... and 1001 more\n"_s);
        QCOMPARE(lines.draw({u"a"_s, u"b"_s}, 0, {80, 1}), u"\x1b[2A\r\x1b[J... and 2 more\n"_s);
    }

    void liveNamesCannotMoveTheCursor()
    {
        LiveLines lines;
        QCOMPARE(lines.draw({u"a\x1b[2Jb\u202e"_s}, 0, {80, 24}), u"a\\u{1B}[2Jb\\u{202E}\n"_s);
    }

    void manyUploadsAreCounted()
    {
        Human human(HumanStyle::Live);
        human.output.setScreen({80, 4});
        for (int index = 0; index < 10'000; ++index)
            human.output.queued(u"a"_s, queuedUpload(QString::number(index)), kNow);
        const QString drawn = human.output.redraw();
        QVERIFY2(drawn.endsWith(u"... and 9998 more\n"_s), qPrintable(drawn));
        QCOMPARE(drawn.count(u'\n'), 3);
    }
};

QTEST_GUILESS_MAIN(tst_CliHuman)
#include "tst_clihuman.moc"
