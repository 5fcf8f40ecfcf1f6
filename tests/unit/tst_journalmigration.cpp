#include "journalsamples.h"
#include "oldjournals.h"
#include "queue/journal.h"
#include "queue/journalschema.h"
#include "queue/sqliteconnection.h"

#include <QTemporaryDir>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace samples = journalsamples;

/// A journal that an earlier version wrote.
class TestJournalMigration : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void keepsItsUploads_data() { addVersions(); }
    void keepsItsUploads();
    void becomesLikeANewOne_data() { addVersions(); }
    void becomesLikeANewOne();
    void isDoneOnce_data() { addVersions(); }
    void isDoneOnce();
    void undoesWhatFails_data();
    void undoesWhatFails();
    void undoesWhatThereIsNoRoomFor_data() { addVersions(); }
    void undoesWhatThereIsNoRoomFor();
    void believesNoPlanThatCannotBe_data() { addVersions(); }
    void believesNoPlanThatCannotBe();

private:
    static void addVersions();
    void makeOld(int version);
    QStringList read(const QString &sql) const;
    QString path() const { return m_dir->filePath(u"journal.sqlite"_s); }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestJournalMigration::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
}

void TestJournalMigration::addVersions()
{
    QTest::addColumn<int>("version");
    for (int version = 1; version < kJournalVersion; ++version)
        QTest::addRow("version %d", version) << version;
}

void TestJournalMigration::makeOld(int version)
{
    QVERIFY(makeOldJournal(path(), version));
    QCOMPARE(read(u"PRAGMA user_version"_s), QStringList{QString::number(version)});
}

QStringList TestJournalMigration::read(const QString &sql) const
{
    QStringList values;
    SqliteConnection connection;
    connection.open(path(), u"QSQLITE_OPEN_READONLY"_s);
    connection.runOnce(sql,
                       [&values](const QSqlQuery &row) { values.append(row.value(0).toString()); });
    return values;
}

void TestJournalMigration::keepsItsUploads()
{
    QFETCH(int, version);
    makeOld(version);
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    const QList<StoredUpload> unfinished = samples::unfinished(journal, u"service"_s);
    QCOMPARE(unfinished.size(), 1);
    const StoredUpload &held = unfinished.first();
    QCOMPARE(held.spec.key, u"held"_s);
    QCOMPARE(held.spec.purpose, u"batch"_s);
    QVERIFY(held.spec.hold);
    QCOMPARE(held.spec.holdEnd, version == 1 ? HoldEnd::LetExpire : HoldEnd::CompleteBefore);
    QCOMPARE(held.spec.parts.size(), 3);
    QCOMPARE(held.progress.created->uploadId, u"upload_held"_s);
    QCOMPARE(held.progress.confirmedParts, (QHash<int, QString>{{0, u"part_0"_s}}));

    const QList<StoredUpload> ended = samples::ended(journal, u"service"_s);
    QCOMPARE(ended.size(), 2);
    QCOMPARE(ended.at(0).fileId, u"file-lines"_s);
    QCOMPARE(ended.at(0).partCount, version == 1 ? 0 : 5); // nobody knew
    QCOMPARE(ended.at(1).fileId, u"file-done"_s);
    QCOMPARE(ended.at(1).partCount, 4);

    // What only this version knows can be recorded.
    QCOMPARE(samples::record(journal, u"held"_s, HoldChanged{true, HoldEnd::CompleteBefore}),
             QString());
    QCOMPARE(samples::unfinished(journal, u"service"_s).first().spec.holdEnd,
             HoldEnd::CompleteBefore);
    QCOMPARE(samples::record(journal, u"held"_s, PartConfirmed{2, u"part_2"_s}), QString());
    QCOMPARE(samples::unfinished(journal, u"service"_s).first().progress.confirmedParts,
             (QHash<int, QString>{{0, u"part_0"_s}, {2, u"part_2"_s}}));
    journal.keepRate(u"service"_s, 1000);
    QCOMPARE(samples::rate(journal, u"service"_s), qint64(1000));
    QCOMPARE(samples::add(journal, samples::upload(u"new"_s)), QString());
}

