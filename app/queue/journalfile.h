#pragma once

#include "queue/journalproblem.h"
#include "queue/journalreplacement.h"
#include "queue/journalschema.h"
#include "queue/sqliteconnection.h"
#include "transfer/filestamp.h"

#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

namespace longshore {

class FileLock;

/// What must outlive a crash of the machine, and what need only outlive one of the program.
enum class Durability { Program, Machine };

/// The file DIR/journal.sqlite: opens it, makes it what it should be, runs transactions. Used from
/// one thread.
class JournalFile
{
public:
    /// Creates folder and file if missing. A sentence if the journal can't be used. One of an
    /// earlier version is brought up to this one; one of a later version is left as it is; a file
    /// that is damaged or isn't a journal is set aside, and takeNotices() says so.
    QString open(const QString &dataDir);
    /// After damage was found in what is open, which is set aside unless another process has done
    /// so. A sentence if the journal can't be used.
    QString openAfterDamage();
    bool isOpen() const { return m_connection.isOpen(); }
    /// Whether the file that is open is the journal no more: another process has set it aside, or
    /// somebody has removed it.
    bool isReplaced() const;
    /// Sentences for the user about what open() has done, since the last call.
    QStringList takeNotices();

    bool begin(Durability durability);
    bool beginReading();
    /// Doesn't wait for another process.
    bool beginIfFree();
    /// If it fails, the transaction has to be rolled back.
    bool commit();
    /// May overwrite the connection's failure().
    void rollBack();

    SqliteConnection &connection() { return m_connection; }
    const SqliteFailure &failure() const { return m_connection.failure(); }
    /// As a sentence.
    QString problemOf(const SqliteFailure &failure) const;

    /// How long other processes are waited for from now on, at most.
    void setPatience(std::chrono::milliseconds patience);

private:
    /// Empty: all is well.
    struct Refusal
    {
        QString problem; ///< a sentence
        std::optional<Unusable> why; ///< none: to be left alone
    };

    QString waitForTurn(FileLock &turn) const;
    QString openOrReplace();
    Refusal tryOpen();
    QString replace(Unusable why);
    QString createFile() const;
    Refusal refusalOf(JournalKind kind, const SqliteConnection &connection) const;
    Refusal refusalOf(const SqliteFailure &failure) const;
    Refusal checkHeader() const;
    Refusal checkContent();
    Refusal prepare(bool onNetwork);
    bool chooseJournalMode(bool onNetwork);
    Refusal makeTables();
    bool setSynchronous(Durability durability);
    bool setBusyTimeout(std::chrono::milliseconds timeout);

    QString m_path;
    SqliteConnection m_connection;
    FileStamp m_opened; ///< which file it is
    QStringList m_notices;
    std::chrono::milliseconds m_patience = kJournalLockTimeout;
    bool m_writeAhead = false; ///< WAL rather than a rollback journal
    QString m_synchronous; ///< as set last
};

} // namespace longshore
