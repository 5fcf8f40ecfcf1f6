#include "plansamples.h"

#include "ui/models/partmodel.h"
#include "ui/models/parttext.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QLocale>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace longshore;
using namespace Qt::StringLiterals;

using Order = QList<int>;

/// The list of an upload's parts.
class PartModelTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void showsAllOfAPart();
    void namesFilesOfACombinedUpload();
    void speaksSentences();
    void touchesOnlyWhatChanged();
    void takesManyRunsAsOne();
    void keepsTheSelectionOnTheParts();
    void leavesOtherPlansAlone();
    void dropsRows();
    void dropsNothingUnlessAllowed();
    void showsTheChosenOrderUntilTheEngineDoes();
    void goesBackWhenItMayNotBeArranged();
    void holdsManyParts();

private:
    QString text(int row, PartModel::Column column) const
    {
        return m_model->index(row, column).data().toString();
    }

    std::unique_ptr<PartModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

namespace {

QList<PartSnapshot> waiting(qsizetype parts)
{
    return QList<PartSnapshot>(parts);
}

ApiError refusal()
{
    ApiError error;
    error.kind = ErrorKind::Refused;
    error.status = 503;
    error.message = u"Over\u202Eloaded"_s;
    error.requestId = u"req_1"_s;
    error.part = 1;
    return error;
}

} // namespace

void PartModelTest::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
}

