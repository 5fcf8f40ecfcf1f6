#include "ui/details/partmap.h"

#include "cli/humantext.h"
#include "ui/details/partcellpainter.h"
#include "ui/models/partmodel.h"

#include <QFontMetrics>
#include <QHelpEvent>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPaintEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace longshore {

namespace {

/// More cells than this are not looked at one by one when a selection changes.
constexpr int kMostRunsLookedAt = 64;

} // namespace

PartMap::PartMap(PartModel *model, QItemSelectionModel *selection, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_selection(selection)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Map of the parts"));

    connect(model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex &top, const QModelIndex &bottom) {
                updateRows(top.row(), bottom.row());
            });
    connect(model, &QAbstractItemModel::layoutChanged, this, qOverload<>(&QWidget::update));
    connect(model, &QAbstractItemModel::modelReset, this, &PartMap::onRowsReset);
    connect(selection, &QItemSelectionModel::selectionChanged, this, &PartMap::updateSelection);
    connect(selection, &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex &current, const QModelIndex &previous) {
                updateRows(previous.row(), previous.row());
                updateRows(current.row(), current.row());
                updateDescription();
            });
    onRowsReset();
}

PartCellSizes PartMap::sizes() const
{
    const QFontMetrics metrics(font());
    PartCellSizes sizes;
    sizes.smallestWidth = std::max(metrics.averageCharWidth(), 4);
    sizes.goodWidth = metrics.height();
    sizes.height = metrics.height() + 2;
    sizes.gap = std::max(metrics.height() / 10, 1);
    return sizes;
}

int PartMap::heightForWidth(int width) const
{
    return PartCells(m_model->rowCount(), width, sizes()).height();
}

QSize PartMap::sizeHint() const
{
    const int width = std::max(this->width(), minimumSizeHint().width());
    return {width, heightForWidth(width)};
}

QSize PartMap::minimumSizeHint() const
{
    const PartCellSizes sizes = this->sizes();
    return {sizes.smallestWidth * 10, m_model->rowCount() > 0 ? sizes.height : 0};
}

void PartMap::layOut()
{
    m_cells = PartCells(m_model->rowCount(), width(), sizes());
    update();
}

void PartMap::onRowsReset()
{
    m_anchor = 0;
    layOut();
    updateGeometry();
    updateDescription();
}

void PartMap::updateRows(int first, int last)
{
    if (first < 0 || last < first || m_cells.count() == 0)
        return;
    const int firstCell = m_cells.cellOf(first);
    const int lastCell = std::min(m_cells.cellOf(last), m_cells.count() - 1);
    QRegion region;
    // A run that goes over several lines takes those lines whole.
    if (firstCell / m_cells.columns() == lastCell / m_cells.columns())
        region = m_cells.rect(firstCell).united(m_cells.rect(lastCell));
    else
        region = QRect(0, m_cells.rect(firstCell).top(), width(),
                       m_cells.rect(lastCell).bottom() + 1 - m_cells.rect(firstCell).top());
    update(region);
}

void PartMap::updateSelection(const QItemSelection &selected, const QItemSelection &deselected)
{
    if (selected.size() + deselected.size() > kMostRunsLookedAt) {
        update();
        return;
    }
    for (const QItemSelection &changed : {selected, deselected}) {
        for (const QItemSelectionRange &range : changed)
            updateRows(range.top(), range.bottom());
    }
}

void PartMap::updateDescription()
{
    const QModelIndex current = m_selection->currentIndex();
    setAccessibleDescription(
        current.isValid()
            ? current.siblingAtColumn(PartModel::Number).data(Qt::AccessibleTextRole).toString()
            : tr("Parts: %1").arg(m_model->rowCount()));
}

CellLook PartMap::lookOf(int cell) const
{
    CellSum sum;
    for (int row = m_cells.firstRow(cell); row <= m_cells.lastRow(cell); ++row)
        sum.add(m_model->partInRow(row), m_model->bytesInRow(row));
    return sum.look();
}

QList<bool> PartMap::selectedCells() const
{
    QList<bool> cells(m_cells.count(), false);
    for (const QItemSelectionRange &range : m_selection->selection()) {
        const int last = std::min(m_cells.cellOf(range.bottom()), m_cells.count() - 1);
        for (int cell = m_cells.cellOf(range.top()); cell <= last; ++cell)
            cells[cell] = true;
    }
    return cells;
}

int PartMap::currentCell() const
{
    const QModelIndex current = m_selection->currentIndex();
    return current.isValid() ? m_cells.cellOf(current.row()) : -1;
}

