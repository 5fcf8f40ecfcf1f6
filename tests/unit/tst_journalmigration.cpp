#include "journalsamples.h"
#include "queue/journal.h"
#include "queue/journalschema.h"
#include "queue/sqliteconnection.h"

#include <QFile>
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
    void keepsItsUploads();
    void becomesLikeANewOne();
    void isDoneOnce();
    void undoesWhatFails();

private:
    void makeVersion1();
    QStringList read(const QString &sql) const;
    QString path() const { return m_dir->filePath(u"journal.sqlite"_s); }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestJournalMigration::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    makeVersion1();
}

void TestJournalMigration::makeVersion1()
{
    QFile script(QStringLiteral(JOURNAL_TEST_DATA "/version1.sql"));
    QVERIFY(script.open(QIODevice::ReadOnly));
    SqliteConnection connection;
    QVERIFY(connection.open(path(), QString()));
    const QStringList statements =
        QString::fromUtf8(script.readAll()).split(u";\n"_s, Qt::SkipEmptyParts);
    for (const QString &statement : statements)
        QVERIFY2(connection.runOnce(statement), qPrintable(connection.failure().text));
    QCOMPARE(read(u"PRAGMA user_version"_s), QStringList{u"1"_s});
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
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    const QList<StoredUpload> unfinished = samples::unfinished(journal, u"service"_s);
    QCOMPARE(unfinished.size(), 1);
    const StoredUpload &held = unfinished.first();
    QCOMPARE(held.spec.key, u"held"_s);
    QCOMPARE(held.spec.purpose, u"batch"_s);
    QVERIFY(held.spec.hold);
    QCOMPARE(held.spec.holdEnd, HoldEnd::LetExpire);
    QCOMPARE(held.spec.parts.size(), 3);
    QCOMPARE(held.progress.created->uploadId, u"upload_held"_s);
    QCOMPARE(held.progress.confirmedParts, (QHash<int, QString>{{0, u"part_0"_s}}));

    const QList<StoredUpload> ended = samples::ended(journal, u"service"_s);
    QCOMPARE(ended.size(), 2);
    QCOMPARE(ended.at(0).fileId, u"file-lines"_s);
    QCOMPARE(ended.at(0).partCount, 0); // nobody knows
    QCOMPARE(ended.at(1).fileId, u"file-done"_s);
    QCOMPARE(ended.at(1).partCount, 4);

    // What only this version knows can be recorded.
    QCOMPARE(samples::record(journal, u"held"_s, HoldChanged{true, HoldEnd::CompleteBefore}),
             QString());
    QCOMPARE(samples::unfinished(journal, u"service"_s).first().spec.holdEnd,
             HoldEnd::CompleteBefore);
    QCOMPARE(samples::add(journal, samples::upload(u"new"_s)), QString());
}

void TestJournalMigration::becomesLikeANewOne()
{
    {
        Journal journal;
        QCOMPARE(samples::open(journal, m_dir->path()), QString());
        QCOMPARE(samples::unfinished(journal, u"service"_s).size(), 1);
    }
    QCOMPARE(read(u"PRAGMA user_version"_s), QStringList{QString::number(kJournalVersion)});
    const QString columns = u"SELECT name FROM pragma_table_info('uploads') ORDER BY name"_s;
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
    Journal first;
    Journal second;
    QCOMPARE(samples::open(first, m_dir->path()), QString());
    QCOMPARE(samples::open(second, m_dir->path()), QString());
    QCOMPARE(samples::open(first, m_dir->path()), QString());
    QCOMPARE(samples::unfinished(first, u"service"_s).size(), 1);
    QCOMPARE(samples::ended(second, u"service"_s).size(), 2);
}

void TestJournalMigration::undoesWhatFails()
{
    {
        SqliteConnection connection;
        QVERIFY(connection.open(path(), QString()));
        QVERIFY(connection.runOnce(u"CREATE INDEX uploads_by_end ON uploads (ended_at)"_s));
    }
    const QStringList columns = read(u"SELECT name FROM pragma_table_info('uploads')"_s);
    Journal journal;
    QVERIFY(!samples::open(journal, m_dir->path()).isEmpty());
    QCOMPARE(read(u"PRAGMA user_version"_s), QStringList{u"1"_s});
    QCOMPARE(read(u"SELECT name FROM pragma_table_info('uploads')"_s), columns);
}

QTEST_GUILESS_MAIN(TestJournalMigration)
#include "tst_journalmigration.moc"
