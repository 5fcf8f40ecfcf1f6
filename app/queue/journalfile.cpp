#include "queue/journalfile.h"

#include "queue/datadirectory.h"
#include "queue/filelock.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QThread>
#include <QUrl>

#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// Between tries where SQLite doesn't wait by itself.
constexpr std::chrono::milliseconds kLockPoll = 20ms;
// Another process that opens the journal may be taking over what a damaged one held: that takes
// many times as long as a transaction.
constexpr int kOpeningPatience = 6;
// A journal up to this size (bytes) is checked as a whole when it is opened, which takes less than
// a second. Of a larger one SQLite finds the damage when it meets it.
constexpr qint64 kCheckedSize = 16 * 1024 * 1024;
// Bytes that the write-ahead log is cut back to after a large transaction.
constexpr qint64 kKeptLogSize = 4 * 1024 * 1024;

void pause()
{
    QThread::msleep(static_cast<unsigned long>(kLockPoll.count()));
}

/// Where the file can't be read as it should be, whether it is of a later version all the same.
JournalKind kindDespiteDamage(SqliteConnection &connection, JournalKind kind)
{
    if (kind != JournalKind::Unreadable || !connection.runOnce(u"PRAGMA writable_schema = ON"_s)) {
        return kind;
    }
    const JournalKind byHeader = kindByHeader(connection);
    connection.runOnce(u"PRAGMA writable_schema = OFF"_s);
    return byHeader == JournalKind::Newer ? byHeader : kind;
}

} // namespace

QString JournalFile::open(const QString &dataDir)
{
    m_connection.close();
    QString problem = makePrivateDirectory(dataDir);
    if (!problem.isEmpty())
        return problem;
    m_path =
        QDir(QDir::cleanPath(QFileInfo(dataDir).absoluteFilePath())).filePath(u"journal.sqlite"_s);
    // SQLite keeps its files beside the one that a link leads to.
    if (QFileInfo(m_path).isSymLink() && QFileInfo::exists(m_path))
        m_path = QFileInfo(m_path).canonicalFilePath();
    FileLock turn;
    problem = waitForTurn(turn);
    return problem.isEmpty() ? openOrReplace() : problem;
}

QString JournalFile::openAfterDamage()
{
    FileLock turn;
    QString problem = waitForTurn(turn);
    if (problem.isEmpty() && !isReplaced()) {
        const Refusal refusal = checkHeader();
        const bool leftAlone = !refusal.problem.isEmpty() && !refusal.why;
        problem = leftAlone ? refusal.problem : replace(Unusable::Damaged);
    }
    if (problem.isEmpty())
        problem = openOrReplace();
    if (!problem.isEmpty())
        m_connection.close();
    return problem;
}

QString JournalFile::waitForTurn(FileLock &turn) const
{
    const QString folder = QFileInfo(m_path).dir().filePath(u"locks"_s);
    // A folder that can't be written needs no turns: nothing can be changed there.
    makePrivateDirectory(folder);
    const QDeadlineTimer deadline(kOpeningPatience * m_patience);
    for (;;) {
        const FileLock::Outcome outcome = turn.take(folder + u"/journal"_s, 0);
        if (outcome == FileLock::Outcome::Taken || outcome == FileLock::Outcome::Impossible)
            return {};
        if (deadline.hasExpired())
            return u"Another program has been opening the journal %1 for too long."_s.arg(m_path);
        pause();
    }
}

QString JournalFile::openOrReplace()
{
    finishReplacement(m_path);
    Refusal refusal = tryOpen();
    if (!refusal.problem.isEmpty() && refusal.why) {
        const QString problem = replace(*refusal.why);
        refusal = problem.isEmpty() ? tryOpen() : Refusal{problem, {}};
    }
    if (!refusal.problem.isEmpty())
        m_connection.close();
    return refusal.problem;
}

QString JournalFile::replace(Unusable why)
{
    const Replacement replacement = replaceJournal(m_path, why, m_connection);
    if (!replacement.notice.isEmpty())
        m_notices.append(replacement.notice);
    return replacement.problem;
}

JournalFile::Refusal JournalFile::tryOpen()
{
    m_connection.close();
    m_synchronous.clear();
    if (const QString problem = createFile(); !problem.isEmpty())
        return {problem, {}};
    if (const Refusal refusal = checkHeader(); !refusal.problem.isEmpty())
        return refusal;
    if (!m_connection.open(m_path, u"QSQLITE_BUSY_TIMEOUT=%1"_s.arg(m_patience.count())))
        return refusalOf(m_connection.failure());
    if (const Refusal refusal = checkContent(); !refusal.problem.isEmpty())
        return refusal;
    m_opened = stampOf(m_path).stamp;
    return prepare(isOnNetworkFileSystem(QFileInfo(m_path).absolutePath()));
}

