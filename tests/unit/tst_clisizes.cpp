#include "cli/optionvalues.h"
#include "cli/sizes.h"

#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {
constexpr qint64 kRefused = -1;
}

class tst_CliSizes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void size_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("bytes");

        const auto row = [](const char *text, qint64 bytes) {
            QTest::newRow(*text == '\0' ? "empty" : text) << QString::fromUtf8(text) << bytes;
        };
        row("0", 0);
        row("1", 1);
        row("67108864", 67'108'864);
        row("007", 7);
        row("1k", 1'000);
        row("1K", 1'000);
        row("1kB", 1'000);
        row("1KB", 1'000);
        row("1kb", 1'000);
        row("64M", 64'000'000);
        row("64m", 64'000'000);
        row("64MB", 64'000'000);
        row("64mb", 64'000'000);
        row("8G", 8'000'000'000);
        row("8g", 8'000'000'000);
        row("8GB", 8'000'000'000);
        row("8gB", 8'000'000'000);
        row("1KiB", 1'024);
        row("1kib", 1'024);
        row("64MiB", 67'108'864);
        row("64MIB", 67'108'864);
        row("8GiB", 8'589'934'592);
        row("8gib", 8'589'934'592);
        row("9223372036854775807", 9'223'372'036'854'775'807);
        row("9223372036G", 9'223'372'036'000'000'000);
        row("", kRefused);
        row("k", kRefused);
        row("MiB", kRefused);
        row("-1", kRefused);
        row("+1", kRefused);
        row("-1k", kRefused);
        row("1.5M", kRefused);
        row("1,5M", kRefused);
        row("1e6", kRefused);
        row("0x10", kRefused);
        row("64 MB", kRefused);
        row(" 64MB", kRefused);
        row("64MB ", kRefused);
        row("64B", kRefused);
        row("64Ki", kRefused);
        row("64T", kRefused);
        row("64MBs", kRefused);
        row("64kkB", kRefused);
        row("9223372036854775808", kRefused);
        row("9223372036855k", 9'223'372'036'855'000);
        row("9223372037G", kRefused);
        row("8589934592GiB", kRefused);
        row("99999999999999999999999", kRefused);
        row("٣", kRefused); // a digit, though not an ASCII one
        row("5\u212a", kRefused); // the Kelvin sign, a K in capitals
        row("5\u212aB", kRefused);
    }

    void size()
    {
        QFETCH(const QString, text);
        QFETCH(const qint64, bytes);
        QCOMPARE(parseSize(text).value_or(kRefused), bytes);
    }

    void order_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QList<int>>("order");
        QTest::addColumn<QString>("problem");

        const auto good = [](const char *text, const QList<int> &order) {
            QTest::newRow(text) << QString::fromLatin1(text) << order << QString();
        };
        const auto bad = [](const char *text, const QString &problem) {
            QTest::newRow(*text == '\0' ? "empty" : text)
                << QString::fromLatin1(text) << QList<int>() << problem;
        };
        good("0", {0});
        good("2,0,1", {2, 0, 1});
        good("0,1,2,3", {0, 1, 2, 3});
        good("10,9,8,7,6,5,4,3,2,1,0", {10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0});
        bad("", u"'' is not the number of a part"_s);
        bad("1,0,", u"'' is not the number of a part"_s);
        bad("1;0", u"'1;0' is not the number of a part"_s);
        bad("1, 0", u"' 0' is not the number of a part"_s);
        bad("-1,0", u"'-1' is not the number of a part"_s);
        bad("0,x", u"'x' is not the number of a part"_s);
        bad("0,99999999999", u"'99999999999' is not the number of a part"_s);
        bad("0,1,1", u"part 1 is named twice"_s);
        bad("0,0", u"part 0 is named twice"_s);
        bad("1,2,3", u"part 0 is missing (parts are counted from 0)"_s);
        bad("0,2,3", u"part 1 is missing (parts are counted from 0)"_s);
        bad("2147483647", u"part 0 is missing (parts are counted from 0)"_s);
    }

    void order()
    {
        QFETCH(const QString, text);
        QFETCH(const QList<int>, order);
        QFETCH(const QString, problem);
        QString said;
        const std::optional<QList<int>> parsed = parseOrder(text, &said);
        QCOMPARE(parsed.has_value(), problem.isEmpty());
        QCOMPARE(parsed.value_or(QList<int>()), order);
        QCOMPARE(said, problem);
    }

    void fileName_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("good");
        QTest::newRow("plain") << u"all.jsonl"_s << true;
        QTest::newRow("spaces") << u"all of it.jsonl"_s << true;
        QTest::newRow("other scripts") << u"日本語.jsonl"_s << true;
        QTest::newRow("begins with a dot") << u".all"_s << true;
        QTest::newRow("as long as can be") << QString(255, u'a') << true;
        QTest::newRow("too long") << QString(256, u'a') << false;
        QTest::newRow("too long in UTF-8") << QString(128, u'é') << false;
        QTest::newRow("empty") << QString() << false;
        QTest::newRow("dot") << u"."_s << false;
        QTest::newRow("dots") << u".."_s << false;
        QTest::newRow("folder") << u"a/b"_s << false;
        QTest::newRow("backslash") << u"a\\b"_s << false;
        QTest::newRow("line break") << u"a\nb"_s << false;
        QTest::newRow("escape") << u"a\x1b"_s << false;
        QTest::newRow("delete") << u"a\x7f"_s << false;
        QTest::newRow("C1") << u"a\x9b"_s << false;
        QTest::newRow("null") << QString(QChar(u'\0')) << false;
    }

    void fileName()
    {
        QFETCH(const QString, name);
        QTEST(isPlainFileName(name), "good");
    }

    void mimeType_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("good");
        QTest::newRow("text/plain") << u"text/plain"_s << true;
        QTest::newRow("suffix") << u"application/ld+json"_s << true;
        QTest::newRow("vendor") << u"application/vnd.oasis.opendocument.text"_s << true;
        QTest::newRow("x-") << u"text/x-c++"_s << true;
        QTest::newRow("empty") << QString() << false;
        QTest::newRow("no subtype") << u"text/"_s << false;
        QTest::newRow("no type") << u"/plain"_s << false;
        QTest::newRow("no slash") << u"text"_s << false;
        QTest::newRow("two slashes") << u"text/plain/x"_s << false;
        QTest::newRow("parameter") << u"text/plain; charset=utf-8"_s << false;
        QTest::newRow("space") << u"text /plain"_s << false;
        QTest::newRow("line break at the end") << u"text/plain\n"_s << false;
    }

    void mimeType()
    {
        QFETCH(const QString, text);
        QTEST(isMimeType(text), "good");
    }

    void purpose_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("good");
        for (const char *known :
             {"assistants", "batch", "fine-tune", "vision", "user_data", "evals", "ocr2"})
            QTest::newRow(known) << QString::fromLatin1(known) << true;
        QTest::newRow("empty") << QString() << false;
        QTest::newRow("upper case") << u"Batch"_s << false;
        QTest::newRow("space") << u"user data"_s << false;
        QTest::newRow("option") << u"--json"_s << false;
        QTest::newRow("line break at the end") << u"batch\n"_s << false;
    }

    void purpose()
    {
        QFETCH(const QString, text);
        QTEST(isPurpose(text), "good");
    }
};

QTEST_GUILESS_MAIN(tst_CliSizes)
#include "tst_clisizes.moc"
