#include "queue/journalreplacement.h"

#include "queue/journalproblem.h"
#include "queue/journalsalvage.h"
#include "queue/journalschema.h"
#include "queue/sqliteconnection.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <system_error>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

// What SQLite keeps beside a database.
constexpr std::array kCompanions{QLatin1StringView("-wal"), QLatin1StringView("-shm"),
                                 QLatin1StringView("-journal")};

QString newPathOf(const QString &journalPath)
{
    return QFileInfo(journalPath).dir().filePath(u"journal-new.sqlite"_s);
}

bool isThere(const QString &path)
{
    return QFileInfo::exists(path) || QFileInfo(path).isSymLink();
}

void removeWithCompanions(const QString &path)
{
    QFile::remove(path);
    for (const QLatin1StringView suffix : kCompanions)
        QFile::remove(path + suffix);
}

bool hasCompanions(const QString &path)
{
    return std::any_of(kCompanions.begin(), kCompanions.end(),
                       [&path](QLatin1StringView suffix) { return isThere(path + suffix); });
}

QString freeAsidePath(const QString &journalPath, Unusable why)
{
    const QString word = why == Unusable::Damaged ? u"damaged"_s : u"foreign"_s;
    const QString stem =
        QFileInfo(journalPath)
            .dir()
            .filePath(u"journal-%1-%2"_s.arg(
                word, QDateTime::currentDateTime().toString(u"yyyyMMdd-HHmmss"_s)));
    QString path = stem + u".sqlite"_s;
    for (int number = 2; isThere(path) || hasCompanions(path); ++number)
        path = u"%1-%2.sqlite"_s.arg(stem, QString::number(number));
    return path;
}

/// Not QFile's, which copies what it can't rename. Empty, or the system's reason.
QString renameFile(const QString &from, const QString &to)
{
    std::error_code error;
    std::filesystem::rename(QFileInfo(from).filesystemFilePath(),
                            QFileInfo(to).filesystemFilePath(), error);
    return error ? QString::fromLocal8Bit(error.message()) : QString();
}

void moveCompanions(const QString &from, const QString &to)
{
    for (const QLatin1StringView suffix : kCompanions) {
        if (isThere(from + suffix))
            renameFile(from + suffix, to + suffix);
    }
}

/// The journal is made in one transaction: either it is whole, or it is not one.
bool isMade(const QString &path)
{
    if (QFileInfo(path).size() == 0)
        return false;
    SqliteConnection connection;
    return connection.open(path, QString()) && kindOf(connection) == JournalKind::Journal;
}

/// Old file away, new one in its place. Empty, or why not.
QString swap(const QString &journalPath, const QString &asidePath)
{
    QString reason = renameFile(journalPath, asidePath);
    if (!reason.isEmpty())
        return reason;
    moveCompanions(journalPath, asidePath);
    // What belongs to the old file would be taken for the new one's.
    reason = hasCompanions(journalPath) ? u"a file beside it is in use"_s
                                        : renameFile(newPathOf(journalPath), journalPath);
    if (!reason.isEmpty()) {
        renameFile(asidePath, journalPath);
        moveCompanions(asidePath, journalPath);
    }
    return reason;
}

QString complaint(const QString &journalPath, Unusable why)
{
    return why == Unusable::Damaged
        ? u"The journal %1 is damaged"_s.arg(journalPath)
        : u"%1 is a database of another program, not Longshore's journal"_s.arg(journalPath);
}

/// Keeps others from writing to the old file. Null, or a failure that says who does.
SqliteFailure lockOut(SqliteConnection &guard, const QString &journalPath)
{
    const auto patience = std::chrono::milliseconds(kJournalLockTimeout).count();
    const bool locked = guard.open(journalPath, u"QSQLITE_BUSY_TIMEOUT=%1"_s.arg(patience))
        // See salvageJournal().
        && guard.runOnce(u"PRAGMA writable_schema = ON"_s) && guard.runOnce(u"BEGIN IMMEDIATE"_s);
    // What can't even be locked nobody can write to either.
    return !locked && guard.failure().isBusy() ? guard.failure() : SqliteFailure();
}

/// Empty, or a sentence.
QString makeNew(const QString &journalPath, Unusable why, Salvage *salvage)
{
    const QString newPath = newPathOf(journalPath);
    removeWithCompanions(newPath);
    QFile file(newPath);
    // SQLite would create it readable for others.
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly,
                   QFile::ReadOwner | QFile::WriteOwner)) {
        return u"%1, and no new one can be made: %2."_s.arg(complaint(journalPath, why),
                                                            file.errorString());
    }
    file.close();
    SqliteConnection fresh;
    const bool made = fresh.open(newPath, QString()) && fresh.runOnce(u"BEGIN IMMEDIATE"_s)
        && createTables(fresh)
        && (why == Unusable::Foreign || salvageJournal(journalPath, fresh, salvage))
        && fresh.runOnce(u"COMMIT"_s);
    if (made)
        return {};
    const SqliteFailure failure = fresh.failure();
    fresh.close();
    removeWithCompanions(newPath);
    return journalProblem(newPath, failure);
}

QString noticeOf(Unusable why, int unfinished, const QString &asidePath)
{
    if (why == Unusable::Foreign) {
        return u"The file of the journal was a database of another program; it is kept as %1, and "
               "a new journal was begun."_s.arg(asidePath);
    }
    if (unfinished == 0) {
        return u"The journal was damaged, and no unfinished upload could be taken over; the old "
               "file is kept as %1."_s.arg(asidePath);
    }
    const QString uploads = unfinished == 1 ? u"1 unfinished upload was"_s
                                            : u"%1 unfinished uploads were"_s.arg(unfinished);
    return u"The journal was damaged; %1 taken over, and the old file is kept as %2."_s.arg(
        uploads, asidePath);
}

} // namespace

Replacement replaceJournal(const QString &journalPath, Unusable why, SqliteConnection &connection)
{
    // Closed last: SQLite would tidy up, and write to the file, when its last user closes it under
    // its own name.
    SqliteConnection guard;
    if (why == Unusable::Damaged) {
        const SqliteFailure inUse = lockOut(guard, journalPath);
        if (inUse.isBusy())
            return {journalProblem(journalPath, inUse), {}};
    }
    connection.close();

    Salvage salvage;
    if (const QString problem = makeNew(journalPath, why, &salvage); !problem.isEmpty())
        return {problem, {}};
#ifdef Q_OS_WIN
    // No open file can be renamed there, so that no other process can have it open either.
    guard.close();
#endif
    const QString asidePath = freeAsidePath(journalPath, why);
    if (const QString reason = swap(journalPath, asidePath); !reason.isEmpty()) {
        if (isThere(journalPath))
            removeWithCompanions(newPathOf(journalPath));
        return {u"%1, and it can't be set aside: %2."_s.arg(complaint(journalPath, why), reason),
                {}};
    }
    // A log in which nothing is left, and its index.
    if (QFileInfo(asidePath + u"-wal"_s).size() == 0) {
        QFile::remove(asidePath + u"-wal"_s);
        QFile::remove(asidePath + u"-shm"_s);
    }
    return {{}, noticeOf(why, salvage.unfinished, asidePath)};
}

void finishReplacement(const QString &journalPath)
{
    const QString newPath = newPathOf(journalPath);
    if (!QFileInfo::exists(newPath))
        return;
    if (isThere(journalPath) || !isMade(newPath)) {
        removeWithCompanions(newPath);
        return;
    }
    moveCompanions(journalPath, freeAsidePath(journalPath, Unusable::Damaged));
    renameFile(newPath, journalPath);
}

} // namespace longshore
