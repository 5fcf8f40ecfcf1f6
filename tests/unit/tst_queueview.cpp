#include "platform/keychain.h"
#include "resources/resources.h"
#include "session/session.h"
#include "ui/models/queuemodel.h"
#include "ui/queue/queueview.h"
#include "ui/queueselection.h"

#include <QItemSelectionModel>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <random>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'800'000'000'000;

UploadSnapshot snapshotOf(const QString &key, UploadState state)
{
    UploadSnapshot upload;
    upload.key = key;
    upload.state = state;
    upload.bytes = 1000;
    return upload;
}

/// A queue on a screen that shows a few rows of it.
struct Shown
{
    explicit Shown(int uploads)
        : session({}, keychain)
        , model([] { return kNow; })
        , view(model,
               [this] {
                   ++painted;
                   return kNow;
               })
        , selection(session, model, view)
    {
        QStringList keys;
        for (int i = 0; i < uploads; ++i) {
            QueuedUpload upload;
            upload.key = QString::number(i);
            upload.filename = upload.key;
            model.addQueued(upload);
            keys.append(upload.key);
        }
        model.setOrder(keys);
        view.resize(800, view.fontMetrics().height() * 8);
        view.show();
        settle();
    }

    /// Until everything that is to be painted has been.
    static void settle()
    {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
    }

    Keychain keychain;
    Session session;
    int painted = 0; ///< each row asks for the time
    QueueModel model;
    QueueView view;
    QueueSelection selection;
};

/// What one update made others do.
struct Cost
{
    qsizetype rowsTold = 0;
    qsizetype uploadsLookedAt = 0;
    qsizetype selectionSignals = 0;
    qsizetype refreshes = 0;
    int painted = 0;

    bool operator==(const Cost &) const = default;
};

Cost costOf(Shown &shown, const QString &key, UploadState state)
{
    QSignalSpy rows(&shown.model, &QAbstractItemModel::dataChanged);
    QSignalSpy layouts(&shown.model, &QAbstractItemModel::layoutChanged);
    QSignalSpy possibilities(&shown.model, &QueueModel::possibilitiesChanged);
    QSignalSpy selections(&shown.view, &QueueView::selectedKeysChanged);
    QSignalSpy refreshes(&shown.selection, &QueueSelection::changed);
    Shown::settle();
    shown.painted = 0;
    shown.model.update({snapshotOf(key, state)});
    Shown::settle();
    Cost cost;
    for (const QList<QVariant> &told : rows)
        cost.rowsTold += told.at(1).toModelIndex().row() - told.at(0).toModelIndex().row() + 1;
    for (const QList<QVariant> &told : possibilities)
        cost.uploadsLookedAt += told.at(0).toStringList().size();
    cost.selectionSignals = selections.size() + layouts.size();
    cost.refreshes = refreshes.size();
    cost.painted = shown.painted;
    return cost;
}

} // namespace

/// The queue on the screen, and what is selected in it.
class QueueViewTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void costOfAnUpdateIsIndependentOfTheQueue();
    void paintsNothingForRowsOffTheScreen();
    void knowsWhatIsSelected();
    void forgetsTheSelectionWithItsRows();
    void scrollsToTheLowest();
};

void QueueViewTest::initTestCase()
{
    initResources();
}

/// Counted, not timed, with all rows selected.
void QueueViewTest::costOfAnUpdateIsIndependentOfTheQueue()
{
    Shown few(10);
    Shown many(10'000);
    for (Shown *shown : {&few, &many}) {
        shown->view.selectAll();
        QCOMPARE(shown->selection.tally().size(), shown->model.rowCount());
    }
    const Cost cost = costOf(few, u"1"_s, UploadState::Sending);
    QCOMPARE(cost.rowsTold, 1);
    QCOMPARE(cost.uploadsLookedAt, 1);
    QCOMPARE(cost.selectionSignals, 0);
    QCOMPARE(cost.refreshes, 1);
    QVERIFY(cost.painted > 0);
    QCOMPARE(costOf(many, u"1"_s, UploadState::Sending), cost);
    // Far from where a view would begin to look for it.
    const Cost offTheScreen = costOf(few, u"9"_s, UploadState::Sending);
    QCOMPARE(costOf(many, u"9999"_s, UploadState::Sending), offTheScreen);
    QCOMPARE(costOf(many, u"5000"_s, UploadState::Sending), offTheScreen);
}

void QueueViewTest::paintsNothingForRowsOffTheScreen()
{
    Shown shown(100);
    QCOMPARE(costOf(shown, u"99"_s, UploadState::Sending).painted, 0);
    shown.view.showLowest({u"99"_s});
    QVERIFY(costOf(shown, u"99"_s, UploadState::Completing).painted > 0);
    QCOMPARE(costOf(shown, u"0"_s, UploadState::Sending).painted, 0);
}

void QueueViewTest::knowsWhatIsSelected()
{
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    const auto below = [&random](int end) { return static_cast<int>(random() % unsigned(end)); };
    Shown shown(40);
    QItemSelectionModel &selection = *shown.view.selectionModel();
    for (int step = 0; step < 400; ++step) {
        const int rows = shown.model.rowCount();
        switch (below(6)) {
        case 0: {
            QStringList order = shown.model.order();
            std::shuffle(order.begin(), order.end(), random);
            shown.model.setOrder(order);
            break;
        }
        case 1: {
            QSet<QString> hidden;
            for (int i = below(20); i > 0; --i)
                hidden.insert(QString::number(below(40)));
            shown.model.setHidden(hidden);
            break;
        }
        case 2:
            shown.view.selectAll();
            break;
        case 3:
            shown.view.clearSelection();
            break;
        default:
            const int first = below(rows);
            const int last = std::min(rows - 1, first + below(5));
            selection.select(
                {shown.model.index(first, 0), shown.model.index(last, 0)},
                (below(2) == 0 ? QItemSelectionModel::Toggle : QItemSelectionModel::Select)
                    | QItemSelectionModel::Rows);
        }
        QStringList selected;
        for (int row = 0; row < shown.model.rowCount(); ++row) {
            if (selection.isRowSelected(row))
                selected.append(shown.model.keyAt(row));
        }
        QCOMPARE(shown.view.selectedKeys(), selected);
        QCOMPARE(shown.selection.tally().size(), selected.size());
        QCOMPARE(shown.view.onlySelectedKey(),
                 selected.size() == 1 ? selected.constFirst() : QString());
    }
}

void QueueViewTest::forgetsTheSelectionWithItsRows()
{
    Shown shown(5);
    shown.view.selectAll();
    shown.model.setOrder({u"3"_s});
    QCOMPARE(shown.view.onlySelectedKey(), u"3"_s);
    shown.model.clear();
    QVERIFY(shown.view.selectedKeys().isEmpty());
    QCOMPARE(shown.selection.tally().size(), 0);
}

void QueueViewTest::scrollsToTheLowest()
{
    Shown shown(100);
    // Files are looked at several at once: the last one to be added needs not be the lowest.
    shown.view.showLowest({u"50"_s, u"99"_s, u"60"_s, u"unknown"_s});
    const QRect row = shown.view.visualRect(shown.model.index(99, 0));
    QVERIFY(row.top() >= 0);
    // Qt leaves out the last line of pixels.
    QVERIFY(row.bottom() <= shown.view.viewport()->height());
}

QTEST_MAIN(QueueViewTest)
#include "tst_queueview.moc"
