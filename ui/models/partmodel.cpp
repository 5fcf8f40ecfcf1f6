#include "ui/models/partmodel.h"

#include "api/showntext.h"
#include "cli/humantext.h"
#include "ui/models/parttext.h"

#include <QDataStream>
#include <QIODevice>
#include <QMimeData>

#include <memory>
#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kMimeType = "application/x-longshore-parts"_L1;
/// More runs of changed rows than this cost a view more than one run over all of them.
constexpr qsizetype kMaxRuns = 64;

bool isSame(const PartSnapshot &left, const PartSnapshot &right)
{
    return left.state == right.state && left.attempt == right.attempt && left.sent == right.sent
        && left.partId == right.partId && left.error == right.error;
}

bool isSame(const UploadPlan &left, const UploadPlan &right)
{
    return left.partSize == right.partSize && left.cutAtLines == right.cutAtLines
        && left.sources == right.sources && left.parts == right.parts;
}

Qt::Alignment alignmentOf(int column)
{
    switch (column) {
    case PartModel::Number:
    case PartModel::Size:
        return Qt::AlignRight | Qt::AlignVCenter;
    case PartModel::Attempts:
        return Qt::AlignCenter;
    default:
        return Qt::AlignLeft | Qt::AlignVCenter;
    }
}

} // namespace

PartModel::PartModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

int PartModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}

int PartModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant PartModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const int row = index.row();
    const int part = m_order.partAt(row);
    switch (role) {
    case Qt::DisplayRole:
        return text(row, index.column());
    case RawRole:
        return raw(row, index.column());
    case IndexRole:
        return part;
    case StateRole:
        return static_cast<int>(m_parts.value(part).state);
    case Qt::ToolTipRole:
        return partToolTip(part, m_plan, m_parts.value(part));
    case Qt::AccessibleTextRole:
        if (index.column() == Number)
            return partSentence(part, m_plan, m_parts.value(part));
        break;
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(alignmentOf(index.column()));
    default:
        break;
    }
    return {};
}

QVariant PartModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(alignmentOf(section));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Number:
        return tr("Part");
    case File:
        return tr("File");
    case Progress:
        return tr("Progress");
    case State:
        return tr("State");
    case Size:
        return tr("Size");
    case SourceRange:
        return tr("Bytes in File");
    case ResultRange:
        return tr("Bytes in Result");
    case Attempts:
        return tr("Attempts");
    case PartId:
        return tr("Part ID");
    default:
        return {};
    }
}

Qt::ItemFlags PartModel::flags(const QModelIndex &index) const
{
    // Rows are dropped between others and never onto one.
    if (!index.isValid())
        return m_reorderable ? Qt::ItemIsDropEnabled : Qt::NoItemFlags;
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    if (m_reorderable)
        flags |= Qt::ItemIsDragEnabled;
    return flags;
}

QStringList PartModel::mimeTypes() const
{
    return {kMimeType};
}

QMimeData *PartModel::mimeData(const QModelIndexList &indexes) const
{
    // By part, because the order may change while they are dragged.
    QList<int> parts;
    QList<bool> isTaken(m_order.size(), false);
    for (const QModelIndex &index : indexes) {
        const int part = m_order.partAt(index.row());
        if (part >= 0 && !std::exchange(isTaken[part], true))
            parts.append(part);
    }
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream << parts;
    auto data = std::make_unique<QMimeData>();
    data->setData(kMimeType, bytes);
    return data.release();
}

bool PartModel::canDropMimeData(const QMimeData *data, Qt::DropAction action, int, int,
                                const QModelIndex &) const
{
    return m_reorderable && action == Qt::MoveAction && data->hasFormat(kMimeType);
}

bool PartModel::dropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                             const QModelIndex &parent)
{
    if (!canDropMimeData(data, action, row, column, parent))
        return false;
    QList<int> parts;
    QDataStream stream(data->data(kMimeType));
    stream >> parts;
    QList<int> rows;
    for (const int part : std::as_const(parts))
        rows.append(m_order.rowOf(part));
    if (row < 0)
        row = parent.isValid() ? parent.row() : rowCount();
    PartOrder moved = m_order;
    if (moved.moveTo(rows, row))
        choose(moved);
    return true;
}

void PartModel::clear()
{
    setPlan({});
}

void PartModel::setPlan(const UploadPlan &plan)
{
    if (isSame(plan, m_plan))
        return;
    beginResetModel();
    m_plan = plan;
    m_parts = QList<PartSnapshot>(plan.parts.size());
    m_order = PartOrder(plan);
    m_engineOrder = m_order.parts();
    m_awaitsOrder = false;
    endResetModel();
    Q_EMIT orderChanged();
}

