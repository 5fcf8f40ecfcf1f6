#include "matrixcell.h"
#include "matrixtable.h"

#include <QFile>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

/// Each fault at each call, once and for ever, against what matrix.md says. With
/// LONGSHORE_FAULT_MATRIX_TO=FILE in the environment nothing is compared, and the whole table as
/// measured is written to that file; what must never be is a failure all the same.
class FaultMatrixTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cell_data();
    void cell();
    void tableHasNoOtherCells();
    void cleanupTestCase();

private:
    MatrixTable m_table;
    QString m_measuredFile; ///< where measured cells go; empty: they are compared
};

void FaultMatrixTest::initTestCase()
{
    m_measuredFile = qEnvironmentVariable("LONGSHORE_FAULT_MATRIX_TO");
    QString problem;
    QVERIFY2(m_table.read(QStringLiteral(LONGSHORE_FAULT_MATRIX_FILE), &problem),
             qPrintable(problem));
}

void FaultMatrixTest::cell_data()
{
    QTest::addColumn<FaultRow>("row");
    QTest::addColumn<sandbox::Call>("call");
    QTest::addColumn<bool>("forEver");
    for (const bool forEver : {false, true}) {
        for (const FaultRow &row : matrixRows()) {
            for (const sandbox::Call call : row.calls) {
                QTest::newRow(
                    qPrintable(MatrixTable::cellName(forEver, row.name, matrixCallName(call))))
                    << row << call << forEver;
            }
        }
    }
}

void FaultMatrixTest::cell()
{
    QFETCH(FaultRow, row);
    QFETCH(sandbox::Call, call);
    QFETCH(bool, forEver);
    MatrixCell cell(row, call, forEver);
    cell.run();
    const QString name = MatrixTable::cellName(forEver, row.name, matrixCallName(call));
    m_table.setMeasured(name, cell.outcome());
    const bool isAsExpected = !m_measuredFile.isEmpty() || cell.outcome() == m_table.expected(name);
    if (!cell.breaches().isEmpty() || !isAsExpected)
        qInfo("%s", qPrintable(cell.log()));
    QVERIFY2(cell.breaches().isEmpty(), qPrintable(cell.breaches().join(u' ')));
    if (m_measuredFile.isEmpty())
        QCOMPARE(cell.outcome(), m_table.expected(name));
}

void FaultMatrixTest::tableHasNoOtherCells()
{
    QStringList others = m_table.cells();
    for (const FaultRow &row : matrixRows()) {
        for (const sandbox::Call call : row.calls) {
            for (const bool forEver : {false, true})
                others.removeOne(MatrixTable::cellName(forEver, row.name, matrixCallName(call)));
        }
    }
    if (m_measuredFile.isEmpty())
        QCOMPARE(others, QStringList());
}

void FaultMatrixTest::cleanupTestCase()
{
    if (m_measuredFile.isEmpty())
        return;
    QFile file(m_measuredFile);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(m_table.text().toUtf8());
}

QTEST_GUILESS_MAIN(FaultMatrixTest)
#include "tst_faultmatrix.moc"
