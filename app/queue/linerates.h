#pragma once

#include <QString>

namespace longshore {

class SqliteConnection;

// The speed of the line to each service, as it was measured last. What returns false has failed
// with the connection's failure().

/// In place of what was measured before. `now`: Unix seconds.
bool keepRate(SqliteConnection &connection, const QString &identity, qint64 bytesPerSecond,
              qint64 now);
/// 0: none is known, or it is too old to say anything.
bool readRate(SqliteConnection &connection, const QString &identity, qint64 now,
              qint64 *bytesPerSecond);

} // namespace longshore
