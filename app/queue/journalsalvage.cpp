#include "queue/journalsalvage.h"

#include "queue/journalproblem.h"
#include "queue/journalschema.h"
#include "queue/sqliteconnection.h"
#include "queue/uploadrows.h"
#include "queue/uploadseals.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

// Rows that are looked up one by one between those that can be reached from either end of a table.
// A page holds about a dozen, so that hundreds of pages in a row may be damaged.
constexpr qint64 kMostLookups = 10'000;
// Rows that one pass over a table counts at most, should damage lead it round in circles.
constexpr qint64 kMostRows = 1'000'000;

constexpr QLatin1StringView kHistoryColumns(
    "key, identity, paths, filename, purpose, mime_type, bytes, added_at, ended_at, state, "
    "message, upload_id, file_id, md5");

class DamagedJournal
{
public:
    /// False: nothing can be read.
    bool open(const QString &path);

    /// By row number; those that can be found.
    QList<qint64> rowsOf(const QString &table);
    /// False: it can't be taken over.
    bool read(qint64 uploadRow, StoredUpload *upload);
    /// SQL's NULL if it can't be read.
    QVariant endOf(qint64 uploadRow);
    QVariantList history(qint64 row);

private:
    /// The number of the upload that was added last, and so of as many ended ones at most.
    qint64 lastRow();
    bool readSealed(qint64 uploadRow, StoredUpload *upload);
    bool readPlausible(qint64 uploadRow, StoredUpload *upload);

    SqliteConnection m_connection;
    bool m_sealed = false;
};

bool DamagedJournal::open(const QString &path)
{
    const auto patience = std::chrono::milliseconds(kJournalLockTimeout).count();
    if (!m_connection.open(path,
                           u"QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=%1"_s.arg(patience))) {
        return false;
    }
    // Lets SQLite read files that have been cut and schemas of which a part is lost.
    if (!m_connection.runOnce(u"PRAGMA writable_schema = ON"_s)
        || !m_connection.runOnce(u"BEGIN"_s)) {
        return false;
    }
    const JournalKind kind = kindByHeader(m_connection);
    if (kind != JournalKind::Journal && kind != JournalKind::Older)
        return false;
    m_sealed = kind == JournalKind::Journal;
    QStringList columns;
    m_connection.runOnce(
        u"SELECT name FROM pragma_table_info('uploads')"_s,
        [&columns](const QSqlQuery &row) { columns.append(row.value(0).toString()); });
    // Version 1 lacked two columns.
    return columns.contains(u"hold_end"_s) || m_connection.runOnce(uR"(CREATE TEMP VIEW uploads AS
            SELECT *, 'let-expire' AS hold_end, 0 AS part_count FROM main.uploads)"_s);
}

QList<qint64> DamagedJournal::rowsOf(const QString &table)
{
    const auto rowsInOrder = [&](const QString &order, bool *complete) {
        QList<qint64> rows;
        *complete = m_connection.runOnce(
            u"SELECT id FROM main.%1 NOT INDEXED ORDER BY id %2 LIMIT %3"_s.arg(
                table, order, QString::number(kMostRows)),
            [&rows](const QSqlQuery &row) { rows.append(row.value(0).toLongLong()); });
        return rows;
    };
    bool complete = false;
    QList<qint64> rows = rowsInOrder(u"ASC"_s, &complete);
    if (complete)
        return rows;
    QList<qint64> fromEnd = rowsInOrder(u"DESC"_s, &complete);
    // What lies between is found by its number, if at all.
    const qint64 last = rows.isEmpty() ? 0 : rows.constLast();
    while (!fromEnd.isEmpty() && fromEnd.constLast() <= last)
        fromEnd.removeLast();
    const qint64 end = fromEnd.isEmpty() ? lastRow() + 1 : fromEnd.constLast();
    const QString lookup = u"SELECT id FROM main.%1 WHERE id = ?"_s.arg(table);
    const auto add = [&rows](const QSqlQuery &row) { rows.append(row.value(0).toLongLong()); };
    for (qint64 row = last + 1; row < std::min(end, last + kMostLookups); ++row)
        m_connection.run(lookup, {row}, add);
    std::reverse(fromEnd.begin(), fromEnd.end());
    return rows + fromEnd;
}

