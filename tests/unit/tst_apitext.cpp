#include "api/answers.h"
#include "api/rawheaders.h"
#include "api/serviceerror.h"
#include "api/showntext.h"

#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

/// Texts and small values out of answers: what is shown, ids, dates, delays, nesting.
class ApiTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void shown_data();
    void shown();
    void shownIsNeverLongerThanTheLimit();
    void hugeTextIsCut();
    void kindNames();
    void usableIds_data();
    void usableIds();
    void httpDates_data();
    void httpDates();
    void retryDelays_data();
    void retryDelays();
    void retryDateCountsFromTheServicesClock();
    void nesting_data();
    void nesting();
};

void ApiTextTest::shown_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");

    QTest::newRow("plain") << u"File is too large."_s << u"File is too large."_s;
    QTest::newRow("empty") << QString() << QString();
    QTest::newRow("unicode") << u"Datei zu groß – 文件 😀"_s << u"Datei zu groß – 文件 😀"_s;
    QTest::newRow("white space") << u"  a\r\n\tb  c\n"_s << u"a b c"_s;
    QTest::newRow("escape") << u"a\x1b[31mb"_s << u"a\\u{1B}[31mb"_s;
    QTest::newRow("nul") << u"a\0b"_s << u"a\\u{0}b"_s;
    QTest::newRow("c1") << u"a\u009bb"_s << u"a\\u{9B}b"_s;
    QTest::newRow("override") << u"gpj.\u202eexe"_s << u"gpj.\\u{202E}exe"_s;
    QTest::newRow("isolate") << u"\u2066x\u2069"_s << u"\\u{2066}x\\u{2069}"_s;
    QTest::newRow("zero width") << u"a\u200bb\ufeff"_s << u"a\\u{200B}b\\u{FEFF}"_s;
    QTest::newRow("tag") << u"a\U000e0041"_s << u"a\\u{E0041}"_s;
    QTest::newRow("lone surrogate") << QString(u"a"_s + QChar(0xd800) + u'b') << u"a\ufffdb"_s;
}

void ApiTextTest::shown()
{
    QFETCH(QString, text);
    QTEST(shownText(text), "expected");
}

void ApiTextTest::shownIsNeverLongerThanTheLimit()
{
    QCOMPARE(shownText(u"abcdef"_s, 6), u"abcdef"_s);
    QCOMPARE(shownText(u"abcdefg"_s, 6), u"abcde…"_s);
    // No half of a character outside of the basic plane is left.
    QCOMPARE(shownText(u"abcd😀g"_s, 6), u"abcd…"_s);
    QCOMPARE(shownText(u"😀😀😀"_s, 5), u"😀😀…"_s);
    QVERIFY(shownText(QString(1000, QChar(1))).size() <= 500);
}

void ApiTextTest::hugeTextIsCut()
{
    const QString shown = shownText(QString(8 * 1024 * 1024, u'x'));
    QCOMPARE(shown.size(), 500);
    QVERIFY(shown.endsWith(u'…'));
}

void ApiTextTest::kindNames()
{
    const QStringList names{u"none"_s,    u"usage"_s,   u"file"_s,       u"file-changed"_s,
                            u"network"_s, u"tls"_s,     u"auth"_s,       u"quota"_s,
                            u"refused"_s, u"expired"_s, u"bad-answer"_s, u"preflight"_s,
                            u"journal"_s};
    for (int kind = 0; kind < names.size(); ++kind)
        QCOMPARE(errorKindName(ErrorKind(kind)), names.at(kind));
}

