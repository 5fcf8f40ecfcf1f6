#include "journaldamage.h"
#include "journalsamples.h"
#include "oldjournals.h"
#include "queue/journal.h"
#include "queue/journalschema.h"
#include "queue/sqliteconnection.h"

#include <QDir>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace longshore;
using namespace Qt::StringLiterals;
using journalsamples::freshUpload;
using journalsamples::partId;

namespace damage = journaldamage;
namespace samples = journalsamples;

namespace {

constexpr qsizetype kPageSize = 4096;

} // namespace

/// A file that can't be the journal is set aside: what is told, and what is kept.
class TestJournalReplacement : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void setsAside_data();
    void setsAside();
    void neverOverwritesAnOlderOne();
    void tellsWhatWasTakenOver();
    void damageMetLaterIsSetAside();
    void staysWhereItCannotBeSetAside();
    void finishesWhatACrashInterrupted_data();
    void finishesWhatACrashInterrupted();
    void anEarlierVersionLosesItsPartsOnly();

private:
    QString journalPath() const { return m_dir->filePath(u"journal.sqlite"_s); }
    QStringList setAside(const QString &end = u".sqlite"_s) const
    {
        return damage::setAside(m_dir->path(), end);
    }
    bool spoilPageOf(const QByteArray &text) { return damage::spoilPageOf(journalPath(), text); }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestJournalReplacement::init()
{
    m_dir = std::make_unique<QTemporaryDir>(QDir::tempPath() + u"/jörnal %41?#&-XXXXXX"_s);
    QVERIFY(m_dir->isValid());
}

void TestJournalReplacement::setsAside_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("notice");
    const QString foreign = u"The file of the journal was a database of another program; it is "
                            "kept as %1, and a new journal was begun."_s;
    const QString damaged = u"The journal was damaged, and no unfinished upload could be taken "
                            "over; the old file is kept as %1."_s;
    QTest::newRow("another program's") << u"foreign"_s << foreign;
    QTest::newRow("another program's id") << u"foreign id"_s << foreign;
    QTest::newRow("text") << u"text"_s << damaged;
    QTest::newRow("two bytes") << u"bytes"_s << damaged;
    QTest::newRow("cut to one page") << u"cut"_s << damaged;
    QTest::newRow("without a table") << u"incomplete"_s
                                     << u"The journal was damaged; 1 unfinished upload was taken "
                                        "over, and the old file is kept as %1."_s;
}

void TestJournalReplacement::setsAside()
{
    QFETCH(QString, kind);
    QFETCH(QString, notice);
    if (kind == u"text"_s) {
        QVERIFY(damage::write(journalPath(), QByteArray(5000, 'x')));
    } else if (kind == u"bytes"_s) {
        // SQLite takes a single one for nothing, as it once wrote that itself.
        QVERIFY(damage::write(journalPath(), "xy"));
    } else if (kind.startsWith(u"foreign"_s)) {
        SqliteConnection other;
        QVERIFY(other.open(journalPath(), QString()));
        QVERIFY(other.runOnce(u"CREATE TABLE bookmarks (url TEXT)"_s));
        if (kind == u"foreign id"_s)
            QVERIFY(other.runOnce(u"PRAGMA application_id = 7"_s));
    } else {
        {
            Journal journal;
            QCOMPARE(samples::open(journal, m_dir->path()), QString());
            QCOMPARE(samples::add(journal, freshUpload(u"k"_s, 1000)), QString());
        }
        SqliteConnection connection;
        QVERIFY(connection.open(journalPath(), QString()));
        if (kind == u"incomplete"_s)
            QVERIFY(connection.runOnce(u"DROP TABLE rates"_s));
        connection.close();
        if (kind == u"cut"_s)
            QVERIFY(damage::write(journalPath(), damage::contentOf(journalPath()).left(kPageSize)));
    }
    const QByteArray before = damage::contentOf(journalPath());
    QVERIFY(!before.isEmpty());

    Journal journal;
    QSignalSpy notices(&journal, &Journal::noticed);
    QSignalSpy problems(&journal, &Journal::problemFound);
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    QCOMPARE(setAside().size(), 1);
    const QString aside = m_dir->filePath(setAside().first());
    QCOMPARE(notices.size(), 1);
    QCOMPARE(notices.first().first().toString(), notice.arg(aside));
    QCOMPARE(damage::contentOf(aside), before);
    QCOMPARE(setAside(u"*"_s), setAside());
    static const QRegularExpression name(u"^journal-(damaged|foreign)-\\d{8}-\\d{6}\\.sqlite$"_s);
    QVERIFY2(name.match(setAside().first()).hasMatch(), qPrintable(aside));

    QCOMPARE(samples::add(journal, freshUpload(u"new"_s)), QString());
    QCOMPARE(samples::find(journal, freshUpload(u"new"_s).matchKey()), freshUpload(u"new"_s));
    QCOMPARE(problems.size(), 0);
    QCOMPARE(QFileInfo(journalPath()).permissions() & (QFile::ReadGroup | QFile::ReadOther),
             QFile::Permissions());
}

