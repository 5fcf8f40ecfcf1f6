#include "detailsfixture.h"

#include "ui/details/partcellpainter.h"
#include "ui/details/partlist.h"
#include "ui/details/partmap.h"
#include "ui/models/partmodel.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QImage>
#include <QItemSelectionModel>
#include <QPaintEvent>
#include <QPainter>
#include <QTest>
#include <QToolTip>

#include <memory>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

/// Collects where a widget paints.
class PaintRecorder final : public QObject
{
public:
    explicit PaintRecorder(QWidget *widget) { widget->installEventFilter(this); }
    QRegion painted;

    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() == QEvent::Paint)
            painted += static_cast<QPaintEvent *>(event)->region();
        return false;
    }
};

} // namespace

/// The parts at a glance.
class PartMapTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void patternsTellStatesApart_data();
    void patternsTellStatesApart();
    void coloursAreLegible_data();
    void coloursAreLegible();
    void staysLowHoweverManyParts();
    void repaintsOnlyWhatChanged();
    void clicksSelectInTheList();
    void showsWhatTheListSelects();
    void movesByKeys();
    void selectsAllPartsOfASharedCell();
    void tellsAboutACell();

private:
    QList<int> selectedRows() const;
    void click(int cell, Qt::KeyboardModifiers modifiers = {});

    std::unique_ptr<QWidget> m_window;
    PartModel *m_model = nullptr;
    PartList *m_list = nullptr;
    PartMap *m_map = nullptr;
};

