#include "transfer/partplan.h"

#include "support/plancheck.h"
#include "support/sourcefiles.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace longshore;

namespace {

constexpr qint64 gibibyte = 1024LL * 1024 * 1024;

/// The contents of sources, and how often they were asked for line ends.
class Lines
{
public:
    explicit Lines(const QList<QByteArray> &contents)
        : m_contents(contents)
    {
    }

    QList<SourceFile> sources(bool newlineWhereMissing) const
    {
        QList<SourceFile> files;
        for (const QByteArray &content : m_contents)
            files.append(source(content.size(), newlineWhereMissing && !content.endsWith('\n')));
        return files;
    }

    LastLineEnd lastLineEnd()
    {
        return [this](int index, qint64 from, qint64 to) -> std::optional<qint64> {
            ++calls;
            const QByteArray &content = m_contents.at(index);
            if (to > content.size())
                return {};
            const qsizetype newline =
                QByteArrayView(content).first(to).sliced(from).lastIndexOf('\n');
            return from + newline + 1;
        };
    }

    QByteArray bytesOf(const PlannedPart &part) const
    {
        return m_contents.at(part.source).mid(part.sourceOffset, part.sourceBytes)
            + (part.newlineAdded ? "\n" : "");
    }

    int calls = 0;

private:
    QList<QByteArray> m_contents;
};

PartPlan planLines(Lines &lines, std::optional<qint64> partSize, bool newlineWhereMissing = true)
{
    PartPlanRequest request;
    request.sources = lines.sources(newlineWhereMissing);
    request.partSize = partSize;
    request.cutAtLines = true;
    return planParts(request, lines.lastLineEnd());
}

QList<QByteArray> contentsOf(const PartPlan &plan, const Lines &lines)
{
    QList<QByteArray> contents;
    for (const PlannedPart &part : plan.parts)
        contents.append(lines.bytesOf(part));
    return contents;
}

} // namespace

class TestLineCuts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cutAtLines_data();
    void cutAtLines();
    void automaticSizeGrowsWithTheLongestLine();
    void lineLongerThanAnyAutomaticPart();
    void lineTooLongForExplicitSize();
    void unreadableLines();
    void randomLinesSurviveAnyOrder();
    void callsGrowWithThePartsOnly();
    void lastLineEnd_data();
    void lastLineEnd();
    void lastLineEndOfOtherThings();
};

void TestLineCuts::cutAtLines_data()
{
    QTest::addColumn<QList<QByteArray>>("contents");
    QTest::addColumn<bool>("addNewline");
    QTest::addColumn<QList<QByteArray>>("expected"); // with parts of 10 bytes
    using Bytes = QList<QByteArray>;
    QTest::newRow("one short line") << Bytes{"abc\n"} << true << Bytes{"abc\n"};
    QTest::newRow("as many lines as fit")
        << Bytes{"ab\ncd\nef\ngh\n"} << true << Bytes{"ab\ncd\nef\n", "gh\n"};
    QTest::newRow("lines fit exactly")
        << Bytes{"abcd\nefgh\nijkl\n"} << true << Bytes{"abcd\nefgh\n", "ijkl\n"};
    QTest::newRow("a line exactly as long as a part")
        << Bytes{"a\n123456789\nb\n"} << true << Bytes{"a\n", "123456789\n", "b\n"};
    QTest::newRow("the last line as long as a part, newline added")
        << Bytes{"a\n123456789"} << true << Bytes{"a\n", "123456789\n"};
    QTest::newRow("the file as long as a part, newline added")
        << Bytes{"abcd\nefghi"} << true << Bytes{"abcd\n", "efghi\n"};
    QTest::newRow("the file one byte shorter, newline added")
        << Bytes{"abcd\nefgh"} << true << Bytes{"abcd\nefgh\n"};
    QTest::newRow("no newline at the end, none added")
        << Bytes{"abcd\nefgh\nij"} << false << Bytes{"abcd\nefgh\n", "ij"};
    QTest::newRow("a last line as long as a part, none added")
        << Bytes{"abcd\n1234567890"} << false << Bytes{"abcd\n", "1234567890"};
    QTest::newRow("CRLF") << Bytes{"abc\r\ndef\r\nghi\r\n"} << true
                          << Bytes{"abc\r\ndef\r\n", "ghi\r\n"};
    QTest::newRow("a part never ends between CR and LF")
        << Bytes{"abcd\r\nefg\r\n"} << true << Bytes{"abcd\r\n", "efg\r\n"};
    QTest::newRow("empty lines") << Bytes{"\n\n\n\n\n\n\n\n\n\n\n\n"} << true
                                 << Bytes{"\n\n\n\n\n\n\n\n\n\n", "\n\n"};
    QTest::newRow("a newline only") << Bytes{"\n"} << true << Bytes{"\n"};
    QTest::newRow("sources") << Bytes{"a\nb", "c\n", "1234567\nd"} << true
                             << Bytes{"a\nb\n", "c\n", "1234567\nd\n"};
}