void PartModelTest::init()
{
    m_tester.reset();
    m_model = std::make_unique<PartModel>();
    m_tester = std::make_unique<QAbstractItemModelTester>(
        m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    m_model->setPlan(samplePlan({{u"/f/a.bin"_s, 4500}}, 1000));
}

void PartModelTest::showsAllOfAPart()
{
    QList<PartSnapshot> parts = waiting(5);
    parts[1] = samplePart(PartState::Sending, 2, 250);
    parts[4] = samplePart(PartState::Confirmed);
    parts[4].partId = u"part_4"_s;
    m_model->setParts(parts, {4, 0, 1, 2, 3});
    QCOMPARE(m_model->rowCount(), 5);
    QCOMPARE(text(0, PartModel::Number), u"5"_s);
    QCOMPARE(text(0, PartModel::Size), u"500 B"_s);
    QCOMPARE(text(0, PartModel::SourceRange), u"4,000 – 4,499"_s);
    QCOMPARE(text(0, PartModel::ResultRange), u"0 – 499"_s);
    QCOMPARE(text(0, PartModel::State), u"Confirmed"_s);
    QCOMPARE(text(0, PartModel::Progress), u"100 %"_s);
    QCOMPARE(text(0, PartModel::PartId), u"part_4"_s);
    QCOMPARE(text(1, PartModel::ResultRange), u"500 – 1,499"_s);
    QCOMPARE(text(1, PartModel::Attempts), QString());
    QCOMPARE(text(2, PartModel::Progress), u"25 %"_s);
    QCOMPARE(text(2, PartModel::Attempts), u"2"_s);
    const QModelIndex sending = m_model->index(2, PartModel::Progress);
    QCOMPARE(sending.data(PartModel::RawRole).toLongLong(), 250);
    QCOMPARE(sending.data(PartModel::IndexRole).toInt(), 1);
    for (int column = 0; column < PartModel::ColumnCount; ++column)
        QVERIFY(!m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
}

void PartModelTest::namesFilesOfACombinedUpload()
{
    UploadPlan plan = samplePlan({{u"/f/a.jsonl"_s, 10}, {u"/f/b\u202E.jsonl"_s, 10}}, 10);
    plan.parts[1].newlineAdded = true;
    m_model->setPlan(plan);
    QCOMPARE(text(0, PartModel::File), u"a.jsonl"_s);
    QCOMPARE(text(1, PartModel::File), u"b\\u{202E}.jsonl"_s);
    QCOMPARE(text(1, PartModel::SourceRange), u"0 – 9 and a newline"_s);
    QVERIFY(m_model->index(1, 0)
                .data(Qt::AccessibleTextRole)
                .toString()
                .endsWith("b\\u{202E}.jsonl"_L1));
}

void PartModelTest::speaksSentences()
{
    QList<PartSnapshot> parts = waiting(5);
    parts[0] = samplePart(PartState::Sending, 1, 430);
    parts[1] = samplePart(PartState::Retrying, 3);
    parts[1].error = refusal();
    parts[2] = samplePart(PartState::Confirmed);
    parts[3] = samplePart(PartState::Sending, 1, 1000);
    m_model->setParts(parts, {});
    const auto spoken = [this](int row) {
        return m_model->index(row, 0).data(Qt::AccessibleTextRole).toString();
    };
    QCOMPARE(spoken(0), u"Part 1 of 5, sending, 43 percent, 1.0 kB"_s);
    QCOMPARE(spoken(1),
             u"Part 2 of 5, waiting to be sent again, Over\\u{202E}loaded · HTTP 503 · "
             "request req_1, 1.0 kB"_s);
    QCOMPARE(spoken(2), u"Part 3 of 5, confirmed, 1.0 kB"_s);
    QCOMPARE(text(3, PartModel::State), u"Sent, waiting for the answer"_s);
    const QString toolTip = m_model->index(1, 0).data(Qt::ToolTipRole).toString();
    QVERIFY(toolTip.contains("Part 2 of 5"_L1));
    QVERIFY(toolTip.contains(u"1,000 – 1,999"_s));
    QVERIFY(toolTip.contains("attempt 3"_L1));
    QVERIFY(toolTip.contains("The service refused"_L1));
    QVERIFY(toolTip.contains("HTTP 503"_L1));
    parts[2].partId = u"part_of_which_the_cell_shows_the_beginning"_s;
    m_model->setParts(parts, {});
    QVERIFY(m_model->index(2, 0).data(Qt::ToolTipRole).toString().contains(parts[2].partId));
}

void PartModelTest::touchesOnlyWhatChanged()
{
    QList<PartSnapshot> parts = waiting(5);
    m_model->setParts(parts, {});
    QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
    QSignalSpy laidOut(m_model.get(), &QAbstractItemModel::layoutChanged);
    m_model->setParts(parts, {0, 1, 2, 3, 4});
    QCOMPARE(changed.size(), 0);
    parts[1] = parts[2] = samplePart(PartState::Sending, 1, 5);
    parts[4] = samplePart(PartState::Failed);
    m_model->setParts(parts, {});
    QCOMPARE(changed.size(), 2);
    QCOMPARE(changed.at(0).at(0).toModelIndex().row(), 1);
    QCOMPARE(changed.at(0).at(1).toModelIndex().row(), 2);
    QCOMPARE(changed.at(1).at(0).toModelIndex().row(), 4);
    QCOMPARE(laidOut.size(), 0);
}

void PartModelTest::takesManyRunsAsOne()
{
    m_model->setPlan(samplePlan({{u"/f/a.bin"_s, 1000}}, 1));
    QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
    QList<PartSnapshot> parts = waiting(1000);
    for (int part = 1; part < 1000; part += 2)
        parts[part] = samplePart(PartState::Confirmed);
    m_model->setParts(parts, {});
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed.at(0).at(0).toModelIndex().row(), 1);
    QCOMPARE(changed.at(0).at(1).toModelIndex().row(), 999);
}

void PartModelTest::keepsTheSelectionOnTheParts()
{
    QItemSelectionModel selection(m_model.get());
    selection.select(m_model->index(3, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    QSignalSpy resets(m_model.get(), &QAbstractItemModel::modelReset);
    m_model->setParts(waiting(5), {3, 4, 2, 1, 0});
    QCOMPARE(resets.size(), 0);
    QCOMPARE(selection.selectedRows().size(), 1);
    QCOMPARE(selection.selectedRows().constFirst().row(), 0);
    QCOMPARE(selection.selectedRows().constFirst().data(PartModel::IndexRole).toInt(), 3);
}

void PartModelTest::leavesOtherPlansAlone()
{
    QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
    QSignalSpy resets(m_model.get(), &QAbstractItemModel::modelReset);
    m_model->setParts(QList<PartSnapshot>(4, samplePart(PartState::Confirmed)), {});
    m_model->setPlan(m_model->plan());
    QCOMPARE(changed.size() + resets.size(), 0);
    m_model->clear();
    QCOMPARE(m_model->rowCount(), 0);
    QCOMPARE(resets.size(), 1);
}

void PartModelTest::dropsRows()
{
    m_model->setReorderable(true);
    QSignalSpy chosen(m_model.get(), &PartModel::orderChosen);
    QVERIFY(m_model->flags(m_model->index(0, 0)).testFlag(Qt::ItemIsDragEnabled));
    const std::unique_ptr<QMimeData> data(
        m_model->mimeData({m_model->index(3, 0), m_model->index(3, 1), m_model->index(0, 0)}));
    QVERIFY(m_model->dropMimeData(data.get(), Qt::MoveAction, 2, 0, {}));
    QCOMPARE(m_model->order().parts(), Order({1, 0, 3, 2, 4}));
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(chosen.constFirst().constFirst().value<Order>(), Order({1, 0, 3, 2, 4}));
    // To the same place: nothing to tell. Below all rows: to the end.
    QVERIFY(m_model->dropMimeData(data.get(), Qt::MoveAction, 1, 0, {}));
    QCOMPARE(chosen.size(), 1);
    QVERIFY(m_model->dropMimeData(data.get(), Qt::MoveAction, -1, -1, {}));
    QCOMPARE(m_model->order().parts(), Order({1, 2, 4, 0, 3}));
}

void PartModelTest::dropsNothingUnlessAllowed()
{
    const std::unique_ptr<QMimeData> data(m_model->mimeData({m_model->index(3, 0)}));
    QVERIFY(!m_model->flags(m_model->index(0, 0)).testFlag(Qt::ItemIsDragEnabled));
    QVERIFY(!m_model->dropMimeData(data.get(), Qt::MoveAction, 0, 0, {}));
    m_model->setReorderable(true);
    QVERIFY(!m_model->dropMimeData(data.get(), Qt::CopyAction, 0, 0, {}));
    QMimeData other;
    other.setText(u"3"_s);
    QVERIFY(!m_model->canDropMimeData(&other, Qt::MoveAction, 0, 0, {}));
    QVERIFY(m_model->order().isFileOrder());
}

void PartModelTest::showsTheChosenOrderUntilTheEngineDoes()
{
    m_model->setReorderable(true);
    PartOrder order = m_model->order();
    order.moveDown({0});
    m_model->choose(order);
    order.moveDown({1});
    m_model->choose(order);
    const Order chosen{1, 2, 0, 3, 4};
    QCOMPARE(m_model->order().parts(), chosen);
    m_model->setParts(waiting(5), {0, 1, 2, 3, 4}); // from before
    QCOMPARE(m_model->order().parts(), chosen);
    m_model->setParts(waiting(5), {1, 0, 2, 3, 4}); // the first of the two
    QCOMPARE(m_model->order().parts(), chosen);
    m_model->setParts(waiting(5), chosen);
    m_model->setParts(waiting(5), {4, 3, 2, 1, 0}); // somebody else's
    QCOMPARE(m_model->order().parts(), Order({4, 3, 2, 1, 0}));
}

void PartModelTest::goesBackWhenItMayNotBeArranged()
{
    m_model->setReorderable(true);
    PartOrder order = m_model->order();
    order.reverse();
    m_model->choose(order);
    m_model->setReorderable(false);
    QVERIFY(m_model->order().isFileOrder());
    m_model->choose(order);
    QVERIFY(m_model->order().isFileOrder());
}

void PartModelTest::holdsManyParts()
{
    m_tester.reset(); // it looks at every row at each change
    m_model->setPlan(samplePlan({{u"/f/a.bin"_s, kMaxParts}}, 1));
    m_model->setReorderable(true);
    QList<PartSnapshot> parts = waiting(kMaxParts);
    m_model->setParts(parts, {});
    QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
    parts[77'777] = samplePart(PartState::Confirmed);
    m_model->setParts(parts, {});
    QCOMPARE(changed.size(), 1);
    PartOrder order = m_model->order();
    order.reverse();
    m_model->choose(order);
    QCOMPARE(m_model->index(22'222, 0).data(PartModel::StateRole).toInt(),
             static_cast<int>(PartState::Confirmed));
}

QTEST_GUILESS_MAIN(PartModelTest)
#include "tst_partmodel.moc"