qint64 DamagedJournal::lastRow()
{
    qint64 last = kMostLookups;
    m_connection.runOnce(u"SELECT seq FROM sqlite_sequence WHERE name = 'uploads'"_s,
                         [&last](const QSqlQuery &row) { last = row.value(0).toLongLong(); });
    return last;
}

bool DamagedJournal::read(qint64 uploadRow, StoredUpload *upload)
{
    if (!loadUnsealed(m_connection, uploadRow, upload) || upload->spec.key.isEmpty())
        return false;
    return m_sealed ? readSealed(uploadRow, upload) : readPlausible(uploadRow, upload);
}

bool DamagedJournal::readSealed(qint64 uploadRow, StoredUpload *upload)
{
    // Most uploads have none: that those of others can't be read says nothing about them.
    const bool readable = loadError(m_connection, uploadRow, &upload->error);
    if (!readable)
        upload->error = {};
    SealVerdict verdict;
    if (!checkSeals(m_connection, uploadRow, readable ? SealedError::Read : SealedError::None,
                    &verdict)
        || !verdict.isWhole)
        return false;
    for (const int part : std::as_const(verdict.brokenParts))
        upload->progress.confirmedParts.remove(part);
    // What complete may have made a file of can't be sent again, and complete can't be repeated.
    return verdict.brokenParts.isEmpty() || !upload->progress.completing;
}

bool DamagedJournal::readPlausible(qint64 uploadRow, StoredUpload *upload)
{
    loadError(m_connection, uploadRow, &upload->error);
    QString state;
    if (!m_connection.run(u"SELECT state FROM uploads WHERE id = ?"_s, {uploadRow},
                          [&state](const QSqlQuery &row) { state = row.value(0).toString(); })
        || state != uploadStateName(upload->state) || !upload->isPlausible()) {
        return false;
    }
    upload->progress.confirmedParts.clear();
    return upload->isEndedForGood() || !upload->progress.completing;
}

QVariant DamagedJournal::endOf(qint64 uploadRow)
{
    QVariant end;
    m_connection.run(u"SELECT ended_at FROM uploads WHERE id = ?"_s, {uploadRow},
                     [&end](const QSqlQuery &row) { end = row.value(0); });
    return end;
}

QVariantList DamagedJournal::history(qint64 row)
{
    static const QString sql = u"SELECT "_s + kHistoryColumns + u" FROM history WHERE id = ?"_s;
    static const int columns = static_cast<int>(kHistoryColumns.count(u',')) + 1;
    QVariantList values;
    m_connection.run(sql, {row}, [&values](const QSqlQuery &found) {
        for (int column = 0; column < columns; ++column)
            values.append(found.value(column));
    });
    return values.size() == columns ? values : QVariantList();
}

bool takeOver(DamagedJournal &damaged, qint64 uploadRow, SqliteConnection &into, Salvage *salvage)
{
    StoredUpload upload;
    if (!damaged.read(uploadRow, &upload))
        return true;
    ++(upload.isEndedForGood() ? salvage->ended : salvage->unfinished);
    return insertUpload(into, upload)
        && into.run(u"UPDATE uploads SET ended_at = ? WHERE key = ?"_s,
                    {damaged.endOf(uploadRow), storedText(upload.spec.key)});
}

bool takeOverHistory(DamagedJournal &damaged, qint64 row, SqliteConnection &into)
{
    static const QString sql =
        u"INSERT INTO history (%1) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s.arg(
            kHistoryColumns);
    const QVariantList values = damaged.history(row);
    // What the table doesn't accept was no row of it.
    return values.isEmpty() || into.run(sql, values) || into.failure().isOfStatement();
}

} // namespace

bool salvageJournal(const QString &path, SqliteConnection &into, Salvage *salvage)
{
    *salvage = {};
    DamagedJournal damaged;
    if (!damaged.open(path))
        return true;
    for (const qint64 row : damaged.rowsOf(u"uploads"_s)) {
        if (!takeOver(damaged, row, into, salvage))
            return false;
    }
    for (const qint64 row : damaged.rowsOf(u"history"_s)) {
        if (!takeOverHistory(damaged, row, into))
            return false;
    }
    return true;
}

} // namespace longshore
