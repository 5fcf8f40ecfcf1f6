#include "queue/journalproblem.h"

#include "queue/sqliteconnection.h"

namespace longshore {

using namespace Qt::StringLiterals;

QString journalProblem(const QString &path, const SqliteFailure &failure)
{
    switch (failure.code) {
    case SqliteFailure::Busy:
    case SqliteFailure::Locked:
        return u"Another program has kept the journal %1 locked for more than %2 seconds."_s.arg(
            path, QString::number(kJournalLockTimeout.count()));
    case SqliteFailure::ReadOnly:
        return u"The journal %1 can't be written: no permission."_s.arg(path);
    case SqliteFailure::InputOutput:
        return u"The journal %1 can't be read or written: the disk reports an error."_s.arg(path);
    case SqliteFailure::Full:
        return u"The journal %1 can't be written: the disk is full."_s.arg(path);
    case SqliteFailure::CannotOpen:
        return u"The journal %1 can't be opened."_s.arg(path);
    case SqliteFailure::Corrupt:
        return u"The journal %1 is damaged: %2."_s.arg(path, failure.text);
    case SqliteFailure::NotADatabase:
        return u"The journal %1 is damaged: it is not a database."_s.arg(path);
    default:
        return u"The journal %1 can't be used: %2."_s.arg(path, failure.text);
    }
}

} // namespace longshore