void PartMapTest::init()
{
    m_window = std::make_unique<QWidget>();
    m_model = new PartModel(m_window.get());
    m_list = new PartList(m_model, m_window.get());
    m_map = new PartMap(m_model, m_list->selectionModel(), m_window.get());
    const UploadPlan plan = samplePlan({{u"/f/a.bin"_s, 2400}}, 100);
    m_model->setPlan(plan);
    m_model->setParts(sampleParts(plan), {});
    m_window->resize(480, 400);
    m_map->setGeometry(0, 0, 480, m_map->heightForWidth(480));
    m_list->setGeometry(0, 200, 480, 200);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void PartMapTest::cleanup()
{
    m_window.reset();
}

QList<int> PartMapTest::selectedRows() const
{
    QList<int> rows;
    for (const QModelIndex &index : m_list->selectionModel()->selectedRows())
        rows.append(index.row());
    std::sort(rows.begin(), rows.end());
    return rows;
}

void PartMapTest::click(int cell, Qt::KeyboardModifiers modifiers)
{
    QTest::mouseClick(m_map, Qt::LeftButton, modifiers, m_map->cells().rect(cell).center());
}

void PartMapTest::patternsTellStatesApart_data()
{
    QTest::addColumn<QPalette>("palette");
    QTest::addColumn<QSize>("size");
    const QPalette light = QGuiApplication::palette();
    QTest::newRow("light") << light << QSize(18, 18);
    QTest::newRow("dark") << darkPalette() << QSize(18, 18);
    QTest::newRow("light, small") << light << QSize(6, 18);
    QTest::newRow("dark, small") << darkPalette() << QSize(6, 18);
}

void PartMapTest::patternsTellStatesApart()
{
    QFETCH(QPalette, palette);
    QFETCH(QSize, size);
    QList<CellLook> looks{{PartState::Waiting, 0, 0, 0},  {PartState::Sending, 0, 0.4, 1},
                          {PartState::Sending, 0, 1, 1},  {PartState::Confirmed, 1, 0, 1},
                          {PartState::Retrying, 0, 0, 2}, {PartState::Failed, 0, 0, 5},
                          {PartState::Waiting, 0.5, 0, 1}};
    QList<QImage> drawn;
    for (const CellLook &look : std::as_const(looks)) {
        QImage image(size, QImage::Format_RGB32);
        image.fill(Qt::magenta);
        QPainter painter(&image);
        paintPartCell(painter, image.rect(), look, PartColours(palette), CellFrame::None);
        painter.end();
        // Whoever sees no colours tells them apart as well.
        image = image.convertToFormat(QImage::Format_Grayscale8);
        QVERIFY(!drawn.contains(image));
        drawn.append(image);
    }
}

void PartMapTest::coloursAreLegible_data()
{
    QTest::addColumn<QPalette>("palette");
    QTest::newRow("light") << QGuiApplication::palette();
    QTest::newRow("dark") << darkPalette();
    QPalette black = darkPalette();
    black.setColor(QPalette::Base, Qt::black);
    QTest::newRow("black") << black;
    QPalette grey;
    grey.setColor(QPalette::Base, QColor(128, 128, 128));
    QTest::newRow("grey") << grey;
}

void PartMapTest::coloursAreLegible()
{
    QFETCH(QPalette, palette);
    const PartColours colours(palette);
    QVERIFY(contrast(colours.error, colours.empty) >= 4.5);
    QVERIFY(contrast(colours.retry, colours.empty) >= 4.5);
    QVERIFY(colours.error != colours.retry);
    QVERIFY(colours.sent != colours.confirmed);
    QCOMPARE(qRound(contrast(Qt::white, Qt::black)), 21);
}

void PartMapTest::staysLowHoweverManyParts()
{
    m_model->setPlan(samplePlan({{u"/f/a.bin"_s, kMaxParts}}, 1));
    const int line = m_map->fontMetrics().height() + 2;
    QCOMPARE(m_map->heightForWidth(480), 5 * line);
    QVERIFY(m_map->cells().rowsPerCell() > 1);
    QVERIFY(m_map->heightForWidth(3840) <= 5 * line);
    m_model->clear();
    QCOMPARE(m_map->heightForWidth(480), 0);
}

void PartMapTest::repaintsOnlyWhatChanged()
{
    const PaintRecorder recorder(m_map);
    QList<PartSnapshot> parts = sampleParts(m_model->plan());
    parts[12].sent += 10;
    m_model->setParts(parts, {});
    QTRY_VERIFY(!recorder.painted.isEmpty());
    QCOMPARE(recorder.painted.boundingRect(), m_map->cells().rect(12));
}

void PartMapTest::clicksSelectInTheList()
{
    click(3);
    QCOMPARE(selectedRows(), QList<int>({3}));
    QCOMPARE(m_list->currentIndex().row(), 3);
    click(6, Qt::ShiftModifier);
    QCOMPARE(selectedRows(), QList<int>({3, 4, 5, 6}));
    click(9, Qt::ControlModifier);
    QCOMPARE(selectedRows(), QList<int>({3, 4, 5, 6, 9}));
    click(4, Qt::ControlModifier);
    QCOMPARE(selectedRows(), QList<int>({3, 5, 6, 9}));
    // The menu is for what is selected.
    QTest::mouseClick(m_map, Qt::RightButton, {}, m_map->cells().rect(9).center());
    QCOMPARE(selectedRows(), QList<int>({3, 5, 6, 9}));
}

void PartMapTest::showsWhatTheListSelects()
{
    const QImage before = m_map->grab().toImage();
    m_list->setCurrentIndex(m_model->index(20, 0));
    const QImage after = m_map->grab().toImage();
    const QRect cell = m_map->cells().rect(20);
    QVERIFY(before.copy(cell) != after.copy(cell));
    QCOMPARE(before.copy(m_map->cells().rect(21)), after.copy(m_map->cells().rect(21)));
    QVERIFY(m_map->accessibleDescription().startsWith("Part 21 of 24, waiting"_L1));
}

void PartMapTest::movesByKeys()
{
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    m_map->setFocus();
    QCOMPARE(selectedRows(), QList<int>({0}));
    QTest::keyClick(m_map, Qt::Key_Right);
    QTest::keyClick(m_map, Qt::Key_Right);
    QCOMPARE(selectedRows(), QList<int>({2}));
    QTest::keyClick(m_map, Qt::Key_Right, Qt::ShiftModifier);
    QTest::keyClick(m_map, Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(selectedRows(), QList<int>({2, 3, 4}));
    QTest::keyClick(m_map, Qt::Key_End);
    QCOMPARE(selectedRows(), QList<int>({23}));
    QTest::keyClick(m_map, Qt::Key_Right);
    QCOMPARE(selectedRows(), QList<int>({23}));
    QTest::keyClick(m_map, Qt::Key_Home);
    QTest::keyClick(m_map, Qt::Key_Left);
    QCOMPARE(selectedRows(), QList<int>({0}));
    QTest::keyClick(m_map, Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(selectedRows().size(), 24);
}

void PartMapTest::selectsAllPartsOfASharedCell()
{
    m_model->setPlan(samplePlan({{u"/f/a.bin"_s, kMaxParts}}, 1));
    const int shared = m_map->cells().rowsPerCell();
    click(1);
    QCOMPARE(selectedRows().size(), shared);
    QCOMPARE(selectedRows().constFirst(), shared);
}

void PartMapTest::tellsAboutACell()
{
    const QPoint where = m_map->cells().rect(14).center();
    QHelpEvent help(QEvent::ToolTip, where, m_map->mapToGlobal(where));
    QCoreApplication::sendEvent(m_map, &help);
    QTRY_VERIFY(QToolTip::text().contains("The server is overloaded."_L1));
    QVERIFY(QToolTip::text().contains("Part 15 of 24"_L1));
    QVERIFY(!m_map->accessibleName().isEmpty());
}

QTEST_MAIN(PartMapTest)
#include "tst_partmap.moc"
