#include "journalsamples.h"
#include "queue/journal.h"

#include <QEventLoop>
#include <QPointer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using journalsamples::freshUpload;
using journalsamples::partId;

namespace samples = journalsamples;

/// What the journal keeps, and how and when it answers.
class TestJournal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void everyFieldComesBack();
    void everyErrorKindComesBack();
    void absentFieldsComeBackAbsent();
    void manyPartsComeBack();
    void matchKeyTellsUploadsApart();
    void addReplacesTheSameKey();
    void findTakesTheOneAddedLast();
    void findIgnoresWhatEndedForGood();
    void unfinishedIsByPositionAndIdentity();
    void removeForgets();
    void unknownKeysAreRefused();
    void refusesAllUntilOpened();
    void answersInOrderFromTheEventLoop();
    void orderHoldsWithinANestedEventLoop();
    void aCallbackMayDeleteTheJournal();
    void destructionWritesWhatIsOutstanding();
    void tellsProblemsOfCallsWithoutCallback();

private:
    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestJournal::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
}

void TestJournal::everyFieldComesBack()
{
    const StoredUpload upload = samples::upload(u"schlüssel"_s);
    {
        Journal journal;
        QCOMPARE(samples::open(journal, m_dir->path()), QString());
        QCOMPARE(samples::add(journal, upload), QString());
        QVERIFY(samples::find(journal, upload.matchKey()) == upload);
    }
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    const std::optional<StoredUpload> found = samples::find(journal, upload.matchKey());
    QVERIFY(found.has_value());
    QCOMPARE(found->spec.sources.at(1).path, upload.spec.sources.at(1).path);
    QCOMPARE(found->progress.confirmedParts, upload.progress.confirmedParts);
    QVERIFY(found->error == upload.error);
    QVERIFY(found == upload);
    QVERIFY(samples::unfinished(journal, upload.identity) == QList{upload});
}

void TestJournal::everyErrorKindComesBack()
{
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    StoredUpload upload = freshUpload(u"k"_s);
    upload.state = UploadState::Failed;
    for (int kind = int(ErrorKind::Usage); kind <= int(ErrorKind::Journal); ++kind) {
        upload.error.kind = static_cast<ErrorKind>(kind);
        QCOMPARE(samples::add(journal, upload), QString());
        QVERIFY(samples::find(journal, upload.matchKey()) == upload);
    }
}

void TestJournal::absentFieldsComeBackAbsent()
{
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    StoredUpload bare;
    bare.spec.key = u"bare"_s;
    QCOMPARE(samples::add(journal, bare), QString());
    QVERIFY(samples::find(journal, bare.matchKey()) == bare);

    // An id that is empty is not an id that is absent.
    bare.progress.created = UploadCreated{};
    bare.error.shouldRetry = true;
    bare.error.retryDelay = 0ms;
    QCOMPARE(samples::add(journal, bare), QString());
    QVERIFY(samples::find(journal, bare.matchKey()) == bare);
}

void TestJournal::manyPartsComeBack()
{
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    StoredUpload upload = freshUpload(u"k"_s, int(kMaxParts));
    for (int i = 0; i < kMaxParts; i += 3)
        upload.progress.confirmedParts.insert(i, partId(i));
    upload.progress.order = fileOrder(kMaxParts);
    std::reverse(upload.progress.order.begin(), upload.progress.order.end());
    QCOMPARE(samples::add(journal, upload), QString());
    QVERIFY(samples::find(journal, upload.matchKey()) == upload);
}

