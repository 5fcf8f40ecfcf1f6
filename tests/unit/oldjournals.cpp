#include "oldjournals.h"

#include "queue/sqliteconnection.h"

#include <QFile>

#include <algorithm>

using namespace longshore;
using namespace Qt::StringLiterals;

bool makeOldJournal(const QString &path, int version)
{
    QFile script(QStringLiteral(JOURNAL_TEST_DATA "/version%1.sql").arg(version));
    SqliteConnection connection;
    if (!script.open(QIODevice::ReadOnly) || !connection.open(path, QString()))
        return false;
    const QStringList statements =
        QString::fromUtf8(script.readAll()).split(u";\n"_s, Qt::SkipEmptyParts);
    return std::all_of(
        statements.cbegin(), statements.cend(),
        [&connection](const QString &statement) { return connection.runOnce(statement); });
}
