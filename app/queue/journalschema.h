#pragma once

#include <QString>

namespace longshore {

class SqliteConnection;

/// `PRAGMA application_id` of a journal, by which it is told from another program's database.
inline constexpr qint64 kJournalApplicationId = 0x4c534a31;
/// `PRAGMA user_version` of the tables below.
inline constexpr qint64 kJournalVersion = 3;

/// Condition on `uploads` that its indexes repeat word for word: SQLite uses a partial index only
/// then.
inline constexpr QLatin1StringView kUnfinishedCondition("state NOT IN ('completed', 'cancelled')");

/// The same for those that have ended for good, whose parts are not kept.
inline constexpr QLatin1StringView kEndedCondition("state IN ('completed', 'cancelled')");

/// What a database says it is.
enum class JournalKind {
    Empty, ///< nothing in it: to be made a journal
    Journal, ///< of this version
    Older, ///< a journal of an earlier version: to be brought up to this one
    Newer, ///< a journal of a later version
    Foreign, ///< something else's
    Incomplete, ///< a journal of this or an earlier version that lacks tables
    Unreadable, ///< see the connection's failure()
};

/// By the numbers in the file's header alone; Empty may turn out Foreign.
JournalKind kindByHeader(SqliteConnection &connection);
/// By its tables, too.
JournalKind kindOf(SqliteConnection &connection);

/// Makes an empty database a journal; within a transaction of the caller. False: see the
/// connection's failure().
bool createTables(SqliteConnection &connection);
/// Brings the tables of an earlier version up to this one; within a transaction of the caller.
/// False: see the connection's failure().
bool migrateTables(SqliteConnection &connection);

} // namespace longshore
