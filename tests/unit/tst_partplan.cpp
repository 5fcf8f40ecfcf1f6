#include "transfer/partplan.h"

#include "support/plancheck.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <limits>
#include <vector>

using namespace Qt::StringLiterals;
using namespace longshore;

Q_DECLARE_METATYPE(longshore::PartPlanRequest)

namespace {

constexpr qint64 gibibyte = 1024LL * 1024 * 1024;
constexpr qint64 mebibyte = 1024 * 1024;

} // namespace

class TestPartPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void automaticSize_data();
    void automaticSize();
    void sizes_data();
    void sizes();
    void suitedSize_data();
    void suitedSize();
    void theTailIsForAllLanes();
    void smallUploadsHaveNoTail();
    void eightGibibytes();
    void severalSources();
    void problems_data();
    void problems();
    void tooManyParts();
    void randomPlansCoverTheirSources();
};

void TestPartPlan::automaticSize_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<qint64>("limit");
    QTest::addColumn<qint64>("expected");
    constexpr qint64 limit = 67'108'864;
    QTest::newRow("one byte") << qint64(1) << limit << 2 * mebibyte;
    QTest::newRow("up to 16 of the smallest") << 32 * mebibyte << limit << 2 * mebibyte;
    QTest::newRow("two for each lane") << 32 * mebibyte + 1 << limit << 3 * mebibyte;
    QTest::newRow("as large as usual") << 113 * mebibyte << limit << 8 * mebibyte;
    QTest::newRow("up to 500 of the smallest") << 4000 * mebibyte << limit << 8 * mebibyte;
    QTest::newRow("one byte more") << 4000 * mebibyte + 1 << limit << 9 * mebibyte;
    QTest::newRow("8 GiB") << 8 * gibibyte << limit << 17 * mebibyte;
    QTest::newRow("61 MiB is the last whole one") << 30'500 * mebibyte << limit << 61 * mebibyte;
    QTest::newRow("then 64 decimal megabytes")
        << 30'500 * mebibyte + 1 << limit << qint64(64'000'000);
    QTest::newRow("a service with small parts") << 8 * gibibyte << 5 * mebibyte << 5 * mebibyte;
    QTest::newRow("a service with tiny parts") << qint64(10) << qint64(3) << qint64(3);
}

void TestPartPlan::automaticSize()
{
    QFETCH(qint64, bytes);
    QFETCH(qint64, limit);
    EndpointLimits limits;
    limits.partBytes = limit;
    QTEST(automaticPartSize(bytes, limits), "expected");
}

void TestPartPlan::suitedSize_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<qint64>("suited");
    QTest::addColumn<qint64>("bearable");
    QTest::addColumn<int>("lanes");
    QTest::addColumn<qint64>("expected");
    constexpr qint64 most = 64'000'000;
    QTest::newRow("a slow line") << 2 * gibibyte << qint64(1000) << qint64(0) << 8 << 4 * mebibyte;
    QTest::newRow("whole MiB") << 2 * gibibyte << 10 * mebibyte - 1 << qint64(0) << 8
                               << 10 * mebibyte;
    QTest::newRow("a fast line") << 8 * gibibyte << 500 * mebibyte << qint64(0) << 8 << most;
    QTest::newRow("each lane has some parts")
        << gibibyte << 250 * mebibyte << qint64(0) << 8 << 32 * mebibyte;
    QTest::newRow("fewer lanes, larger ones")
        << gibibyte << 500 * mebibyte << qint64(0) << 4 << most;
    QTest::newRow("a small file") << 10 * mebibyte << 30 * mebibyte << qint64(0) << 8
                                  << 4 * mebibyte;
    QTest::newRow("a small file on a fast line")
        << 10 * mebibyte << 250 * mebibyte << qint64(0) << 8 << 25 * mebibyte;
    QTest::newRow("not too many") << 8 * gibibyte << qint64(1) << qint64(0) << 8 << 5 * mebibyte;
    QTest::newRow("a line that stalls") << gibibyte << 10 * mebibyte << mebibyte << 8 << mebibyte;
    QTest::newRow("stalls, never measured")
        << gibibyte << qint64(0) << 2 * mebibyte << 8 << 2 * mebibyte;
    QTest::newRow("stalls, and too many")
        << 8 * gibibyte << qint64(0) << mebibyte << 8 << 8 * gibibyte / 2000;
}

void TestPartPlan::suitedSize()
{
    QFETCH(qint64, bytes);
    LineHints line;
    QFETCH(qint64, suited);
    line.suited = suited;
    QFETCH(qint64, bearable);
    line.bearable = bearable;
    QFETCH(int, lanes);
    line.lanes = lanes;
    QTEST(automaticPartSize(bytes, EndpointLimits(), line), "expected");
}

