#include "journaldamage.h"
#include "queue/journalstore.h"

#include <QDir>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace damage = journaldamage;

namespace {

constexpr qsizetype kPageSize = 4096;
// A page of rows that is lost takes no more uploads with it than have something in it.
constexpr int kMostOfAPage = 12;

} // namespace

/// Every page of a journal cut off or overwritten in turn: what opens then holds nothing that is
/// wrong.
class TestJournalDamage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void survivesACutAnywhere();
    void survivesAnyPageOverwritten_data();
    void survivesAnyPageOverwritten();
    void survivesACutLog();

private:
    /// How many unfinished uploads are left; -1: the test has failed.
    int openDamaged(const QByteArray &journal, const QByteArray &log = {});
    QByteArray randomBytes(qsizetype size);

    QHash<QString, StoredUpload> m_originals;
    QByteArray m_journal;
    QRandomGenerator m_random;
    int m_unfinished = 0;
    bool m_setAside = false; ///< by the last openDamaged()
};

void TestJournalDamage::initTestCase()
{
    const quint32 seed = qEnvironmentVariable("LONGSHORE_SEED", u"1"_s).toUInt();
    qInfo("Seed %u", seed);
    m_random.seed(seed);
    const QTemporaryDir dir;
    m_originals = damage::makeJournal(dir.path());
    QCOMPARE(m_originals.size(), 20);
    m_unfinished = damage::unfinishedIn(m_originals);
    QCOMPARE(m_unfinished, 18);
    m_journal = damage::contentOf(dir.filePath(u"journal.sqlite"_s));
    QVERIFY(m_journal.size() > 30 * kPageSize);
    QCOMPARE(m_journal.size() % kPageSize, 0);
}

QByteArray TestJournalDamage::randomBytes(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    for (char &byte : bytes)
        byte = static_cast<char>(m_random.bounded(256));
    return bytes;
}

int TestJournalDamage::openDamaged(const QByteArray &journal, const QByteArray &log)
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(u"journal.sqlite"_s);
    int left = -1;
    const auto check = [&] {
        QVERIFY(damage::write(path, journal));
        if (!log.isEmpty())
            QVERIFY(damage::write(path + u"-wal"_s, log));
        QHash<QString, StoredUpload> found;
        QStringList notices;
        {
            JournalStore store;
            QCOMPARE(store.open(dir.path()), QString());
            found = damage::allUploads(store);
            notices = store.takeNotices();
            QCOMPARE(damage::difference(found, m_originals), QString());
            QCOMPARE(damage::useProblem(store), QString());
        }
        // Nothing is worse the next time.
        JournalStore again;
        QCOMPARE(again.open(dir.path()), QString());
        QVERIFY(damage::allUploads(again) == found);
        QCOMPARE(again.takeNotices(), QStringList());

        const QStringList aside = QDir(dir.path()).entryList({u"journal-damaged-*.sqlite"_s});
        m_setAside = !aside.isEmpty();
        QCOMPARE(notices.size(), aside.size());
        const int unfinished = damage::unfinishedIn(found);
        if (m_setAside) {
            QCOMPARE(aside.size(), 1);
            QVERIFY2(notices.first().contains(dir.filePath(aside.first())),
                     qPrintable(notices.first()));
            QCOMPARE(damage::takenOver(notices.first()), unfinished);
            if (log.isEmpty())
                QVERIFY(damage::contentOf(dir.filePath(aside.first())) == journal);
        }
        left = unfinished;
    };
    check();
    return QTest::currentTestFailed() ? -1 : left;
}

void TestJournalDamage::survivesACutAnywhere()
{
    int most = 0;
    for (qsizetype page = 0; page < m_journal.size(); page += kPageSize) {
        for (const qsizetype size :
             {page, page + 1 + qsizetype(m_random.bounded(int(kPageSize - 1)))}) {
            const int left = openDamaged(m_journal.left(size));
            QVERIFY2(left >= 0, qPrintable(u"cut at %1"_s.arg(size)));
            QCOMPARE(m_setAside, size > 1);
            most = std::max(most, left);
        }
    }
    QVERIFY(most > m_unfinished / 2);
}

void TestJournalDamage::survivesAnyPageOverwritten_data()
{
    QTest::addColumn<QString>("with");
    QTest::newRow("zeros") << u"zeros"_s;
    QTest::newRow("random bytes") << u"random"_s;
    QTest::newRow("random bytes within") << u"within"_s;
}

void TestJournalDamage::survivesAnyPageOverwritten()
{
    QFETCH(QString, with);
    int losing = 0;
    int lost = 0;
    for (qsizetype page = 0; page < m_journal.size(); page += kPageSize) {
        QByteArray bytes = m_journal;
        if (with == u"within"_s) {
            constexpr int length = 100;
            const int offset = m_random.bounded(100, int(kPageSize) - length);
            bytes.replace(page + offset, length, randomBytes(length));
        } else {
            bytes.replace(page, kPageSize,
                          with == u"zeros"_s ? QByteArray(kPageSize, '\0')
                                             : randomBytes(kPageSize));
        }
        const int left = openDamaged(bytes);
        QVERIFY2(left >= 0, qPrintable(u"page %1"_s.arg(page / kPageSize)));
        const int gone = m_unfinished - left;
        lost += gone;
        // The first page, and those that lead to the rows.
        losing += gone > kMostOfAPage ? 1 : 0;
    }
    const auto pages = static_cast<int>(m_journal.size() / kPageSize);
    qInfo("%d pages; %d of them take more than %d uploads with them; %.2f uploads are lost a page",
          pages, losing, kMostOfAPage, double(lost) / pages);
    QVERIFY(losing <= 8);
}

void TestJournalDamage::survivesACutLog()
{
    // The files of a journal that is open are those that a crash would leave.
    const QTemporaryDir dir;
    const QString path = dir.filePath(u"journal.sqlite"_s);
    QVERIFY(damage::write(path, m_journal));
    JournalStore store;
    QCOMPARE(store.open(dir.path()), QString());
    StoredUpload &upload = m_originals[u"upload-1"_s];
    for (int part = 0; part < 60; part += 2) {
        const QString id = u"late_%1"_s.arg(part);
        const JournalRequest request = RecordRequest{u"upload-1"_s, PartConfirmed{part, id}};
        JournalOutcome outcome;
        QCOMPARE(store.carryOut({&request, 1}, {&outcome, 1}), JournalStore::Result::Done);
        upload.progress.confirmedParts.insert(part, id);
    }
    const QByteArray journal = damage::contentOf(path);
    const QByteArray log = damage::contentOf(path + u"-wal"_s);
    QVERIFY(log.size() > 20 * kPageSize);
    // A confirmed part whose id was replaced by another is none that was there.
    QVERIFY(journal == m_journal);
    for (qsizetype size = 0; size < log.size(); size += kPageSize / 2 + m_random.bounded(2000)) {
        const int left = openDamaged(journal, log.left(size));
        QVERIFY2(left == m_unfinished, qPrintable(u"log cut at %1"_s.arg(size)));
        QVERIFY(!m_setAside);
    }
}

QTEST_GUILESS_MAIN(TestJournalDamage)
#include "tst_journaldamage.moc"
