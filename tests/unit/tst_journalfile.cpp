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
    void refusesAndLeavesAlone_data();
    void refusesAndLeavesAlone();
    void refusesWhatIsNoFolder();
    void findsDamageWithin();
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

void TestJournalFile::refusesAndLeavesAlone_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("words");
    QTest::newRow("later version") << u"newer"_s << u"was written by a later version"_s;
    QTest::newRow("another program's") << u"foreign"_s << u"is a database of another program"_s;
    QTest::newRow("another program's id")
        << u"foreign id"_s << u"is a database of another program"_s;
    QTest::newRow("text") << u"text"_s << u"it is not a database"_s;
    QTest::newRow("two bytes") << u"bytes"_s << u"it is not a database"_s;
    QTest::newRow("cut off") << u"cut"_s << u"is damaged"_s;
    QTest::newRow("overwritten") << u"overwritten"_s << u"is damaged"_s;
}

void TestJournalFile::refusesAndLeavesAlone()
{
    QFETCH(QString, kind);
    QFETCH(QString, words);
    if (kind == u"text"_s) {
        QVERIFY(write(journalPath(), QByteArray(5000, 'x')));
    } else if (kind == u"bytes"_s) {
        // SQLite takes a single one for nothing, as it once wrote that itself.
        QVERIFY(write(journalPath(), "xy"));
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
        if (kind == u"newer"_s) {
            SqliteConnection later;
            QVERIFY(later.open(journalPath(), QString()));
            QVERIFY(later.runOnce(u"PRAGMA user_version = %1"_s.arg(kJournalVersion + 1)));
        } else {
            QByteArray bytes = contentOf(journalPath());
            if (kind == u"cut"_s)
                bytes.truncate(bytes.size() / 2);
            else
                bytes.replace(4096, bytes.size() - 8192, QByteArray(bytes.size() - 8192, '\x5a'));
            QVERIFY(write(journalPath(), bytes));
        }
    }

    const QByteArray before = contentOf(journalPath());
    QVERIFY(!before.isEmpty());
    {
        Journal journal;
        const QString problem = samples::open(journal, m_dir->path());
        QVERIFY2(problem.contains(words), qPrintable(problem));
        QVERIFY2(problem.contains(journalPath()), qPrintable(problem));
        QVERIFY2(problem.endsWith(u'.'), qPrintable(problem));
        QCOMPARE(samples::add(journal, freshUpload(u"k"_s)), problem);
        QCOMPARE(samples::record(journal, u"k"_s, PauseChanged{true}), problem);
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

void TestJournalFile::findsDamageWithin()
{
    {
        Journal journal;
        QCOMPARE(samples::open(journal, m_dir->path()), QString());
        QCOMPARE(samples::add(journal, freshUpload(u"k"_s, 3000)), QString());
    }
    QByteArray bytes = contentOf(journalPath());
    // One page amid the parts.
    const qsizetype page = bytes.size() / 4096 / 2 * 4096;
    bytes.replace(page, 4096, QByteArray(4096, '\x07'));
    QVERIFY(write(journalPath(), bytes));
    Journal journal;
    const QString problem = samples::open(journal, m_dir->path());
    QVERIFY2(problem.startsWith(u"The journal %1 is damaged"_s.arg(journalPath())),
             qPrintable(problem));
    QCOMPARE(contentOf(journalPath()), bytes);
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

    QVERIFY(other.runOnce(u"ROLLBACK"_s));
    QCOMPARE(samples::record(journal, u"k"_s, PauseChanged{true}), QString());
    QCOMPARE(samples::find(third, matchKey)->progress.paused, true);
    QCOMPARE(problems.size(), 0);
}

QTEST_GUILESS_MAIN(TestJournalFile)
#include "tst_journalfile.moc"