void PartMap::select(int cell, Qt::KeyboardModifiers modifiers)
{
    if (cell < 0 || cell >= m_cells.count())
        return;
    const bool extends = modifiers.testFlag(Qt::ShiftModifier);
    // The width may have changed since.
    m_anchor = extends ? std::clamp(m_anchor, 0, m_cells.count() - 1) : cell;
    const auto [from, to] = std::minmax(m_anchor, cell);
    const QItemSelection rows(m_model->index(m_cells.firstRow(from), 0),
                              m_model->index(m_cells.lastRow(to), 0));
    const bool toggles = modifiers.testFlag(Qt::ControlModifier) && !extends;
    m_selection->setCurrentIndex(m_model->index(m_cells.firstRow(cell), 0),
                                 QItemSelectionModel::NoUpdate);
    m_selection->select(
        rows,
        QItemSelectionModel::Rows
            | (toggles ? QItemSelectionModel::Toggle : QItemSelectionModel::ClearAndSelect));
}

QString PartMap::toolTipOf(int cell) const
{
    const int first = m_cells.firstRow(cell);
    const int last = m_cells.lastRow(cell);
    if (first == last)
        return m_model->index(first, 0).data(Qt::ToolTipRole).toString();
    int confirmed = 0;
    qint64 bytes = 0;
    for (int row = first; row <= last; ++row) {
        confirmed += m_model->partInRow(row).state == PartState::Confirmed ? 1 : 0;
        bytes += m_model->bytesInRow(row);
    }
    return tr("Parts at places %1 to %2 in the result · %3")
               .arg(first + 1)
               .arg(last + 1)
               .arg(bytesText(bytes))
        + u'\n' + tr("%1 of them confirmed").arg(confirmed);
}

bool PartMap::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const int cell = m_cells.cellAt(help->pos());
    if (cell < 0)
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), toolTipOf(cell), this, m_cells.rect(cell));
    return true;
}

void PartMap::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        layOut();
        updateGeometry();
    }
}

void PartMap::paintEvent(QPaintEvent *event)
{
    QPainter painter(this);
    const PartColours colours(palette());
    const int current = hasFocus() ? currentCell() : -1;
    const QList<bool> selected = selectedCells();
    for (int cell = 0; cell < m_cells.count(); ++cell) {
        const QRect rect = m_cells.rect(cell);
        if (!event->region().intersects(rect))
            continue;
        CellFrame frame = selected.at(cell) ? CellFrame::Selected : CellFrame::None;
        if (cell == current)
            frame = CellFrame::Current;
        paintPartCell(painter, rect, lookOf(cell), colours, frame);
    }
}

void PartMap::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    layOut();
}

void PartMap::mousePressEvent(QMouseEvent *event)
{
    const int cell = m_cells.cellAt(event->position().toPoint());
    // The other button opens the menu for what is selected.
    const bool isOnSelection = cell >= 0 && selectedCells().at(cell);
    if (event->button() == Qt::LeftButton || !isOnSelection)
        select(cell, event->modifiers());
}

void PartMap::mouseMoveEvent(QMouseEvent *event)
{
    if (event->buttons().testFlag(Qt::LeftButton))
        select(m_cells.cellAt(event->position().toPoint()), Qt::ShiftModifier);
}

void PartMap::keyPressEvent(QKeyEvent *event)
{
    if (event->modifiers().testFlag(Qt::AltModifier)) {
        QWidget::keyPressEvent(event);
        return;
    }
    const int current = currentCell();
    const int last = m_cells.count() - 1;
    const bool isMirrored = layoutDirection() == Qt::RightToLeft;
    int cell = current;
    switch (event->key()) {
    case Qt::Key_Left:
        cell += isMirrored ? 1 : -1;
        break;
    case Qt::Key_Right:
        cell += isMirrored ? -1 : 1;
        break;
    case Qt::Key_Up:
        cell -= m_cells.columns();
        break;
    case Qt::Key_Down:
        cell += m_cells.columns();
        break;
    case Qt::Key_Home:
        cell = 0;
        break;
    case Qt::Key_End:
        cell = last;
        break;
    default:
        if (event->matches(QKeySequence::SelectAll) && last >= 0) {
            m_anchor = 0;
            select(last, Qt::ShiftModifier);
        } else {
            QWidget::keyPressEvent(event);
        }
        return;
    }
    if (cell >= 0 && cell <= last && cell != current)
        select(cell, event->modifiers() & Qt::ShiftModifier);
}

void PartMap::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    if (!m_selection->hasSelection())
        select(std::max(currentCell(), 0), Qt::NoModifier);
    m_anchor = std::max(currentCell(), 0);
    updateDescription();
    update();
}

} // namespace longshore