void TestJournal::matchKeyTellsUploadsApart()
{
    const StoredUpload base = freshUpload(u"k"_s);
    const QString key = base.matchKey();
    QCOMPARE(key.size(), 64);
    QVERIFY(std::all_of(key.begin(), key.end(),
                        [](QChar c) { return u"0123456789abcdef"_s.contains(c); }));

    const auto changed = [&base](const std::function<void(StoredUpload &)> &change) {
        StoredUpload upload = base;
        change(upload);
        return upload.matchKey();
    };
    const QStringList different = {
        key,
        changed([](auto &u) { u.identity += u'x'; }),
        changed([](auto &u) { u.combineName = u"c"_s; }),
        changed([](auto &u) { u.spec.purpose = u"batch"_s; }),
        changed([](auto &u) { u.spec.mimeType = u"text/plain"_s; }),
        // Moved from one field to its neighbour.
        changed([](auto &u) {
            u.spec.purpose += u't';
            u.spec.mimeType.remove(0, 1);
        }),
        changed([](auto &u) { u.spec.sources[0].path += u'x'; }),
        changed([](auto &u) { u.spec.sources[0].path += QChar(0xd800); }),
        changed([](auto &u) { u.spec.sources[0].path += QChar(0xd801); }),
        changed([](auto &u) { u.spec.sources[0].stamp.bytes += 1; }),
        changed([](auto &u) { u.spec.sources[0].stamp.modifiedNs += 1; }),
        changed([](auto &u) { u.spec.sources[0].stamp.fileId += 1; }),
        changed([](auto &u) { u.spec.sources.append(u.spec.sources[0]); }),
        changed([](auto &u) { u.spec.sources.clear(); }),
    };
    QCOMPARE(QSet<QString>(different.begin(), different.end()).size(), different.size());

    const QStringList same = {
        changed([](auto &u) { u.spec.key = u"other"_s; }),
        changed([](auto &u) { u.spec.partSize = 99; }),
        changed([](auto &u) { u.spec.sources[0].stamp.device += 1; }),
        changed([](auto &u) { u.progress.paused = true; }),
        changed([](auto &u) { u.position = 9; }),
    };
    for (const QString &other : same)
        QCOMPARE(other, key);
}

void TestJournal::addReplacesTheSameKey()
{
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    const StoredUpload first = samples::upload(u"k"_s, 9);
    QCOMPARE(samples::add(journal, first), QString());
    StoredUpload second = freshUpload(u"k"_s, 2);
    second.identity = first.identity;
    second.position = first.position; // the place is kept
    QCOMPARE(samples::add(journal, second), QString());

    QVERIFY(!samples::find(journal, first.matchKey()));
    QVERIFY(samples::find(journal, second.matchKey()) == second);
    QVERIFY(samples::unfinished(journal, first.identity) == QList{second});
}

void TestJournal::findTakesTheOneAddedLast()
{
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    StoredUpload older = freshUpload(u"a"_s);
    older.addedAt = 2000;
    StoredUpload newer = freshUpload(u"b"_s);
    newer.addedAt = 1000; // the clock was set back
    QCOMPARE(samples::add(journal, older), QString());
    QCOMPARE(samples::add(journal, newer), QString());
    QVERIFY(samples::find(journal, older.matchKey()) == newer);
    QCOMPARE(samples::add(journal, older), QString());
    QVERIFY(samples::find(journal, older.matchKey()) == older);
}

void TestJournal::findIgnoresWhatEndedForGood()
{
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    for (const UploadState state : {UploadState::Queued, UploadState::Failed, UploadState::Unknown,
                                    UploadState::Completed, UploadState::Cancelled}) {
        StoredUpload upload = freshUpload(u"k"_s);
        upload.state = state;
        QCOMPARE(samples::add(journal, upload), QString());
        const bool ended = state == UploadState::Completed || state == UploadState::Cancelled;
        QCOMPARE(samples::find(journal, upload.matchKey()).has_value(), !ended);
        QCOMPARE(samples::unfinished(journal, upload.identity).size(), ended ? 0 : 1);
    }
}

