#pragma once

#include <QList>
#include <QString>

#include <optional>

namespace longshore {

/// File ids come in the order in which uploads end and leave in the order of the command line.
class OrderedIds
{
public:
    explicit OrderedIds(qsizetype count);

    /// Upload `index` has ended, with `fileId` or (empty) without one. Returns the ids that may be
    /// printed now: an id waits until all before it have ended.
    QStringList settle(qsizetype index, const QString &fileId);

private:
    QList<std::optional<QString>> m_ids;
    qsizetype m_next = 0;
};

} // namespace longshore
