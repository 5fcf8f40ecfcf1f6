#include "ui/models/queuemodel.h"
#include "ui/models/rowmoves.h"

#include <QAbstractItemModelTester>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <memory>
#include <random>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'800'000'000'000;

QueuedUpload queuedUpload(const QString &key)
{
    QueuedUpload upload;
    upload.key = key;
    upload.paths = {u"/data/%1.jsonl"_s.arg(key)};
    upload.filename = key + u".jsonl"_s;
    upload.bytes = 1000;
    upload.parts = 10;
    upload.purpose = u"fine-tune"_s;
    upload.mimeType = u"text/jsonl"_s;
    return upload;
}

UploadSnapshot snapshotOf(const QString &key, UploadState state, qint64 confirmed = 0)
{
    UploadSnapshot upload;
    upload.key = key;
    upload.filename = key + u".jsonl"_s;
    upload.bytes = 1000;
    upload.confirmed = confirmed;
    upload.state = state;
    return upload;
}

} // namespace

class TestQueueModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void showsRowsInOrder();
    void updatesOnlyChangedRows();
    void followsAnyOrder_data();
    void followsAnyOrder();
    void keepsPersistentRows();
    void hidesRemovedRows();
    void forgetsWhatIsGone();
    void asksForMoves_data();
    void asksForMoves();
    void findsPlacesForRows();
    void percentGoesOnAcrossUploads();
    void totalsMatchTheRows();
    void costOfAnUpdateIsIndependentOfTheQueue();

private:
    void fill(const QStringList &keys);

    std::unique_ptr<QueueModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

