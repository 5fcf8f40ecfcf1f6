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
