#include "journalsamples.h"
#include "queue/endedpruning.h"
#include "queue/journal.h"
#include "queue/journalschema.h"
#include "queue/linerates.h"
#include "queue/sqliteconnection.h"
#include "queue/uploadrows.h"

#include <QDateTime>
#include <QTemporaryDir>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using journalsamples::freshUpload;

namespace samples = journalsamples;

namespace {

constexpr qint64 kDay = 24 * 60 * 60;
constexpr qint64 kNow = 1'800'000'000;

} // namespace

/// Uploads that ended long ago go, a few at a time; and what is known of the line to a service.
class TestJournalPruning : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void oldOnesGo();
    void theLatestStay();
    void unfinishedOnesStay();
    void goesByItself();
    void nothingIsSearchedFromEndToEnd();
    void ratesAreKeptForAMonth();
    void ratesAreEachServicesOwn();

private:
    /// Ended ones, with their history, of which one ended each `seconds` before the one behind it.
    bool addEnded(SqliteConnection &connection, int count, qint64 latest, qint64 seconds);
    qint64 count(SqliteConnection &connection, const QString &table);
    /// Until nothing is left to do; the number of steps, -1 if one failed or did too much.
    int pruneAll(SqliteConnection &connection);

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<SqliteConnection> m_connection;
};

void TestJournalPruning::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_connection = std::make_unique<SqliteConnection>();
    QVERIFY(m_connection->open(u":memory:"_s, QString()));
    QVERIFY(m_connection->runOnce(u"PRAGMA foreign_keys = ON"_s));
    QVERIFY(createTables(*m_connection));
}

bool TestJournalPruning::addEnded(SqliteConnection &connection, int count, qint64 latest,
                                  qint64 seconds)
{
    // By SQL alone: a hundred thousand would take the journal's own way a minute.
    StoredUpload upload = freshUpload(u"template"_s, 0);
    upload.state = UploadState::Completed;
    const QString numbers =
        u"WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %1 - 1)"_s.arg(
            count);
    return insertUpload(connection, upload)
        && connection.runOnce(
            numbers
            + u" INSERT INTO uploads (key, match_key, identity, filename, purpose, mime_type,"
              " combine_name, part_size, cut_at_lines, send_md5, hold, hold_end, give_up_after,"
              " added_at, position, state, created_at, expires_at, clock_offset, part_order,"
              " completing, completing_md5, cancelling, paused, file_id, part_count, ended_at)"
              " SELECT CAST('ended-' || i AS BLOB), match_key, identity, filename, purpose,"
              " mime_type, combine_name, part_size, cut_at_lines, send_md5, hold, hold_end,"
              " give_up_after, added_at, position, state, created_at, expires_at, clock_offset,"
              " part_order, completing, completing_md5, cancelling, paused, file_id, part_count,"
              " %1 - i * %2 FROM n JOIN uploads WHERE key = CAST('template' AS BLOB)"_s.arg(
                  QString::number(latest), QString::number(seconds)))
        && connection.runOnce(
            u"INSERT INTO sources SELECT u.id, 0, s.path, s.bytes, s.modified_ns, s.device,"
            " s.file_id, s.newline_added FROM uploads u JOIN sources s"
            " WHERE u.ended_at IS NOT NULL AND s.number = 0"
            " AND s.upload = (SELECT id FROM uploads WHERE key = CAST('template' AS BLOB))"_s)
        && connection.runOnce(
            u"INSERT INTO history (key, identity, paths, filename, purpose, mime_type, bytes,"
            " added_at, ended_at, state, message, upload_id, file_id, md5)"
            " SELECT key, identity, x'', filename, purpose, mime_type, 1, added_at, ended_at,"
            " state, x'', upload_id, file_id, x'' FROM uploads WHERE ended_at IS NOT NULL"_s)
        && connection.runOnce(u"DELETE FROM uploads WHERE key = CAST('template' AS BLOB)"_s);
}

qint64 TestJournalPruning::count(SqliteConnection &connection, const QString &table)
{
    qint64 rows = -1;
    connection.runOnce(u"SELECT count(*) FROM "_s + table,
                       [&rows](const QSqlQuery &row) { rows = row.value(0).toLongLong(); });
    return rows;
}

int TestJournalPruning::pruneAll(SqliteConnection &connection)
{
    for (int steps = 0;; ++steps) {
        const qint64 before = count(connection, u"uploads"_s);
        int pruned = 0;
        if (!pruneEnded(connection, kNow, &pruned)
            || before - count(connection, u"uploads"_s) > kPrunedAtOnce) {
            return -1;
        }
        if (pruned == 0)
            return steps;
    }
}

void TestJournalPruning::oldOnesGo()
{
    // One a day, the first of them today.
    QVERIFY(addEnded(*m_connection, 200, kNow, kDay));
    QCOMPARE(count(*m_connection, u"uploads"_s), qint64(200));
    QCOMPARE(pruneAll(*m_connection), 3);
    QCOMPARE(count(*m_connection, u"uploads"_s), qint64(91));
    QCOMPARE(count(*m_connection, u"sources"_s), qint64(91));
    QCOMPARE(count(*m_connection, u"history"_s), qint64(91));
    qint64 oldest = 0;
    QVERIFY(m_connection->runOnce(
        u"SELECT min(ended_at) FROM uploads"_s,
        [&oldest](const QSqlQuery &row) { oldest = row.value(0).toLongLong(); }));
    QCOMPARE(oldest, kNow - 90 * kDay);
}

