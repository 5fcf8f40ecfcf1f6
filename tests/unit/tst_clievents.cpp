#include "cli/eventjson.h"
#include "cli/exitcode.h"
#include "cli/orderedids.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>
#include <QTimeZone>

#include <limits>

using namespace longshore;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(longshore::UploadEvent)

namespace {

const QDateTime kTime(QDate(2026, 8, 3), QTime(9, 5, 7, 42), QTimeZone::utc());

ApiError fullError()
{
    ApiError error;
    error.kind = ErrorKind::Refused;
    error.message = u"No."_s;
    error.status = 400;
    error.code = u"bad"_s;
    error.requestId = u"req_1"_s;
    error.part = 0;
    error.advice = u"Stop."_s;
    return error;
}

ApiError sparseError()
{
    ApiError error;
    error.kind = ErrorKind::FileChanged;
    error.message = u"It changed."_s;
    return error;
}

QByteArray withTime(const QByteArray &fields)
{
    return "{" + fields + R"(,"time":"2026-08-03T09:05:07.042Z"})";
}

QJsonObject parsed(const QByteArray &json)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (error.error != QJsonParseError::NoError)
        QTest::qFail(json.constData(), __FILE__, __LINE__);
    return document.object();
}

} // namespace

class tst_CliEvents : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void events_data()
    {
        QTest::addColumn<UploadEvent>("event");
        QTest::addColumn<QByteArray>("fields");
        const auto row = [](const char *name, const UploadEvent &event, const QByteArray &fields) {
            QTest::newRow(name) << event << fields;
        };

        row("created", CreatedEvent{u"upload_1"_s, 1'758'148'749},
            R"("event":"created","upload":"k1","upload_id":"upload_1","expires_at":1758148749)");
        row("resumed", ResumedEvent{u"upload_1"_s, 8'000'000'000, 125, 1'758'148'749},
            R"("event":"resumed","upload":"k1","upload_id":"upload_1","confirmed":8000000000,)"
            R"("parts_confirmed":125,"expires_at":1758148749)");
        row("part sending", PartEvent{3, 192'000'000, 64'000'000, PartState::Sending, 1, {}, {}},
            R"("event":"part","upload":"k1","index":3,"offset":192000000,"bytes":64000000,)"
            R"("state":"sending","attempt":1)");
        row("part confirmed",
            PartEvent{0, 0, 5, PartState::Confirmed, 2, u"part_1"_s, std::nullopt},
            R"("event":"part","upload":"k1","index":0,"offset":0,"bytes":5,"state":"confirmed",)"
            R"("attempt":2,"part_id":"part_1")");
        row("part retrying", PartEvent{1, 5, 5, PartState::Retrying, 1, {}, sparseError()},
            R"("event":"part","upload":"k1","index":1,"offset":5,"bytes":5,"state":"retrying",)"
            R"("attempt":1,"error":{"kind":"file-changed","message":"It changed."})");
        row("part failed", PartEvent{1, 5, 5, PartState::Failed, 4, {}, fullError()},
            R"("event":"part","upload":"k1","index":1,"offset":5,"bytes":5,"state":"failed",)"
            R"("attempt":4,"error":{"kind":"refused","message":"No.","status":400,"code":"bad",)"
            R"("request_id":"req_1","part":0,"advice":"Stop."})");
        row("progress", ProgressEvent{10, 20, 8'589'934'592, 1234.6},
            R"("event":"progress","upload":"k1","confirmed":10,"in_flight":20,)"
            R"("total":8589934592,"rate":1235)");
        row("progress without a rate",
            ProgressEvent{0, 0, 1, std::numeric_limits<double>::infinity()},
            R"("event":"progress","upload":"k1","confirmed":0,"in_flight":0,"total":1,"rate":0)");
        row("waiting", WaitingEvent{kTime.toMSecsSinceEpoch() + 1000, u"slow down"_s},
            R"("event":"waiting","upload":"k1","until":"2026-08-03T09:05:08.042Z",)"
            R"("reason":"slow down")");
        row("restarted", RestartedEvent{u"expired"_s},
            R"("event":"restarted","upload":"k1","reason":"expired")");
        row("warning", WarningEvent{u"Large."_s, u"purpose-limit"_s},
            R"("event":"warning","upload":"k1","message":"Large.","code":"purpose-limit")");
        row("completed",
            CompletedEvent{u"upload_1"_s,
                           u"file-1"_s,
                           10,
                           "900150983cd24fb0d6963f7d28e17f72",
                           {u"part_2"_s, u"part_1"_s},
                           1.25},
            R"("event":"completed","upload":"k1","upload_id":"upload_1","file_id":"file-1",)"
            R"("bytes":10,"md5":"900150983cd24fb0d6963f7d28e17f72",)"
            R"("part_ids":["part_2","part_1"],"seconds":1.25)");
        row("completed without md5",
            CompletedEvent{u"upload_1"_s, u"file-1"_s, 10, {}, {u"part_1"_s}, 2.0},
            R"("event":"completed","upload":"k1","upload_id":"upload_1","file_id":"file-1",)"
            R"("bytes":10,"part_ids":["part_1"],"seconds":2.0)");
        row("unknown", UnknownEvent{u"upload_1"_s, u"no answer"_s},
            R"("event":"unknown","upload":"k1","upload_id":"upload_1","reason":"no answer")");
        row("cancelled", CancelledEvent{u"upload_1"_s},
            R"("event":"cancelled","upload":"k1","upload_id":"upload_1")");
        row("cancelled before it was created", CancelledEvent{},
            R"("event":"cancelled","upload":"k1")");
        row("failed", FailedEvent{fullError()},
            R"("event":"failed","upload":"k1","path":"/data/a.bin","error":{"kind":"refused",)"
            R"("message":"No.","status":400,"code":"bad","request_id":"req_1","part":0,)"
            R"("advice":"Stop."})");
    }

    void events()
    {
        QFETCH(const UploadEvent, event);
        QFETCH(const QByteArray, fields);
        const QByteArray line = jsonLine(eventJson(u"k1"_s, u"/data/a.bin"_s, event), kTime);
        QVERIFY(line.endsWith("}\n"));
        QCOMPARE(line.count('\n'), 1);
        QCOMPARE(parsed(line), parsed(withTime(fields)));
    }

    void queued()
    {
        QueuedUpload upload;
        upload.key = u"k1"_s;
        upload.paths = {u"/data/a.bin"_s};
        upload.filename = u"a.bin"_s;
        upload.bytes = 8'589'934'592;
        upload.parts = 135;
        upload.partSize = 64'000'000;
        upload.purpose = u"user_data"_s;
        upload.mimeType = u"application/octet-stream"_s;
        QCOMPARE(parsed(jsonLine(queuedJson(upload), kTime)),
                 parsed(withTime(R"("event":"queued","upload":"k1","path":"/data/a.bin",)"
                                 R"("bytes":8589934592,"parts":135,"part_size":64000000,)"
                                 R"("purpose":"user_data",)"
                                 R"("mime_type":"application/octet-stream")")));
        upload.paths.append(u"/data/b.bin"_s);
        const QJsonObject combined = queuedJson(upload);
        QVERIFY(!combined.contains(u"path"_s));
        QCOMPARE(combined.value(u"paths"_s), QJsonArray({u"/data/a.bin"_s, u"/data/b.bin"_s}));
    }

    void refused()
    {
        QCOMPARE(parsed(jsonLine(refusedJson(u"/gone"_s, sparseError()), kTime)),
                 parsed(withTime(R"("event":"failed","upload":"","path":"/gone",)"
                                 R"("error":{"kind":"file-changed","message":"It changed."})")));
    }

    void warningOfNoUpload()
    {
        QCOMPARE(parsed(jsonLine(warningJson(u"Full."_s, u"journal"_s), kTime)),
                 parsed(withTime(R"("event":"warning","upload":"","message":"Full.",)"
                                 R"("code":"journal")")));
    }

    void summary()
    {
        QCOMPARE(parsed(jsonLine(summaryJson({3, 2, 1}), kTime)),
                 parsed(withTime(R"("event":"summary","upload":"","completed":3,"failed":2,)"
                                 R"("cancelled":1)")));
    }

    void timeIsUtc()
    {
        const QDateTime elsewhere = kTime.toTimeZone(QTimeZone(3600 * 5));
        QCOMPARE(jsonLine({}, elsewhere), QByteArray("{\"time\":\"2026-08-03T09:05:07.042Z\"}\n"));
    }

    /// Whatever a file name or a service holds: one line, valid UTF-8, valid JSON.
    void strangeTexts_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("read");
        const QString loneSurrogate = u"a"_s + QChar(0xd800) + u"b"_s;
        QTest::newRow("lone surrogate") << loneSurrogate << u"a�b"_s;
        const QString endsInSurrogate = u"a"_s + QChar(0xdc00);
        QTest::newRow("surrogate at the end") << endsInSurrogate << u"a�"_s;
        for (const QString &text :
             {u"line\nbreak\r\n"_s, u"quote\" and \\"_s, u"日本語 😀"_s, u"\x01\x1b[2J\x7f"_s,
              u"next\u0085line"_s, u"line\u2028and\u2029paragraph"_s, u"\u202eright to left"_s})
            QTest::newRow(qPrintable(QString::fromLatin1(text.toUtf8().toPercentEncoding())))
                << text << text;
        const QString null = u"a"_s + QChar(0) + u"b"_s;
        QTest::newRow("null") << null << null;
    }

    void strangeTexts()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, read);
        ApiError error = fullError();
        error.message = text;
        error.code = text;
        const QByteArray line = jsonLine(refusedJson(text, error), kTime);
        const QString decoded = QString::fromUtf8(line);
        QCOMPARE(decoded.toUtf8(), line);
        // What any reader could take for the end of a line.
        for (const char16_t lineEnd : {u'\r', u'\u0085', u'\u2028', u'\u2029'})
            QVERIFY(!decoded.contains(lineEnd));
        QCOMPARE(decoded.count(u'\n'), 1);
        const QJsonObject json = parsed(line);
        QCOMPARE(json.value(u"path"_s).toString(), read);
        QCOMPARE(json.value(u"error"_s)[u"message"_s].toString(), read);
        QCOMPARE(json.value(u"error"_s)[u"code"_s].toString(), read);
    }

    void exitCodes_data()
    {
        using enum Outcome;
        QTest::addColumn<QList<Outcome>>("outcomes");
        QTest::addColumn<EndedBy>("endedBy");
        QTest::addColumn<int>("code");
        const auto row = [](const char *name, const QList<Outcome> &outcomes, int code,
                            EndedBy endedBy = EndedBy::Nothing) {
            QTest::newRow(name) << outcomes << endedBy << code;
        };
        row("all completed", {Completed, Completed}, 0);
        row("one failed", {Completed, Failed}, 1);
        row("one unknown", {Completed, Unknown}, 1);
        row("one cancelled elsewhere", {Completed, Cancelled}, 1);
        row("one unfinished", {Completed, Unfinished}, 1);
        row("can't be done", {Refused}, 2);
        row("not allowed", {NotAllowed}, 3);
        row("not allowed over failed", {Failed, NotAllowed, Unknown, Completed}, 3);
        row("not allowed over can't be done", {Refused, NotAllowed}, 3);
        row("can't be done over failed", {Failed, Refused}, 2);
        row("interrupted", {Cancelled}, 130, EndedBy::Interrupt);
        row("interrupted over not allowed", {NotAllowed, Cancelled}, 130, EndedBy::Interrupt);
        row("interrupted over failed", {Failed, Cancelled}, 130, EndedBy::Interrupt);
        row("terminated", {Unfinished, Completed}, 143, EndedBy::Terminate);
        row("terminated over not allowed", {Unfinished, NotAllowed}, 143, EndedBy::Terminate);
        row("hung up", {Unfinished}, 129, EndedBy::HangUp);
        row("closed output", {Completed}, 1, EndedBy::ClosedOutput);
        row("not allowed over closed output", {NotAllowed}, 3, EndedBy::ClosedOutput);
    }

    void exitCodes()
    {
        QFETCH(const QList<Outcome>, outcomes);
        QFETCH(const EndedBy, endedBy);
        QTEST(exitCode(outcomes, endedBy), "code");
    }

    void outcomeOfErrors()
    {
        ApiError error;
        error.kind = ErrorKind::Auth;
        error.status = 401;
        QCOMPARE(outcomeOf(error), Outcome::NotAllowed);
        error.kind = ErrorKind::Refused;
        error.status = 403;
        QCOMPARE(outcomeOf(error), Outcome::NotAllowed);
        error.status = 400;
        QCOMPARE(outcomeOf(error), Outcome::Failed);
        error.status = 407;
        error.kind = ErrorKind::Auth;
        QCOMPARE(outcomeOf(error), Outcome::Failed);
        error.status = 0;
        error.kind = ErrorKind::Usage;
        QCOMPARE(outcomeOf(error), Outcome::Refused);
    }

    void summaryCounts()
    {
        using enum Outcome;
        QCOMPARE(summaryOf({}), RunSummary());
        QCOMPARE(summaryOf({Completed, Completed, Failed, Refused, NotAllowed, Unknown, Cancelled,
                            Unfinished}),
                 (RunSummary{2, 4, 1}));
    }

    void idsLeaveInOrder()
    {
        OrderedIds ids(4);
        QCOMPARE(ids.settle(2, u"c"_s), QStringList());
        QCOMPARE(ids.settle(0, u"a"_s), QStringList{u"a"_s});
        QCOMPARE(ids.settle(1, {}), QStringList{u"c"_s});
        QCOMPARE(ids.settle(3, u"d"_s), QStringList{u"d"_s});
    }

    void idsWhenTheFirstIsLast()
    {
        OrderedIds ids(3);
        QCOMPARE(ids.settle(2, u"c"_s), QStringList());
        QCOMPARE(ids.settle(1, u"b"_s), QStringList());
        QCOMPARE(ids.settle(0, u"a"_s), QStringList({u"a"_s, u"b"_s, u"c"_s}));
    }
};

QTEST_GUILESS_MAIN(tst_CliEvents)
#include "tst_clievents.moc"