void TestLineCuts::cutAtLines()
{
    QFETCH(QList<QByteArray>, contents);
    QFETCH(bool, addNewline);
    QFETCH(QList<QByteArray>, expected);
    Lines lines(contents);
    const PartPlan plan = planLines(lines, 10, addNewline);
    PartPlanRequest request;
    request.sources = lines.sources(addNewline);
    verifyPlan(plan, request);
    QCOMPARE(plan.partSize, 10);
    QCOMPARE(contentsOf(plan, lines), expected);
}

void TestLineCuts::automaticSizeGrowsWithTheLongestLine()
{
    constexpr qint64 mib = 1024 * 1024;
    const QByteArray shortLines = QByteArray(3 * mib - 1, 'a') + '\n';
    // 3 MiB hold a short line each; the line of 17 MiB needs three doublings.
    Lines lines({shortLines.repeated(5) + QByteArray(17 * mib - 1, 'b') + '\n' + shortLines});
    const PartPlan plan = planLines(lines, {});
    QCOMPARE(plan.problem, QString());
    QCOMPARE(plan.partSize, 24 * mib);
    QList<qint64> sizes;
    for (const PlannedPart &part : plan.parts)
        sizes.append(part.bytes());
    QCOMPARE(sizes, (QList<qint64>{15 * mib, 20 * mib}));

    Lines atTheBound({QByteArray(64'000'000 - 1, 'c') + "\nd\n"});
    const PartPlan bound = planLines(atTheBound, {});
    QCOMPARE(bound.problem, QString());
    QCOMPARE(bound.partSize, 64'000'000);
    QCOMPARE(bound.parts.size(), 2);
}

void TestLineCuts::lineLongerThanAnyAutomaticPart()
{
    const QByteArray longLine = QByteArray(64'000'000, 'c') + '\n';
    Lines lines({"ab\n" + longLine + "d\n"});
    const PartPlan plan = planLines(lines, {});
    QVERIFY2(plan.problem.contains(u"“a.jsonl” that begins at byte 3 has more than the 64000000"),
             qPrintable(plan.problem));
    QVERIFY(plan.parts.isEmpty());
    // Asked for, it is sent up to the endpoint's limit.
    QCOMPARE(planLines(lines, 64'000'001).parts.size(), 3);
}

void TestLineCuts::lineTooLongForExplicitSize()
{
    for (const char *content :
         {"abc\n1234567890\n", "abc\n1234567890", "abc\n12345678901234567890\nd\n"}) {
        Lines lines({"x\n", content});
        const PartPlan plan = planLines(lines, 10);
        QVERIFY2(plan.problem.contains(u"begins at byte 4 has more than the 10 bytes"),
                 qPrintable(plan.problem));
        QVERIFY(plan.parts.isEmpty());
    }
}

void TestLineCuts::unreadableLines()
{
    PartPlanRequest request;
    request.sources = {source(100)};
    request.partSize = 10;
    request.cutAtLines = true;
    const PartPlan plan =
        planParts(request, [](int, qint64, qint64) { return std::optional<qint64>(); });
    QVERIFY2(plan.problem.contains(u"“a.jsonl” can't be read"), qPrintable(plan.problem));
}

