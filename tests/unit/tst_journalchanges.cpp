#include "journalsamples.h"
#include "queue/journal.h"
#include "queue/journalschema.h"
#include "queue/sqliteconnection.h"
#include "queue/uploadchanges.h"
#include "queue/uploadrows.h"

#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;
using journalsamples::freshUpload;
using journalsamples::partId;

namespace samples = journalsamples;

namespace {

constexpr int kParts = 6;

/// What the changes mean, written down a second time.
struct Meaning
{
    StoredUpload &upload;

    void operator()(const UploadCreated &change)
    {
        progress().created = change;
        progress().cancelling = false;
    }
    void operator()(const PartConfirmed &change)
    {
        progress().confirmedParts.insert(change.index, change.partId);
    }
    void operator()(const OrderChosen &change) { progress().order = change.order; }
    void operator()(const CompletingStarted &change)
    {
        progress().completing = true;
        progress().completingMd5 = change.md5;
        progress().order = change.order;
    }
    void operator()(const CompletingRefused &)
    {
        progress().completing = false;
        progress().completingMd5.clear();
    }
    void operator()(const UploadCompleted &) { upload.state = UploadState::Completed; }
    void operator()(const CancellingStarted &) { progress().cancelling = true; }
    void operator()(const UploadCancelled &) { upload.state = UploadState::Cancelled; }
    void operator()(const UploadRestarted &)
    {
        StoredProgress kept;
        kept.order = progress().order;
        kept.paused = progress().paused;
        progress() = kept;
    }
    void operator()(const UploadFailed &change)
    {
        upload.state = UploadState::Failed;
        upload.error = change.error;
    }
    void operator()(const UploadUnknown &change)
    {
        upload.state = UploadState::Unknown;
        upload.error = {};
        upload.error.message = change.reason;
    }
    void operator()(const PauseChanged &change) { progress().paused = change.paused; }
    void operator()(const HoldChanged &change)
    {
        upload.spec.hold = change.hold;
        upload.spec.holdEnd = change.end;
    }

    StoredProgress &progress() { return upload.progress; }
};

void applyMeaning(StoredUpload &upload, const UploadChange &change)
{
    const StoredUpload before = upload;
    // A wish leaves an end as it is; all else goes on from it.
    if (!std::holds_alternative<HoldChanged>(change)) {
        upload.state = UploadState::Queued;
        upload.error = {};
    }
    std::visit(Meaning{upload}, change);
}

UploadChange randomChange(QRandomGenerator &random)
{
    ApiError error;
    error.kind = ErrorKind::Quota;
    error.message = u"quota %1"_s.arg(random.bounded(9));
    error.part = random.bounded(3);
    QList<int> order = fileOrder(kParts);
    std::shuffle(order.begin(), order.end(), random);
    const QList<UploadChange> changes = {
        UploadCreated{u"upload_%1"_s.arg(random.bounded(100)), random.bounded(100),
                      random.bounded(100), random.bounded(100) - 50},
        PartConfirmed{random.bounded(kParts), partId(random.bounded(100))},
        PartConfirmed{random.bounded(kParts), partId(random.bounded(100))},
        PartConfirmed{random.bounded(kParts), partId(random.bounded(100))},
        OrderChosen{order},
        OrderChosen{},
        CompletingStarted{order, QByteArray::number(random.bounded(100))},
        CompletingRefused{},
        CancellingStarted{},
        UploadRestarted{u"expired"_s},
        UploadFailed{error},
        UploadUnknown{u"cut off"_s},
        PauseChanged{random.bounded(2) == 1},
        HoldChanged{random.bounded(2) == 1,
                    random.bounded(2) == 1 ? HoldEnd::CompleteBefore : HoldEnd::LetExpire},
    };
    return changes.at(random.bounded(int(changes.size())));
}

/// What the journal's file holds, read beside the journal.
QList<QVariantList> rowsOf(const QString &dir, const QString &sql)
{
    QList<QVariantList> rows;
    SqliteConnection connection;
    connection.open(dir + u"/journal.sqlite"_s, u"QSQLITE_OPEN_READONLY"_s);
    connection.runOnce(sql, [&rows](const QSqlQuery &row) {
        QVariantList values;
        for (int i = 0; row.value(i).isValid(); ++i)
            values.append(row.value(i));
        rows.append(values);
    });
    return rows;
}

} // namespace

