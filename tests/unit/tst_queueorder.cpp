#include "queue/queueorder.h"

#include <QRandomGenerator>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

class QueueOrderTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsPlaces();
    void partsFollowTheOrder();
    void manyMovesToOnePlace();
    void whatComesLaterStandsBehindWhatWasMoved();
    void movesManyAtOnce();
    void agreesWithAList();
};

void QueueOrderTest::keepsPlaces()
{
    QueueOrder order;
    order.insert(u"c"_s, 3);
    order.insert(u"a"_s, 1);
    order.insert(u"b"_s, 2);
    order.insert(u"b2"_s, 2);
    QCOMPARE(order.keys(), (QStringList{u"a"_s, u"b"_s, u"b2"_s, u"c"_s}));
    order.remove(u"b"_s);
    order.remove(u"nobody"_s);
    order.move(u"nobody"_s, 0);
    QCOMPARE(order.keys(), (QStringList{u"a"_s, u"b2"_s, u"c"_s}));
}

void QueueOrderTest::partsFollowTheOrder()
{
    QueueOrder order;
    for (const QString &key : {u"a"_s, u"b"_s, u"c"_s}) {
        order.insert(key, key.at(0).unicode());
        order.setPart(key, QueueOrder::Part::Startable);
    }
    order.move(u"c"_s, 0);
    QCOMPARE(order.firstStartable(), u"c"_s);
    order.setPart(u"c"_s, QueueOrder::Part::Running);
    order.setPart(u"b"_s, QueueOrder::Part::Running);
    QCOMPARE(order.firstStartable(), u"a"_s);
    QCOMPARE(order.running(), (QStringList{u"c"_s, u"b"_s}));
    order.remove(u"a"_s);
    QVERIFY(!order.hasStartable());
}

void QueueOrderTest::manyMovesToOnePlace()
{
    QueueOrder order;
    QStringList model;
    for (int i = 0; i < 5; ++i) {
        const QString key = QString::number(i);
        order.insert(key, i);
        order.setPart(key, QueueOrder::Part::Startable);
        model.append(key);
    }
    for (int i = 0; i < 500; ++i) {
        const QString last = model.takeLast();
        model.insert(1, last);
        order.move(last, 1);
        QCOMPARE(order.keys(), model);
    }
    QCOMPARE(order.firstStartable(), model.first());
    order.insert(u"new"_s, 5);
    QCOMPARE(order.keys().last(), u"new"_s);
}

void QueueOrderTest::whatComesLaterStandsBehindWhatWasMoved()
{
    QueueOrder order;
    for (int i = 1; i <= 3; ++i)
        order.insert(QString::number(i), i);
    for (int i = 0; i < 20; ++i)
        order.move(QString::number(1 + i % 3), 99);
    order.insert(u"4"_s, 4);
    QCOMPARE(order.keys().last(), u"4"_s);
}

void QueueOrderTest::movesManyAtOnce()
{
    QueueOrder order;
    for (int i = 0; i < 6; ++i) {
        order.insert(QString::number(i), i);
        order.setPart(QString::number(i), QueueOrder::Part::Startable);
    }
    const auto keys = [&order] { return order.keys().join(QString()); };
    order.moveAll({u"4"_s, u"1"_s, u"nobody"_s, u"4"_s}, -1);
    QCOMPARE(keys(), u"410235"_s);
    QCOMPARE(order.firstStartable(), u"4"_s);
    order.moveAll({u"0"_s, u"4"_s}, 99);
    QCOMPARE(keys(), u"123504"_s);
    QCOMPARE(order.firstStartable(), u"1"_s);
    order.remove(u"2"_s);
    order.moveAll({u"5"_s, u"3"_s}, 1);
    QCOMPARE(keys(), u"15304"_s);
    order.insert(u"6"_s, 6);
    QCOMPARE(keys(), u"153046"_s);
    QStringList started;
    while (order.hasStartable()) {
        started.append(order.firstStartable());
        order.setPart(started.constLast(), QueueOrder::Part::Running);
    }
    QCOMPARE(started.join(QString()), u"15304"_s);
    QCOMPARE(order.running(), started);
}

void QueueOrderTest::agreesWithAList()
{
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    QueueOrder order;
    QStringList model;
    for (int step = 0; step < 3000; ++step) {
        const int what = random.bounded(10);
        if (model.isEmpty() || what < 3) {
            const QString key = QString::number(step);
            order.insert(key, step);
            model.append(key);
        } else if (what < 5) {
            order.remove(model.takeAt(random.bounded(static_cast<int>(model.size()))));
        } else if (what < 6) {
            QStringList moved;
            for (int i = 0; i < 5 && !model.isEmpty(); ++i)
                moved.append(model.takeAt(random.bounded(static_cast<int>(model.size()))));
            const int to = random.bounded(static_cast<int>(model.size()) + 1);
            order.moveAll(moved, to);
            for (qsizetype i = 0; i < moved.size(); ++i)
                model.insert(to + i, moved.at(i));
        } else {
            const QString key = model.takeAt(random.bounded(static_cast<int>(model.size())));
            const int to = random.bounded(static_cast<int>(model.size()) + 3) - 1;
            model.insert(std::clamp(to, 0, static_cast<int>(model.size())), key);
            order.move(key, to);
        }
        if (step % 100 == 0)
            QCOMPARE(order.keys(), model);
    }
    QCOMPARE(order.keys(), model);
}

QTEST_GUILESS_MAIN(QueueOrderTest)
#include "tst_queueorder.moc"
