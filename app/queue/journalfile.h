#pragma once

#include "queue/journalschema.h"
#include "queue/sqliteconnection.h"

#include <QString>

namespace longshore {

/// What must outlive a crash of the machine, and what need only outlive one of the program.
enum class Durability { Program, Machine };

/// The file DIR/journal.sqlite: opens it, makes it what it should be, runs transactions. Used from
/// one thread.
class JournalFile
{
public:
    /// Creates folder and file if missing. A sentence if the journal can't be used; a file that
    /// isn't a journal, or of a later version, is left as it is; one of an earlier version is
    /// brought up to this one.
    QString open(const QString &dataDir);

    bool begin(Durability durability);
    bool beginReading();
    /// If it fails, the transaction has to be rolled back.
    bool commit();
    /// May overwrite the connection's failure().
    void rollBack();

    SqliteConnection &connection() { return m_connection; }
    /// The connection's failure() as a sentence.
    QString problem() const;
    bool isBusy() const { return m_connection.failure().isBusy(); }

private:
    QString createFile() const;
    QString refusal(JournalKind kind, const SqliteConnection &connection) const;
    QString problemOf(const SqliteFailure &failure) const;
    QString checkHeader() const;
    QString checkContent();
    QString prepare(bool onNetwork);
    bool chooseJournalMode(bool onNetwork);
    QString makeTables();
    bool setSynchronous(Durability durability);

    QString m_path;
    SqliteConnection m_connection;
    bool m_writeAhead = false; ///< WAL rather than a rollback journal
    QString m_synchronous; ///< as set last
};

} // namespace longshore
