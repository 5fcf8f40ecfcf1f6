#include "ui/details/partlist.h"

#include "ui/details/partdelegate.h"
#include "ui/models/partmodel.h"
#include "ui/models/parttext.h"

#include <QAction>
#include <QClipboard>
#include <QDrag>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QMimeData>

#include <algorithm>
#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

PartList::PartList(PartModel *model, QWidget *parent)
    : QTreeView(parent)
{
    setModel(model);
    setItemDelegateForColumn(PartModel::Progress, new PartDelegate(this));
    setAccessibleName(tr("Parts"));
    setRootIsDecorated(false);
    setItemsExpandable(false);
    setUniformRowHeights(true);
    setAllColumnsShowFocus(true);
    setAlternatingRowColors(true);
    setSelectionMode(ExtendedSelection);
    setDragEnabled(true);
    setDragDropMode(InternalMove);
    setDefaultDropAction(Qt::MoveAction);
    setDropIndicatorShown(true);
    setTabKeyNavigation(false);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    setMinimumHeight(3 * fontMetrics().height());
    header()->setStretchLastSection(false);
    header()->setSectionsMovable(true);
    setColumnWidths();
    showFileColumn();
    connect(model, &QAbstractItemModel::modelReset, this, &PartList::showFileColumn);

    auto *copy = new QAction(tr("Copy Rows"), this);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &PartList::copyRows);
    addAction(copy);
}

void PartList::setColumnWidths()
{
    const QFontMetrics metrics = fontMetrics();
    const auto widthOf = [&](const QString &text) {
        return metrics.horizontalAdvance(text) + 2 * metrics.averageCharWidth();
    };
    // What a part waits for is said in the most words.
    PartSnapshot sent;
    sent.state = PartState::Sending;
    sent.sent = 1;
    PartSnapshot again;
    again.state = PartState::Retrying;
    const QString range = u"888,888,888 – 888,888,888"_s;
    header()->resizeSection(PartModel::Number, widthOf(u"100000"_s));
    header()->resizeSection(PartModel::File, widthOf(QString(20, u'x')));
    header()->resizeSection(PartModel::Progress, widthOf(QString(16, u'x')));
    header()->resizeSection(
        PartModel::State,
        std::max(widthOf(partStateText(sent, 1)), widthOf(partStateText(again, 1))));
    header()->resizeSection(PartModel::Size, widthOf(u"888.8 MB"_s));
    header()->resizeSection(PartModel::SourceRange, widthOf(range));
    header()->resizeSection(PartModel::ResultRange, widthOf(range));
    header()->resizeSection(PartModel::Attempts, widthOf(tr("Attempts")));
    header()->resizeSection(PartModel::PartId, widthOf(QString(26, u'x')));
}

void PartList::showFileColumn()
{
    const auto *parts = static_cast<const PartModel *>(model());
    setColumnHidden(PartModel::File, !parts->order().isCombined());
}

QByteArray PartList::saveState() const
{
    return header()->saveState();
}

void PartList::restoreState(const QByteArray &state)
{
    header()->restoreState(state);
    showFileColumn();
}

/// The picture of the rows that Qt makes would hide the line that shows where they go.
void PartList::startDrag(Qt::DropActions supportedActions)
{
    if (selectedIndexes().isEmpty()
        || !model()->flags(currentIndex()).testFlag(Qt::ItemIsDragEnabled))
        return;
    const QModelIndexList rows = selectionModel()->selectedRows();
    QLabel label(tr("Parts: %1").arg(rows.size()));
    label.setFrameShape(QFrame::Box);
    label.setMargin(fontMetrics().averageCharWidth() / 2);
    label.setBackgroundRole(QPalette::ToolTipBase);
    label.setForegroundRole(QPalette::ToolTipText);
    label.setAutoFillBackground(true);
    const QPixmap picture = label.grab();
    auto *drag = new QDrag(this);
    drag->setMimeData(model()->mimeData(rows));
    drag->setPixmap(picture);
    // Beside the pointer.
    drag->setHotSpot({-fontMetrics().height(), label.height() / 2});
    drag->exec(supportedActions, Qt::MoveAction);
}

void PartList::copyRows() const
{
    QModelIndexList rows = selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    QStringList lines;
    for (const QModelIndex &row : std::as_const(rows)) {
        QStringList cells;
        for (int visual = 0; visual < header()->count(); ++visual) {
            const int column = header()->logicalIndex(visual);
            if (!isColumnHidden(column))
                cells.append(row.siblingAtColumn(column).data().toString());
        }
        lines.append(cells.join(u'\t'));
    }
    QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

} // namespace longshore