void ApiTextTest::usableIds_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<bool>("usable");

    QTest::newRow("upload") << u"upload_68cb2a7db1008191a9fc811a39b4a95b"_s << true;
    QTest::newRow("file") << u"file-RRx32Mws4VZG3ZUnsU6Dvf"_s << true;
    QTest::newRow("azure") << u"uplprt-1"_s << true;
    QTest::newRow("dots within") << u"a..b"_s << true;
    QTest::newRow("three dots") << u"..."_s << true;
    QTest::newRow("odd but visible") << u"a:b@c!$&'()*+,;=~\""_s << true;
    QTest::newRow("longest") << QString(200, u'a') << true;
    QTest::newRow("too long") << QString(201, u'a') << false;
    QTest::newRow("empty") << QString() << false;
    QTest::newRow("dot") << u"."_s << false;
    QTest::newRow("dot dot") << u".."_s << false;
    QTest::newRow("slash") << u"a/b"_s << false;
    QTest::newRow("backslash") << u"a\\b"_s << false;
    QTest::newRow("question mark") << u"a?b"_s << false;
    QTest::newRow("hash") << u"a#b"_s << false;
    QTest::newRow("percent") << u"a%2f"_s << false;
    QTest::newRow("space") << u"a b"_s << false;
    QTest::newRow("line break") << u"a\n"_s << false;
    QTest::newRow("delete") << u"a\x7f"_s << false;
    QTest::newRow("nul") << u"a\0"_s << false;
    QTest::newRow("unicode") << u"\u00e9"_s << false;
}

void ApiTextTest::usableIds()
{
    QFETCH(QString, id);
    QTEST(isUsableId(id), "usable");
}

void ApiTextTest::httpDates_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("seconds");

    QTest::newRow("usual") << "Sun, 06 Nov 1994 08:49:37 GMT"_ba << Q_INT64_C(784111777);
    QTest::newRow("rfc 850") << "Sunday, 06-Nov-94 08:49:37 GMT"_ba << Q_INT64_C(784111777);
    QTest::newRow("rfc 850, this century")
        << "Tuesday, 15-Sep-26 12:00:00 GMT"_ba << Q_INT64_C(1789473600);
    QTest::newRow("asctime") << "Sun Nov  6 08:49:37 1994"_ba << Q_INT64_C(784111777);
    QTest::newRow("this century") << "Tue, 15 Sep 2026 12:00:00 GMT"_ba << Q_INT64_C(1789473600);
    QTest::newRow("leap day") << "Thu, 29 Feb 2024 00:00:00 GMT"_ba << Q_INT64_C(1709164800);
    QTest::newRow("no such day") << "Sat, 31 Feb 2024 00:00:00 GMT"_ba << Q_INT64_C(-1);
    QTest::newRow("number") << "784111777"_ba << Q_INT64_C(-1);
    QTest::newRow("empty") << QByteArray() << Q_INT64_C(-1);
    QTest::newRow("iso") << "1994-11-06T08:49:37Z"_ba << Q_INT64_C(-1);
}

void ApiTextTest::httpDates()
{
    QFETCH(QByteArray, text);
    const std::optional<QDateTime> time = httpDate(text);
    QTEST(time ? time->toSecsSinceEpoch() : -1, "seconds");
}

