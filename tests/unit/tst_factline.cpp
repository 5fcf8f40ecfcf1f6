#include "ui/models/factline.h"

#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

/// Facts in a line that is shorter where the room is.
class FactLineTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void leavesOutTheLightest();
    void leavesOutTheLaterOfTwo();
    void isEmptyWithoutFacts();
};

void FactLineTest::leavesOutTheLightest()
{
    FactLine line;
    line.add(u"1 MB/s"_s, 2);
    line.add(u"4 parts"_s, 0);
    line.add(u"1 failed"_s, 5);
    QCOMPARE(
        line.texts(),
        (QStringList{u"1 MB/s · 4 parts · 1 failed"_s, u"1 MB/s · 1 failed"_s, u"1 failed"_s}));
}

void FactLineTest::leavesOutTheLaterOfTwo()
{
    FactLine line;
    line.add(u"2 running"_s, 1);
    line.add(u"3 queued"_s, 1);
    QCOMPARE(line.texts(), (QStringList{u"2 running · 3 queued"_s, u"2 running"_s}));
}

void FactLineTest::isEmptyWithoutFacts()
{
    QVERIFY(FactLine().texts().isEmpty());
}

QTEST_GUILESS_MAIN(FactLineTest)
#include "tst_factline.moc"
