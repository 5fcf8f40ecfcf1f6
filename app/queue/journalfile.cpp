#include "queue/journalfile.h"

#include "queue/datadirectory.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QThread>
#include <QUrl>

#include <chrono>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// How long another process may keep the journal locked. Its transactions take milliseconds; a
// machine that swaps or a network file system may need a thousand times that.
constexpr std::chrono::seconds kLockTimeout = 5s;
// Between tries where SQLite doesn't wait by itself.
constexpr std::chrono::milliseconds kLockPoll = 20ms;
// A journal up to this size (bytes) is checked as a whole when it is opened, which takes less than
// a second. Of a larger one SQLite finds the damage when it meets it.
constexpr qint64 kCheckedSize = 16 * 1024 * 1024;
// Bytes that the write-ahead log is cut back to after a large transaction.
constexpr qint64 kKeptLogSize = 4 * 1024 * 1024;

} // namespace

QString JournalFile::open(const QString &dataDir)
{
    m_connection.close();
    m_synchronous.clear();

    QString problem = makePrivateDirectory(dataDir);
    if (!problem.isEmpty())
        return problem;
    m_path =
        QDir(QDir::cleanPath(QFileInfo(dataDir).absoluteFilePath())).filePath(u"journal.sqlite"_s);
    problem = createFile();
    if (problem.isEmpty())
        problem = checkHeader();
    if (!problem.isEmpty())
        return problem;

    if (!m_connection.open(
            m_path,
            u"QSQLITE_BUSY_TIMEOUT=%1"_s.arg(std::chrono::milliseconds(kLockTimeout).count())))
        return problemOf(m_connection.failure());
    problem = checkContent();
    if (problem.isEmpty())
        problem = prepare(isOnNetworkFileSystem(QFileInfo(m_path).absolutePath()));
    if (!problem.isEmpty())
        m_connection.close();
    return problem;
}

QString JournalFile::createFile() const
{
    // SQLite would create it readable for others; its log files inherit the mode.
    QFile file(m_path);
    if (file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner))
        return {};
    const QFileInfo existing(m_path);
    if (!existing.exists())
        return u"The journal %1 can't be created: %2."_s.arg(m_path, file.errorString());
    return existing.isFile() ? QString()
                             : u"%1 is not a file, so it can't be the journal."_s.arg(m_path);
}

QString JournalFile::checkHeader() const
{
    // A journal that a crash left in the middle of a transaction has to be repaired before its
    // header counts.
    const auto isInUse = [this](const QString &suffix) {
        return QFileInfo(m_path + suffix).size() > 0;
    };
    if (QFileInfo(m_path).size() == 0 || isInUse(u"-journal"_s))
        return {};

    // "immutable" looks at the file without locks and without a log, and so leaves no trace. It is
    // SQLite that must look: were we to open and close the file ourselves, POSIX would drop the
    // locks of other connections in this process.
    const QString slash = m_path.startsWith(u'/') ? QString() : u"/"_s;
    const QString uri = u"file://"_s + slash
        + QString::fromLatin1(QUrl::toPercentEncoding(m_path, QByteArrayLiteral("/:")))
        + u"?immutable=1"_s;
    SqliteConnection peek;
    if (!peek.open(uri, u"QSQLITE_OPEN_READONLY;QSQLITE_OPEN_URI"_s))
        return problemOf(peek.failure());
    const JournalKind kind = kindByHeader(peek);
    if (kind == JournalKind::Unreadable && isInUse(u"-wal"_s))
        return {};
    return refusal(kind, peek);
}

QString JournalFile::checkContent()
{
    // In one transaction, as another process may be making the tables.
    if (!beginReading())
        return problem();
    const QString refused = refusal(kindOf(m_connection), m_connection);
    rollBack();
    if (!refused.isEmpty() || QFileInfo(m_path).size() > kCheckedSize)
        return refused;
    QString verdict;
    if (!m_connection.runOnce(u"PRAGMA quick_check(1)"_s, [&verdict](const QSqlQuery &row) {
            verdict = row.value(0).toString();
        })) {
        return problemOf(m_connection.failure());
    }
    return verdict == u"ok"_s ? QString() : problemOf({SqliteFailure::Corrupt, verdict});
}

QString JournalFile::prepare(bool onNetwork)
{
    m_writeAhead = chooseJournalMode(onNetwork);
    const QStringList pragmas = {
        u"PRAGMA foreign_keys = ON"_s,
        // On macOS fsync() leaves the data in the drive's cache; elsewhere this does nothing.
        u"PRAGMA fullfsync = ON"_s,
        u"PRAGMA journal_size_limit = %1"_s.arg(kKeptLogSize),
    };
    for (const QString &pragma : pragmas) {
        if (!m_connection.runOnce(pragma))
            return problem();
    }
    return makeTables();
}

