#include "journalsamples.h"
#include "queue/journal.h"
#include "queue/journalbacklog.h"
#include "queue/journalfile.h"
#include "queue/journalstore.h"
#include "queue/uploadrows.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace longshore;
using namespace Qt::StringLiterals;
using journalsamples::freshUpload;
using journalsamples::partId;

namespace samples = journalsamples;

/// A journal that can't be written for a while: what is told, and what becomes of what was to be
/// written.
class TestJournalTrouble : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void everyReasonIsASentence_data();
    void everyReasonIsASentence();
    void tellsOfAFullDisk();
    void writesLaterWhatCouldNotBeWritten();
    void readsGoOnMeanwhile();
    void recoversByItself();
    void writesTheBacklogWhenItEnds();
    void aRemovedFileIsMadeAnew();
    void theBacklogKeepsTheOrder();
    void theBacklogIsBounded();
    void whatNeverCanBeWrittenHoldsUpNobody();

private:
    QString journalPath() const { return m_dir->filePath(u"journal.sqlite"_s); }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestJournalTrouble::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
}

void TestJournalTrouble::everyReasonIsASentence_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("words");
    QTest::newRow("full") << SqliteFailure::Full << u"the disk is full."_s;
    QTest::newRow("I/O") << SqliteFailure::InputOutput << u"the disk reports an error."_s;
    QTest::newRow("read-only") << SqliteFailure::ReadOnly << u"no permission."_s;
    QTest::newRow("can't open") << SqliteFailure::CannotOpen << u"can't be opened."_s;
    QTest::newRow("busy") << SqliteFailure::Busy << u"locked for more than 5 seconds."_s;
    QTest::newRow("locked") << SqliteFailure::Locked << u"locked for more than 5 seconds."_s;
    QTest::newRow("damaged") << SqliteFailure::Corrupt << u"is damaged: because."_s;
    QTest::newRow("not a database") << SqliteFailure::NotADatabase << u"it is not a database."_s;
    QTest::newRow("other") << 7 << u"can't be used: because."_s;
}

void TestJournalTrouble::everyReasonIsASentence()
{
    QFETCH(int, code);
    QFETCH(QString, words);
    const QString problem = journalProblem(u"/a/journal.sqlite"_s, {code, u"because"_s});
    QVERIFY2(problem.contains(u"journal /a/journal.sqlite "_s), qPrintable(problem));
    QVERIFY2(problem.endsWith(words), qPrintable(problem));
}

void TestJournalTrouble::tellsOfAFullDisk()
{
    JournalFile file;
    QCOMPARE(file.open(m_dir->path()), QString());
    QVERIFY(file.connection().runOnce(u"PRAGMA max_page_count = 1"_s)); // as many as there are
    QVERIFY(file.begin(Durability::Machine));
    QVERIFY(!insertUpload(file.connection(), freshUpload(u"k"_s, 2000)));
    QCOMPARE(file.failure().code, SqliteFailure::Full);
    QCOMPARE(file.problemOf(file.failure()),
             u"The journal %1 can't be written: the disk is full."_s.arg(journalPath()));
    QVERIFY(!file.failure().isDamage() && !file.failure().isOfStatement());
    file.rollBack();

    QVERIFY(file.connection().runOnce(u"PRAGMA max_page_count = 100000"_s));
    QVERIFY(file.begin(Durability::Machine));
    QVERIFY(insertUpload(file.connection(), freshUpload(u"k"_s, 2000)));
    QVERIFY(file.commit());
}

