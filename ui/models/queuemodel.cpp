#include "ui/models/queuemodel.h"

#include "api/showntext.h"
#include "cli/humantext.h"
#include "ui/models/plaintooltip.h"
#include "ui/models/selectionactions.h"
#include "ui/models/uploadtext.h"

#include <QMimeData>

#include <algorithm>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

const QString kRowsType = u"application/x-longshore-uploads"_s;

// Codes of warnings that the user can do something about. The others are for the log.
const QString kGrowing = u"file-growing"_s;
const QString kNotSeen = u"file-not-seen"_s;

bool isNumeric(int column)
{
    switch (column) {
    case QueueModel::Size:
    case QueueModel::Rate:
    case QueueModel::TimeLeft:
    case QueueModel::Expires:
        return true;
    default:
        return false;
    }
}

} // namespace

QueueModel::QueueModel(std::function<qint64()> now, QObject *parent)
    : QAbstractTableModel(parent)
    , m_now(std::move(now))
{
}

int QueueModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int QueueModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant QueueModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter
                                   | (isNumeric(section) ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Name");
    case Progress:
        return tr("Progress");
    case Size:
        return tr("Size");
    case Rate:
        return tr("Rate");
    case TimeLeft:
        return tr("Time Left");
    case Expires:
        return tr("Expires In");
    case Purpose:
        return tr("Purpose");
    case MimeType:
        return tr("MIME Type");
    case FileId:
        return tr("File ID");
    default:
        return {};
    }
}

const UploadSnapshot &QueueModel::snapshot(const QString &key) const
{
    static const UploadSnapshot unknown;
    const auto found = m_entries.constFind(key);
    return found == m_entries.constEnd() ? unknown : found->snapshot;
}

QVariant QueueModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto found = m_entries.constFind(m_rows.at(index.row()));
    if (found == m_entries.constEnd())
        return {};
    const UploadSnapshot &upload = found->snapshot;
    switch (role) {
    case Qt::DisplayRole:
        return text(upload, index.column());
    case Qt::ToolTipRole:
        return plainToolTip(toolTip(*found, index.column()));
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::AlignVCenter
                                   | (isNumeric(index.column()) ? Qt::AlignRight : Qt::AlignLeft));
    case Qt::AccessibleTextRole:
        return spokenText(*found, index.column());
    case KeyRole:
        return upload.key;
    case SnapshotRole:
        return QVariant::fromValue(upload);
    case CombinedRole:
        return found->upload.paths.size() > 1;
    case NotesRole:
        return QVariant::fromValue(found->notes);
    case ToneRole:
        if (index.column() == Expires)
            return static_cast<int>(isLate(upload) ? RowTone::Notice : RowTone::Quiet);
        return static_cast<int>(rowTone(upload, found->notes));
    default:
        return {};
    }
}

QString QueueModel::text(const UploadSnapshot &upload, int column) const
{
    switch (column) {
    case Name:
        return shownText(upload.filename);
    case Progress:
        return tr("%1 %").arg(confirmedPercent(upload));
    case Size:
        return bytesText(upload.bytes);
    case Rate:
        return upload.state == UploadState::Sending && upload.rate > 0 ? rateText(upload.rate)
                                                                       : QString();
    case TimeLeft: {
        const auto left = timeLeftOf(upload);
        return left ? durationText(*left) : QString();
    }
    case Expires: {
        const auto left = expiresIn(upload, m_now());
        return left ? durationText(*left) : QString();
    }
    case Purpose:
        return shownText(upload.purpose);
    case MimeType:
        return shownText(upload.mimeType);
    case FileId:
        return shownText(upload.fileId);
    default:
        return {};
    }
}

QString QueueModel::toolTip(const Entry &entry, int column) const
{
    const UploadSnapshot &upload = entry.snapshot;
    if (column == Name) {
        return shownText(upload.paths.join(u", "_s)) + u'\n'
            + statusLine(upload, m_now(), entry.notes);
    }
    if (column == Expires && isLate(upload))
        return text(upload, column) + u'\n' + shownText(upload.forecast);
    return text(upload, column);
}

QString QueueModel::spokenText(const Entry &entry, int column) const
{
    if (column == Name)
        return rowSentence(entry.snapshot, m_now(), entry.notes);
    const QString plain = text(entry.snapshot, column);
    return column == Expires && isLate(entry.snapshot) ? tr("%1, too soon").arg(plain) : plain;
}

