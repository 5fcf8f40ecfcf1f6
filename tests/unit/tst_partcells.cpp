#include "plansamples.h"

#include "ui/models/partcells.h"

#include <QTest>

using namespace longshore;

/// The grid of the part map, and what its cells show.
class PartCellsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fillsTheWidth_data();
    void fillsTheWidth();
    void knowsNoCellOutside();
    void holdsNothing();
    void sumsUp();
};

void PartCellsTest::fillsTheWidth_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("lines");
    QTest::addColumn<int>("rowsPerCell");
    QTest::newRow("one part") << 1 << 480 << 1 << 1;
    QTest::newRow("a line of good cells") << 24 << 480 << 1 << 1;
    QTest::newRow("two lines") << 27 << 480 << 2 << 1;
    QTest::newRow("all lines") << 128 << 480 << 5 << 1;
    QTest::newRow("wide") << 128 << 1000 << 3 << 1;
    QTest::newRow("as small as they get") << 400 << 480 << 5 << 1;
    QTest::newRow("two share one") << 401 << 480 << 5 << 2;
    QTest::newRow("as many as there may be") << 100'000 << 480 << 5 << 250;
    QTest::newRow("hardly any room") << 10 << 1 << 5 << 2;
}

void PartCellsTest::fillsTheWidth()
{
    QFETCH(int, rows);
    QFETCH(int, width);
    QFETCH(int, lines);
    QFETCH(int, rowsPerCell);
    const PartCellSizes sizes;
    const PartCells cells(rows, width, sizes);
    QCOMPARE(cells.lines(), lines);
    QCOMPARE(cells.rowsPerCell(), rowsPerCell);
    QCOMPARE(cells.height(), lines * sizes.height);
    const int edge = std::max(width, sizes.smallestWidth);
    // Each line but the last is full, and ends at the edge.
    QCOMPARE(cells.rect(cells.columns() - 1).right() + sizes.gap, edge - 1);
    int next = 0;
    for (int cell = 0; cell < cells.count(); ++cell) {
        QCOMPARE(cells.firstRow(cell), next);
        QVERIFY(cells.lastRow(cell) >= cells.firstRow(cell));
        QCOMPARE(cells.cellOf(cells.lastRow(cell)), cell);
        next = cells.lastRow(cell) + 1;
        const QRect rect = cells.rect(cell);
        QVERIFY(rect.width() + sizes.gap >= sizes.smallestWidth);
        QVERIFY(rect.left() >= 0 && rect.right() < edge && rect.bottom() < cells.height());
        QCOMPARE(cells.cellAt(rect.topLeft()), cell);
        QCOMPARE(cells.cellAt(rect.bottomRight()), cell);
    }
    QCOMPARE(next, rows);
}

void PartCellsTest::knowsNoCellOutside()
{
    const PartCells cells(27, 480, {});
    QCOMPARE(cells.cellAt({-1, 0}), -1);
    QCOMPARE(cells.cellAt({0, -1}), -1);
    QCOMPARE(cells.cellAt({480, 0}), -1);
    QCOMPARE(cells.cellAt({0, cells.height()}), -1);
    QCOMPARE(cells.cellAt({479, cells.height() - 1}), -1); // 14 and 13 cells
}

void PartCellsTest::holdsNothing()
{
    const PartCells cells(0, 480, {});
    QCOMPARE(cells.count(), 0);
    QCOMPARE(cells.height(), 0);
    QCOMPARE(cells.cellAt({0, 0}), -1);
}

void PartCellsTest::sumsUp()
{
    CellSum sum;
    QCOMPARE(sum.look().confirmed, 0.0);
    sum.add(samplePart(PartState::Confirmed), 50);
    QCOMPARE(sum.look().state, PartState::Confirmed);
    QCOMPARE(sum.look().confirmed, 1.0);
    sum.add(samplePart(PartState::Waiting, 0), 25);
    QCOMPARE(sum.look().state, PartState::Waiting);
    sum.add(samplePart(PartState::Sending, 1, 99), 25); // never more than all
    QCOMPARE(sum.look().state, PartState::Sending);
    QCOMPARE(sum.look().confirmed, 0.5);
    QCOMPARE(sum.look().sent, 0.25);
    sum.add(samplePart(PartState::Retrying, 4), 50);
    sum.add(samplePart(PartState::Retrying, 2), 50);
    QCOMPARE(sum.look().state, PartState::Retrying);
    QCOMPARE(sum.look().attempt, 4);
    sum.add(samplePart(PartState::Failed), 50);
    sum.add(samplePart(PartState::Confirmed), 50);
    QCOMPARE(sum.look().state, PartState::Failed);
}

QTEST_GUILESS_MAIN(PartCellsTest)
#include "tst_partcells.moc"
