#include "ui/models/addmodel.h"

#include "api/showntext.h"
#include "cli/humantext.h"
#include "queue/purposes.h"
#include "ui/models/plaintooltip.h"

#include <QFileInfo>
#include <QMap>

#include <algorithm>
#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

QString nameOf(const QString &path)
{
    return path.mid(path.lastIndexOf(u'/') + 1);
}

QString folderOf(const QString &path)
{
    return path.left(std::max<qsizetype>(path.lastIndexOf(u'/'), 1));
}

} // namespace

AddModel::AddModel(const QList<FileToAdd> &files, QObject *parent)
    : QAbstractTableModel(parent)
{
    m_items.reserve(files.size());
    for (const FileToAdd &file : files) {
        const QString name = nameOf(file.path);
        const QString purpose = defaultPurpose(name);
        m_items.append({file, purpose, proposedMimeType(name, purpose), false});
    }
}

/// Thousands of files have a few extensions, and the database takes its time.
QString AddModel::proposedMimeType(const QString &name, const QString &purpose)
{
    const QString suffix = QFileInfo(name).suffix().toLower();
    const QString known = purpose + u'/' + (suffix.isEmpty() ? name : suffix);
    QString &type = m_proposed[known];
    if (type.isEmpty())
        type = defaultMimeType(name, purpose);
    return type;
}

int AddModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

int AddModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant AddModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Item &item = m_items.at(index.row());
    if (role == Qt::TextAlignmentRole && index.column() == Size)
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::AccessibleTextRole && index.column() == Name) {
        return tr("%1, %2, purpose %3, %4")
            .arg(shownText(nameOf(item.file.path)), bytesText(item.file.bytes),
                 shownText(item.purpose), shownText(item.mimeType));
    }
    if (role == Qt::ToolTipRole)
        return plainToolTip(shownText(item.file.path));
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Name:
        return shownText(nameOf(item.file.path));
    case Size:
        return bytesText(item.file.bytes);
    case Purpose:
        return shownText(item.purpose);
    case MimeType:
        return shownText(item.mimeType);
    case Folder:
        return shownText(folderOf(item.file.path));
    default:
        return {};
    }
}

QVariant AddModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter
                                   | (section == Size ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Name");
    case Size:
        return tr("Size");
    case Purpose:
        return tr("Purpose");
    case MimeType:
        return tr("MIME Type");
    case Folder:
        return tr("Folder");
    default:
        return {};
    }
}

void AddModel::setPurpose(const QList<int> &rows, const QString &purpose)
{
    for (const int row : rows) {
        Item &item = m_items[row];
        item.purpose = purpose;
        if (!item.mimeTypeChosen)
            item.mimeType = proposedMimeType(nameOf(item.file.path), purpose);
    }
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

void AddModel::setMimeType(const QList<int> &rows, const QString &mimeType)
{
    for (const int row : rows) {
        m_items[row].mimeType = mimeType;
        m_items[row].mimeTypeChosen = true;
    }
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

template <typename Member> QString AddModel::common(const QList<int> &rows, Member member) const
{
    if (rows.isEmpty())
        return {};
    const QString first = m_items.at(rows.constFirst()).*member;
    const bool same = std::all_of(rows.cbegin(), rows.cend(),
                                  [&](int row) { return m_items.at(row).*member == first; });
    return same ? first : QString();
}

QString AddModel::commonPurpose(const QList<int> &rows) const
{
    return common(rows, &Item::purpose);
}

QString AddModel::commonMimeType(const QList<int> &rows) const
{
    return common(rows, &Item::mimeType);
}

bool AddModel::moveFiles(const QList<int> &rows, int step)
{
    QList<int> sorted = rows;
    std::sort(sorted.begin(), sorted.end());
    if (sorted.isEmpty() || sorted.constFirst() + step < 0
        || sorted.constLast() + step >= m_items.size())
        return false;
    if (step > 0)
        std::reverse(sorted.begin(), sorted.end());
    for (const int row : std::as_const(sorted)) {
        const int target = step > 0 ? row + 2 : row - 1;
        beginMoveRows({}, row, row, {}, target);
        m_items.move(row, row + step);
        endMoveRows();
    }
    return true;
}

qint64 AddModel::bytes() const
{
    qint64 sum = 0;
    for (const Item &item : m_items)
        sum += item.file.bytes;
    return sum;
}

QString AddModel::proposedName() const
{
    if (m_items.isEmpty())
        return {};
    const QString suffix = QFileInfo(nameOf(m_items.constFirst().file.path)).suffix();
    return suffix.isEmpty() ? u"combined"_s : u"combined."_s + suffix;
}

QStringList AddModel::warnings() const
{
    QMap<QString, QStringList> byCode;
    for (const Item &item : m_items) {
        const auto warnings =
            purposeWarnings(shownText(nameOf(item.file.path)), item.purpose, item.file.bytes);
        for (const PurposeWarning &warning : warnings)
            byCode[warning.code].append(warning.message);
    }
    QStringList sentences;
    for (const QStringList &messages : std::as_const(byCode)) {
        const auto more = static_cast<int>(messages.size()) - 1;
        sentences.append(more == 0
                             ? messages.constFirst()
                             : tr("%1 (and %n more)", nullptr, more).arg(messages.constFirst()));
    }
    return sentences;
}

QList<UploadRequest> AddModel::separateRequests() const
{
    QList<UploadRequest> requests;
    requests.reserve(m_items.size());
    for (const Item &item : m_items) {
        UploadRequest request;
        request.paths = {item.file.path};
        request.purpose = item.purpose;
        request.mimeType = item.mimeType;
        requests.append(request);
    }
    return requests;
}

UploadRequest AddModel::combinedRequest(const QString &name, const QString &purpose,
                                        const QString &mimeType) const
{
    UploadRequest request;
    for (const Item &item : m_items)
        request.paths.append(item.file.path);
    request.combineName = name;
    request.purpose = purpose;
    request.mimeType = mimeType;
    return request;
}

} // namespace longshore