void ApiTextTest::retryDelays_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<qint64>("expectedMs"); // -1: none

    const QByteArray plain = "Retry-After"_ba;
    const QByteArray fine = "retry-after-ms"_ba;
    QTest::newRow("seconds") << plain << "3"_ba << Q_INT64_C(3000);
    QTest::newRow("fraction") << plain << "0.25"_ba << Q_INT64_C(250);
    QTest::newRow("rounded up") << plain << "0.0001"_ba << Q_INT64_C(1);
    QTest::newRow("zero") << plain << "0"_ba << Q_INT64_C(0);
    QTest::newRow("spaces") << plain << "  7 "_ba << Q_INT64_C(7000);
    QTest::newRow("longest") << plain << "600"_ba << Q_INT64_C(600000);
    QTest::newRow("too long") << plain << "600.001"_ba << Q_INT64_C(-1);
    QTest::newRow("huge") << plain << QByteArray(400, '9') << Q_INT64_C(-1);
    QTest::newRow("negative") << plain << "-1"_ba << Q_INT64_C(-1);
    QTest::newRow("exponent") << plain << "1e2"_ba << Q_INT64_C(-1);
    QTest::newRow("hex") << plain << "0x10"_ba << Q_INT64_C(-1);
    QTest::newRow("inf") << plain << "inf"_ba << Q_INT64_C(-1);
    QTest::newRow("nan") << plain << "nan"_ba << Q_INT64_C(-1);
    QTest::newRow("dot") << plain << "."_ba << Q_INT64_C(-1);
    QTest::newRow("words") << plain << "soon"_ba << Q_INT64_C(-1);
    QTest::newRow("two values") << plain << "1, 2"_ba << Q_INT64_C(-1);
    QTest::newRow("empty") << plain << QByteArray() << Q_INT64_C(-1);
    QTest::newRow("date") << plain << "Tue, 15 Sep 2026 12:00:30 GMT"_ba << Q_INT64_C(30000);
    QTest::newRow("date now") << plain << "Tue, 15 Sep 2026 12:00:00 GMT"_ba << Q_INT64_C(0);
    QTest::newRow("date gone") << plain << "Tue, 15 Sep 2026 11:59:59 GMT"_ba << Q_INT64_C(-1);
    QTest::newRow("date far") << plain << "Tue, 15 Sep 2026 12:10:01 GMT"_ba << Q_INT64_C(-1);
    QTest::newRow("ms") << fine << "1500"_ba << Q_INT64_C(1500);
    QTest::newRow("ms fraction") << fine << "0.5"_ba << Q_INT64_C(1);
    QTest::newRow("ms too long") << fine << "600001"_ba << Q_INT64_C(-1);
    QTest::newRow("ms case") << "Retry-After-MS"_ba
                             << "20"_ba << Q_INT64_C(20);
    QTest::newRow("absent") << "Date"_ba
                            << "x"_ba << Q_INT64_C(-1);
}

void ApiTextTest::retryDelays()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    const QDateTime now(QDate(2026, 9, 15), QTime(12, 0), Qt::UTC);
    const auto delay = retryDelay({{name, value}}, now);
    QTEST(delay ? qint64(delay->count()) : Q_INT64_C(-1), "expectedMs");
    if (name.compare("retry-after-ms", Qt::CaseInsensitive) != 0)
        return;
    // The finer header goes first where it can be used.
    const auto both = retryDelay({{"retry-after"_ba, "9"_ba}, {name, value}}, now);
    QVERIFY(both);
    QCOMPARE(both->count(), delay ? delay->count() : 9000);
}

void ApiTextTest::retryDateCountsFromTheServicesClock()
{
    const QDateTime wrongClock(QDate(1999, 1, 1), QTime(0, 0), Qt::UTC);
    const auto delay = retryDelay({{"Date"_ba, "Tue, 15 Sep 2026 12:00:00 GMT"_ba},
                                   {"Retry-After"_ba, "Tue, 15 Sep 2026 12:00:05 GMT"_ba}},
                                  wrongClock);
    QVERIFY(delay);
    QCOMPARE(delay->count(), 5000);
}

void ApiTextTest::nesting_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<bool>("deeper"); // than 3

    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("three") << "{\"a\":[{}]}"_ba << false;
    QTest::newRow("four") << "{\"a\":[{\"b\":[]}]}"_ba << true;
    QTest::newRow("wide") << "[{},{},[],[],[[]]]"_ba << false;
    QTest::newRow("in a string") << "{\"a\":\"[[[[[[\"}"_ba << false;
    QTest::newRow("escaped quote") << "{\"a\":\"\\\"[[[[[[\"}"_ba << false;
    QTest::newRow("escaped backslash") << "{\"a\":\"\\\\\",\"b\":[[[]]]}"_ba << true;
    QTest::newRow("open string") << "{\"a\":\"[[[[\\"_ba << false;
    QTest::newRow("never closed") << QByteArray(1000000, '[') << true;
}

void ApiTextTest::nesting()
{
    QFETCH(QByteArray, json);
    QTEST(isNestedDeeper(json, 3), "deeper");
}

QTEST_GUILESS_MAIN(ApiTextTest)
#include "tst_apitext.moc"
