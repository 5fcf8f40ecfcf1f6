#include "plansamples.h"

#include "ui/models/partorder.h"

#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

using Order = QList<int>;

/// Orders of parts, and what is done with them.
class PartOrderTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void startsInFileOrder();
    void takesPermutationsOnly();
    void movesRows_data();
    void movesRows();
    void reversesAndResets();
    void tellsWhereRowsBegin();
    void bringsFilesTogether();
    void movesWholeFiles_data();
    void movesWholeFiles();
    void seesCutLines_data();
    void seesCutLines();
    void holdsManyParts();
};

namespace {

UploadPlan oneFile()
{
    return samplePlan({{u"/f/a.bin"_s, 45}}, 10); // 10, 10, 10, 10, 5
}

/// Parts 0, 1 of a, 2 of b, 3, 4 of c.
UploadPlan threeFiles()
{
    return samplePlan({{u"/f/a.jsonl"_s, 20}, {u"/f/b.jsonl"_s, 7}, {u"/f/c.jsonl"_s, 15}}, 10);
}

} // namespace

void PartOrderTest::startsInFileOrder()
{
    const PartOrder order(oneFile());
    QCOMPARE(order.parts(), Order({0, 1, 2, 3, 4}));
    QVERIFY(order.isFileOrder());
    QVERIFY(!order.isCombined());
    QVERIFY(PartOrder(threeFiles()).isCombined());
    QCOMPARE(PartOrder().size(), 0);
}

void PartOrderTest::takesPermutationsOnly()
{
    PartOrder order(oneFile());
    QVERIFY(!order.set({0, 1, 2, 3}));
    QVERIFY(!order.set({0, 1, 2, 3, 3}));
    QVERIFY(!order.set({1, 2, 3, 4, 5}));
    QVERIFY(order.set({4, 3, 2, 1, 0}));
    QVERIFY(!order.set({4, 3, 2, 1, 0}));
    QCOMPARE(order.rowOf(4), 0);
    QCOMPARE(order.rowOf(9), -1);
    QCOMPARE(order.partAt(0), 4);
    QCOMPARE(order.partAt(5), -1);
    QVERIFY(order.set({})); // file order
    QVERIFY(order.isFileOrder());
}

void PartOrderTest::movesRows_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<Order>("rows");
    QTest::addColumn<Order>("expected");
    QTest::newRow("up") << u"up"_s << Order{2} << Order{0, 2, 1, 3, 4};
    QTest::newRow("up, the first") << u"up"_s << Order{0} << Order{0, 1, 2, 3, 4};
    QTest::newRow("up, several") << u"up"_s << Order{4, 2} << Order{0, 2, 1, 4, 3};
    QTest::newRow("up, neighbours") << u"up"_s << Order{2, 3} << Order{0, 2, 3, 1, 4};
    QTest::newRow("up, behind the first") << u"up"_s << Order{0, 1, 3} << Order{0, 1, 3, 2, 4};
    QTest::newRow("down") << u"down"_s << Order{2} << Order{0, 1, 3, 2, 4};
    QTest::newRow("down, the last") << u"down"_s << Order{4} << Order{0, 1, 2, 3, 4};
    QTest::newRow("down, neighbours") << u"down"_s << Order{1, 2} << Order{0, 3, 1, 2, 4};
    QTest::newRow("top") << u"top"_s << Order{4, 2} << Order{2, 4, 0, 1, 3};
    QTest::newRow("bottom") << u"bottom"_s << Order{0, 2} << Order{1, 3, 4, 0, 2};
    QTest::newRow("to 3") << u"3"_s << Order{0} << Order{1, 2, 0, 3, 4};
    QTest::newRow("to 1") << u"1"_s << Order{4} << Order{0, 4, 1, 2, 3};
    QTest::newRow("to 2, from both sides") << u"2"_s << Order{0, 4} << Order{1, 0, 4, 2, 3};
    QTest::newRow("to 5") << u"5"_s << Order{1} << Order{0, 2, 3, 4, 1};
    QTest::newRow("onto itself") << u"2"_s << Order{2} << Order{0, 1, 2, 3, 4};
    QTest::newRow("behind itself") << u"3"_s << Order{2} << Order{0, 1, 2, 3, 4};
    QTest::newRow("none") << u"up"_s << Order{} << Order{0, 1, 2, 3, 4};
    QTest::newRow("no such row") << u"top"_s << Order{-1, 7} << Order{0, 1, 2, 3, 4};
    QTest::newRow("all") << u"down"_s << Order{0, 1, 2, 3, 4} << Order{0, 1, 2, 3, 4};
}

static bool move(PartOrder &order, const QString &how, const Order &rows)
{
    if (how == "up"_L1)
        return order.moveUp(rows);
    if (how == "down"_L1)
        return order.moveDown(rows);
    if (how == "top"_L1)
        return order.moveToTop(rows);
    if (how == "bottom"_L1)
        return order.moveToBottom(rows);
    return order.moveTo(rows, how.toInt());
}

void PartOrderTest::movesRows()
{
    QFETCH(QString, how);
    QFETCH(Order, rows);
    QFETCH(Order, expected);
    PartOrder order(oneFile());
    QCOMPARE(move(order, how, rows), expected != fileOrder(5));
    QCOMPARE(order.parts(), expected);
}