void TestJournalTrouble::writesLaterWhatCouldNotBeWritten()
{
    QVERIFY(QDir().mkdir(journalPath()));
    Journal journal;
    QSignalSpy problems(&journal, &Journal::problemFound);
    QSignalSpy recoveries(&journal, &Journal::recovered);
    const QString problem = u"%1 is not a file, so it can't be the journal."_s.arg(journalPath());
    QCOMPARE(samples::open(journal, m_dir->path()), problem);
    StoredUpload upload = freshUpload(u"k"_s);
    QCOMPARE(samples::add(journal, upload), problem);
    const UploadCreated created{u"upload_1"_s, 1000, 4600, 1};
    QCOMPARE(samples::record(journal, u"k"_s, created), problem);
    QCOMPARE(samples::record(journal, u"k"_s, PartConfirmed{0, partId(0)}), problem);
    QCOMPARE(samples::add(journal, freshUpload(u"removed"_s)), problem);
    journal.remove(u"removed"_s);
    journal.keepRate(upload.identity, 5);
    QTRY_COMPARE_WITH_TIMEOUT(problems.size(), 2, 60'000);
    QCOMPARE(recoveries.size(), 0);

    QVERIFY(QDir().rmdir(journalPath()));
    QCOMPARE(samples::record(journal, u"k"_s, PartConfirmed{2, partId(2)}), QString());
    QTRY_COMPARE_WITH_TIMEOUT(recoveries.size(), 1, 60'000);
    upload.progress.created = created;
    upload.progress.confirmedParts = {{0, partId(0)}, {2, partId(2)}};
    QVERIFY(samples::unfinished(journal, upload.identity) == QList{upload});
    QCOMPARE(samples::record(journal, u"k"_s, PauseChanged{true}), QString());
    QCOMPARE(recoveries.size(), 1);
    QCOMPARE(problems.size(), 2);
}

void TestJournalTrouble::readsGoOnMeanwhile()
{
    JournalStore store;
    QCOMPARE(store.open(m_dir->path()), QString());
    const JournalRequest add = AddRequest{freshUpload(u"k"_s)};
    JournalOutcome outcome;
    QCOMPARE(store.carryOut({&add, 1}, {&outcome, 1}), JournalStore::Result::Done);
    store.setPatience(std::chrono::milliseconds(1));
    SqliteConnection other;
    QVERIFY(other.open(journalPath(), QString()));
    QVERIFY(other.runOnce(u"BEGIN IMMEDIATE"_s));
    const JournalRequest record = RecordRequest{u"k"_s, PauseChanged{true}};
    QCOMPARE(store.carryOut({&record, 1}, {&outcome, 1}), JournalStore::Result::Locked);
    const JournalRequest find = FindRequest{freshUpload(u"k"_s).matchKey()};
    QCOMPARE(store.carryOut({&find, 1}, {&outcome, 1}), JournalStore::Result::Done);
    QCOMPARE(outcome.uploads.size(), 1);
}

void TestJournalTrouble::recoversByItself()
{
    QVERIFY(QDir().mkdir(journalPath()));
    Journal journal;
    QSignalSpy recoveries(&journal, &Journal::recovered);
    QVERIFY(!samples::open(journal, m_dir->path()).isEmpty());
    QVERIFY(!samples::add(journal, freshUpload(u"k"_s)).isEmpty());
    QVERIFY(QDir().rmdir(journalPath()));
    // Nobody asks for anything any more.
    QTRY_COMPARE_WITH_TIMEOUT(recoveries.size(), 1, 120'000);
    QCOMPARE(samples::find(journal, freshUpload(u"k"_s).matchKey()), freshUpload(u"k"_s));
}

void TestJournalTrouble::writesTheBacklogWhenItEnds()
{
    QVERIFY(QDir().mkdir(journalPath()));
    {
        Journal journal;
        QVERIFY(!samples::open(journal, m_dir->path()).isEmpty());
        QVERIFY(!samples::add(journal, freshUpload(u"k"_s)).isEmpty());
        QVERIFY(QDir().rmdir(journalPath()));
    }
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    QCOMPARE(samples::find(journal, freshUpload(u"k"_s).matchKey()), freshUpload(u"k"_s));
}

void TestJournalTrouble::aRemovedFileIsMadeAnew()
{
    Journal journal;
    QSignalSpy notices(&journal, &Journal::noticed);
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    QCOMPARE(samples::add(journal, freshUpload(u"a"_s)), QString());
    for (const QString &name : QDir(m_dir->path()).entryList(QDir::Files))
        QVERIFY(QFile::remove(m_dir->filePath(name)));
    QCOMPARE(samples::add(journal, freshUpload(u"b"_s)), QString());
    QVERIFY(samples::unfinished(journal, freshUpload(u"b"_s).identity)
            == QList{freshUpload(u"b"_s)});
    QCOMPARE(notices.size(), 0);
}

void TestJournalTrouble::theBacklogKeepsTheOrder()
{
    JournalBacklog backlog;
    QVERIFY(backlog.isEmpty());
    backlog.keep(PositionsRequest{{u"a"_s}});
    backlog.keep(FindRequest{u"m"_s});
    backlog.keep(KeepRateRequest{u"i"_s, 1});
    backlog.keep(AddRequest{freshUpload(u"a"_s)});
    for (int part = 0; part < 5; ++part)
        backlog.keep(RecordRequest{u"a"_s, PartConfirmed{part, partId(part)}});
    backlog.keep(PositionsRequest{{u"b"_s}});
    const auto all = backlog.first(100);
    QCOMPARE(all.size(), 7U);
    QVERIFY(std::holds_alternative<AddRequest>(all.front()));
    for (std::size_t part = 0; part < 5; ++part) {
        const UploadChange &change = std::get<RecordRequest>(all[1 + part]).change;
        QCOMPARE(std::get<PartConfirmed>(change).index, int(part));
    }
    QCOMPARE(std::get<PositionsRequest>(all.back()).keys, QStringList{u"b"_s});
    QCOMPARE(backlog.first(2).size(), 2U);
    backlog.dropFirst(6);
    QCOMPARE(backlog.first(100).size(), 1U);
    backlog.dropFirst(1);
    QVERIFY(backlog.isEmpty());
}

void TestJournalTrouble::theBacklogIsBounded()
{
    JournalBacklog backlog;
    backlog.keep(AddRequest{freshUpload(u"a"_s, 99'990)});
    backlog.keep(AddRequest{freshUpload(u"b"_s, 99'990)});
    for (int part = 0; part < 1000; ++part)
        backlog.keep(RecordRequest{u"a"_s, PartConfirmed{part, partId(part)}});
    const std::size_t full = backlog.first(10'000).size();
    QVERIFY2(full > 10 && full < 50, qPrintable(QString::number(full)));

    // What would leave the upload on record as it was not takes all of it along.
    backlog.keep(RecordRequest{u"b"_s, UploadRestarted{}});
    const auto left = backlog.first(10'000);
    QVERIFY(std::none_of(left.begin(), left.end(), [](const JournalRequest &request) {
        const auto *add = std::get_if<AddRequest>(&request);
        return add != nullptr && add->upload.spec.key == u"b"_s;
    }));
    QCOMPARE(std::get<RemoveRequest>(left.back()).key, u"b"_s);
    backlog.keep(RecordRequest{u"a"_s, PartConfirmed{7, partId(7)}});
    QCOMPARE(backlog.first(10'000).size(), left.size() + 1);
}

void TestJournalTrouble::whatNeverCanBeWrittenHoldsUpNobody()
{
    QVERIFY(QDir().mkdir(journalPath()));
    Journal journal;
    QVERIFY(!samples::open(journal, m_dir->path()).isEmpty());
    QVERIFY(!samples::add(journal, freshUpload(u"a"_s)).isEmpty());
    QVERIFY(!samples::record(journal, u"nobody"_s, PauseChanged{true}).isEmpty());
    // The journal's tables know no such state.
    StoredUpload impossible = freshUpload(u"impossible"_s);
    impossible.state = UploadState::Sending;
    QVERIFY(!samples::add(journal, impossible).isEmpty());
    QVERIFY(!samples::add(journal, freshUpload(u"b"_s)).isEmpty());
    QVERIFY(QDir().rmdir(journalPath()));
    QCOMPARE(samples::record(journal, u"b"_s, PartConfirmed{0, partId(0)}), QString());
    QCOMPARE(samples::unfinished(journal, freshUpload(u"a"_s).identity).size(), 2);
}

QTEST_GUILESS_MAIN(TestJournalTrouble)
#include "tst_journaltrouble.moc"