void TestJournalReplacement::neverOverwritesAnOlderOne()
{
    QSet<QByteArray> contents;
    for (int i = 0; i < 4; ++i) {
        const QByteArray content = "no database " + QByteArray::number(i);
        contents.insert(content);
        QVERIFY(damage::write(journalPath(), content));
        Journal journal;
        QCOMPARE(samples::open(journal, m_dir->path()), QString());
    }
    QSet<QByteArray> found;
    for (const QString &name : setAside())
        found.insert(damage::contentOf(m_dir->filePath(name)));
    QCOMPARE(found, contents);
}

void TestJournalReplacement::tellsWhatWasTakenOver()
{
    {
        Journal journal;
        QCOMPARE(samples::open(journal, m_dir->path()), QString());
        for (const QString &key : {u"a"_s, u"b"_s, u"c"_s})
            QCOMPARE(samples::add(journal, freshUpload(key, 500)), QString());
        QCOMPARE(samples::record(journal, u"c"_s, PartConfirmed{400, u"part_to_be_lost"_s}),
                 QString());
        journal.setPositions({u"b"_s, u"a"_s, u"c"_s});
    }
    QVERIFY(spoilPageOf("part_to_be_lost"));
    Journal journal;
    QSignalSpy notices(&journal, &Journal::noticed);
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    QVERIFY2(notices.value(0).value(0).toString().startsWith(
                 u"The journal was damaged; 2 unfinished uploads were taken over"_s),
             qPrintable(notices.value(0).value(0).toString()));
    QStringList keys;
    for (const StoredUpload &upload : samples::unfinished(journal, freshUpload(u"a"_s).identity))
        keys.append(upload.spec.key);
    QCOMPARE(keys, QStringList({u"b"_s, u"a"_s}));
}

void TestJournalReplacement::damageMetLaterIsSetAside()
{
    {
        Journal journal;
        QCOMPARE(samples::open(journal, m_dir->path()), QString());
        QCOMPARE(samples::add(journal, freshUpload(u"good"_s, 300)), QString());
        StoredUpload other = freshUpload(u"bad"_s, 3000);
        other.spec.purpose = u"batch"_s;
        QCOMPARE(samples::add(journal, other), QString());
        QCOMPARE(samples::record(journal, u"bad"_s, PartConfirmed{2000, u"part_to_be_lost"_s}),
                 QString());
        QCOMPARE(samples::record(journal, u"good"_s, PartConfirmed{7, partId(7)}), QString());
    }
    Journal journal;
    QSignalSpy notices(&journal, &Journal::noticed);
    QSignalSpy problems(&journal, &Journal::problemFound);
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    QVERIFY(spoilPageOf("part_to_be_lost"));
    {
        // After another's change SQLite reads what it needs anew.
        SqliteConnection other;
        QVERIFY(other.open(journalPath(), QString()));
        QVERIFY(other.runOnce(u"INSERT INTO rates VALUES (x'31', 1, 1)"_s));
    }
    QCOMPARE(notices.size(), 0);

    // Asked for together; the second is carried out on the new journal.
    journal.record(u"bad"_s, PartConfirmed{2000, partId(2000)}, {});
    QCOMPARE(samples::record(journal, u"good"_s, PartConfirmed{8, partId(8)}), QString());
    QCOMPARE(notices.size(), 1);
    QCOMPARE(setAside().size(), 1);
    // The log, from which the last changes were read, is kept with it.
    QCOMPARE(setAside(u".sqlite-wal"_s), QStringList{setAside().first() + u"-wal"_s});
    QCOMPARE(problems.size(), 1);
    QCOMPARE(problems.first().first().toString(), u"The journal has no upload bad."_s);
    StoredUpload good = freshUpload(u"good"_s, 300);
    good.progress.confirmedParts = {{7, partId(7)}, {8, partId(8)}};
    QVERIFY(samples::unfinished(journal, good.identity) == QList{good});
}

