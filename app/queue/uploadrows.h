#pragma once

#include "queue/storedupload.h"
#include "queue/storedvalues.h"

#include <QList>
#include <QString>

namespace longshore {

class SqliteConnection;

// An upload's rows in the journal's tables. What returns false has failed with the connection's
// failure().

/// In place of an upload with the same key.
bool insertUpload(SqliteConnection &connection, const StoredUpload &upload);
bool deleteUpload(SqliteConnection &connection, qint64 uploadRow);
/// In place of the error that is there; an upload of row `uploadRow` has one at most.
bool insertError(SqliteConnection &connection, qint64 uploadRow, const ApiError &error);

/// 0: there is none.
bool findUploadRow(SqliteConnection &connection, const QString &matchKey, qint64 *uploadRow);
/// By position.
bool findUnfinishedRows(SqliteConnection &connection, const QString &identity,
                        QList<qint64> *uploadRows);
/// Those that ended for good, the latest first, `atMost` of them.
bool findEndedRows(SqliteConnection &connection, const QString &identity, int atMost,
                   QList<qint64> *uploadRows);
/// Fails as damaged where a seal is broken (see uploadseals.h).
bool loadUpload(SqliteConnection &connection, qint64 uploadRow, StoredUpload *upload);
/// Whatever the seals say, and without its error. An upload without a key: there is no such row.
bool loadUnsealed(SqliteConnection &connection, qint64 uploadRow, StoredUpload *upload);
bool loadError(SqliteConnection &connection, qint64 uploadRow, ApiError *error);

} // namespace longshore
