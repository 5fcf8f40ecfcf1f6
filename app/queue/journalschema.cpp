#include "queue/journalschema.h"

#include "queue/sqliteconnection.h"
#include "queue/uploadrows.h"
#include "queue/uploadseals.h"

#include <QList>
#include <QStringList>

#include <algorithm>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

// The earliest version whose tables can be brought up to this one.
constexpr qint64 kFirstVersion = 1;

constexpr QLatin1StringView kTables("'uploads', 'sources', 'parts', 'errors', 'history', 'rates'");
constexpr qint64 kTableCount = 6;
// All but `rates`.
constexpr qint64 kOlderTableCount = 5;

QString endIndex()
{
    return u"CREATE INDEX uploads_by_end ON uploads (identity, ended_at) WHERE "_s
        + kEndedCondition;
}

QString ageIndex()
{
    return u"CREATE INDEX uploads_by_age ON uploads (ended_at) WHERE "_s + kEndedCondition;
}

/// The measured speed of the line to a service.
QString ratesTable()
{
    return uR"(CREATE TABLE rates (
        identity BLOB PRIMARY KEY,
        bytes_per_second INTEGER NOT NULL,
        measured_at INTEGER NOT NULL) WITHOUT ROWID)"_s;
}

// Text that is not a fixed word of ours is a blob, as storedText() makes it: SQLite's own text
// would lose lone surrogates and leading byte order marks. Times are Unix seconds.
const QStringList &tableStatements()
{
    static const QStringList statements = {
        uR"(CREATE TABLE uploads (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key BLOB NOT NULL UNIQUE,
            match_key BLOB NOT NULL,
            identity BLOB NOT NULL,
            filename BLOB NOT NULL,
            purpose BLOB NOT NULL,
            mime_type BLOB NOT NULL,
            combine_name BLOB NOT NULL,
            expires_after INTEGER,
            part_size INTEGER NOT NULL,
            cut_at_lines INTEGER NOT NULL,
            send_md5 INTEGER NOT NULL,
            hold INTEGER NOT NULL,
            hold_end TEXT NOT NULL CHECK (hold_end IN ('let-expire', 'complete-before')),
            give_up_after INTEGER NOT NULL,
            added_at INTEGER NOT NULL,
            position INTEGER NOT NULL,
            state TEXT NOT NULL
                CHECK (state IN ('queued', 'completed', 'cancelled', 'failed', 'unknown')),
            upload_id BLOB,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            clock_offset INTEGER NOT NULL,
            part_order BLOB NOT NULL,
            completing INTEGER NOT NULL,
            completing_md5 BLOB NOT NULL,
            cancelling INTEGER NOT NULL,
            paused INTEGER NOT NULL,
            file_id BLOB NOT NULL,
            part_count INTEGER NOT NULL,
            ended_at INTEGER,
            plan_seal INTEGER NOT NULL DEFAULT 0,
            seal INTEGER NOT NULL DEFAULT 0))"_s,
        u"CREATE INDEX uploads_by_match ON uploads (match_key) WHERE "_s + kUnfinishedCondition,
        u"CREATE INDEX uploads_by_place ON uploads (identity, position) WHERE "_s
            + kUnfinishedCondition,
        endIndex(),
        ageIndex(),
        uR"(CREATE TABLE sources (
            upload INTEGER NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            path BLOB NOT NULL,
            bytes INTEGER NOT NULL,
            modified_ns INTEGER NOT NULL,
            device INTEGER NOT NULL,
            file_id INTEGER NOT NULL,
            newline_added INTEGER NOT NULL,
            PRIMARY KEY (upload, number)) WITHOUT ROWID)"_s,
        uR"(CREATE TABLE parts (
            upload INTEGER NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            source INTEGER NOT NULL,
            source_offset INTEGER NOT NULL,
            source_bytes INTEGER NOT NULL,
            newline_added INTEGER NOT NULL,
            upload_offset INTEGER NOT NULL,
            part_id BLOB,
            seal INTEGER,
            PRIMARY KEY (upload, number)) WITHOUT ROWID)"_s,
        uR"(CREATE TABLE errors (
            upload INTEGER PRIMARY KEY REFERENCES uploads (id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            status INTEGER NOT NULL,
            code BLOB NOT NULL,
            message BLOB NOT NULL,
            request_id BLOB NOT NULL,
            retry_delay_ms INTEGER,
            should_retry INTEGER,
            network_error INTEGER NOT NULL,
            advice BLOB NOT NULL,
            part INTEGER NOT NULL))"_s,
        // Paths are one after the other, each ended by a NUL.
        uR"(CREATE TABLE history (
            id INTEGER PRIMARY KEY,
            key BLOB NOT NULL,
            identity BLOB NOT NULL,
            paths BLOB NOT NULL,
            filename BLOB NOT NULL,
            purpose BLOB NOT NULL,
            mime_type BLOB NOT NULL,
            bytes INTEGER NOT NULL,
            added_at INTEGER NOT NULL,
            ended_at INTEGER NOT NULL,
            state TEXT NOT NULL
                CHECK (state IN ('completed', 'cancelled', 'failed', 'unknown')),
            message BLOB NOT NULL,
            upload_id BLOB,
            file_id BLOB NOT NULL,
            md5 BLOB NOT NULL))"_s,
        u"CREATE INDEX history_by_time ON history (ended_at)"_s,
        ratesTable(),
        u"PRAGMA application_id = %1"_s.arg(kJournalApplicationId),
        u"PRAGMA user_version = %1"_s.arg(kJournalVersion),
    };
    return statements;
}

