#include "queue/endedpruning.h"

#include "queue/journalschema.h"
#include "queue/sqliteconnection.h"
#include "queue/uploadrows.h"

#include <QList>

#include <algorithm>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// Adds the rows that go first: those that ended before `before`, then those beyond the latest.
bool findRows(SqliteConnection &connection, const QString &table, const QString &condition,
              qint64 before, QList<qint64> *rows)
{
    const auto addRow = [rows](const QSqlQuery &row) { rows->append(row.value(0).toLongLong()); };
    const QString ended = u"SELECT id FROM %1 WHERE %2 AND "_s.arg(table, condition);
    if (!connection.run(ended + u"ended_at < ? LIMIT ?"_s, {before, kPrunedAtOnce}, addRow))
        return false;
    if (!rows->isEmpty())
        return true;
    return connection.run(ended
                              + u"ended_at >= ? ORDER BY ended_at DESC, id DESC LIMIT ? OFFSET ?"_s,
                          {before, kPrunedAtOnce, kMostEndedUploads}, addRow);
}

} // namespace

bool pruneEnded(SqliteConnection &connection, qint64 now, int *pruned)
{
    const qint64 before = now - qint64(std::chrono::seconds(kEndedLife).count());
    QList<qint64> uploads;
    QList<qint64> history;
    if (!findRows(connection, u"uploads"_s, kEndedCondition, before, &uploads)
        || !findRows(connection, u"history"_s, u"true"_s, before, &history)) {
        return false;
    }
    *pruned = static_cast<int>(uploads.size() + history.size());
    return std::all_of(uploads.cbegin(), uploads.cend(),
                       [&](qint64 row) { return deleteUpload(connection, row); })
        && std::all_of(history.cbegin(), history.cend(), [&](qint64 row) {
               return connection.run(u"DELETE FROM history WHERE id = ?"_s, {row});
           });
}

} // namespace longshore
