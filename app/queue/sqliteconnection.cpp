#include "queue/sqliteconnection.h"

#include <QSqlError>

#include <atomic>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

// The upper bits of SQLite's extended result codes only say more about the primary one.
constexpr int kPrimaryCode = 0xff;

QString uniqueName()
{
    static std::atomic<quint64> last = 0;
    return u"longshore-%1"_s.arg(++last);
}

} // namespace

SqliteConnection::~SqliteConnection()
{
    close();
}

bool SqliteConnection::open(const QString &databaseName, const QString &options)
{
    close();
    m_name = uniqueName();
    m_database = QSqlDatabase::addDatabase(u"QSQLITE"_s, m_name);
    m_database.setDatabaseName(databaseName);
    m_database.setConnectOptions(options);
    if (m_database.open())
        return true;
    fail(m_database.lastError());
    close();
    return false;
}

void SqliteConnection::close()
{
    if (m_name.isEmpty())
        return;
    m_statements.clear();
    m_database.close();
    // removeDatabase() wants no copy of it left.
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_name);
    m_name.clear();
}

bool SqliteConnection::run(const QString &sql, const QVariantList &values, const Row &row)
{
    auto found = m_statements.find(sql);
    if (found == m_statements.end()) {
        QSqlQuery query(m_database);
        query.setForwardOnly(true);
        if (!query.prepare(sql))
            return fail(query.lastError());
        found = m_statements.emplace(sql, std::move(query)).first;
    }

    QSqlQuery &query = found->second;
    for (int i = 0; i < values.size(); ++i)
        query.bindValue(i, values.at(i));
    bool done = query.exec();
    if (done && query.isSelect()) {
        while (query.next()) {
            if (row)
                row(query);
        }
        done = !query.lastError().isValid();
    } else if (done) {
        m_changedRows = query.numRowsAffected();
        m_lastInsertId = query.lastInsertId().toLongLong();
    }
    if (!done) {
        const bool failed = fail(query.lastError());
        // Qt gives up the statement after some errors and would refuse it for ever.
        m_statements.erase(found);
        return failed;
    }
    // A statement that isn't reset would keep its read transaction open.
    query.finish();
    return true;
}

bool SqliteConnection::runOnce(const QString &sql, const Row &row)
{
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    if (!query.exec(sql))
        return fail(query.lastError());
    while (query.isSelect() && query.next()) {
        if (row)
            row(query);
    }
    return !query.lastError().isValid() || fail(query.lastError());
}

QStringList SqliteConnection::statements() const
{
    QStringList texts;
    for (const auto &[text, query] : m_statements)
        texts.append(text);
    return texts;
}

bool SqliteConnection::failDamaged(const QString &text)
{
    m_failure = {SqliteFailure::Corrupt, text};
    return false;
}

bool SqliteConnection::fail(const QSqlError &error)
{
    m_failure = {error.nativeErrorCode().toInt() & kPrimaryCode, error.databaseText()};
    if (m_failure.text.isEmpty())
        m_failure.text = error.text().trimmed();
    return false;
}

} // namespace longshore