void TestJournal::unfinishedIsByPositionAndIdentity()
{
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    const QStringList keys = {u"a"_s, u"b"_s, u"c"_s};
    for (qint64 i = 0; i < keys.size(); ++i) {
        StoredUpload upload = freshUpload(keys.at(i));
        upload.position = i;
        QCOMPARE(samples::add(journal, upload), QString());
    }
    StoredUpload foreign = freshUpload(u"d"_s);
    foreign.identity = u"elsewhere"_s;
    QCOMPARE(samples::add(journal, foreign), QString());

    const auto keysOf = [&journal](const QString &identity) {
        QStringList found;
        for (const StoredUpload &upload : samples::unfinished(journal, identity))
            found.append(upload.spec.key);
        return found;
    };
    const QString identity = freshUpload(u"a"_s).identity;
    QCOMPARE(keysOf(identity), keys);
    QCOMPARE(keysOf(foreign.identity), QStringList{u"d"_s});
    journal.setPositions({u"c"_s, u"nobody"_s, u"a"_s, u"b"_s});
    QCOMPARE(keysOf(identity), QStringList({u"c"_s, u"a"_s, u"b"_s}));
    QCOMPARE(samples::unfinished(journal, identity).at(1).position, qint64(2));
}

void TestJournal::removeForgets()
{
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    const StoredUpload upload = freshUpload(u"k"_s);
    QCOMPARE(samples::add(journal, upload), QString());
    QSignalSpy problems(&journal, &Journal::problemFound);
    journal.remove(u"k"_s);
    journal.remove(u"k"_s);
    QVERIFY(!samples::find(journal, upload.matchKey()));
    QCOMPARE(samples::record(journal, u"k"_s, PauseChanged{true}),
             u"The journal has no upload k."_s);
    QCOMPARE(problems.size(), 0);
}

void TestJournal::unknownKeysAreRefused()
{
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    QCOMPARE(samples::add(journal, freshUpload(u"known"_s)), QString());
    const QList<UploadChange> changes = {
        UploadCreated{},     PartConfirmed{},   OrderChosen{},       CompletingStarted{},
        CompletingRefused{}, UploadCompleted{}, CancellingStarted{}, UploadCancelled{},
        UploadRestarted{},   UploadFailed{},    UploadUnknown{},     PauseChanged{},
        HoldChanged{}};
    for (const UploadChange &change : changes)
        QCOMPARE(samples::record(journal, u"k"_s, change), u"The journal has no upload k."_s);
    QCOMPARE(samples::record(journal, u"known"_s, PartConfirmed{3, u"p"_s}),
             u"The upload has no part 3."_s);
    QCOMPARE(samples::record(journal, u"known"_s, PartConfirmed{-1, u"p"_s}),
             u"The upload has no part -1."_s);
}

void TestJournal::refusesAllUntilOpened()
{
    Journal journal;
    QSignalSpy problems(&journal, &Journal::problemFound);
    const QString problem = u"The journal has not been opened."_s;
    QCOMPARE(samples::add(journal, freshUpload(u"k"_s)), problem);
    QCOMPARE(samples::record(journal, u"k"_s, UploadCancelled{}), problem);
    QVERIFY(!samples::find(journal, u"m"_s));
    QCOMPARE(problems.size(), 1);
    QCOMPARE(problems.at(0).at(0).toString(), problem);

    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    QVERIFY(!samples::find(journal, freshUpload(u"k"_s).matchKey()));
    QCOMPARE(samples::add(journal, freshUpload(u"k"_s)), QString());
}