void TestJournalMigration::becomesLikeANewOne()
{
    QFETCH(int, version);
    makeOld(version);
    {
        Journal journal;
        QCOMPARE(samples::open(journal, m_dir->path()), QString());
        QCOMPARE(samples::unfinished(journal, u"service"_s).size(), 1);
    }
    QCOMPARE(read(u"PRAGMA user_version"_s), QStringList{QString::number(kJournalVersion)});
    const QString columns = u"SELECT name FROM pragma_table_info('uploads') UNION ALL"
                            " SELECT name FROM pragma_table_info('parts') ORDER BY name"_s;
    const QString names = u"SELECT name FROM sqlite_master ORDER BY name"_s;
    const QStringList migratedColumns = read(columns);
    const QStringList migratedNames = read(names);
    m_dir = std::make_unique<QTemporaryDir>();
    {
        Journal journal;
        QCOMPARE(samples::open(journal, m_dir->path()), QString());
    }
    QCOMPARE(migratedColumns, read(columns));
    QCOMPARE(migratedNames, read(names));
}

void TestJournalMigration::isDoneOnce()
{
    QFETCH(int, version);
    makeOld(version);
    Journal first;
    Journal second;
    QCOMPARE(samples::open(first, m_dir->path()), QString());
    QCOMPARE(samples::open(second, m_dir->path()), QString());
    QCOMPARE(samples::open(first, m_dir->path()), QString());
    QCOMPARE(samples::unfinished(first, u"service"_s).size(), 1);
    QCOMPARE(samples::ended(second, u"service"_s).size(), 2);
}

void TestJournalMigration::undoesWhatFails_data()
{
    QTest::addColumn<int>("version");
    QTest::addColumn<QString>("obstacle");
    QTest::newRow("version 1, in the second step")
        << 1 << u"CREATE INDEX uploads_by_end ON uploads (ended_at)"_s;
    QTest::newRow("version 1, in the last step") << 1 << u"CREATE VIEW rates AS SELECT 1"_s;
    QTest::newRow("version 2, in the first step")
        << 2 << u"ALTER TABLE uploads ADD COLUMN plan_seal"_s;
    QTest::newRow("version 2, in the last step") << 2 << u"CREATE VIEW rates AS SELECT 1"_s;
}

void TestJournalMigration::undoesWhatFails()
{
    QFETCH(int, version);
    QFETCH(QString, obstacle);
    makeOld(version);
    {
        SqliteConnection connection;
        QVERIFY(connection.open(path(), QString()));
        QVERIFY(connection.runOnce(obstacle));
    }
    const QString schema = u"SELECT sql FROM sqlite_master ORDER BY name"_s;
    const QStringList before = read(schema);
    Journal journal;
    QVERIFY(!samples::open(journal, m_dir->path()).isEmpty());
    QCOMPARE(read(u"PRAGMA user_version"_s), QStringList{QString::number(version)});
    QCOMPARE(read(schema), before);
}

void TestJournalMigration::undoesWhatThereIsNoRoomFor()
{
    QFETCH(int, version);
    makeOld(version);
    const QString schema = u"SELECT sql FROM sqlite_master ORDER BY name"_s;
    const QStringList before = read(schema);
    SqliteConnection connection;
    QVERIFY(connection.open(path(), QString()));
    QVERIFY(connection.runOnce(u"PRAGMA max_page_count = 1"_s)); // as many as there are
    QVERIFY(connection.runOnce(u"BEGIN IMMEDIATE"_s));
    QVERIFY(!migrateTables(connection));
    QCOMPARE(connection.failure().code, SqliteFailure::Full);
    connection.runOnce(u"ROLLBACK"_s);
    QCOMPARE(read(schema), before);
    QCOMPARE(read(u"PRAGMA user_version"_s), QStringList{QString::number(version)});
    QCOMPARE(read(u"SELECT count(*) FROM uploads"_s), QStringList{u"3"_s});
}

void TestJournalMigration::believesNoPlanThatCannotBe()
{
    QFETCH(int, version);
    makeOld(version);
    {
        SqliteConnection connection;
        QVERIFY(connection.open(path(), QString()));
        QVERIFY(connection.runOnce(u"UPDATE parts SET source = 7 WHERE number = 1"_s));
    }
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    // The rest is taken over into a new one.
    QCOMPARE(samples::unfinished(journal, u"service"_s).size(), 0);
    QCOMPARE(samples::ended(journal, u"service"_s).size(), 2);
}

QTEST_GUILESS_MAIN(TestJournalMigration)
#include "tst_journalmigration.moc"
