#pragma once

#include "queue/storedupload.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace longshore {

class SqliteConnection;

// An upload's rows in the journal's tables. What returns false has failed with the connection's
// failure().

/// As bytes that any QString survives: UTF-8 where that gives the same text back, otherwise 0xff
/// and UTF-16 code units.
QByteArray storedText(const QString &text);
QString textOf(const QByteArray &stored);

/// Numbers of four bytes each, little-endian.
QByteArray storedOrder(const QList<int> &order);
/// Never null, which SQLite would take for NULL.
QByteArray storedBytes(const QByteArray &bytes);

QString holdEndName(HoldEnd end);

/// Of a name as uploadStateName() gives it for a state that is stored.
UploadState storedStateOf(const QString &name);

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
bool loadUpload(SqliteConnection &connection, qint64 uploadRow, StoredUpload *upload);

} // namespace longshore
