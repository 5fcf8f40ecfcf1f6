#pragma once

#include <QString>

namespace longshore {

class SqliteConnection;

/// What could be taken over.
struct Salvage
{
    int unfinished = 0;
    int ended = 0;
};

/// Copies what can be read of the damaged journal at `path`, which stays as it is, to the empty
/// tables of `into`, within a transaction of the caller: uploads that are as they were written,
/// and the history. A confirmed part whose id can't be trusted is left out and will be sent again;
/// an upload that any other damage has reached is left out as a whole. Of an earlier version, whose
/// rows have no seals, uploads come without their confirmed parts. Measured speeds are not worth
/// it. False: see the failure() of `into`.
bool salvageJournal(const QString &path, SqliteConnection &into, Salvage *salvage);

} // namespace longshore