/// The parts are given to whichever of the lanes is free, each as fast: at the end no lane waits
/// longer than an eighth of a part takes, and the parts are few more for that.
void TestPartPlan::theTailIsForAllLanes()
{
    for (const int lanes : {1, 2, 4, 8, 16}) {
        for (const qint64 bytes : {3 * gibibyte, 3 * gibibyte + 1, 7 * gibibyte + 123'456'789}) {
            PartPlanRequest request;
            request.sources = {source(bytes)};
            request.line.lanes = lanes;
            const PartPlan plan = planParts(request);
            verifyPlan(plan, request);
            QVERIFY(plan.parts.size() <= bytes / plan.partSize + 1 + 4 * lanes);
            std::vector<qint64> ends(static_cast<std::size_t>(lanes), 0);
            qint64 before = plan.partSize;
            for (const PlannedPart &part : plan.parts) {
                QVERIFY(part.bytes() <= before);
                before = part.bytes();
                *std::min_element(ends.begin(), ends.end()) += part.bytes();
            }
            const auto [first, last] = std::minmax_element(ends.begin(), ends.end());
            QVERIFY2(*last - *first <= plan.partSize / 8,
                     qPrintable(u"%1 lanes: %2"_s.arg(lanes).arg(*last - *first)));
            // Those whose size is given are not touched.
            request.partSize = plan.partSize;
            QCOMPARE(planParts(request).parts.size(), (bytes - 1) / plan.partSize + 1);
        }
    }
}

void TestPartPlan::smallUploadsHaveNoTail()
{
    PartPlanRequest request;
    request.sources = {source(16 * mebibyte)};
    QCOMPARE(planParts(request).parts.size(), 8);
    request.sources = {source(17 * mebibyte)};
    const PartPlan plan = planParts(request);
    verifyPlan(plan, request);
    QCOMPARE(plan.parts.first().bytes(), 2 * mebibyte);
    QCOMPARE(plan.parts.last().bytes(), mebibyte);
}

void TestPartPlan::sizes_data()
{
    QTest::addColumn<qint64>("fileBytes");
    QTest::addColumn<bool>("newlineAdded");
    QTest::addColumn<QList<qint64>>("expected");
    using Sizes = QList<qint64>;
    QTest::newRow("1") << qint64(1) << false << Sizes{1};
    QTest::newRow("part-1") << qint64(9) << false << Sizes{9};
    QTest::newRow("part") << qint64(10) << false << Sizes{10};
    QTest::newRow("part+1") << qint64(11) << false << Sizes{10, 1};
    QTest::newRow("2 parts-1") << qint64(19) << false << Sizes{10, 9};
    QTest::newRow("2 parts") << qint64(20) << false << Sizes{10, 10};
    QTest::newRow("2 parts+1") << qint64(21) << false << Sizes{10, 10, 1};
    QTest::newRow("1 and newline") << qint64(1) << true << Sizes{2};
    QTest::newRow("part-2 and newline") << qint64(8) << true << Sizes{9};
    QTest::newRow("part-1 and newline") << qint64(9) << true << Sizes{10};
    QTest::newRow("part and newline") << qint64(10) << true << Sizes{10, 1};
    QTest::newRow("part+1 and newline") << qint64(11) << true << Sizes{10, 2};
    QTest::newRow("2 parts and newline") << qint64(20) << true << Sizes{10, 10, 1};
}

void TestPartPlan::sizes()
{
    QFETCH(qint64, fileBytes);
    QFETCH(bool, newlineAdded);
    QFETCH(QList<qint64>, expected);
    PartPlanRequest request;
    request.sources = {source(fileBytes, newlineAdded)};
    request.partSize = 10;
    const PartPlan plan = planParts(request);
    verifyPlan(plan, request);
    QCOMPARE(plan.partSize, 10);
    QList<qint64> sizes;
    for (const PlannedPart &part : plan.parts)
        sizes.append(part.bytes());
    QCOMPARE(sizes, expected);
}

void TestPartPlan::eightGibibytes()
{
    PartPlanRequest request;
    request.sources = {source(8 * gibibyte)};
    for (const qint64 suited : {qint64(0), 500 * mebibyte}) {
        request.line.suited = suited;
        const PartPlan automatic = planParts(request);
        verifyPlan(automatic, request);
        const qint64 size = suited > 0 ? 64'000'000 : 17 * mebibyte;
        QCOMPARE(automatic.partSize, size);
        QCOMPARE(automatic.parts.first().bytes(), size);
        const qint64 tail = 3 * request.line.lanes + 2;
        QVERIFY2(automatic.parts.size() < 8 * gibibyte / size + 1 + tail,
                 qPrintable(QString::number(automatic.parts.size())));
    }

    request.partSize = request.limits.partBytes;
    const PartPlan explicitSize = planParts(request);
    verifyPlan(explicitSize, request);
    QCOMPARE(explicitSize.parts.size(), 128);
    QCOMPARE(explicitSize.parts.last().bytes(), request.limits.partBytes);
}

void TestPartPlan::severalSources()
{
    PartPlanRequest request;
    request.sources = {source(10, true), source(3), source(25), source(10)};
    request.partSize = 10;
    const PartPlan plan = planParts(request);
    verifyPlan(plan, request);
    const QList<PlannedPart> expected{
        {0, 0, 10, false, 0},   {0, 10, 0, true, 10},  {1, 0, 3, false, 11}, {2, 0, 10, false, 14},
        {2, 10, 10, false, 24}, {2, 20, 5, false, 34}, {3, 0, 10, false, 39}};
    QCOMPARE(plan.parts, expected);
}