/// What each recorded change makes of an upload.
class TestJournalChanges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void changesMeanWhatTheySay_data();
    void changesMeanWhatTheySay();
    void failedUploadGoesOn();
    void unknownUploadKeepsCompleting();
    void restartKeepsTheOrder();
    void endForGoodIsFinal_data();
    void endForGoodIsFinal();
    void failedUploadIsHistoryOnceRemoved();
    void nothingIsSearchedFromEndToEnd();

private:
    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestJournalChanges::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
}

void TestJournalChanges::changesMeanWhatTheySay_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 20; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void TestJournalChanges::changesMeanWhatTheySay()
{
    QFETCH(quint32, seed);
    QRandomGenerator random(seed);
    auto journal = std::make_unique<Journal>();
    QCOMPARE(samples::open(*journal, m_dir->path()), QString());
    StoredUpload expected = freshUpload(u"k"_s, kParts);
    const StoredUpload bystander = samples::upload(u"bystander"_s);
    QCOMPARE(samples::add(*journal, expected), QString());
    QCOMPARE(samples::add(*journal, bystander), QString());

    for (int step = 0; step < 60; ++step) {
        const UploadChange change = randomChange(random);
        applyMeaning(expected, change);
        QCOMPARE(samples::record(*journal, u"k"_s, change), QString());
        if (random.bounded(10) == 0) {
            journal = std::make_unique<Journal>();
            QCOMPARE(samples::open(*journal, m_dir->path()), QString());
        }
        const auto found = samples::find(*journal, expected.matchKey());
        QVERIFY2(found == expected, qPrintable(u"step %1, %2"_s.arg(step).arg(change.index())));
    }
    QVERIFY(samples::find(*journal, bystander.matchKey()) == bystander);
}

void TestJournalChanges::failedUploadGoesOn()
{
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    StoredUpload expected = freshUpload(u"k"_s, kParts);
    QCOMPARE(samples::add(journal, expected), QString());
    QCOMPARE(samples::record(journal, u"k"_s, UploadCreated{u"upload_1"_s, 1, 2, 3}), QString());
    QCOMPARE(samples::record(journal, u"k"_s, PartConfirmed{4, u"part_4"_s}), QString());
    const ApiError error = samples::upload(u"x"_s).error;
    QCOMPARE(samples::record(journal, u"k"_s, UploadFailed{error}), QString());

    auto found = samples::find(journal, expected.matchKey());
    QVERIFY(found.has_value());
    QCOMPARE(found->state, UploadState::Failed);
    QVERIFY(found->error == error);
    QCOMPARE(found->progress.created->uploadId, u"upload_1"_s);
    QCOMPARE(found->progress.confirmedParts.value(4), u"part_4"_s);

    // A change that can't be recorded doesn't make it go on.
    QVERIFY(!samples::record(journal, u"k"_s, PartConfirmed{kParts, u"p"_s}).isEmpty());
    QCOMPARE(samples::find(journal, expected.matchKey())->state, UploadState::Failed);

    QCOMPARE(samples::record(journal, u"k"_s, PartConfirmed{5, u"part_5"_s}), QString());
    found = samples::find(journal, expected.matchKey());
    QCOMPARE(found->state, UploadState::Queued);
    QVERIFY(found->error == ApiError{});
    QCOMPARE(found->progress.confirmedParts.size(), 2);
}