void TestJournalPruning::theLatestStay()
{
    QVERIFY(addEnded(*m_connection, 10'120, kNow, 1));
    QCOMPARE(pruneAll(*m_connection), 3);
    QCOMPARE(count(*m_connection, u"uploads"_s), qint64(10'000));
    QCOMPARE(count(*m_connection, u"history"_s), qint64(10'000));
    qint64 oldest = 0;
    QVERIFY(m_connection->runOnce(
        u"SELECT min(ended_at) FROM uploads"_s,
        [&oldest](const QSqlQuery &row) { oldest = row.value(0).toLongLong(); }));
    QCOMPARE(oldest, kNow - 9'999);
}

void TestJournalPruning::unfinishedOnesStay()
{
    for (const UploadState state :
         {UploadState::Queued, UploadState::Failed, UploadState::Unknown}) {
        StoredUpload upload = freshUpload(uploadStateName(state));
        upload.state = state;
        QVERIFY(insertUpload(*m_connection, upload));
    }
    QVERIFY(m_connection->runOnce(u"UPDATE uploads SET ended_at = 1"_s));
    QCOMPARE(pruneAll(*m_connection), 0);
    QCOMPARE(count(*m_connection, u"uploads"_s), qint64(3));
}

void TestJournalPruning::goesByItself()
{
    const QString path = m_dir->filePath(u"journal.sqlite"_s);
    {
        Journal journal;
        QCOMPARE(samples::open(journal, m_dir->path()), QString());
    }
    SqliteConnection connection;
    QVERIFY(connection.open(path, u"QSQLITE_BUSY_TIMEOUT=60000"_s));
    QVERIFY(connection.runOnce(u"BEGIN IMMEDIATE"_s));
    QVERIFY(addEnded(connection, 300, QDateTime::currentSecsSinceEpoch() - 89 * kDay, kDay / 100));
    QVERIFY(connection.runOnce(u"COMMIT"_s));
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    // 100 a day, of which those of the first day stay.
    QTRY_VERIFY_WITH_TIMEOUT(count(connection, u"uploads"_s) <= 101, 60'000);
    QVERIFY(count(connection, u"uploads"_s) >= 99);
    QTRY_VERIFY_WITH_TIMEOUT(count(connection, u"history"_s) <= 101, 60'000);
}

void TestJournalPruning::nothingIsSearchedFromEndToEnd()
{
    QVERIFY(addEnded(*m_connection, 120, kNow, kDay));
    QVERIFY(pruneAll(*m_connection) > 0);
    qint64 rate = 0;
    QVERIFY(keepRate(*m_connection, u"i"_s, 1, kNow));
    QVERIFY(readRate(*m_connection, u"i"_s, kNow, &rate));
    const QStringList statements = m_connection->statements();
    QVERIFY(statements.size() >= 8);
    int searches = 0;
    for (const QString &statement : statements) {
        QVERIFY(m_connection->runOnce(
            u"EXPLAIN QUERY PLAN "_s + QString(statement).replace(u'?', u"1"_s),
            [&](const QSqlQuery &step) {
                const QString detail = step.value(3).toString();
                const QString what = statement + u" → "_s + detail;
                searches += detail.startsWith(u"SEARCH"_s) ? 1 : 0;
                QVERIFY2(!detail.startsWith(u"SCAN"_s), qPrintable(what));
                QVERIFY2(!detail.contains(u"TEMP B-TREE"_s), qPrintable(what));
            }));
    }
    QVERIFY(searches >= 6);
}

void TestJournalPruning::ratesAreKeptForAMonth()
{
    qint64 rate = -1;
    QVERIFY(readRate(*m_connection, u"i"_s, kNow, &rate));
    QCOMPARE(rate, qint64(0));
    QVERIFY(keepRate(*m_connection, u"i"_s, 1'000'000, kNow));
    QVERIFY(readRate(*m_connection, u"i"_s, kNow + 30 * kDay, &rate));
    QCOMPARE(rate, qint64(1'000'000));
    QVERIFY(readRate(*m_connection, u"i"_s, kNow + 30 * kDay + 1, &rate));
    QCOMPARE(rate, qint64(0));
    QVERIFY(keepRate(*m_connection, u"i"_s, 5, kNow + 31 * kDay));
    QVERIFY(readRate(*m_connection, u"i"_s, kNow + 31 * kDay, &rate));
    QCOMPARE(rate, qint64(5));
    QCOMPARE(count(*m_connection, u"rates"_s), qint64(1));
}

void TestJournalPruning::ratesAreEachServicesOwn()
{
    {
        Journal journal;
        QCOMPARE(samples::open(journal, m_dir->path()), QString());
        journal.keepRate(u"a"_s, 10);
        journal.keepRate(u"b"_s, 20);
        journal.keepRate(u"a"_s, qint64(1) << 40);
    }
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    QCOMPARE(samples::rate(journal, u"a"_s), qint64(1) << 40);
    QCOMPARE(samples::rate(journal, u"b"_s), qint64(20));
    QCOMPARE(samples::rate(journal, u"c"_s), qint64(0));
}

QTEST_GUILESS_MAIN(TestJournalPruning)
#include "tst_journalpruning.moc"
