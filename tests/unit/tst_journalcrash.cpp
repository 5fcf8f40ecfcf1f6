#include "childprocess.h"
#include "journalsamples.h"
#include "queue/journal.h"

#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;
using journalsamples::freshUpload;
using journalsamples::partId;

namespace samples = journalsamples;

/// The journal after its program was killed, beside another process, and without room on the disk.
class TestJournalCrash : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatItAcknowledged();
    void isSharedByProcesses();
    void saysWhenItCannotBeWritten();
};

void TestJournalCrash::keepsWhatItAcknowledged()
{
    constexpr int rounds = 20;
    constexpr int parts = 20'000;
    const QTemporaryDir dir;
    QRandomGenerator random(20);
    for (int round = 0; round < rounds; ++round) {
        const QString key = QString::number(round);
        ChildProcess writer(u"journalwriter"_s, {dir.path(), key, QString::number(parts)});
        QCOMPARE(writer.line(), u"added"_s);
        const int enough = random.bounded(1500);
        int acknowledged = 0;
        for (; acknowledged < enough; ++acknowledged)
            QCOMPARE(writer.line(), QString::number(acknowledged));
        writer.kill();
        QStringList rest = writer.remainingLines();
        QVERIFY2(!rest.contains(u"done"_s), "it was not killed in the middle");
        // The last line may have been cut by the kill.
        if (!rest.isEmpty() && rest.constLast() != QString::number(acknowledged + rest.size() - 1))
            rest.removeLast();
        for (const QString &line : std::as_const(rest))
            QCOMPARE(line, QString::number(acknowledged++));

        Journal journal;
        QCOMPARE(samples::open(journal, dir.path()), QString());
        const auto found = samples::find(journal, freshUpload(key, parts).matchKey());
        QVERIFY(found.has_value());
        QCOMPARE(found->spec.key, key);
        QCOMPARE(found->spec.parts.size(), parts);
        const QHash<int, QString> &confirmed = found->progress.confirmedParts;
        QVERIFY2(confirmed.size() >= acknowledged,
                 qPrintable(u"%1 of %2"_s.arg(confirmed.size()).arg(acknowledged)));
        // Whatever else got there, it got there in order.
        for (int i = 0; i < confirmed.size(); ++i)
            QCOMPARE(confirmed.value(i), partId(i));
        QCOMPARE(samples::unfinished(journal, found->identity).size(), round + 1);
    }
}

void TestJournalCrash::isSharedByProcesses()
{
    constexpr int parts = 2000;
    const QTemporaryDir dir;
    const QString count = QString::number(parts);
    ChildProcess first(u"journalwriter"_s, {dir.path(), u"a"_s, count});
    ChildProcess second(u"journalwriter"_s, {dir.path(), u"b"_s, count});
    for (ChildProcess *writer : {&first, &second}) {
        QCOMPARE(writer->line(), u"added"_s);
        for (int i = 0; i < parts; ++i)
            QCOMPARE(writer->line(), QString::number(i));
        QCOMPARE(writer->line(), u"done"_s);
    }
    Journal journal;
    QCOMPARE(samples::open(journal, dir.path()), QString());
    const auto uploads = samples::unfinished(journal, freshUpload(u"a"_s).identity);
    QCOMPARE(uploads.size(), 2);
    for (const StoredUpload &upload : uploads)
        QCOMPARE(upload.progress.confirmedParts.size(), parts);
}

void TestJournalCrash::saysWhenItCannotBeWritten()
{
#ifndef Q_OS_UNIX
    QSKIP("Only here can the size of a process's files be limited.");
#endif
    const QTemporaryDir dir;
    ChildProcess writer(u"journalwriter"_s, {dir.path(), u"k"_s, u"3"_s, u"limited"_s});
    QCOMPARE(writer.line(), u"added"_s);
    const QString problem = writer.line();
    QVERIFY2(problem.startsWith(u"The journal %1/journal.sqlite can't be "_s.arg(dir.path())),
             qPrintable(problem));
    // Asked for in the same transaction, it is still there.
    QCOMPARE(writer.line(), u"found"_s);
    QCOMPARE(writer.line(), problem);
    QCOMPARE(writer.line(), u"freed"_s);
    QCOMPARE(writer.line(), u"recovered"_s);
    QCOMPARE(writer.remainingLines(), QStringList());

    Journal journal;
    QCOMPARE(samples::open(journal, dir.path()), QString());
    const auto found = samples::find(journal, freshUpload(u"k"_s).matchKey());
    QVERIFY(found.has_value());
    // What could not be written then was written later.
    QCOMPARE(found->progress.created, (UploadCreated{u"upload_1"_s, 1, 2, 3}));
    QCOMPARE(found->progress.confirmedParts, (QHash<int, QString>{{0, partId(0)}, {1, partId(1)}}));
}

QTEST_GUILESS_MAIN(TestJournalCrash)
#include "tst_journalcrash.moc"