void TestJournalChanges::unknownUploadKeepsCompleting()
{
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    const StoredUpload upload = freshUpload(u"k"_s, kParts);
    QCOMPARE(samples::add(journal, upload), QString());
    QCOMPARE(samples::record(journal, u"k"_s, CompletingStarted{fileOrder(kParts), "md5"}),
             QString());
    QCOMPARE(samples::record(journal, u"k"_s, UploadUnknown{u"cut off"_s}), QString());
    const auto found = samples::find(journal, upload.matchKey());
    QVERIFY(found.has_value());
    QCOMPARE(found->state, UploadState::Unknown);
    QCOMPARE(found->error.message, u"cut off"_s);
    QVERIFY(!found->error.isError());
    QVERIFY(found->progress.completing);
    QCOMPARE(found->progress.completingMd5, QByteArrayLiteral("md5"));
    QCOMPARE(found->progress.order, fileOrder(kParts));
}

void TestJournalChanges::restartKeepsTheOrder()
{
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    StoredUpload upload = samples::upload(u"k"_s);
    QCOMPARE(samples::add(journal, upload), QString());
    QCOMPARE(samples::record(journal, u"k"_s, UploadRestarted{u"expired"_s}), QString());
    const auto found = samples::find(journal, upload.matchKey());
    QVERIFY(found.has_value());
    QVERIFY(!found->progress.created);
    QVERIFY(found->progress.confirmedParts.isEmpty());
    QVERIFY(!found->progress.completing);
    QVERIFY(!found->progress.cancelling);
    QVERIFY(found->progress.paused);
    QCOMPARE(found->progress.order, upload.progress.order);
}

void TestJournalChanges::endForGoodIsFinal_data()
{
    QTest::addColumn<bool>("completed");
    QTest::newRow("completed") << true;
    QTest::newRow("cancelled") << false;
}

void TestJournalChanges::endForGoodIsFinal()
{
    QFETCH(bool, completed);
    const StoredUpload upload = samples::upload(u"k"_s);
    const UploadChange end = completed ? UploadChange(UploadCompleted{u"file-1"_s, "md5"})
                                       : UploadChange(UploadCancelled{});
    const QString state = completed ? u"completed"_s : u"cancelled"_s;
    {
        Journal journal;
        QCOMPARE(samples::open(journal, m_dir->path()), QString());
        QCOMPARE(samples::add(journal, upload), QString());
        QCOMPARE(samples::record(journal, u"k"_s, end), QString());
        QVERIFY(!samples::find(journal, upload.matchKey()));
        const QString refusal = u"The upload k has already ended: %1."_s.arg(state);
        QCOMPARE(samples::record(journal, u"k"_s, end), refusal);
        QCOMPARE(samples::record(journal, u"k"_s, PartConfirmed{0, u"p"_s}), refusal);
        QCOMPARE(samples::record(journal, u"k"_s, PauseChanged{false}), refusal);

        QCOMPARE(rowsOf(m_dir->path(), u"SELECT state FROM uploads"_s),
                 QList<QVariantList>{{state}});
        QVERIFY(rowsOf(m_dir->path(), u"SELECT 1 FROM parts"_s).isEmpty());
        journal.remove(u"k"_s);
    }
    QVERIFY(rowsOf(m_dir->path(), u"SELECT 1 FROM uploads"_s).isEmpty());
    QVERIFY(rowsOf(m_dir->path(), u"SELECT 1 FROM sources"_s).isEmpty());
    QVERIFY(rowsOf(m_dir->path(), u"SELECT 1 FROM errors"_s).isEmpty());

    const auto history = rowsOf(
        m_dir->path(),
        u"SELECT key, state, file_id, md5, paths, upload_id, ended_at > 1750000000 FROM history"_s);
    QCOMPARE(history.size(), 1);
    const QVariantList &row = history.first();
    QCOMPARE(textOf(row.at(0).toByteArray()), u"k"_s);
    QCOMPARE(row.at(1).toString(), state);
    QCOMPARE(textOf(row.at(2).toByteArray()), completed ? u"file-1"_s : upload.fileId);
    QCOMPARE(row.at(3).toByteArray(), completed ? QByteArray("md5") : QByteArray());
    QByteArray paths;
    for (const SourceFile &source : upload.spec.sources)
        paths += storedText(source.path) + '\0';
    QCOMPARE(row.at(4).toByteArray(), paths);
    QCOMPARE(textOf(row.at(5).toByteArray()), upload.progress.created->uploadId);
    QCOMPARE(row.at(6).toInt(), 1);
}

