#include "journalsamples.h"
#include "queue/journal.h"
#include "queue/sqliteconnection.h"

#include <QTemporaryDir>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;
using journalsamples::freshUpload;

namespace samples = journalsamples;

/// What the journal keeps of uploads that have ended, and of what changes beside the transfer.
class TestJournalEnded : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void endedOnesComeBackWithoutTheirParts();
    void theLatestComeFirst();
    void removedOnesAreForgotten();
    void detailsAreChangedInWhateverState_data();
    void detailsAreChangedInWhateverState();
    void aHoldLeavesAnEndAsItIs();
    void theSameKeyKeepsItsPlace();

private:
    QStringList endedKeys(int atMost);

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Journal> m_journal;
    const QString m_identity = freshUpload({}).identity;
};

void TestJournalEnded::init()
{
    m_journal.reset();
    m_dir = std::make_unique<QTemporaryDir>();
    m_journal = std::make_unique<Journal>();
    QCOMPARE(samples::open(*m_journal, m_dir->path()), QString());
}

QStringList TestJournalEnded::endedKeys(int atMost)
{
    QStringList keys;
    for (const StoredUpload &upload : samples::ended(*m_journal, m_identity, atMost))
        keys.append(upload.spec.key);
    return keys;
}

void TestJournalEnded::endedOnesComeBackWithoutTheirParts()
{
    StoredUpload upload = samples::upload(u"k"_s, 5);
    upload.identity = m_identity;
    upload.state = UploadState::Queued;
    upload.error = {};
    QCOMPARE(samples::add(*m_journal, upload), QString());
    QVERIFY(samples::ended(*m_journal, m_identity).isEmpty());
    QCOMPARE(samples::record(*m_journal, u"k"_s, UploadCompleted{u"file-1"_s, "md5"}), QString());

    const QList<StoredUpload> ended = samples::ended(*m_journal, m_identity);
    QCOMPARE(ended.size(), 1);
    StoredUpload expected = upload;
    expected.partCount = static_cast<int>(upload.spec.parts.size());
    expected.spec.parts.clear();
    expected.progress.confirmedParts.clear();
    expected.state = UploadState::Completed;
    expected.fileId = u"file-1"_s;
    QVERIFY(ended.first() == expected);
    QVERIFY(samples::unfinished(*m_journal, m_identity).isEmpty());
    QVERIFY(samples::ended(*m_journal, u"elsewhere"_s).isEmpty());
}

void TestJournalEnded::theLatestComeFirst()
{
    for (int i = 0; i < 5; ++i) {
        const QString key = QString::number(i);
        QCOMPARE(samples::add(*m_journal, freshUpload(key)), QString());
    }
    for (const QString &key : {u"3"_s, u"1"_s, u"4"_s})
        QCOMPARE(samples::record(*m_journal, key, UploadCancelled{}), QString());
    QCOMPARE(samples::record(*m_journal, u"0"_s, UploadFailed{}), QString());
    {
        SqliteConnection connection;
        QVERIFY(connection.open(m_dir->filePath(u"journal.sqlite"_s), QString()));
        QVERIFY(connection.runOnce(u"UPDATE uploads SET ended_at = 1000 - id"_s));
        QVERIFY(connection.runOnce(u"UPDATE uploads SET ended_at = 2000 WHERE key = x'34'"_s));
    }
    QCOMPARE(endedKeys(1000), QStringList({u"4"_s, u"1"_s, u"3"_s}));
    QCOMPARE(endedKeys(2), QStringList({u"4"_s, u"1"_s}));
}

void TestJournalEnded::removedOnesAreForgotten()
{
    QCOMPARE(samples::add(*m_journal, freshUpload(u"k"_s)), QString());
    QCOMPARE(samples::record(*m_journal, u"k"_s, UploadCompleted{u"file-1"_s, {}}), QString());
    QCOMPARE(endedKeys(1000), QStringList{u"k"_s});
    m_journal->remove(u"k"_s);
    QVERIFY(endedKeys(1000).isEmpty());
}

void TestJournalEnded::detailsAreChangedInWhateverState_data()
{
    QTest::addColumn<UploadState>("state");
    QTest::newRow("queued") << UploadState::Queued;
    QTest::newRow("failed") << UploadState::Failed;
    QTest::newRow("cancelled") << UploadState::Cancelled;
}

void TestJournalEnded::detailsAreChangedInWhateverState()
{
    QFETCH(UploadState, state);
    StoredUpload upload = freshUpload(u"k"_s);
    upload.progress.created = UploadCreated{u"upload_1"_s, 1, 2, 3};
    upload.progress.confirmedParts = {{1, u"part_1"_s}};
    upload.progress.order = {2, 1, 0};
    upload.progress.completing = true;
    QCOMPARE(samples::add(*m_journal, upload), QString());
    ApiError error;
    error.kind = ErrorKind::Refused;
    if (state == UploadState::Failed)
        QCOMPARE(samples::record(*m_journal, u"k"_s, UploadFailed{error}), QString());
    else if (state == UploadState::Cancelled)
        QCOMPARE(samples::record(*m_journal, u"k"_s, UploadCancelled{}), QString());

    StoredUpload changed = upload;
    changed.spec.purpose = u"batch"_s;
    changed.spec.mimeType = u"text/x-other"_s;
    m_journal->setDetails(u"k"_s, changed.spec.purpose, changed.spec.mimeType, changed.matchKey());
    QVERIFY(!samples::find(*m_journal, upload.matchKey()));
    if (state == UploadState::Cancelled) {
        const QList<StoredUpload> ended = samples::ended(*m_journal, m_identity);
        QCOMPARE(ended.first().spec.purpose, u"batch"_s);
        QVERIFY(!ended.first().progress.created);
        return;
    }
    changed.progress = {};
    changed.progress.order = upload.progress.order;
    changed.state = state;
    changed.error = state == UploadState::Failed ? error : ApiError();
    QVERIFY(samples::find(*m_journal, changed.matchKey()) == changed);
}

void TestJournalEnded::aHoldLeavesAnEndAsItIs()
{
    QCOMPARE(samples::add(*m_journal, freshUpload(u"k"_s)), QString());
    QCOMPARE(samples::record(*m_journal, u"k"_s, UploadFailed{}), QString());
    QCOMPARE(samples::record(*m_journal, u"k"_s, HoldChanged{true, HoldEnd::CompleteBefore}),
             QString());
    const StoredUpload found = samples::unfinished(*m_journal, m_identity).first();
    QCOMPARE(found.state, UploadState::Failed);
    QVERIFY(found.spec.hold);
    QCOMPARE(found.spec.holdEnd, HoldEnd::CompleteBefore);
}

void TestJournalEnded::theSameKeyKeepsItsPlace()
{
    for (const QString &key : {u"a"_s, u"b"_s, u"c"_s})
        QCOMPARE(samples::add(*m_journal, freshUpload(key)), QString());
    m_journal->setPositions({u"c"_s, u"b"_s, u"a"_s});
    QCOMPARE(samples::add(*m_journal, freshUpload(u"b"_s, 7)), QString());
    QStringList keys;
    for (const StoredUpload &upload : samples::unfinished(*m_journal, m_identity))
        keys.append(upload.spec.key);
    QCOMPARE(keys, QStringList({u"c"_s, u"b"_s, u"a"_s}));
}

QTEST_GUILESS_MAIN(TestJournalEnded)
#include "tst_journalended.moc"