void PartModel::setParts(const QList<PartSnapshot> &parts, const QList<int> &order)
{
    if (parts.size() != m_plan.parts.size())
        return;
    PartOrder told = m_order;
    told.set(order);
    m_engineOrder = told.parts();
    m_awaitsOrder = m_awaitsOrder && m_engineOrder != m_order.parts();
    if (!m_awaitsOrder)
        show(told);
    const QList<PartSnapshot> before = std::exchange(m_parts, parts);
    QList<int> rows;
    for (int row = 0; row < m_order.size(); ++row) {
        const int part = m_order.partAt(row);
        if (!isSame(before.at(part), m_parts.at(part)))
            rows.append(row);
    }
    tellChanged(rows);
}

void PartModel::setReorderable(bool reorderable)
{
    if (m_reorderable == reorderable)
        return;
    m_reorderable = reorderable;
    if (!reorderable) {
        m_awaitsOrder = false;
        PartOrder told = m_order;
        told.set(m_engineOrder);
        show(told);
    }
    Q_EMIT reorderableChanged(reorderable);
}

void PartModel::choose(const PartOrder &order)
{
    if (!m_reorderable || order.size() != m_order.size())
        return;
    const bool isOther = order.parts() != m_order.parts();
    show(order);
    if (!isOther)
        return;
    m_awaitsOrder = true;
    Q_EMIT orderChosen(m_order.parts());
}

void PartModel::show(const PartOrder &order)
{
    if (order.parts() == m_order.parts()) {
        m_order = order; // it may move whole files now
        return;
    }
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList from = persistentIndexList();
    QModelIndexList to;
    to.reserve(from.size());
    for (const QModelIndex &index : from)
        to.append(this->index(order.rowOf(m_order.partAt(index.row())), index.column()));
    m_order = order;
    changePersistentIndexList(from, to);
    Q_EMIT layoutChanged({}, VerticalSortHint);
    Q_EMIT orderChanged();
}

void PartModel::tellChanged(const QList<int> &rows)
{
    if (rows.isEmpty())
        return;
    struct Run
    {
        int first;
        int last;
    };
    QList<Run> runs;
    for (const int row : rows) {
        if (!runs.isEmpty() && runs.constLast().last + 1 == row)
            runs.last().last = row;
        else
            runs.append({row, row});
    }
    if (runs.size() > kMaxRuns)
        runs = {{rows.constFirst(), rows.constLast()}};
    for (const Run &run : std::as_const(runs))
        Q_EMIT dataChanged(index(run.first, 0), index(run.last, ColumnCount - 1));
}

qint64 PartModel::bytesInRow(int row) const
{
    return m_plan.parts.value(m_order.partAt(row)).bytes();
}

QVariant PartModel::raw(int row, int column) const
{
    const int part = m_order.partAt(row);
    const PlannedPart &planned = m_plan.parts.at(part);
    const PartSnapshot snapshot = m_parts.value(part);
    switch (column) {
    case Number:
        return part + 1;
    case File:
        return planned.source;
    case Progress:
        return snapshot.state == PartState::Confirmed ? planned.bytes() : snapshot.sent;
    case State:
        return static_cast<int>(snapshot.state);
    case Size:
        return planned.bytes();
    case SourceRange:
        return planned.sourceOffset;
    case ResultRange:
        return m_order.offset(row);
    case Attempts:
        return snapshot.attempt;
    case PartId:
        return snapshot.partId;
    default:
        return {};
    }
}

QString PartModel::text(int row, int column) const
{
    const int part = m_order.partAt(row);
    const PlannedPart &planned = m_plan.parts.at(part);
    const PartSnapshot snapshot = m_parts.value(part);
    switch (column) {
    case Number:
        return QString::number(part + 1);
    case File:
        return sourceName(m_plan, planned.source);
    case Progress:
        return tr("%1 %").arg(partPercent(snapshot, planned.bytes()));
    case State:
        return partStateText(snapshot, planned.bytes());
    case Size:
        return bytesText(planned.bytes());
    case SourceRange:
        return sourceRangeText(planned);
    case ResultRange:
        return byteRangeText(m_order.offset(row), planned.bytes());
    case Attempts:
        return snapshot.attempt > 0 ? QString::number(snapshot.attempt) : QString();
    case PartId:
        return shownText(snapshot.partId);
    default:
        return {};
    }
}

} // namespace longshore