void TestJournal::answersInOrderFromTheEventLoop()
{
    Journal journal;
    QList<int> answered;
    const auto note = [&answered](int number) {
        return [&answered, number](const QString &problem) {
            QCOMPARE(QThread::currentThread(), QCoreApplication::instance()->thread());
            QCOMPARE(problem.isEmpty(), number % 10 != 7);
            answered.append(number);
        };
    };
    constexpr int count = 1000;
    journal.open(m_dir->path(), note(0));
    journal.add(freshUpload(u"k"_s, count), note(1));
    for (int i = 2; i < count; ++i) {
        // One in ten can't be recorded, which must not harm those in the same transaction.
        journal.record(i % 10 == 7 ? u"nobody"_s : u"k"_s, PartConfirmed{i, partId(i)}, note(i));
    }
    std::optional<StoredUpload> found;
    journal.find(freshUpload(u"k"_s, count).matchKey(), [&](const auto &upload) {
        QCOMPARE(answered.size(), count);
        found = upload;
    });
    QCOMPARE(answered.size(), 0);
    QTRY_VERIFY_WITH_TIMEOUT(found.has_value(), 60'000);
    QCOMPARE(answered, fileOrder(count));
    QCOMPARE(found->progress.confirmedParts.size(), (count - 2) * 9 / 10);
}

void TestJournal::orderHoldsWithinANestedEventLoop()
{
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    QCOMPARE(samples::add(journal, freshUpload(u"k"_s)), QString());
    QList<int> answered;
    const auto note = [&answered](int number) {
        return [&answered, number](const QString &) { answered.append(number); };
    };
    journal.record(u"k"_s, PauseChanged{true}, [&](const QString &) {
        answered.append(0);
        journal.record(u"k"_s, PauseChanged{true}, note(3));
        QTRY_COMPARE_WITH_TIMEOUT(answered.size(), 4, 60'000);
        answered.append(4);
    });
    journal.record(u"k"_s, PauseChanged{false}, note(1));
    journal.record(u"k"_s, PauseChanged{true}, note(2));
    QTRY_COMPARE_WITH_TIMEOUT(answered.size(), 5, 60'000);
    QCOMPARE(answered, fileOrder(5));
}

void TestJournal::aCallbackMayDeleteTheJournal()
{
    const auto open = [this] {
        auto *journal = new Journal;
        journal->open(m_dir->path(), {});
        return QPointer<Journal>(journal);
    };
    int late = 0;
    const auto countLate = [&late](const auto &) { ++late; };

    QPointer<Journal> journal = open();
    journal->add(freshUpload(u"k"_s), [journal](const QString &) { delete journal.data(); });
    journal->record(u"k"_s, PauseChanged{true}, countLate);
    QTRY_VERIFY_WITH_TIMEOUT(journal.isNull(), 60'000);

    journal = open();
    connect(journal, &Journal::problemFound, this, [journal] { delete journal.data(); });
    journal->open(m_dir->filePath(u"journal.sqlite"_s), {});
    journal->find(u"m"_s, countLate);
    QTRY_VERIFY_WITH_TIMEOUT(journal.isNull(), 60'000);

    QCOMPARE(late, 0);
    Journal after;
    QCOMPARE(samples::open(after, m_dir->path()), QString());
    QVERIFY(samples::find(after, freshUpload(u"k"_s).matchKey())->progress.paused);
}

void TestJournal::destructionWritesWhatIsOutstanding()
{
    constexpr int parts = 500;
    int answered = 0;
    {
        Journal journal;
        const auto count = [&answered](const QString &) { ++answered; };
        journal.open(m_dir->path(), count);
        journal.add(freshUpload(u"k"_s, parts), count);
        for (int i = 0; i < parts; ++i)
            journal.record(u"k"_s, PartConfirmed{i, partId(i)}, count);
    }
    QCoreApplication::processEvents();
    QCOMPARE(answered, 0);
    Journal journal;
    QCOMPARE(samples::open(journal, m_dir->path()), QString());
    const auto found = samples::find(journal, freshUpload(u"k"_s, parts).matchKey());
    QVERIFY(found.has_value());
    QCOMPARE(found->progress.confirmedParts.size(), parts);
}

void TestJournal::tellsProblemsOfCallsWithoutCallback()
{
    Journal journal;
    QSignalSpy problems(&journal, &Journal::problemFound);
    journal.record(u"k"_s, PauseChanged{true}, {});
    journal.add(freshUpload(u"k"_s), {});
    journal.setPositions({u"k"_s});
    journal.remove(u"k"_s);
    journal.find(u"m"_s, {});
    journal.unfinished(u"i"_s, {});
    QTRY_COMPARE_WITH_TIMEOUT(problems.size(), 6, 60'000);
    journal.open(m_dir->path(), {});
    QCOMPARE(samples::add(journal, freshUpload(u"k"_s)), QString());
    QCOMPARE(problems.size(), 6);
}

QTEST_GUILESS_MAIN(TestJournal)
#include "tst_journal.moc"