void PartOrderTest::reversesAndResets()
{
    PartOrder order(oneFile());
    QVERIFY(!order.reset());
    QVERIFY(order.reverse());
    QCOMPARE(order.parts(), Order({4, 3, 2, 1, 0}));
    QVERIFY(!order.isFileOrder());
    QVERIFY(order.reset());
    QVERIFY(order.isFileOrder());
}

void PartOrderTest::tellsWhereRowsBegin()
{
    PartOrder order(oneFile());
    order.moveToTop({4}); // the short one
    QCOMPARE(order.offset(0), 0);
    QCOMPARE(order.offset(1), 5);
    QCOMPARE(order.offset(4), 35);
}

void PartOrderTest::bringsFilesTogether()
{
    PartOrder order(threeFiles());
    order.set({4, 2, 1, 3, 0});
    QVERIFY(order.setMovesWholeFiles(true));
    QVERIFY(order.movesWholeFiles());
    QCOMPARE(order.parts(), Order({3, 4, 2, 0, 1}));
    QVERIFY(!order.setMovesWholeFiles(true));
    QVERIFY(!order.setMovesWholeFiles(false));
    QCOMPARE(order.parts(), Order({3, 4, 2, 0, 1}));
}

void PartOrderTest::movesWholeFiles_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<Order>("rows");
    QTest::addColumn<Order>("expected");
    QTest::newRow("up") << u"up"_s << Order{4} << Order{0, 1, 3, 4, 2};
    QTest::newRow("down") << u"down"_s << Order{1} << Order{2, 0, 1, 3, 4};
    QTest::newRow("top") << u"top"_s << Order{3} << Order{3, 4, 0, 1, 2};
    QTest::newRow("bottom") << u"bottom"_s << Order{0} << Order{2, 3, 4, 0, 1};
    QTest::newRow("in front of a file") << u"0"_s << Order{2} << Order{2, 0, 1, 3, 4};
    QTest::newRow("into a file") << u"1"_s << Order{2} << Order{2, 0, 1, 3, 4};
}

void PartOrderTest::movesWholeFiles()
{
    QFETCH(QString, how);
    QFETCH(Order, rows);
    QFETCH(Order, expected);
    PartOrder order(threeFiles());
    order.setMovesWholeFiles(true);
    QVERIFY(move(order, how, rows));
    QCOMPARE(order.parts(), expected);
    PartOrder reversed(threeFiles());
    reversed.setMovesWholeFiles(true);
    reversed.reverse();
    QCOMPARE(reversed.parts(), Order({3, 4, 2, 0, 1}));
}

void PartOrderTest::seesCutLines_data()
{
    QTest::addColumn<bool>("isCombined");
    QTest::addColumn<QString>("name");
    QTest::addColumn<Order>("order");
    QTest::addColumn<bool>("cuts");
    QTest::newRow("file order") << false << u"a.jsonl"_s << Order{0, 1, 2, 3, 4} << false;
    QTest::newRow("swapped") << false << u"a.jsonl"_s << Order{1, 0, 2, 3, 4} << true;
    QTest::newRow("upper case") << false << u"A.JSONL"_s << Order{1, 0, 2, 3, 4} << true;
    QTest::newRow("reversed") << false << u"a.jsonl"_s << Order{4, 3, 2, 1, 0} << true;
    QTest::newRow("rotated") << false << u"a.jsonl"_s << Order{1, 2, 3, 4, 0} << true;
    QTest::newRow("no lines") << false << u"a.bin"_s << Order{4, 3, 2, 1, 0} << false;
    QTest::newRow("files in order") << true << u"x.jsonl"_s << Order{0, 1, 2, 3, 4} << false;
    QTest::newRow("files swapped") << true << u"x.jsonl"_s << Order{3, 4, 0, 1, 2} << false;
    QTest::newRow("by their names") << true << u"x"_s << Order{1, 0, 2, 3, 4} << true;
    QTest::newRow("file inside a file") << true << u"x.jsonl"_s << Order{0, 2, 1, 3, 4} << true;
    QTest::newRow("half a file last") << true << u"x.jsonl"_s << Order{4, 0, 1, 2, 3} << true;
    QTest::newRow("nothing") << false << u"a.jsonl"_s << Order{} << false;
}

void PartOrderTest::seesCutLines()
{
    QFETCH(bool, isCombined);
    QFETCH(QString, name);
    QFETCH(Order, order);
    QFETCH(bool, cuts);
    UploadPlan plan = isCombined ? threeFiles() : oneFile();
    QCOMPARE(cutsLines(plan, name, order), cuts);
    plan.cutAtLines = true;
    QVERIFY(!cutsLines(plan, name, order));
}

void PartOrderTest::holdsManyParts()
{
    PartOrder order(samplePlan({{u"/f/a.bin"_s, kMaxParts}}, 1));
    QCOMPARE(order.size(), kMaxParts);
    QVERIFY(order.reverse());
    QVERIFY(order.moveToTop({static_cast<int>(kMaxParts) - 1}));
    QCOMPARE(order.partAt(0), 0);
    QCOMPARE(order.offset(1), 1);
}

QTEST_GUILESS_MAIN(PartOrderTest)
#include "tst_partorder.moc"