bool JournalFile::isReplaced() const
{
#ifdef Q_OS_WIN
    return false; // no file can be renamed there that is open
#else
    const FileStamp now = stampOf(m_path).stamp;
    return now.device != m_opened.device || now.fileId != m_opened.fileId;
#endif
}

QStringList JournalFile::takeNotices()
{
    return std::exchange(m_notices, {});
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

JournalFile::Refusal JournalFile::checkHeader() const
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
        return refusalOf(peek.failure());
    const JournalKind kind = kindDespiteDamage(peek, kindByHeader(peek));
    if (kind == JournalKind::Unreadable && isInUse(u"-wal"_s))
        return {};
    return refusalOf(kind, peek);
}

JournalFile::Refusal JournalFile::checkContent()
{
    // In one transaction, as another process may be making the tables.
    if (!beginReading())
        return refusalOf(failure());
    JournalKind kind = kindOf(m_connection);
    rollBack();
    kind = kindDespiteDamage(m_connection, kind);
    const Refusal refusal = refusalOf(kind, m_connection);
    if (!refusal.problem.isEmpty() || QFileInfo(m_path).size() > kCheckedSize)
        return refusal;
    QString verdict;
    if (!m_connection.runOnce(u"PRAGMA quick_check(1)"_s, [&verdict](const QSqlQuery &row) {
            verdict = row.value(0).toString();
        })) {
        return refusalOf(failure());
    }
    if (verdict == u"ok"_s)
        return {};
    return refusalOf(SqliteFailure{SqliteFailure::Corrupt, verdict});
}

JournalFile::Refusal JournalFile::prepare(bool onNetwork)
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
            return refusalOf(failure());
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
    const QDeadlineTimer deadline(m_patience);
    while (!m_connection.runOnce(sql, readMode) && failure().isBusy() && !deadline.hasExpired())
        pause();
    // The answer is what came of it: either mode can be used.
    m_connection.runOnce(u"PRAGMA journal_mode"_s, readMode);
    return mode == u"wal"_s;
}

JournalFile::Refusal JournalFile::makeTables()
{
    // Even where the tables are there already this finds out whether the journal can be written.
    if (!begin(Durability::Machine)) {
        const Refusal refusal = refusalOf(failure());
        const bool usable = failure().isBusy() && kindOf(m_connection) == JournalKind::Journal;
        return usable ? Refusal() : refusal;
    }
    // Another process may have been faster.
    const JournalKind kind = kindOf(m_connection);
    Refusal refusal = refusalOf(kind, m_connection);
    if (refusal.problem.isEmpty()
        && ((kind == JournalKind::Empty && !createTables(m_connection))
            || (kind == JournalKind::Older && !migrateTables(m_connection)) || !commit())) {
        refusal = refusalOf(failure());
    }
    if (!refusal.problem.isEmpty())
        rollBack();
    return refusal;
}

bool JournalFile::begin(Durability durability)
{
    return setSynchronous(durability) && m_connection.run(u"BEGIN IMMEDIATE"_s);
}

bool JournalFile::beginReading()
{
    return m_connection.run(u"BEGIN"_s);
}

bool JournalFile::beginIfFree()
{
    const bool begun = setBusyTimeout(0ms) && begin(Durability::Program);
    return setBusyTimeout(m_patience) && begun;
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

void JournalFile::setPatience(std::chrono::milliseconds patience)
{
    m_patience = patience;
    if (isOpen())
        setBusyTimeout(patience);
}

bool JournalFile::setBusyTimeout(std::chrono::milliseconds timeout)
{
    return m_connection.runOnce(u"PRAGMA busy_timeout = %1"_s.arg(timeout.count()));
}

JournalFile::Refusal JournalFile::refusalOf(JournalKind kind,
                                            const SqliteConnection &connection) const
{
    switch (kind) {
    case JournalKind::Empty:
    case JournalKind::Journal:
    case JournalKind::Older:
        return {};
    case JournalKind::Newer:
        return {u"The journal %1 was written by a later version of Longshore."_s.arg(m_path), {}};
    case JournalKind::Foreign:
        return {u"%1 is a database of another program, not Longshore's journal."_s.arg(m_path),
                Unusable::Foreign};
    case JournalKind::Incomplete:
        return refusalOf(SqliteFailure{SqliteFailure::Corrupt, u"tables are missing"_s});
    case JournalKind::Unreadable:
        return refusalOf(connection.failure());
    }
    Q_UNREACHABLE();
}

JournalFile::Refusal JournalFile::refusalOf(const SqliteFailure &failure) const
{
    Refusal refusal{journalProblem(m_path, failure), {}};
    if (failure.isDamage())
        refusal.why = Unusable::Damaged;
    return refusal;
}

QString JournalFile::problemOf(const SqliteFailure &failure) const
{
    return journalProblem(m_path, failure);
}

} // namespace longshore
