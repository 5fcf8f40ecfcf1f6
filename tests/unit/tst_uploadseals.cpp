#include "journalsamples.h"
#include "queue/journalschema.h"
#include "queue/sqliteconnection.h"
#include "queue/uploadrows.h"
#include "queue/uploadseals.h"

#include <QSqlRecord>
#include <QTest>

#include <memory>

using namespace longshore;
using namespace Qt::StringLiterals;
using journalsamples::freshUpload;

namespace {

StoredUpload endedUpload(const QString &key)
{
    StoredUpload upload = journalsamples::upload(key);
    upload.state = UploadState::Completed;
    upload.error = {};
    upload.partCount = 4;
    upload.spec.parts.clear();
    upload.progress.confirmedParts.clear();
    return upload;
}

StoredUpload blankUpload(const QString &key)
{
    StoredUpload upload;
    upload.spec.key = key;
    return upload;
}

} // namespace

/// Seals are made from what is about to be written, and checked from what is read.
class TestUploadSeals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void theyAreThoseOfAReading_data();
    void theyAreThoseOfAReading();
    void anUploadTakesThePlaceOfItsKey();
    void nothingIsReadBack();

private:
    QList<QVariantList> rowsOf(const QString &sql);
    QList<QVariantList> seals();

    std::unique_ptr<SqliteConnection> m_connection;
};

void TestUploadSeals::init()
{
    m_connection = std::make_unique<SqliteConnection>();
    QVERIFY(m_connection->open(u":memory:"_s, QString()));
    QVERIFY(m_connection->runOnce(u"PRAGMA foreign_keys = ON"_s));
    QVERIFY(createTables(*m_connection));
}

QList<QVariantList> TestUploadSeals::rowsOf(const QString &sql)
{
    QList<QVariantList> rows;
    const auto read = [&rows](const QSqlQuery &row) {
        QVariantList values;
        for (int column = 0; column < row.record().count(); ++column)
            values.append(row.value(column));
        rows.append(values);
    };
    return m_connection->runOnce(sql, read) ? rows : QList<QVariantList>();
}

QList<QVariantList> TestUploadSeals::seals()
{
    return rowsOf(u"SELECT plan_seal, seal FROM uploads"_s)
        + rowsOf(u"SELECT number, seal FROM parts ORDER BY number"_s);
}

void TestUploadSeals::theyAreThoseOfAReading_data()
{
    QTest::addColumn<StoredUpload>("upload");
    QTest::newRow("queued") << freshUpload(u"k"_s);
    QTest::newRow("with many parts") << freshUpload(u"k"_s, 3000);
    QTest::newRow("with everything") << journalsamples::upload(u"k"_s);
    QTest::newRow("ended") << endedUpload(u"k"_s);
    QTest::newRow("with nothing") << blankUpload(u"k"_s);
}

void TestUploadSeals::theyAreThoseOfAReading()
{
    QFETCH(const StoredUpload, upload);
    QVERIFY(insertUpload(*m_connection, upload));
    const QList<QVariantList> written = seals();
    QCOMPARE(written.size(), 1 + upload.spec.parts.size());
    const qint64 id = rowsOf(u"SELECT id FROM uploads"_s).constFirst().constFirst().toLongLong();
    SealVerdict verdict;
    QVERIFY(checkSeals(*m_connection, id, SealedError::Read, &verdict));
    QVERIFY(verdict.isWhole);
    QCOMPARE(verdict.brokenParts, QList<int>());
    StoredUpload loaded;
    QVERIFY(loadUpload(*m_connection, id, &loaded));
    QCOMPARE(loaded, upload);

    QVERIFY(m_connection->runOnce(u"UPDATE uploads SET plan_seal = 0, seal = 0"_s));
    QVERIFY(m_connection->runOnce(u"UPDATE parts SET seal = 0 WHERE part_id IS NOT NULL"_s));
    QVERIFY(sealAll(*m_connection, id));
    QCOMPARE(seals(), written);
}

void TestUploadSeals::anUploadTakesThePlaceOfItsKey()
{
    StoredUpload first = journalsamples::upload(u"k"_s);
    first.position = 17;
    QVERIFY(insertUpload(*m_connection, first));
    StoredUpload second = freshUpload(u"k"_s, 2);
    second.position = 99;
    QVERIFY(insertUpload(*m_connection, second));

    const QList<QVariantList> rows = rowsOf(u"SELECT id, position FROM uploads"_s);
    QCOMPARE(rows.size(), 1);
    QCOMPARE(rows.constFirst().at(1).toLongLong(), 17);
    StoredUpload loaded;
    QVERIFY(loadUpload(*m_connection, rows.constFirst().constFirst().toLongLong(), &loaded));
    second.position = 17;
    QCOMPARE(loaded, second);
    QCOMPARE(rowsOf(u"SELECT number FROM parts"_s).size(), 2);
    QCOMPARE(rowsOf(u"SELECT upload FROM errors"_s).size(), 0);
}

void TestUploadSeals::nothingIsReadBack()
{
    QVERIFY(insertUpload(*m_connection, freshUpload(u"k"_s)));
    // An upload, its sources and its parts, and a look for one with its key.
    const QStringList statements = m_connection->statements();
    QCOMPARE(statements.size(), 4);
    QCOMPARE(statements.filter(u"INSERT"_s).size(), 3);
}

QTEST_GUILESS_MAIN(TestUploadSeals)
#include "tst_uploadseals.moc"
