#include "childprocess.h"
#include "journaldamage.h"
#include "journalsamples.h"
#include "queue/journal.h"
#include "queue/sqliteconnection.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <vector>

using namespace longshore;
using namespace Qt::StringLiterals;
using journalsamples::freshUpload;
using journalsamples::partId;

namespace damage = journaldamage;
namespace samples = journalsamples;

/// A damaged journal that several use at once: one sets it aside, the others find the new one.
class TestJournalHandover : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void lockedIsNotDamaged();
    void oneThatHasItOpenFindsTheNewOne();
    void aProcessAtWorkFindsTheNewOne();
    void manyProcessesSetItAsideOnce();

private:
    QString journalPath() const { return m_dir->filePath(u"journal.sqlite"_s); }
    QStringList setAside() const { return damage::setAside(m_dir->path(), u".sqlite"_s); }
    bool spoilPageOf(const QByteArray &text) { return damage::spoilPageOf(journalPath(), text); }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestJournalHandover::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
}

void TestJournalHandover::lockedIsNotDamaged()
{
    {
        Journal journal;
        QCOMPARE(samples::open(journal, m_dir->path()), QString());
        QCOMPARE(samples::add(journal, freshUpload(u"k"_s, 3000)), QString());
        QCOMPARE(samples::record(journal, u"k"_s, PartConfirmed{1000, u"part_spoilt"_s}),
                 QString());
    }
    SqliteConnection other;
    QVERIFY(other.open(journalPath(), QString()));
    QVERIFY(other.runOnce(u"BEGIN IMMEDIATE"_s));
    // Not even one that is damaged is taken away from who writes to it.
    QVERIFY(spoilPageOf("part_spoilt"));
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()),
             u"Another program has kept the journal %1 locked for more than 5 seconds."_s.arg(
                 journalPath()));
    QCOMPARE(setAside(), QStringList());
    QVERIFY(other.runOnce(u"ROLLBACK"_s));
    QCOMPARE(samples::add(journal, freshUpload(u"new"_s)), QString());
    QCOMPARE(setAside().size(), 1);
}

void TestJournalHandover::oneThatHasItOpenFindsTheNewOne()
{
    const QString identity = freshUpload(QString()).identity;
    auto first = std::make_unique<Journal>();
    QCOMPARE(samples::open(*first, m_dir->path()), QString());
    QCOMPARE(samples::add(*first, freshUpload(u"a"_s, 300)), QString());
    StoredUpload lost = freshUpload(u"lost"_s, 300);
    QCOMPARE(samples::add(*first, lost), QString());
    QCOMPARE(samples::record(*first, u"lost"_s, PartConfirmed{250, u"part_to_be_lost"_s}),
             QString());
    {
        // Out of the log, into the file.
        SqliteConnection connection;
        QVERIFY(connection.open(journalPath(), QString()));
        QVERIFY(connection.runOnce(u"PRAGMA wal_checkpoint(TRUNCATE)"_s));
    }
    QVERIFY(spoilPageOf("part_to_be_lost"));

    Journal second;
    QSignalSpy notices(&second, &Journal::noticed);
    QCOMPARE(samples::open(second, m_dir->path()), QString());
    QCOMPARE(notices.size(), 1);
    QCOMPARE(setAside().size(), 1);
    QCOMPARE(samples::record(second, u"a"_s, PartConfirmed{1, partId(1)}), QString());
    // The first has the old file open.
    QCOMPARE(samples::record(*first, u"a"_s, PartConfirmed{2, partId(2)}), QString());
    first.reset();
    QCOMPARE(samples::record(second, u"a"_s, PartConfirmed{3, partId(3)}), QString());
    Journal third;
    QCOMPARE(samples::open(third, m_dir->path()), QString());
    QCOMPARE(samples::unfinished(third, identity).size(), 1);
    QCOMPARE(samples::unfinished(third, identity).first().progress.confirmedParts,
             (QHash<int, QString>{{1, partId(1)}, {2, partId(2)}, {3, partId(3)}}));
    QCOMPARE(setAside().size(), 1);
}

void TestJournalHandover::aProcessAtWorkFindsTheNewOne()
{
    constexpr int parts = 3000;
    const int uploads = damage::unfinishedIn(damage::makeJournal(m_dir->path()));
    ChildProcess writer(u"journalwriter"_s, {m_dir->path(), u"writer"_s, QString::number(parts)});
    QCOMPARE(writer.line(), u"added"_s);
    for (int i = 0; i < 200; ++i)
        QCOMPARE(writer.line(), QString::number(i));
    QVERIFY(spoilPageOf(damage::aPartId()));
    Journal journal;
    QSignalSpy notices(&journal, &Journal::noticed);
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    QCOMPARE(notices.size(), 1);
    for (int i = 200; i < parts; ++i)
        QCOMPARE(writer.line(), QString::number(i));
    QCOMPARE(writer.line(), u"done"_s);
    writer.kill();

    const auto found = samples::find(journal, freshUpload(u"writer"_s, parts).matchKey());
    QVERIFY(found.has_value());
    QCOMPARE(found->progress.confirmedParts.size(), parts);
    const auto left = samples::unfinished(journal, found->identity).size();
    QVERIFY2(left > uploads - 10 && left <= uploads, qPrintable(QString::number(left)));
}

void TestJournalHandover::manyProcessesSetItAsideOnce()
{
    const QHash<QString, StoredUpload> originals = damage::makeJournal(m_dir->path());
    const QByteArray journal = damage::contentOf(journalPath());
    QVERIFY(damage::write(journalPath(), journal.left(journal.size() * 3 / 4)));
    constexpr int parts = 100;
    std::vector<std::unique_ptr<ChildProcess>> writers;
    for (int i = 0; i < 5; ++i) {
        writers.push_back(std::make_unique<ChildProcess>(
            u"journalwriter"_s,
            QStringList{m_dir->path(), u"writer-%1"_s.arg(i), QString::number(parts)}));
    }
    for (const auto &writer : writers) {
        QCOMPARE(writer->line(), u"added"_s);
        for (int i = 0; i < parts; ++i)
            QCOMPARE(writer->line(), QString::number(i));
        QCOMPARE(writer->line(), u"done"_s);
    }
    QCOMPARE(setAside().size(), 1);
    JournalStore store;
    QCOMPARE(store.open(m_dir->path()), QString());
    QHash<QString, StoredUpload> found = damage::allUploads(store);
    for (int i = 0; i < 5; ++i) {
        const StoredUpload upload = found.take(u"writer-%1"_s.arg(i));
        QCOMPARE(upload.progress.confirmedParts.size(), parts);
    }
    QCOMPARE(damage::difference(found, originals), QString());
}

QTEST_GUILESS_MAIN(TestJournalHandover)
#include "tst_journalhandover.moc"