Qt::ItemFlags QueueModel::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::ItemIsDropEnabled;
    return Qt::ItemIsSelectable | Qt::ItemIsEnabled | Qt::ItemIsDragEnabled
        | Qt::ItemNeverHasChildren;
}

// ---- Moving rows

QStringList QueueModel::mimeTypes() const
{
    return {kRowsType};
}

QMimeData *QueueModel::mimeData(const QModelIndexList &indexes) const
{
    QSet<int> different;
    for (const QModelIndex &index : indexes)
        different.insert(index.row());
    QList<int> rows(different.cbegin(), different.cend());
    std::sort(rows.begin(), rows.end());
    QStringList keys;
    for (const int row : std::as_const(rows))
        keys.append(m_rows.at(row));
    auto *data = new QMimeData;
    data->setData(kRowsType, keys.join(u'\n').toUtf8());
    return data;
}

bool QueueModel::canDropMimeData(const QMimeData *data, Qt::DropAction, int, int,
                                 const QModelIndex &) const
{
    return data->hasFormat(kRowsType);
}

bool QueueModel::dropMimeData(const QMimeData *data, Qt::DropAction, int row, int,
                              const QModelIndex &parent)
{
    if (!data->hasFormat(kRowsType))
        return false;
    const int before = row >= 0 ? row : parent.isValid() ? parent.row() : rowCount();
    const QStringList keys =
        QString::fromUtf8(data->data(kRowsType)).split(u'\n', Qt::SkipEmptyParts);
    const QSet<QString> moved(keys.cbegin(), keys.cend());
    // The first row at or behind the place that is not itself being moved.
    qsizetype place = before;
    while (place < m_rows.size() && moved.contains(m_rows.at(place)))
        ++place;
    Q_EMIT moveRequested(keys, m_rows.value(place));
    // The view would remove the rows from where they were.
    return false;
}

// ---- What the engine says

void QueueModel::clear()
{
    beginResetModel();
    m_entries.clear();
    m_order.clear();
    m_hidden.clear();
    m_rows.clear();
    m_rowOf.clear();
    m_totals = {};
    endResetModel();
    Q_EMIT totalsChanged();
}

void QueueModel::addQueued(const QueuedUpload &upload)
{
    Entry &entry = m_entries[upload.key];
    entry.upload = upload;
    if (!entry.snapshot.key.isEmpty())
        return;
    entry.snapshot.key = upload.key;
    entry.snapshot.paths = upload.paths;
    entry.snapshot.filename = upload.filename;
    entry.snapshot.purpose = upload.purpose;
    entry.snapshot.mimeType = upload.mimeType;
    entry.snapshot.bytes = upload.bytes;
    entry.snapshot.partCount = upload.parts;
    m_totals.add(entry.snapshot);
}

void QueueModel::update(const QList<UploadSnapshot> &uploads)
{
    QList<int> rows;
    QStringList otherStates;
    QStringList otherPossibilities;
    for (const UploadSnapshot &upload : uploads) {
        const auto found = m_entries.find(upload.key);
        if (found == m_entries.end())
            continue;
        if (found->snapshot.state != upload.state)
            otherStates.append(upload.key);
        if (differsInPossibilities(found->snapshot, upload))
            otherPossibilities.append(upload.key);
        m_totals.take(found->snapshot);
        m_totals.add(upload);
        if (upload.state == UploadState::Completed && !isEnded(found->snapshot.state))
            m_totals.noteCompleted(upload.bytes);
        if (isEnded(upload.state) && !isEnded(found->snapshot.state)) {
            found->notes.remark.clear();
            if (found->warningCode != kNotSeen)
                found->notes.warning.clear();
        }
        found->snapshot = upload;
        if (const int row = rowOf(upload.key); row >= 0)
            rows.append(row);
    }
    std::sort(rows.begin(), rows.end());
    for (qsizetype first = 0; first < rows.size();) {
        qsizetype last = first;
        while (last + 1 < rows.size() && rows.at(last + 1) <= rows.at(last) + 1)
            ++last;
        Q_EMIT dataChanged(createIndex(rows.at(first), 0),
                           createIndex(rows.at(last), ColumnCount - 1));
        first = last + 1;
    }
    if (!otherStates.isEmpty())
        Q_EMIT statesChanged(otherStates);
    if (!otherPossibilities.isEmpty())
        Q_EMIT possibilitiesChanged(otherPossibilities);
    Q_EMIT totalsChanged();
}