/// From version 1, which kept neither what becomes of a held upload nor, once it had ended, the
/// number of its parts; that follows from their size unless they were cut at lines.
const QStringList &statementsFrom1To2()
{
    static const QStringList statements = {
        uR"(ALTER TABLE uploads ADD COLUMN hold_end TEXT NOT NULL DEFAULT 'let-expire'
            CHECK (hold_end IN ('let-expire', 'complete-before')))"_s,
        u"ALTER TABLE uploads ADD COLUMN part_count INTEGER NOT NULL DEFAULT 0"_s,
        uR"(UPDATE uploads SET part_count = (SELECT count(*) FROM parts WHERE upload = id))"_s,
        uR"(UPDATE uploads SET part_count =
                (SELECT coalesce(sum((bytes + newline_added + part_size - 1) / part_size), 0)
                 FROM sources WHERE upload = uploads.id)
            WHERE part_count = 0 AND part_size > 0 AND NOT cut_at_lines)"_s,
        endIndex(),
    };
    return statements;
}

/// From version 2, which had no seals and no speeds.
const QStringList &statementsFrom2To3()
{
    static const QStringList statements = {
        u"ALTER TABLE uploads ADD COLUMN plan_seal INTEGER NOT NULL DEFAULT 0"_s,
        u"ALTER TABLE uploads ADD COLUMN seal INTEGER NOT NULL DEFAULT 0"_s,
        u"ALTER TABLE parts ADD COLUMN seal INTEGER"_s,
        ageIndex(),
        ratesTable(),
    };
    return statements;
}

bool runAll(SqliteConnection &connection, const QStringList &statements)
{
    for (const QString &statement : statements) {
        if (!connection.runOnce(statement))
            return false;
    }
    return true;
}

bool readNumber(SqliteConnection &connection, const QString &sql, qint64 *number)
{
    return connection.runOnce(
        sql, [number](const QSqlQuery &row) { *number = row.value(0).toLongLong(); });
}

bool sealUpload(SqliteConnection &connection, qint64 uploadRow)
{
    StoredUpload upload;
    if (!loadUnsealed(connection, uploadRow, &upload))
        return false;
    // What is sealed is believed from now on.
    if (upload.spec.key.isEmpty() || !upload.isPlausible())
        return connection.failDamaged(u"an upload can't have been written so"_s);
    return sealAll(connection, uploadRow);
}

bool sealUploads(SqliteConnection &connection)
{
    QList<qint64> uploadRows;
    const auto addRow = [&uploadRows](const QSqlQuery &row) {
        uploadRows.append(row.value(0).toLongLong());
    };
    return connection.runOnce(u"SELECT id FROM uploads"_s, addRow)
        && std::all_of(uploadRows.cbegin(), uploadRows.cend(), [&connection](qint64 uploadRow) {
               return sealUpload(connection, uploadRow);
           });
}

} // namespace

JournalKind kindByHeader(SqliteConnection &connection)
{
    qint64 applicationId = 0;
    qint64 version = 0;
    if (!readNumber(connection, u"PRAGMA application_id"_s, &applicationId)
        || !readNumber(connection, u"PRAGMA user_version"_s, &version)) {
        return JournalKind::Unreadable;
    }
    if (applicationId == 0 && version == 0)
        return JournalKind::Empty;
    if (applicationId != kJournalApplicationId || version < kFirstVersion)
        return JournalKind::Foreign;
    if (version < kJournalVersion)
        return JournalKind::Older;
    return version == kJournalVersion ? JournalKind::Journal : JournalKind::Newer;
}

JournalKind kindOf(SqliteConnection &connection)
{
    const JournalKind kind = kindByHeader(connection);
    if (kind == JournalKind::Unreadable)
        return kind;
    qint64 entries = 0;
    qint64 tables = 0;
    if (!readNumber(connection, u"SELECT count(*) FROM sqlite_master"_s, &entries)
        || !readNumber(
            connection,
            u"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN (%1)"_s.arg(
                kTables),
            &tables)) {
        return JournalKind::Unreadable;
    }
    switch (kind) {
    case JournalKind::Empty:
        return entries > 0 ? JournalKind::Foreign : kind;
    case JournalKind::Journal:
        return tables < kTableCount ? JournalKind::Incomplete : kind;
    case JournalKind::Older:
        return tables < kOlderTableCount ? JournalKind::Incomplete : kind;
    default:
        return kind;
    }
}

bool createTables(SqliteConnection &connection)
{
    return runAll(connection, tableStatements());
}

bool migrateTables(SqliteConnection &connection)
{
    qint64 version = 0;
    if (!readNumber(connection, u"PRAGMA user_version"_s, &version))
        return false;
    if (version < 2 && !runAll(connection, statementsFrom1To2()))
        return false;
    return runAll(connection, statementsFrom2To3()) && sealUploads(connection)
        && connection.runOnce(u"PRAGMA user_version = %1"_s.arg(kJournalVersion));
}

} // namespace longshore