void TestLineCuts::randomLinesSurviveAnyOrder()
{
    QRandomGenerator random(20260102);
    int plans = 0;
    for (int round = 0; round < 2000; ++round) {
        QList<QByteArray> contents;
        const int count = random.bounded(1, 4);
        for (int index = 0; index < count; ++index) {
            QByteArray content;
            const int lineCount = random.bounded(1, 30);
            for (int line = 0; line < lineCount; ++line) {
                content += QByteArray(random.bounded(0, 12), char('a' + random.bounded(26)));
                content += random.bounded(4) == 0 ? "\r\n" : "\n";
            }
            if (content.size() > 1 && random.bounded(2) == 0)
                content.chop(1);
            contents.append(content);
        }
        Lines lines(contents);
        PartPlanRequest request;
        request.sources = lines.sources(true);
        const qint64 partSize = random.bounded(1, 60);
        const PartPlan plan = planLines(lines, partSize);
        qsizetype longest = 0;
        QByteArray whole;
        for (qsizetype index = 0; index < contents.size(); ++index)
            whole += contents.at(index) + (request.sources.at(index).newlineAdded ? "\n" : "");
        QList<QByteArray> wholeLines = whole.split('\n');
        for (const QByteArray &line : std::as_const(wholeLines))
            longest = std::max(longest, line.size() + 1);
        QCOMPARE(plan.problem.isEmpty(), longest <= partSize);
        if (!plan.problem.isEmpty())
            continue;
        ++plans;
        verifyPlan(plan, request);
        if (QTest::currentTestFailed())
            return;
        QList<QByteArray> parts = contentsOf(plan, lines);
        QCOMPARE(parts.join(), whole);
        std::shuffle(parts.begin(), parts.end(), random);
        for (const QByteArray &part : std::as_const(parts))
            QVERIFY(part.endsWith('\n'));
        QList<QByteArray> shuffledLines = parts.join().split('\n');
        std::sort(wholeLines.begin(), wholeLines.end());
        std::sort(shuffledLines.begin(), shuffledLines.end());
        QCOMPARE(shuffledLines, wholeLines);
    }
    QVERIFY(plans > 500);
}

void TestLineCuts::callsGrowWithThePartsOnly()
{
    PartPlanRequest request;
    request.sources = {source(8 * gibibyte)};
    request.cutAtLines = true;
    int calls = 0;
    const PartPlan plan =
        planParts(request, [&calls](int, qint64, qint64 to) -> std::optional<qint64> {
            ++calls;
            return to - 100;
        });
    verifyPlan(plan, request);
    QCOMPARE(calls, plan.parts.size() - 1);
}

void TestLineCuts::lastLineEnd_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<qint64>("from");
    QTest::addColumn<qint64>("to");
    QTest::addColumn<qint64>("expected"); // -1: none
    constexpr qint64 block = 64 * 1024;
    QTest::newRow("behind the last newline")
        << QByteArray("ab\ncd\nef") << qint64(0) << qint64(8) << qint64(6);
    QTest::newRow("exactly at the end")
        << QByteArray("ab\ncd\nef") << qint64(0) << qint64(6) << qint64(6);
    QTest::newRow("one before it")
        << QByteArray("ab\ncd\nef") << qint64(0) << qint64(5) << qint64(3);
    QTest::newRow("the newline before from does not count")
        << QByteArray("ab\ncd\nef") << qint64(3) << qint64(5) << qint64(3);
    QTest::newRow("the first byte") << QByteArray("\nab") << qint64(0) << qint64(3) << qint64(1);
    QTest::newRow("no newline") << QByteArray("abcdef") << qint64(1) << qint64(6) << qint64(1);
    QTest::newRow("nothing asked for") << QByteArray("ab\n") << qint64(2) << qint64(2) << qint64(2);
    QTest::newRow("to is behind the end")
        << QByteArray("ab\n") << qint64(0) << qint64(4) << qint64(-1);
    for (const qint64 gap :
         {block - 1, block, block + 1, 3 * block - 1, 3 * block, 3 * block + 1}) {
        const QByteArray content = "x\n" + QByteArray(gap, 'y');
        QTest::addRow("%lld bytes back", static_cast<long long>(gap))
            << content << qint64(0) << content.size() << qint64(2);
        QTest::addRow("%lld bytes without one", static_cast<long long>(gap))
            << content << qint64(2) << content.size() << qint64(2);
    }
}

void TestLineCuts::lastLineEnd()
{
    QFETCH(QByteArray, content);
    QFETCH(qint64, from);
    QFETCH(qint64, to);
    const SourceFiles files;
    const SourceFile file = files.write(content);
    QTEST(lastLineEndInFile(file.path, from, to).value_or(-1), "expected");
}

void TestLineCuts::lastLineEndOfOtherThings()
{
    const SourceFiles files;
    QVERIFY(!lastLineEndInFile(files.filePath(u"missing"_s), 0, 10));
    QVERIFY(!lastLineEndInFile(files.filePath({}), 0, 10));
#ifdef Q_OS_UNIX
    const SourceFile fifo = files.write("0123456789");
    QVERIFY(changeFile(fifo, FileChange::BecomeFifo));
    QVERIFY(!lastLineEndInFile(fifo.path, 0, 10));
#endif
}

QTEST_GUILESS_MAIN(TestLineCuts)
#include "tst_linecuts.moc"
