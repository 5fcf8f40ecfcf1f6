#include "queue/linerates.h"

#include "queue/sqliteconnection.h"
#include "queue/uploadrows.h"

#include <chrono>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// Lines are replaced and machines are carried elsewhere.
constexpr std::chrono::seconds kRateLife = 30 * 24h;

} // namespace

bool keepRate(SqliteConnection &connection, const QString &identity, qint64 bytesPerSecond,
              qint64 now)
{
    return connection.run(u"INSERT OR REPLACE INTO rates (identity, bytes_per_second, measured_at)"
                          " VALUES (?, ?, ?)"_s,
                          {storedText(identity), bytesPerSecond, now});
}

bool readRate(SqliteConnection &connection, const QString &identity, qint64 now,
              qint64 *bytesPerSecond)
{
    *bytesPerSecond = 0;
    return connection.run(
        u"SELECT bytes_per_second FROM rates WHERE identity = ? AND measured_at >= ?"_s,
        {storedText(identity), now - qint64(kRateLife.count())},
        [bytesPerSecond](const QSqlQuery &row) { *bytesPerSecond = row.value(0).toLongLong(); });
}

} // namespace longshore
