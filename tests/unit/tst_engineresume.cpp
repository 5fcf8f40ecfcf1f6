#include "enginefixture.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

// Parts that never get an answer, until the faults are taken back.
const QByteArray kPartsStall = R"({"rules":[{"call":"part","action":"stall","when":"answer"}]})";
const QByteArray kNoFaults = R"({"rules":[]})";

} // namespace

/// What the engine finds again: after its end, after an upload's end, without a journal.
class EngineResumeTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void resumesAfterTheEngineEnded();
    void restoresAll();
    void restoresEndsAsTheyWere();
    void anUploadIsInTheQueueOnce();
    void retriesAFailedUpload();
    void retriesACancelledUpload();
    void whatIsBeingCancelledIsNotSentAfterwards_data();
    void whatIsBeingCancelledIsNotSentAfterwards();
    void retriesAChangedFileFromTheStart();
    void goesOnWithoutAJournal();
};

void EngineResumeTest::resumesAfterTheEngineEnded()
{
    EngineFixture f(R"({"rules":[{"call":"part","nth":[1,2,3],"action":"delay","ms":1},
                        {"call":"part","action":"stall","when":"answer"}]})");
    const UploadRequest request = f.request(f.makeFile(u"a.bin"_s, 100'000));
    const QString key = f.add(request);
    QVERIFY(f.waitUntil([&] { return f.service->statistics().requests.part == 7; }));
    QVERIFY(f.waitUntil([&] { return f.snapshots.value(key).partsConfirmed == 3; }));
    f.setFaults(kNoFaults);
    f.startEngine();
    QCOMPARE(f.add(request), key);
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QCOMPARE(f.eventsOf<ResumedEvent>(key).first().partsConfirmed, 3);
    QCOMPARE(f.service->statistics().requests.create, 1);
    QCOMPARE(f.service->statistics().requests.part, 14);
    QFile file(f.dir.filePath(u"a.bin"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(f.contentOf(f.snapshots.value(key).fileId), file.readAll());

    // What was completed is never resumed.
    f.startEngine();
    QVERIFY(f.add(request) != key);
}

void EngineResumeTest::restoresAll()
{
    EngineFixture f(kPartsStall, 1, 1);
    QStringList keys;
    for (int i = 0; i < 3; ++i)
        keys.append(f.add(f.request(f.makeFile(u"f%1"_s.arg(i), 1000))));
    f.engine->moveTo(keys[2], 1);
    f.engine->pause(keys[1]);
    QVERIFY(f.waitFor(keys[1], UploadState::Paused));
    f.setFaults(kNoFaults);
    f.startEngine();
    f.engine->restoreAll();
    QVERIFY(f.waitUntil([&] { return f.restored.size() == 3; }));
    QVERIFY(f.waitFor(keys[0], UploadState::Completed));
    QVERIFY(f.waitFor(keys[2], UploadState::Completed));
    QVERIFY(f.waitFor(keys[1], UploadState::Paused));
    QCOMPARE(f.order, (QStringList{keys[0], keys[2], keys[1]}));
}

void EngineResumeTest::restoresEndsAsTheyWere()
{
    EngineFixture f(R"({"rules":[{"call":"part","action":"status","status":403}]})");
    const QString key = f.add(f.request(f.makeFile(u"a.bin"_s, 1000)));
    QVERIFY(f.waitFor(key, UploadState::Failed));
    f.setFaults(kNoFaults);
    f.startEngine();
    f.engine->restoreAll();
    QVERIFY(f.waitFor(key, UploadState::Failed));
    QCOMPARE(f.snapshots.value(key).error.status, 403);
    QVERIFY(f.events.value(key).isEmpty());
    f.engine->retry(key);
    QVERIFY(f.waitFor(key, UploadState::Completed));
}

void EngineResumeTest::anUploadIsInTheQueueOnce()
{
    EngineFixture f(kPartsStall);
    const UploadRequest request = f.request(f.makeFile(u"a.bin"_s, 1000));
    QVERIFY(!f.add(request).isEmpty());
    QVERIFY(f.add(request).isEmpty());
    QCOMPARE(f.refusals.size(), 1);
    const ApiError error = f.refusals.values().constFirst();
    QCOMPARE(error.kind, ErrorKind::Journal);
    QVERIFY2(error.message.contains(u"“a.bin” is in the queue already"_s),
             qPrintable(error.message));
}

void EngineResumeTest::retriesAFailedUpload()
{
    EngineFixture f(R"({"rules":[{"call":"part","nth":[3],"action":"status","status":403}]})", 1);
    const QString key = f.add(f.request(f.makeFile(u"a.bin"_s, 50'000)));
    QVERIFY(f.waitFor(key, UploadState::Failed));
    QCOMPARE(f.eventsOf<FailedEvent>(key).size(), 1);
    f.engine->retry(key);
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QCOMPARE(f.service->statistics().requests.create, 1);
    QCOMPARE(f.service->statistics().requests.part, 6);
    f.engine->retry(key); // nothing to retry
    QVERIFY(f.waitFor(key, UploadState::Completed));
}

void EngineResumeTest::retriesACancelledUpload()
{
    EngineFixture f(kPartsStall);
    const UploadRequest request = f.request(f.makeFile(u"a.bin"_s, 20'000));
    const QString key = f.add(request);
    QVERIFY(f.waitUntil([&] { return f.service->statistics().requests.part == 2; }));
    f.engine->cancel(key);
    QVERIFY(f.waitFor(key, UploadState::Cancelled));
    f.engine->retry(key);
    QVERIFY(f.waitUntil([&] { return f.service->statistics().requests.part == 4; }));
    f.setFaults(kNoFaults);
    // The second life is on record like the first.
    f.startEngine();
    QCOMPARE(f.add(request), key);
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QCOMPARE(f.service->statistics().requests.create, 2);
}

void EngineResumeTest::whatIsBeingCancelledIsNotSentAfterwards_data()
{
    QTest::addColumn<QByteArray>("faults");
    QTest::addColumn<int>("stalled"); // requests after the first create
    QTest::addColumn<int>("creates");
    QTest::newRow("while it is created")
        << QByteArray(R"({"rules":[{"call":"create","action":"stall","when":"answer"}]})") << 0
        << 2;
    QTest::newRow("while it is sent, unheard")
        << QByteArray(R"({"rules":[{"call":"part","action":"stall","when":"answer"},
                                   {"call":"cancel","action":"stall","when":"headers"}]})")
        << 2 << 1;
    QTest::newRow("while it is sent, heard")
        << QByteArray(R"({"rules":[{"call":"part","action":"stall","when":"answer"},
                                   {"call":"cancel","action":"lost"}]})")
        << 2 << 2;
    QTest::newRow("while it is completed")
        << QByteArray(R"({"rules":[{"call":"complete","action":"stall","when":"answer"}]})") << 3
        << 1;
}

void EngineResumeTest::whatIsBeingCancelledIsNotSentAfterwards()
{
    QFETCH(QByteArray, faults);
    QFETCH(int, creates);
    EngineFixture f(faults);
    const QString key = f.add(f.request(f.makeFile(u"a.bin"_s, 20'000)));
    QFETCH(int, stalled);
    QVERIFY(f.waitUntil([&] {
        const auto requests = f.service->statistics().requests;
        return requests.create == 1 && requests.part + requests.complete == stalled;
    }));
    f.engine->cancel(key);
    QVERIFY(f.waitFor(key, UploadState::Cancelling));
    // The program ends before anything was answered.
    f.startEngine();
    f.setFaults(kNoFaults);
    QVERIFY(f.restore());
    QVERIFY(f.waitFor(key, UploadState::Paused));
    // Who wants it after all goes on with what there is.
    f.engine->resume(key);
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QCOMPARE(f.service->statistics().requests.create, creates);
}

void EngineResumeTest::retriesAChangedFileFromTheStart()
{
    EngineFixture f(kPartsStall, 1);
    const QString path = f.makeFile(u"a.bin"_s, 50'000);
    const QString key = f.add(f.request(path));
    QVERIFY(f.waitUntil([&] { return f.service->statistics().requests.part == 1; }));
    f.engine->pause(key);
    QVERIFY(f.waitFor(key, UploadState::Paused));
    f.makeFile(u"a.bin"_s, 60'000);
    f.setFaults(kNoFaults);
    f.engine->resume(key);
    QVERIFY(f.waitFor(key, UploadState::Failed));
    QCOMPARE(f.snapshots.value(key).error.kind, ErrorKind::FileChanged);
    f.engine->retry(key);
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QCOMPARE(f.snapshots.value(key).bytes, 60'000);
    QCOMPARE(f.contentOf(f.snapshots.value(key).fileId).size(), 60'000);
}

void EngineResumeTest::goesOnWithoutAJournal()
{
    EngineFixture f;
    f.engine.reset();
    // A file where the folder should be.
    const QString blocked = f.dir.filePath(u"data"_s);
    QDir(blocked).removeRecursively();
    QFile file(blocked);
    QVERIFY(file.open(QIODevice::WriteOnly));
    f.startEngine();
    const QString key = f.add(f.request(f.makeFile(u"a.bin"_s, 20'000)));
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QCOMPARE(f.journalProblems.size(), 1);
}

QTEST_GUILESS_MAIN(EngineResumeTest)
#include "tst_engineresume.moc"