void TestJournalChanges::failedUploadIsHistoryOnceRemoved()
{
    ApiError error;
    error.kind = ErrorKind::Quota;
    error.message = u"No quota left."_s;
    {
        Journal journal;
        QCOMPARE(samples::open(journal, m_dir->path()), QString());
        QCOMPARE(samples::add(journal, freshUpload(u"k"_s)), QString());
        QCOMPARE(samples::record(journal, u"k"_s, UploadFailed{error}), QString());
        QVERIFY(rowsOf(m_dir->path(), u"SELECT 1 FROM history"_s).isEmpty());
        journal.remove(u"k"_s);
    }
    const auto history = rowsOf(m_dir->path(), u"SELECT state, message, bytes FROM history"_s);
    QCOMPARE(history, (QList<QVariantList>{{u"failed"_s, error.message.toUtf8(), qlonglong(30)}}));
}

void TestJournalChanges::nothingIsSearchedFromEndToEnd()
{
    // Every statement that the journal's tables see is run once; SQLite then tells how it goes
    // about each.
    SqliteConnection connection;
    QVERIFY(connection.open(m_dir->filePath(u"plan.sqlite"_s), QString()));
    QVERIFY(createTables(connection));
    const StoredUpload upload = samples::upload(u"k"_s, kParts);
    StoredUpload loaded;
    qint64 row = 0;
    QList<qint64> rows;
    QVERIFY(insertUpload(connection, upload));
    QVERIFY(findUploadRow(connection, upload.matchKey(), &row));
    QVERIFY(loadUpload(connection, row, &loaded));
    QVERIFY(findUnfinishedRows(connection, upload.identity, &rows));
    QCOMPARE(rows, QList<qint64>{row});
    QRandomGenerator random(1);
    QString problem;
    QSet<std::size_t> kinds;
    while (kinds.size() < 11) {
        const UploadChange change = randomChange(random);
        kinds.insert(change.index());
        QVERIFY(recordChange(connection, u"k"_s, change, &problem));
        QCOMPARE(problem, QString());
    }
    QVERIFY(changeDetails(connection, {u"k"_s, u"batch"_s, u"text/plain"_s, u"m"_s}));
    QVERIFY(findEndedRows(connection, upload.identity, 1000, &rows));
    QVERIFY(recordChange(connection, u"k"_s, UploadFailed{}, &problem));
    QVERIFY(forgetUpload(connection, u"k"_s));
    for (const UploadChange &end :
         {UploadChange(UploadCompleted{}), UploadChange(UploadCancelled{})}) {
        QVERIFY(insertUpload(connection, upload));
        QVERIFY(recordChange(connection, u"k"_s, end, &problem));
    }

    const QStringList statements = connection.statements();
    QVERIFY(statements.size() > 20);
    int searches = 0;
    for (const QString &statement : statements) {
        QVERIFY(connection.runOnce(
            u"EXPLAIN QUERY PLAN "_s + QString(statement).replace(u'?', u"1"_s),
            [&](const QSqlQuery &step) {
                const QString detail = step.value(3).toString();
                searches += detail.startsWith(u"SEARCH"_s) ? 1 : 0;
                QVERIFY2(!detail.startsWith(u"SCAN"_s) || detail == u"SCAN CONSTANT ROW"_s,
                         qPrintable(statement + u" → "_s + detail));
                QVERIFY2(!detail.contains(u"TEMP B-TREE"_s),
                         qPrintable(statement + u" → "_s + detail));
            }));
    }
    QVERIFY(searches > 15);
}

QTEST_GUILESS_MAIN(TestJournalChanges)
#include "tst_journalchanges.moc"
