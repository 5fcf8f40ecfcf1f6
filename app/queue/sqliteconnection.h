#pragma once

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QStringList>
#include <QVariant>

#include <functional>
#include <unordered_map>

namespace longshore {

/// Why SQLite did not do what it was asked.
struct SqliteFailure
{
    int code = 0; ///< SQLite's primary result code, 0: none
    QString text;

    // SQLite's result codes that are told apart here.
    static constexpr int Error = 1; ///< the statement makes no sense to this database
    static constexpr int Busy = 5;
    static constexpr int Locked = 6;
    static constexpr int ReadOnly = 8;
    static constexpr int InputOutput = 10;
    static constexpr int Corrupt = 11;
    static constexpr int Full = 13;
    static constexpr int CannotOpen = 14;
    static constexpr int TooBig = 18;
    static constexpr int Constraint = 19;
    static constexpr int Mismatch = 20;
    static constexpr int NotADatabase = 26;

    bool isBusy() const { return code == Busy || code == Locked; }
    bool isDamage() const { return code == Corrupt || code == NotADatabase; }
    /// The statement or its values are to blame, not the file or the disk.
    bool isOfStatement() const
    {
        return code == Error || code == TooBig || code == Constraint || code == Mismatch;
    }
};

/// A connection and its prepared statements. It belongs to the thread that opens it. What returns
/// false has set failure().
class SqliteConnection
{
public:
    SqliteConnection() = default;
    ~SqliteConnection();
    Q_DISABLE_COPY_MOVE(SqliteConnection)

    /// `options` as QSqlDatabase::setConnectOptions() takes them.
    bool open(const QString &databaseName, const QString &options);
    void close();
    bool isOpen() const { return !m_name.isEmpty(); }

    using Row = std::function<void(const QSqlQuery &row)>;
    /// Prepares `sql` at its first use, binds `values` to its question marks, and calls `row` for
    /// each row of the answer.
    bool run(const QString &sql, const QVariantList &values = {}, const Row &row = {});
    /// Rows that the last insert, update or delete changed.
    int changedRows() const { return m_changedRows; }
    qint64 lastInsertId() const { return m_lastInsertId; }
    /// For what is needed once, such as a pragma.
    bool runOnce(const QString &sql, const Row &row = {});

    /// The texts that run() has seen.
    QStringList statements() const;

    const SqliteFailure &failure() const { return m_failure; }
    /// Of damage that SQLite itself can't see: sets failure(). Always false.
    bool failDamaged(const QString &text);

private:
    bool fail(const QSqlError &error);

    QSqlDatabase m_database;
    QString m_name;
    std::unordered_map<QString, QSqlQuery> m_statements;
    SqliteFailure m_failure;
    int m_changedRows = 0;
    qint64 m_lastInsertId = 0;
};

} // namespace longshore
