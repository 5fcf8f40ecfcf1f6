#include "ui/queue/queueview.h"

#include "ui/models/queuemodel.h"
#include "ui/queue/uploaddelegate.h"

#include <QAccessible>
#include <QAction>
#include <QDataStream>
#include <QDragEnterEvent>
#include <QHeaderView>
#include <QIODevice>
#include <QMenu>

#include <algorithm>

namespace longshore {

using namespace std::chrono_literals;

namespace {

constexpr auto kCountdownStep = 1s;
/// Room that the name's column keeps, in widths of a digit.
constexpr int kNameDigits = 48;
constexpr quint32 kColumnsVersion = 1;

/// Widths in digits, by column.
constexpr int kColumnDigits[QueueModel::ColumnCount] = {0, 18, 11, 12, 13, 13, 12, 14, 22};
/// Those that give way first stand first.
constexpr QueueModel::Column kGivingWay[] = {
    QueueModel::MimeType, QueueModel::FileId,   QueueModel::Purpose, QueueModel::Size,
    QueueModel::Expires,  QueueModel::TimeLeft, QueueModel::Rate,
};

} // namespace

QueueView::QueueView(QueueModel &model, std::function<qint64()> now, QWidget *parent)
    : QTreeView(parent)
    , m_model(model)
    , m_delegate(new UploadDelegate(std::move(now), this))
{
    setAccessibleName(tr("Uploads"));
    setModel(&model);
    setItemDelegate(m_delegate);
    setRootIsDecorated(false);
    setUniformRowHeights(true);
    setAllColumnsShowFocus(true);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerPixel);
    setDragEnabled(true);
    setAcceptDrops(true);
    setDropIndicatorShown(true);
    setDragDropMode(DragDrop);
    setDefaultDropAction(Qt::MoveAction);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setFrameShape(NoFrame);
    setTextElideMode(Qt::ElideMiddle);

    QHeaderView *columns = header();
    columns->setStretchLastSection(false);
    columns->setSectionsMovable(true);
    columns->setFirstSectionMovable(false);
    columns->setMinimumSectionSize(fontMetrics().averageCharWidth() * 6);
    columns->setSectionResizeMode(QHeaderView::Interactive);
    columns->setSectionResizeMode(QueueModel::Name, QHeaderView::Stretch);
    const int digit = fontMetrics().horizontalAdvance(QLatin1Char('0'));
    for (int column = 1; column < QueueModel::ColumnCount; ++column)
        columns->resizeSection(column, kColumnDigits[column] * digit);
    columns->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(columns, &QWidget::customContextMenuRequested, this, &QueueView::showColumnMenu);
    m_unwanted = {QueueModel::MimeType};

    connect(m_delegate, &UploadDelegate::buttonPressed, this, &QueueView::helpRequested);
    connect(selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &QueueView::noteSelection);
    connect(&model, &QueueModel::modelReset, this, &QueueView::forgetSelection);
    m_countdown.setInterval(kCountdownStep);
    connect(&m_countdown, &QTimer::timeout, viewport(), qOverload<>(&QWidget::update));
    connect(&model, &QueueModel::totalsChanged, this, &QueueView::tick);
    fitColumns();
}

QStringList QueueView::selectedKeys() const
{
    QStringList keys;
    keys.reserve(m_selected.size());
    for (const QString &key : m_model.keys()) {
        if (m_selected.contains(key))
            keys.append(key);
    }
    return keys;
}

QString QueueView::onlySelectedKey() const
{
    return m_selected.size() == 1 ? m_selected.values().constFirst() : QString();
}

/// Kept by what changes: to ask the selection for its rows costs more with each of them, and an
/// update of one upload would ask.
void QueueView::noteSelection(const QItemSelection &selected, const QItemSelection &deselected)
{
    const auto keysOf = [this](const QItemSelection &selection) {
        QStringList keys;
        for (const QItemSelectionRange &range : selection) {
            for (int row = range.top(); row <= range.bottom(); ++row)
                keys.append(m_model.keyAt(row));
        }
        return keys;
    };
    const QStringList gone = keysOf(deselected);
    for (const QString &key : gone)
        m_selected.remove(key);
    const QStringList added = keysOf(selected);
    m_selected.reserve(m_selected.size() + added.size());
    for (const QString &key : added)
        m_selected.insert(key);
    Q_EMIT selectedKeysChanged(added, gone);
}

void QueueView::forgetSelection()
{
    const QStringList gone = m_selected.values();
    m_selected.clear();
    Q_EMIT selectedKeysChanged({}, gone);
}

void QueueView::selectKey(const QString &key)
{
    const int row = m_model.rowOf(key);
    if (row >= 0)
        setCurrentIndex(m_model.index(row, QueueModel::Name));
}

void QueueView::showLowest(const QStringList &keys)
{
    int row = -1;
    for (const QString &key : keys)
        row = std::max(row, m_model.rowOf(key));
    if (row >= 0)
        scrollTo(m_model.index(row, QueueModel::Name));
}

// ---- Painting