void TestJournalReplacement::staysWhereItCannotBeSetAside()
{
    QVERIFY(damage::write(journalPath(), "no database"));
    const QString obstacle = m_dir->filePath(u"journal-new.sqlite"_s);
    QVERIFY(QDir().mkdir(obstacle));
    Journal journal;
    QSignalSpy notices(&journal, &Journal::noticed);
    QSignalSpy recoveries(&journal, &Journal::recovered);
    const QString problem = samples::open(journal, m_dir->path());
    QVERIFY2(problem.startsWith(
                 u"The journal %1 is damaged, and no new one can be made: "_s.arg(journalPath())),
             qPrintable(problem));
    QCOMPARE(samples::add(journal, freshUpload(u"kept"_s)), problem);
    QCOMPARE(damage::contentOf(journalPath()), QByteArray("no database"));
    QCOMPARE(setAside(), QStringList());

    QVERIFY(QDir().rmdir(obstacle));
    QCOMPARE(samples::record(journal, u"kept"_s, PartConfirmed{1, partId(1)}), QString());
    QTRY_COMPARE_WITH_TIMEOUT(recoveries.size(), 1, 60'000);
    QCOMPARE(notices.size(), 1);
    QCOMPARE(setAside().size(), 1);
    StoredUpload kept = freshUpload(u"kept"_s);
    kept.progress.confirmedParts = {{1, partId(1)}};
    QCOMPARE(samples::find(journal, kept.matchKey()), kept);
}

void TestJournalReplacement::finishesWhatACrashInterrupted_data()
{
    QTest::addColumn<bool>("oldIsThere");
    QTest::addColumn<bool>("newIsWhole");
    QTest::newRow("before the old one was set aside") << true << true;
    QTest::newRow("before the new one was in place") << false << true;
    QTest::newRow("before the new one was whole") << true << false;
}

void TestJournalReplacement::finishesWhatACrashInterrupted()
{
    QFETCH(bool, oldIsThere);
    QFETCH(bool, newIsWhole);
    const auto make = [this](const QString &key) {
        Journal journal;
        QCOMPARE(samples::open(journal, m_dir->path()), QString());
        QCOMPARE(samples::add(journal, freshUpload(key)), QString());
    };
    const QString newPath = m_dir->filePath(u"journal-new.sqlite"_s);
    make(u"new"_s);
    const QByteArray whole = damage::contentOf(journalPath());
    QVERIFY(QFile::remove(journalPath()));
    if (oldIsThere)
        make(u"old"_s);
    else
        QVERIFY(damage::write(journalPath() + u"-wal"_s, "of the old one"));
    QVERIFY(damage::write(newPath, newIsWhole ? whole : QByteArray()));

    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    const QString key = oldIsThere ? u"old"_s : u"new"_s;
    QVERIFY(samples::unfinished(journal, freshUpload(key).identity) == QList{freshUpload(key)});
    QVERIFY(!QFileInfo::exists(newPath));
    // What belonged to the old file must not get into the new one.
    QCOMPARE(setAside(u".sqlite-wal"_s).size(), oldIsThere ? 0 : 1);
}

void TestJournalReplacement::anEarlierVersionLosesItsPartsOnly()
{
    for (const int version : {1, 2}) {
        init();
        QVERIFY(makeOldJournal(journalPath(), version));
        {
            SqliteConnection connection;
            QVERIFY(connection.open(journalPath(), QString()));
            QVERIFY(connection.runOnce(
                u"INSERT INTO history VALUES (1, x'31', x'31', x'31', x'31', x'31', x'31', 1, 1, "
                "1, 'completed', CAST('history_to_be_lost' AS BLOB), x'31', x'31', x'31')"_s));
        }
        QVERIFY(spoilPageOf("history_to_be_lost"));
        Journal journal;
        QSignalSpy notices(&journal, &Journal::noticed);
        QCOMPARE(samples::open(journal, m_dir->path()), QString());
        QCOMPARE(notices.size(), 1);
        QCOMPARE(damage::takenOver(notices.first().first().toString()), 1);
        const QList<StoredUpload> unfinished = samples::unfinished(journal, u"service"_s);
        QCOMPARE(unfinished.size(), 1);
        QCOMPARE(unfinished.first().spec.key, u"held"_s);
        QCOMPARE(unfinished.first().spec.parts.size(), 3);
        QCOMPARE(unfinished.first().spec.holdEnd,
                 version == 1 ? HoldEnd::LetExpire : HoldEnd::CompleteBefore);
        QCOMPARE(unfinished.first().progress.created->uploadId, u"upload_held"_s);
        QCOMPARE(unfinished.first().progress.confirmedParts.size(), 0);
        const QList<StoredUpload> ended = samples::ended(journal, u"service"_s);
        QCOMPARE(ended.size(), 2);
        QCOMPARE(ended.at(0).fileId, u"file-lines"_s);
        QCOMPARE(ended.at(1).partCount, version == 1 ? 0 : 4);
    }
}

QTEST_GUILESS_MAIN(TestJournalReplacement)
#include "tst_journalreplacement.moc"