void TestPartPlan::problems_data()
{
    QTest::addColumn<PartPlanRequest>("request");
    QTest::addColumn<QString>("names"); // a part of the sentence; empty: no problem
    PartPlanRequest request;
    QTest::newRow("no source") << request << u"no file"_s;
    request.sources = {source(0)};
    QTest::newRow("empty") << request << u"“a.jsonl” is empty"_s;
    request.sources = {source(0, true)};
    QTest::newRow("empty but for the newline") << request << u"“a.jsonl” is empty"_s;
    request.sources = {source(1), source(0, false, u"/d/b.jsonl"_s)};
    QTest::newRow("one of two empty") << request << u"“b.jsonl” is empty"_s;
    request.sources = {source(-1)};
    QTest::newRow("without a stamp") << request << u"“a.jsonl” can't be read"_s;

    request.sources = {source(request.limits.uploadBytes)};
    QTest::newRow("at the limit") << request << QString();
    request.sources = {source(request.limits.uploadBytes + 1)};
    QTest::newRow("over the limit") << request << u"8589934592 bytes"_s;
    request.sources = {source(request.limits.uploadBytes, true)};
    QTest::newRow("over the limit by the newline") << request << u"8589934592 bytes"_s;
    request.sources = {source(request.limits.uploadBytes - 5), source(5)};
    QTest::newRow("two at the limit") << request << QString();
    request.sources = {source(request.limits.uploadBytes - 5), source(5, true, u"/d/b"_s)};
    QTest::newRow("two over the limit") << request << u"With “b”"_s;
    constexpr qint64 huge = std::numeric_limits<qint64>::max();
    request.sources = {source(huge), source(huge)};
    QTest::newRow("a sum that overflows") << request << u"8589934592 bytes"_s;
    request.sources = {source(huge, true)};
    QTest::newRow("a newline that overflows") << request << u"8589934592 bytes"_s;

    request.sources = {source(10)};
    for (const auto &[size, problem] : std::initializer_list<std::pair<qint64, bool>>{
             {-1, true}, {0, true}, {1, false}, {67'108'864, false}, {67'108'865, true}}) {
        request.partSize = size;
        QTest::addRow("part size %lld", static_cast<long long>(size))
            << request << (problem ? u"A part of %1 bytes"_s.arg(size) : QString());
    }
    request.limits.partBytes = 4;
    request.partSize = 5;
    QTest::newRow("over the endpoint's part limit") << request << u"1 to 4"_s;
}

void TestPartPlan::problems()
{
    QFETCH(PartPlanRequest, request);
    QFETCH(QString, names);
    const PartPlan plan = planParts(request);
    if (names.isEmpty()) {
        verifyPlan(plan, request);
        return;
    }
    QVERIFY2(plan.problem.contains(names), qPrintable(plan.problem));
    QVERIFY(plan.problem.endsWith(u'.'));
    QVERIFY(plan.parts.isEmpty());
}

void TestPartPlan::tooManyParts()
{
    PartPlanRequest request;
    request.partSize = 3;
    request.sources = {source(3 * kMaxParts)};
    const PartPlan most = planParts(request);
    verifyPlan(most, request);
    QCOMPARE(most.parts.size(), kMaxParts);
    for (const QList<SourceFile> &sources :
         {QList{source(3 * kMaxParts + 1)}, QList{source(3 * kMaxParts, true)},
          QList{source(3), source(3 * (kMaxParts - 1)), source(1)}}) {
        request.sources = sources;
        const PartPlan plan = planParts(request);
        QVERIFY2(plan.problem.contains(u"100000 parts"), qPrintable(plan.problem));
        QVERIFY(plan.parts.isEmpty());
    }
    // The size of an upload does not make it fail late.
    request.sources = {source(request.limits.uploadBytes)};
    request.partSize = 1;
    QVERIFY(!planParts(request).problem.isEmpty());
}

void TestPartPlan::randomPlansCoverTheirSources()
{
    QRandomGenerator random(20260101);
    for (int round = 0; round < 2000; ++round) {
        PartPlanRequest request;
        request.limits.partBytes = random.bounded(1, 100);
        if (random.bounded(2) == 0)
            request.partSize = random.bounded(qint64(1), request.limits.partBytes + 1);
        const int count = random.bounded(1, 6);
        for (int index = 0; index < count; ++index)
            request.sources.append(source(random.bounded(1, 400), random.bounded(2) == 0));
        const PartPlan plan = planParts(request);
        verifyPlan(plan, request);
        if (QTest::currentTestFailed())
            return;
        for (qsizetype index = 0; request.partSize && index + 1 < plan.parts.size(); ++index) {
            const PlannedPart &part = plan.parts.at(index);
            if (part.source == plan.parts.at(index + 1).source)
                QCOMPARE(part.bytes(), plan.partSize);
        }
    }
}

QTEST_GUILESS_MAIN(TestPartPlan)
#include "tst_partplan.moc"