bool JournalFile::chooseJournalMode(bool onNetwork)
{
    // A write-ahead log needs memory shared between processes, which network file systems don't
    // have.
    const QString sql =
        onNetwork ? u"PRAGMA journal_mode = DELETE"_s : u"PRAGMA journal_mode = WAL"_s;
    QString mode;
    const auto readMode = [&mode](const QSqlQuery &row) { mode = row.value(0).toString(); };
    // SQLite doesn't wait here while another process opens the journal.
    const QDeadlineTimer deadline(kLockTimeout);
    while (!m_connection.runOnce(sql, readMode) && isBusy() && !deadline.hasExpired())
        QThread::msleep(static_cast<unsigned long>(kLockPoll.count()));
    // The answer is what came of it: either mode can be used.
    m_connection.runOnce(u"PRAGMA journal_mode"_s, readMode);
    return mode == u"wal"_s;
}

QString JournalFile::makeTables()
{
    // Even where the tables are there already this finds out whether the journal can be written.
    if (!begin(Durability::Machine)) {
        const QString refused = problem();
        const bool usable = isBusy() && kindOf(m_connection) == JournalKind::Journal;
        return usable ? QString() : refused;
    }
    // Another process may have been faster.
    const JournalKind kind = kindOf(m_connection);
    QString refused = refusal(kind, m_connection);
    if (refused.isEmpty() && kind == JournalKind::Empty && !createTables(m_connection))
        refused = problem();
    if (refused.isEmpty() && kind == JournalKind::Older && !migrateTables(m_connection))
        refused = problem();
    if (refused.isEmpty() && !commit())
        refused = problem();
    if (!refused.isEmpty())
        rollBack();
    return refused;
}

bool JournalFile::begin(Durability durability)
{
    return setSynchronous(durability) && m_connection.run(u"BEGIN IMMEDIATE"_s);
}

bool JournalFile::beginReading()
{
    return m_connection.run(u"BEGIN"_s);
}

bool JournalFile::commit()
{
    return m_connection.run(u"COMMIT"_s);
}

void JournalFile::rollBack()
{
    // After some failures SQLite has done so itself, and this fails.
    m_connection.run(u"ROLLBACK"_s);
}

bool JournalFile::setSynchronous(Durability durability)
{
    // With a write-ahead log NORMAL doesn't wait for the disk at each commit, and a crash of the
    // machine loses the latest of them; FULL waits, for all that were committed before, too. With a
    // rollback journal NORMAL could damage the file, and only EXTRA makes sure that the last commit
    // stays.
    const bool machine = durability == Durability::Machine;
    const QString wanted =
        m_writeAhead ? (machine ? u"FULL"_s : u"NORMAL"_s) : (machine ? u"EXTRA"_s : u"FULL"_s);
    if (wanted == m_synchronous)
        return true;
    if (!m_connection.runOnce(u"PRAGMA synchronous = "_s + wanted))
        return false;
    m_synchronous = wanted;
    return true;
}

QString JournalFile::refusal(JournalKind kind, const SqliteConnection &connection) const
{
    switch (kind) {
    case JournalKind::Empty:
    case JournalKind::Journal:
    case JournalKind::Older:
        return {};
    case JournalKind::Newer:
        return u"The journal %1 was written by a later version of Longshore."_s.arg(m_path);
    case JournalKind::Foreign:
        return u"%1 is a database of another program, not Longshore's journal."_s.arg(m_path);
    case JournalKind::Unreadable:
        return problemOf(connection.failure());
    }
    Q_UNREACHABLE();
}

QString JournalFile::problem() const
{
    return problemOf(m_connection.failure());
}

QString JournalFile::problemOf(const SqliteFailure &failure) const
{
    switch (failure.code) {
    case SqliteFailure::Busy:
    case SqliteFailure::Locked:
        return u"Another program has kept the journal %1 locked for more than %2 seconds."_s.arg(
            m_path, QString::number(kLockTimeout.count()));
    case SqliteFailure::ReadOnly:
        return u"The journal %1 can't be written: no permission."_s.arg(m_path);
    case SqliteFailure::Full:
        return u"The journal %1 can't be written: the disk is full."_s.arg(m_path);
    case SqliteFailure::CannotOpen:
        return u"The journal %1 can't be opened."_s.arg(m_path);
    case SqliteFailure::Corrupt:
        return u"The journal %1 is damaged: %2."_s.arg(m_path, failure.text);
    case SqliteFailure::NotADatabase:
        return u"The journal %1 is damaged: it is not a database."_s.arg(m_path);
    default:
        return u"The journal %1 can't be used: %2."_s.arg(m_path, failure.text);
    }
}

} // namespace longshore
