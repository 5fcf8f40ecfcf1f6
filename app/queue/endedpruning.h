#pragma once

#include <QtGlobal>

#include <chrono>

namespace longshore {

class SqliteConnection;

/// Uploads that ended longer ago are forgotten: nobody looks for them in the window, and the
/// service keeps files on its own account.
inline constexpr std::chrono::hours kEndedLife{90 * 24};
/// So many ended ones are kept at most: ten times what the window shows, a journal of some six
/// megabytes.
inline constexpr int kMostEndedUploads = 10'000;
/// Rows that one step deletes at most: it takes milliseconds, which a record can wait.
inline constexpr int kPrunedAtOnce = 50;

/// One step: forgets some of the completed and cancelled uploads, and of their history, that are
/// too old (`now`: Unix seconds) or too many; within a transaction of the caller. `pruned` is the
/// number of rows, 0 if there is nothing left to do. False: see the connection's failure().
bool pruneEnded(SqliteConnection &connection, qint64 now, int *pruned);

} // namespace longshore
