#pragma once

#include "fuzz/fuzzer.h"

#include <QByteArrayList>
#include <QString>

namespace longshore::fuzz {

/// A table's column, as `table.column`.
const QByteArrayList &journalColumns();

/// How many journals patchJournal() can begin with: an empty file, then one of each version that
/// there was, the present one last.
int journalCount();

/// What a patch did to the journal that it began with.
struct Patched
{
    int journal = 0; ///< which one, below journalCount()
    bool statements = false;
    bool bytes = false;
    bool beside = false;

    bool isWhole() const { return !statements && !bytes && !beside; }
};

/// Writes DIR/journal.sqlite, and what is beside it, as `patch` says, one thing a line:
///     journal N                what to begin with
///     cell TABLE.COLUMN TYPE VALUE   all rows get it, with * all columns, too, but the keys; TYPE
///                              is null, int, real, text or blob (hex)
///     drop KIND NAME           a table, an index, or a column (TABLE.COLUMN)
///     rows TABLE N             so many rows are left
///     number PRAGMA N          user_version, application_id …
///     bytes OFFSET HEX         what stands there is overwritten
///     zero OFFSET LENGTH
///     cut SIZE                 the file ends there
///     beside SUFFIX HEX        a file with that suffix, such as -wal
/// Offsets and sizes are taken modulo the file's size.
Patched patchJournal(const QString &dir, QByteArrayView patch);

} // namespace longshore::fuzz
