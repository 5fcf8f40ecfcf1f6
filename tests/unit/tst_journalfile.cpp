#include "journalsamples.h"
#include "queue/datadirectory.h"
#include "queue/journal.h"
#include "queue/journalschema.h"
#include "queue/sqliteconnection.h"

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <array>

using namespace longshore;
using namespace Qt::StringLiterals;
using journalsamples::freshUpload;
using journalsamples::partId;

namespace samples = journalsamples;

namespace {

// QFile tells the owner's mode twice if the owner asks.
constexpr QFile::Permissions kUserMay =
    QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser;

bool write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

/// The file itself: how it is made, what is refused, and who else may use it.
class TestJournalFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void isPrivate();
    void takesAnEmptyFile();
    void refusesALaterVersion_data();
    void refusesALaterVersion();
    void refusesWhatIsNoFolder();
    void finishesWhatACrashLeft();
    void opensAgain();
    void writesAheadOnLocalDisks();
    void isSharedByTwo();
    void isMadeByOneOfMany();
    void saysWhenLockedAndTriesAgain();

private:
    QString journalPath() const { return m_dir->filePath(u"journal.sqlite"_s); }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestJournalFile::init()
{
    // A name that a URI and a pattern would take apart.
    m_dir = std::make_unique<QTemporaryDir>(QDir::tempPath() + u"/jörnal %41?#&-XXXXXX"_s);
    QVERIFY(m_dir->isValid());
}

void TestJournalFile::isPrivate()
{
    const QString dir = m_dir->filePath(u"new/data"_s);
    Journal journal;
    QCOMPARE(samples::open(journal, dir), QString());
    QCOMPARE(samples::add(journal, freshUpload(u"k"_s)), QString());
    QCOMPARE(QFileInfo(dir).permissions(), kUserMay | QFile::ExeOwner | QFile::ExeUser);
    const QFileInfoList files = QDir(dir).entryInfoList(QDir::Files);
    QVERIFY(!files.isEmpty());
    for (const QFileInfo &file : files)
        QVERIFY2(file.permissions() == kUserMay, qPrintable(file.fileName()));
}

void TestJournalFile::takesAnEmptyFile()
{
    QVERIFY(write(journalPath(), QByteArray()));
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    QCOMPARE(samples::add(journal, freshUpload(u"k"_s)), QString());
}

void TestJournalFile::refusesALaterVersion_data()
{
    QTest::addColumn<bool>("cut");
    QTest::newRow("whole") << false;
    QTest::newRow("cut off") << true;
}

void TestJournalFile::refusesALaterVersion()
{
    QFETCH(bool, cut);
    {
        Journal journal;
        QCOMPARE(samples::open(journal, m_dir->path()), QString());
        QCOMPARE(samples::add(journal, freshUpload(u"k"_s, 1000)), QString());
    }
    {
        SqliteConnection later;
        QVERIFY(later.open(journalPath(), QString()));
        QVERIFY(later.runOnce(u"PRAGMA user_version = %1"_s.arg(kJournalVersion + 1)));
    }
    QByteArray before = contentOf(journalPath());
    if (cut) {
        before.truncate(before.size() / 2);
        QVERIFY(write(journalPath(), before));
    }
    QVERIFY(!before.isEmpty());
    {
        Journal journal;
        QSignalSpy notices(&journal, &Journal::noticed);
        const QString problem = samples::open(journal, m_dir->path());
        QCOMPARE(
            problem,
            u"The journal %1 was written by a later version of Longshore."_s.arg(journalPath()));
        QCOMPARE(samples::add(journal, freshUpload(u"k"_s)), problem);
        QCOMPARE(samples::record(journal, u"k"_s, PauseChanged{true}), problem);
        QCOMPARE(notices.size(), 0);
    }
    QCOMPARE(contentOf(journalPath()), before);
    QCOMPARE(QDir(m_dir->path()).entryList(QDir::Files), QStringList{u"journal.sqlite"_s});
}

void TestJournalFile::refusesWhatIsNoFolder()
{
    const QString file = m_dir->filePath(u"file"_s);
    QVERIFY(write(file, "content"));
    Journal journal;
    QCOMPARE(samples::open(journal, file), file + u" is not a folder."_s);
    QCOMPARE(samples::open(journal, file + u"/below"_s),
             u"The folder %1/below can't be created."_s.arg(file));
    QVERIFY(QDir(m_dir->path()).mkdir(u"journal.sqlite"_s));
    QCOMPARE(samples::open(journal, m_dir->path()),
             journalPath() + u" is not a file, so it can't be the journal."_s);
    QCOMPARE(contentOf(file), QByteArray("content"));
}

void TestJournalFile::finishesWhatACrashLeft()
{
    // The files of a journal that is open are those that a crash would leave.
    const QString crashed = m_dir->filePath(u"crashed"_s);
    QVERIFY(QDir().mkdir(crashed));
    const StoredUpload upload = freshUpload(u"k"_s, 100);
    {
        Journal journal;
        QCOMPARE(samples::open(journal, m_dir->path()), QString());
        QCOMPARE(samples::add(journal, upload), QString());
        for (const QString &name : QDir(m_dir->path()).entryList(QDir::Files))
            QVERIFY(QFile::copy(m_dir->filePath(name), crashed + u'/' + name));
    }
    QVERIFY(QFileInfo(crashed + u"/journal.sqlite-wal"_s).size() > 0);
    Journal journal;
    QCOMPARE(samples::open(journal, crashed), QString());
    QVERIFY(samples::find(journal, upload.matchKey()) == upload);
}

void TestJournalFile::opensAgain()
{
    Journal journal;
    const QString other = m_dir->filePath(u"other"_s);
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    QCOMPARE(samples::add(journal, freshUpload(u"k"_s)), QString());
    QCOMPARE(samples::open(journal, other), QString());
    QVERIFY(!samples::find(journal, freshUpload(u"k"_s).matchKey()));
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    QVERIFY(samples::find(journal, freshUpload(u"k"_s).matchKey()));
}

void TestJournalFile::writesAheadOnLocalDisks()
{
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    QString mode;
    SqliteConnection other;
    QVERIFY(other.open(journalPath(), QString()));
    QVERIFY(other.runOnce(u"PRAGMA journal_mode"_s,
                          [&mode](const QSqlQuery &row) { mode = row.value(0).toString(); }));
    QCOMPARE(mode, isOnNetworkFileSystem(m_dir->path()) ? u"delete"_s : u"wal"_s);
}

void TestJournalFile::isSharedByTwo()
{
    constexpr int parts = 200;
    Journal first;
    Journal second;
    QCOMPARE(samples::open(first, m_dir->path()), QString());
    QCOMPARE(samples::open(second, m_dir->path()), QString());
    QCOMPARE(samples::add(first, freshUpload(u"a"_s, parts)), QString());
    StoredUpload other = freshUpload(u"b"_s, parts);
    other.spec.purpose = u"batch"_s;
    QCOMPARE(samples::add(second, other), QString());
    QStringList problems;
    int answered = 0;
    const auto note = [&](const QString &problem) {
        ++answered;
        if (!problem.isEmpty())
            problems.append(problem);
    };
    for (int i = 0; i < parts; ++i) {
        first.record(u"a"_s, PartConfirmed{i, partId(i)}, note);
        second.record(u"b"_s, PartConfirmed{i, partId(i)}, note);
        // Now and then, so that it isn't all one transaction.
        QCoreApplication::processEvents();
    }
    QTRY_COMPARE_WITH_TIMEOUT(answered, 2 * parts, 60'000);
    QCOMPARE(problems, QStringList());
    QCOMPARE(samples::find(first, other.matchKey())->progress.confirmedParts.size(), parts);
    QCOMPARE(samples::find(second, freshUpload(u"a"_s, parts).matchKey())
                 ->progress.confirmedParts.size(),
             parts);
}

void TestJournalFile::isMadeByOneOfMany()
{
    for (int round = 0; round < 10; ++round) {
        const QString dir = m_dir->filePath(QString::number(round));
        std::array<Journal, 6> journals;
        QStringList problems;
        int answered = 0;
        for (Journal &journal : journals) {
            journal.open(dir, [&](const QString &problem) {
                ++answered;
                problems.append(problem);
            });
        }
        QTRY_COMPARE_WITH_TIMEOUT(answered, int(journals.size()), 60'000);
        QCOMPARE(problems, QStringList(problems.size(), QString()));
        for (std::size_t i = 0; i < journals.size(); ++i)
            QCOMPARE(samples::add(journals[i], freshUpload(QString::number(i))), QString());
        QCOMPARE(samples::unfinished(journals[0], freshUpload(u"k"_s).identity).size(),
                 qsizetype(journals.size()));
    }
}

void TestJournalFile::saysWhenLockedAndTriesAgain()
{
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    QCOMPARE(samples::add(journal, freshUpload(u"k"_s)), QString());
    QSignalSpy problems(&journal, &Journal::problemFound);
    QSignalSpy recoveries(&journal, &Journal::recovered);
    SqliteConnection other;
    QVERIFY(other.open(journalPath(), QString()));
    QVERIFY(other.runOnce(u"BEGIN IMMEDIATE"_s));

    const QString locked =
        u"Another program has kept the journal %1 locked for more than 5 seconds."_s.arg(
            journalPath());
    QCOMPARE(samples::record(journal, u"k"_s, PauseChanged{true}), locked);
    // Reading needs no lock.
    const QString matchKey = freshUpload(u"k"_s).matchKey();
    QCOMPARE(samples::find(journal, matchKey)->progress.paused, false);
    Journal third;
    QCOMPARE(samples::open(third, m_dir->path()), QString());

    QCOMPARE(recoveries.size(), 0);
    QVERIFY(other.runOnce(u"ROLLBACK"_s));
    QCOMPARE(samples::record(journal, u"k"_s, PartConfirmed{1, partId(1)}), QString());
    const StoredUpload written = *samples::find(third, matchKey);
    QCOMPARE(written.progress.paused, true);
    QCOMPARE(written.progress.confirmedParts, (QHash<int, QString>{{1, partId(1)}}));
    QTRY_COMPARE_WITH_TIMEOUT(recoveries.size(), 1, 60'000);
    QCOMPARE(problems.size(), 0);
    QCOMPARE(QDir(m_dir->path()).entryList({u"journal-*"_s}), QStringList());
}

QTEST_GUILESS_MAIN(TestJournalFile)
#include "tst_journalfile.moc"
