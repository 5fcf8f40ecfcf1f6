#pragma once

#include <QString>

#include <chrono>

namespace longshore {

struct SqliteFailure;

/// How long another process may keep the journal locked. Its transactions take milliseconds; a
/// machine that swaps or a network file system may need a thousand times that.
inline constexpr std::chrono::seconds kJournalLockTimeout{5};

/// Why the journal at `path` can't be used, as a sentence for the user.
QString journalProblem(const QString &path, const SqliteFailure &failure);

} // namespace longshore