void QueueModel::note(const QString &key, const UploadEvent &event)
{
    const auto found = m_entries.find(key);
    if (found == m_entries.end())
        return;
    if (const auto *restarted = std::get_if<RestartedEvent>(&event)) {
        found->notes.remark = tr("begun again: %1").arg(shownText(restarted->reason));
    } else if (const auto *warning = std::get_if<WarningEvent>(&event);
               warning != nullptr && (warning->code == kGrowing || warning->code == kNotSeen)) {
        found->notes.warning = shownText(warning->message);
        found->warningCode = warning->code;
    } else {
        return;
    }
    if (const int row = rowOf(key); row >= 0)
        Q_EMIT dataChanged(createIndex(row, 0), createIndex(row, ColumnCount - 1));
}

/// The queue grows all the time while thousands are added.
bool QueueModel::onlyAppends(const QStringList &keys) const
{
    return keys.size() > m_order.size() && m_order == m_rows
        && std::equal(m_order.cbegin(), m_order.cend(), keys.cbegin());
}

void QueueModel::setOrder(const QStringList &keys)
{
    if (onlyAppends(keys)) {
        QStringList added;
        for (const QString &key : keys.sliced(m_order.size())) {
            if (m_entries.contains(key) && !m_hidden.contains(key))
                added.append(key);
        }
        m_order = keys;
        appendRows(added);
        Q_EMIT totalsChanged();
        return;
    }
    const QSet<QString> known(keys.cbegin(), keys.cend());
    QStringList gone;
    for (const QString &key : std::as_const(m_order)) {
        if (!known.contains(key))
            gone.append(key);
    }
    m_order = keys;
    showRows();
    for (const QString &key : std::as_const(gone)) {
        m_totals.take(m_entries.take(key).snapshot);
        m_hidden.remove(key);
    }
    if (!gone.isEmpty())
        Q_EMIT forgotten(gone);
    Q_EMIT totalsChanged();
}

void QueueModel::setHidden(const QSet<QString> &keys)
{
    m_hidden = keys;
    showRows();
}

/// Brings the rows to what the order and the hidden ones say, by the smallest steps that views
/// understand: selection, scroll position and current row survive.
void QueueModel::showRows()
{
    QStringList target;
    target.reserve(m_order.size());
    for (const QString &key : std::as_const(m_order)) {
        if (m_entries.contains(key) && !m_hidden.contains(key))
            target.append(key);
    }
    if (target == m_rows)
        return;
    const QSet<QString> wanted(target.cbegin(), target.cend());
    QStringList kept;
    QStringList gone;
    for (const QString &key : std::as_const(m_rows))
        (wanted.contains(key) ? kept : gone).append(key);
    QStringList added;
    for (const QString &key : std::as_const(target)) {
        if (!m_rowOf.contains(key))
            added.append(key);
    }
    // In one run each, at the end: run by run it would cost the square of their number.
    reorderRows(kept + gone);
    removeLastRows(gone.size());
    appendRows(added);
    reorderRows(target);
}

void QueueModel::removeLastRows(qsizetype count)
{
    if (count == 0)
        return;
    const qsizetype first = m_rows.size() - count;
    beginRemoveRows({}, static_cast<int>(first), static_cast<int>(m_rows.size()) - 1);
    for (const QString &key : m_rows.sliced(first))
        m_rowOf.remove(key);
    m_rows.resize(first);
    endRemoveRows();
}

void QueueModel::appendRows(const QStringList &keys)
{
    if (keys.isEmpty())
        return;
    const auto first = static_cast<int>(m_rows.size());
    beginInsertRows({}, first, first + static_cast<int>(keys.size()) - 1);
    for (const QString &key : keys) {
        m_rowOf.insert(key, static_cast<int>(m_rows.size()));
        m_rows.append(key);
    }
    endInsertRows();
}

void QueueModel::reorderRows(const QStringList &rows)
{
    if (rows == m_rows)
        return;
    Q_EMIT layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    QStringList keys;
    for (const QModelIndex &index : before)
        keys.append(m_rows.at(index.row()));
    m_rows = rows;
    indexRows();
    QModelIndexList after;
    for (qsizetype i = 0; i < before.size(); ++i)
        after.append(createIndex(m_rowOf.value(keys.at(i)), before.at(i).column()));
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged();
}

void QueueModel::indexRows()
{
    m_rowOf.clear();
    for (qsizetype row = 0; row < m_rows.size(); ++row)
        m_rowOf.insert(m_rows.at(row), static_cast<int>(row));
}

} // namespace longshore