/// QTreeView looks for a row from the one that it looked at last, step by step, which costs more
/// the longer the queue is. Of rows that are not on the screen it has nothing to do: all are of one
/// height.
void QueueView::dataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight,
                            const QList<int> &roles)
{
    if (topLeft.row() <= m_lastPainted && bottomRight.row() >= m_firstPainted) {
        QTreeView::dataChanged(topLeft, bottomRight, roles);
        return;
    }
    if (!QAccessible::isActive())
        return;
    QAccessibleTableModelChangeEvent event(this, QAccessibleTableModelChangeEvent::DataChanged);
    event.setFirstRow(topLeft.row());
    event.setFirstColumn(topLeft.column());
    event.setLastRow(bottomRight.row());
    event.setLastColumn(bottomRight.column());
    QAccessible::updateAccessibility(&event);
}

void QueueView::paintEvent(QPaintEvent *event)
{
    const QModelIndex first = indexAt({0, 0});
    const QModelIndex last = indexAt({0, viewport()->height() - 1});
    m_firstPainted = std::max(first.row(), 0);
    m_lastPainted = last.isValid() ? last.row() : m_model.rowCount() - 1;
    QTreeView::paintEvent(event);
}

// ---- Columns

void QueueView::fitColumns()
{
    const int digit = fontMetrics().horizontalAdvance(QLatin1Char('0'));
    int needed = kNameDigits * digit;
    for (int column = 1; column < QueueModel::ColumnCount; ++column) {
        if (!m_unwanted.contains(column)) {
            // A hidden section's size is 0 while it is hidden, so that its wish is looked up.
            needed += header()->isSectionHidden(column) ? kColumnDigits[column] * digit
                                                        : header()->sectionSize(column);
        }
    }
    QSet<int> hidden = m_unwanted;
    for (const QueueModel::Column column : kGivingWay) {
        if (needed <= viewport()->width())
            break;
        if (hidden.contains(column))
            continue;
        needed -= header()->isSectionHidden(column) ? kColumnDigits[column] * digit
                                                    : header()->sectionSize(column);
        hidden.insert(column);
    }
    for (int column = 1; column < QueueModel::ColumnCount; ++column) {
        if (header()->isSectionHidden(column) != hidden.contains(column))
            header()->setSectionHidden(column, hidden.contains(column));
    }
}

void QueueView::resizeEvent(QResizeEvent *event)
{
    fitColumns();
    QTreeView::resizeEvent(event);
}

void QueueView::showEvent(QShowEvent *event)
{
    QTreeView::showEvent(event);
    tick();
}

void QueueView::showColumnMenu(const QPoint &position)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (int column = 1; column < QueueModel::ColumnCount; ++column) {
        QAction *action =
            menu->addAction(m_model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        action->setCheckable(true);
        action->setChecked(!m_unwanted.contains(column));
        connect(action, &QAction::toggled, this, [this, column](bool wanted) {
            if (wanted)
                m_unwanted.remove(column);
            else
                m_unwanted.insert(column);
            fitColumns();
        });
    }
    menu->popup(header()->mapToGlobal(position));
}

QByteArray QueueView::saveColumns() const
{
    QByteArray state;
    QDataStream stream(&state, QIODevice::WriteOnly);
    QList<int> widths;
    QList<int> places;
    for (int column = 0; column < QueueModel::ColumnCount; ++column) {
        widths.append(header()->isSectionHidden(column) ? 0 : header()->sectionSize(column));
        places.append(header()->visualIndex(column));
    }
    stream << kColumnsVersion << m_unwanted << widths << places;
    return state;
}

void QueueView::restoreColumns(const QByteArray &state)
{
    QDataStream stream(state);
    quint32 version = 0;
    QSet<int> unwanted;
    QList<int> widths;
    QList<int> places;
    stream >> version >> unwanted >> widths >> places;
    const bool fits = stream.status() == QDataStream::Ok && version == kColumnsVersion
        && widths.size() == QueueModel::ColumnCount && places.size() == QueueModel::ColumnCount;
    if (!fits)
        return;
    m_unwanted = unwanted;
    m_unwanted.remove(QueueModel::Name);
    m_unwanted.remove(QueueModel::Progress);
    for (int place = 1; place < QueueModel::ColumnCount; ++place) {
        const auto column = static_cast<int>(places.indexOf(place));
        if (column > 0)
            header()->moveSection(header()->visualIndex(column), place);
    }
    for (int column = 1; column < QueueModel::ColumnCount; ++column) {
        if (widths.at(column) > 0)
            header()->resizeSection(column, widths.at(column));
    }
    fitColumns();
}

// ---- Input

void QueueView::dragEnterEvent(QDragEnterEvent *event)
{
    // Only rows of our own are for us; files are for the window, wherever they are dropped.
    if (event->source() == this)
        QTreeView::dragEnterEvent(event);
    else
        event->ignore();
}

void QueueView::keyPressEvent(QKeyEvent *event)
{
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    const QString key = onlySelectedKey();
    if (isEnter && event->modifiers() == Qt::NoModifier && !key.isEmpty()) {
        Q_EMIT helpRequested(key);
        return;
    }
    QTreeView::keyPressEvent(event);
}

void QueueView::tick()
{
    if (!m_model.totals().isLive() || !isVisible())
        m_countdown.stop();
    else if (!m_countdown.isActive())
        m_countdown.start();
}

} // namespace longshore