void TestQueueModel::init()
{
    m_tester.reset();
    m_model = std::make_unique<QueueModel>([] { return kNow; });
    m_tester = std::make_unique<QAbstractItemModelTester>(
        m_model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
}

void TestQueueModel::fill(const QStringList &keys)
{
    for (const QString &key : keys)
        m_model->addQueued(queuedUpload(key));
    m_model->setOrder(keys);
}

void TestQueueModel::showsRowsInOrder()
{
    fill({u"b"_s, u"a"_s, u"c"_s});
    QCOMPARE(m_model->keys(), (QStringList{u"b"_s, u"a"_s, u"c"_s}));
    QCOMPARE(m_model->index(0, QueueModel::Name).data().toString(), u"b.jsonl"_s);
    QCOMPARE(m_model->index(1, QueueModel::Size).data().toString(), u"1.0 kB"_s);
    QCOMPARE(m_model->index(1, QueueModel::Name).data(Qt::AccessibleTextRole).toString(),
             u"a.jsonl, queued"_s);
    // An order may name what was not told yet.
    m_model->setOrder({u"x"_s, u"b"_s, u"a"_s, u"c"_s});
    QCOMPARE(m_model->rowCount(), 3);
    m_model->addQueued(queuedUpload(u"x"_s));
    m_model->setOrder({u"x"_s, u"b"_s, u"a"_s, u"c"_s});
    QCOMPARE(m_model->keyAt(0), u"x"_s);
}

void TestQueueModel::updatesOnlyChangedRows()
{
    fill({u"a"_s, u"b"_s, u"c"_s, u"d"_s, u"e"_s});
    QSignalSpy changes(m_model.get(), &QAbstractItemModel::dataChanged);
    QSignalSpy states(m_model.get(), &QueueModel::statesChanged);
    m_model->update(
        {snapshotOf(u"e"_s, UploadState::Sending, 10), snapshotOf(u"b"_s, UploadState::Queued),
         snapshotOf(u"c"_s, UploadState::Sending), snapshotOf(u"nobody"_s, UploadState::Sending)});
    QCOMPARE(changes.size(), 2);
    QCOMPARE(changes.at(0).at(0).toModelIndex().row(), 1);
    QCOMPARE(changes.at(0).at(1).toModelIndex().row(), 2);
    QCOMPARE(changes.at(1).at(0).toModelIndex().row(), 4);
    QCOMPARE(states.size(), 1);
    QCOMPARE(states.at(0).at(0).toStringList(), (QStringList{u"e"_s, u"c"_s}));
}

void TestQueueModel::followsAnyOrder_data()
{
    QTest::addColumn<QStringList>("order");
    QTest::newRow("same") << QStringList{u"a"_s, u"b"_s, u"c"_s, u"d"_s};
    QTest::newRow("empty") << QStringList{};
    QTest::newRow("removed") << QStringList{u"b"_s, u"d"_s};
    QTest::newRow("appended") << QStringList{u"a"_s, u"b"_s, u"c"_s, u"d"_s, u"e"_s, u"f"_s};
    QTest::newRow("inserted") << QStringList{u"e"_s, u"a"_s, u"b"_s, u"f"_s, u"c"_s, u"d"_s};
    QTest::newRow("moved") << QStringList{u"d"_s, u"a"_s, u"b"_s, u"c"_s};
    QTest::newRow("all") << QStringList{u"f"_s, u"d"_s, u"e"_s, u"a"_s};
}

void TestQueueModel::followsAnyOrder()
{
    QFETCH(QStringList, order);
    fill({u"a"_s, u"b"_s, u"c"_s, u"d"_s});
    m_model->addQueued(queuedUpload(u"e"_s));
    m_model->addQueued(queuedUpload(u"f"_s));
    m_model->setOrder(order);
    QCOMPARE(m_model->keys(), order);
    for (int row = 0; row < order.size(); ++row) {
        QCOMPARE(m_model->rowOf(order.at(row)), row);
        QCOMPARE(m_model->index(row, 0).data(QueueModel::KeyRole).toString(), order.at(row));
    }
}

void TestQueueModel::keepsPersistentRows()
{
    fill({u"a"_s, u"b"_s, u"c"_s, u"d"_s});
    const QPersistentModelIndex b = m_model->index(1, QueueModel::Rate);
    m_model->setOrder({u"d"_s, u"c"_s, u"b"_s});
    QVERIFY(b.isValid());
    QCOMPARE(b.row(), 2);
    QCOMPARE(b.column(), int(QueueModel::Rate));
    m_model->setOrder({u"d"_s, u"c"_s});
    QVERIFY(!b.isValid());
}

void TestQueueModel::hidesRemovedRows()
{
    fill({u"a"_s, u"b"_s, u"c"_s});
    m_model->setHidden({u"b"_s});
    QCOMPARE(m_model->keys(), (QStringList{u"a"_s, u"c"_s}));
    QCOMPARE(m_model->order().size(), 3);
    m_model->update({snapshotOf(u"b"_s, UploadState::Completed, 1000)});
    m_model->setHidden({});
    QCOMPARE(m_model->keys(), (QStringList{u"a"_s, u"b"_s, u"c"_s}));
    QCOMPARE(m_model->index(1, QueueModel::Progress).data().toString(), u"100 %"_s);
}

void TestQueueModel::forgetsWhatIsGone()
{
    fill({u"a"_s, u"b"_s});
    m_model->update({snapshotOf(u"a"_s, UploadState::Failed)});
    m_model->setOrder({u"b"_s});
    QCOMPARE(m_model->totals().failed(), 0);
    QCOMPARE(m_model->totals().uploads(), 1);
    QVERIFY(m_model->snapshot(u"a"_s).key.isEmpty());
}

void TestQueueModel::asksForMoves_data()
{
    QTest::addColumn<QList<int>>("rows");
    QTest::addColumn<int>("before");
    QTest::addColumn<QString>("wanted");
    QTest::newRow("up") << QList<int>{2} << 0 << u"a"_s;
    QTest::newRow("down") << QList<int>{0} << 2 << u"c"_s;
    QTest::newRow("end") << QList<int>{0, 1} << 4 << QString();
    QTest::newRow("onto itself") << QList<int>{1, 2} << 2 << u"d"_s;
}

void TestQueueModel::asksForMoves()
{
    QFETCH(QList<int>, rows);
    QFETCH(int, before);
    QFETCH(QString, wanted);
    fill({u"a"_s, u"b"_s, u"c"_s, u"d"_s});
    QModelIndexList indexes;
    QStringList keys;
    for (const int row : rows) {
        indexes << m_model->index(row, 0) << m_model->index(row, 1);
        keys.append(m_model->keyAt(row));
    }
    const std::unique_ptr<QMimeData> data(m_model->mimeData(indexes));
    QSignalSpy moves(m_model.get(), &QueueModel::moveRequested);
    QVERIFY(!m_model->dropMimeData(data.get(), Qt::MoveAction, before, 0, {}));
    QCOMPARE(moves.size(), 1);
    QCOMPARE(moves.at(0).at(0).toStringList(), keys);
    QCOMPARE(moves.at(0).at(1).toString(), wanted);
    QMimeData files;
    files.setUrls({QUrl(u"file:///data/x"_s)});
    QVERIFY(!m_model->canDropMimeData(&files, Qt::CopyAction, 0, 0, {}));
}

void TestQueueModel::findsPlacesForRows()
{
    const QStringList rows{u"a"_s, u"b"_s, u"c"_s, u"d"_s};
    const auto place = [&rows](RowMove move, const QStringList &selected) {
        return placeFor(move, rows, selected).value_or(u"nowhere"_s);
    };
    QCOMPARE(place(RowMove::Top, {u"c"_s, u"d"_s}), u"a"_s);
    QCOMPARE(place(RowMove::Top, {u"a"_s, u"d"_s}), u"b"_s);
    QCOMPARE(place(RowMove::Up, {u"c"_s}), u"b"_s);
    QCOMPARE(place(RowMove::Up, {u"a"_s}), u"nowhere"_s);
    QCOMPARE(place(RowMove::Down, {u"b"_s}), u"d"_s);
    QCOMPARE(place(RowMove::Down, {u"c"_s}), QString());
    QCOMPARE(place(RowMove::Down, {u"d"_s}), u"nowhere"_s);
    QCOMPARE(place(RowMove::Bottom, {u"a"_s}), QString());
    QCOMPARE(place(RowMove::Bottom, rows), u"nowhere"_s);
    QCOMPARE(place(RowMove::Top, {}), u"nowhere"_s);
}

/// Two uploads of the same size: the first one's end is half of all, and not the other's beginning.
void TestQueueModel::percentGoesOnAcrossUploads()
{
    fill({u"a"_s, u"b"_s});
    m_model->update({snapshotOf(u"a"_s, UploadState::Sending, 900)});
    QCOMPARE(m_model->totals().percent(), 45);
    m_model->update({snapshotOf(u"a"_s, UploadState::Completed, 1000)});
    QCOMPARE(m_model->totals().percent(), 50);
    m_model->update({snapshotOf(u"b"_s, UploadState::Sending, 500)});
    QCOMPARE(m_model->totals().percent(), 75);
    m_model->update({snapshotOf(u"b"_s, UploadState::Completed, 1000)});
    QCOMPARE(m_model->totals().percent(), 0);
}

void TestQueueModel::totalsMatchTheRows()
{
    constexpr unsigned seed = 20261123;
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    QStringList keys;
    for (int i = 0; i < 40; ++i)
        keys.append(QString::number(i));
    fill(keys);
    for (int step = 0; step < 500; ++step) {
        const QString key = keys.at(static_cast<qsizetype>(random() % keys.size()));
        UploadSnapshot upload =
            snapshotOf(key, static_cast<UploadState>(random() % 12), qint64(random() % 1000));
        upload.rate = static_cast<double>(random() % 5000);
        upload.lanes = static_cast<int>(random() % 4);
        m_model->update({upload});
    }
    int running = 0;
    int failed = 0;
    int undecided = 0;
    int ended = 0;
    qint64 confirmed = 0;
    qint64 unsent = 0;
    for (const QString &key : keys) {
        const UploadSnapshot upload = m_model->snapshot(key);
        switch (upload.state) {
        case UploadState::Failed:
            ++failed;
            break;
        case UploadState::Unknown:
            ++undecided;
            break;
        case UploadState::Completed:
        case UploadState::Cancelled:
            ++ended;
            break;
        case UploadState::Queued:
        case UploadState::Paused:
        case UploadState::Ready:
            confirmed += upload.confirmed;
            unsent += upload.unsent();
            break;
        default:
            ++running;
            confirmed += upload.confirmed;
            unsent += upload.unsent();
        }
    }
    const QueueTotals &totals = m_model->totals();
    QCOMPARE(totals.running(), running);
    QCOMPARE(totals.failed(), failed);
    QCOMPARE(totals.undecided(), undecided);
    QCOMPARE(totals.ended(), ended);
    QCOMPARE(totals.confirmed(), confirmed);
    QCOMPARE(totals.unsent(), unsent);
    QCOMPARE(totals.uploads(), 40);
}

/// Counted, not timed: one signal for one row, whatever the number of rows.
void TestQueueModel::costOfAnUpdateIsIndependentOfTheQueue()
{
    m_tester.reset();
    QStringList keys;
    for (int i = 0; i < 10'000; ++i)
        keys.append(QString::number(i));
    fill(keys);
    QSignalSpy changes(m_model.get(), &QAbstractItemModel::dataChanged);
    QSignalSpy layouts(m_model.get(), &QAbstractItemModel::layoutChanged);
    QSignalSpy resets(m_model.get(), &QAbstractItemModel::modelReset);
    m_model->update({snapshotOf(u"9000"_s, UploadState::Sending, 1)});
    QCOMPARE(changes.size(), 1);
    QCOMPARE(changes.at(0).at(0).toModelIndex().row(), 9000);
    QCOMPARE(changes.at(0).at(1).toModelIndex().row(), 9000);
    QCOMPARE(layouts.size() + resets.size(), 0);
}

QTEST_GUILESS_MAIN(TestQueueModel)
#include "tst_queuemodel.moc"
