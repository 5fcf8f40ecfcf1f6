#pragma once

#include <QByteArray>
#include <QList>
#include <QVariant>

namespace longshore {

class SqliteConnection;

// Seals (see RowSeal) of an upload's rows: one over its sources and the plan of its parts, one over
// its row in `uploads` and its error, and one over each confirmed part. What returns false has
// failed with the connection's failure().

/// Of the part's id, and of what it is the id of: a part of another upload, or of one that was
/// begun again, has another seal. All but `number` as stored.
qint64 partSeal(const QVariant &key, const QVariant &uploadId, int number, const QVariant &partId);

/// After the row in `uploads` or its error has changed.
bool sealRow(SqliteConnection &connection, qint64 uploadRow);
/// After sources or the plan of parts have changed; the row, too.
bool sealPlanAndRow(SqliteConnection &connection, qint64 uploadRow);
/// All of them, of an upload from a version that had none.
bool sealAll(SqliteConnection &connection, qint64 uploadRow);

/// What seals say.
struct SealVerdict
{
    bool isWhole = false; ///< sources, plan, row and error are as they were written
    QList<int> brokenParts; ///< numbers of confirmed parts whose id can't be trusted
};
/// Whether the upload's error is read, or can't be and is taken for none.
enum class SealedError { Read, None };
bool checkSeals(SqliteConnection &connection, qint64 uploadRow, SealedError error,
                SealVerdict *verdict);

} // namespace longshore
