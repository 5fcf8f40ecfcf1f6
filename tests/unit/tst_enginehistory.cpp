#include "enginefixture.h"

#include <QFile>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

// Parts that never get an answer, until the faults are taken back.
const QByteArray kPartsStall = R"({"rules":[{"call":"part","action":"stall","when":"answer"}]})";
const QByteArray kNoFaults = R"({"rules":[]})";

} // namespace

/// What of the queue is there again in the next run: ended uploads, and the order of all.
class EngineHistoryTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void endedOnesComeBack();
    void removedOnesDoNot();
    void aCancelledOneIsRetriedLater();
    void anEndedOneWhoseFileIsGone();
    void allStandInTheirPlaces();
    void restoredIsSaidWhereNothingIs();
    void anotherIdentityHasAQueueOfItsOwn();
    void anEndedFileCanBeAddedAgain();
    void retriesAllThatFailed();
};

void EngineHistoryTest::endedOnesComeBack()
{
    EngineFixture f(kPartsStall, 1);
    const QString path = f.makeFile(u"a.bin"_s, 25'000);
    UploadRequest request = f.request(path);
    request.combineName = u"all.bin"_s;
    request.purpose = u"batch"_s;
    const QString cancelled = f.add(f.request(f.makeFile(u"b.bin"_s, 20'000)));
    QVERIFY(f.waitUntil([&] { return f.service->statistics().requests.part == 1; }));
    f.engine->cancel(cancelled);
    QVERIFY(f.waitFor(cancelled, UploadState::Cancelled));
    f.setFaults(kNoFaults);
    const QString completed = f.add(request);
    QVERIFY(f.waitFor(completed, UploadState::Completed));
    const UploadSnapshot before = f.snapshots.value(completed);
    const qint64 requests = f.service->statistics().requests.create;

    // They may be gone.
    QVERIFY(QFile::remove(path));
    f.startEngine();
    QVERIFY(f.restore());
    QCOMPARE(f.restored.size(), 2);
    for (const QueuedUpload &upload : std::as_const(f.restored)) {
        if (upload.key != completed)
            continue;
        QCOMPARE(upload.filename, u"all.bin"_s);
        QCOMPARE(upload.bytes, 25'000);
        QCOMPARE(upload.parts, 3);
        QCOMPARE(upload.partSize, 10'000);
        QCOMPARE(upload.purpose, u"batch"_s);
        QCOMPARE(upload.mimeType, before.mimeType);
        QCOMPARE(upload.paths, before.paths);
        QVERIFY(upload.combined);
        QVERIFY(!upload.cutAtLines);
    }
    QVERIFY(f.waitFor(completed, UploadState::Completed));
    QVERIFY(f.waitFor(cancelled, UploadState::Cancelled));
    const UploadSnapshot after = f.snapshots.value(completed);
    QCOMPARE(after.fileId, before.fileId);
    QCOMPARE(after.uploadId, before.uploadId);
    QCOMPARE(after.confirmed, 25'000);
    QCOMPARE(after.bytes, 25'000);
    QCOMPARE(after.partCount, 3);
    QCOMPARE(after.partsConfirmed, 3);
    QCOMPARE(after.purpose, u"batch"_s);
    QVERIFY(f.events.value(completed).isEmpty());
    QCOMPARE(f.snapshots.value(cancelled).confirmed, 0);
    QCOMPARE(f.snapshots.value(cancelled).partCount, 2);
    // Commands that make no sense for them do nothing.
    for (const QString &key : {completed, cancelled}) {
        f.engine->pause(key);
        f.engine->resume(key);
        f.engine->complete(key);
        f.engine->cancel(key);
        f.engine->watchParts(key);
    }
    f.engine->retry(completed);
    QVERIFY(f.waitUntil([&] { return !f.plans.isEmpty(); }));
    QCOMPARE(f.service->statistics().requests.create, requests);
    QVERIFY(f.journalProblems.isEmpty());
}

void EngineHistoryTest::removedOnesDoNot()
{
    EngineFixture f;
    const QString key = f.add(f.request(f.makeFile(u"a.bin"_s, 1000)));
    const QString kept = f.add(f.request(f.makeFile(u"b.bin"_s, 1000)));
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QVERIFY(f.waitFor(kept, UploadState::Completed));
    f.engine->remove(key);
    f.startEngine();
    QVERIFY(f.restore());
    QCOMPARE(f.restored.size(), 1);
    QCOMPARE(f.restored.first().key, kept);
    f.engine->remove(kept);
    QVERIFY(f.waitUntil([&] { return f.orders > 0 && f.order.isEmpty(); }));
    f.startEngine();
    QVERIFY(f.restore());
    QVERIFY(f.restored.isEmpty());
}

void EngineHistoryTest::aCancelledOneIsRetriedLater()
{
    EngineFixture f(kPartsStall, 1);
    const QString path = f.makeFile(u"a.bin"_s, 30'000);
    const QString key = f.add(f.request(path));
    QVERIFY(f.waitUntil([&] { return f.service->statistics().requests.part == 1; }));
    f.engine->cancel(key);
    QVERIFY(f.waitFor(key, UploadState::Cancelled));
    f.setFaults(kNoFaults);
    f.startEngine();
    QVERIFY(f.restore());
    QVERIFY(f.waitFor(key, UploadState::Cancelled));
    f.engine->retry(key);
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(f.contentOf(f.snapshots.value(key).fileId), file.readAll());
    f.startEngine();
    QVERIFY(f.restore());
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QCOMPARE(f.restored.size(), 1);
}

void EngineHistoryTest::anEndedOneWhoseFileIsGone()
{
    EngineFixture f(kPartsStall, 1);
    const QString path = f.makeFile(u"a.bin"_s, 30'000);
    const QString key = f.add(f.request(path));
    QVERIFY(f.waitUntil([&] { return f.service->statistics().requests.part == 1; }));
    f.engine->cancel(key);
    QVERIFY(f.waitFor(key, UploadState::Cancelled));
    f.setFaults(kNoFaults);
    QVERIFY(QFile::remove(path));
    f.startEngine();
    QVERIFY(f.restore());
    f.engine->retry(key);
    QVERIFY(f.waitFor(key, UploadState::Failed));
    QCOMPARE(f.snapshots.value(key).error.kind, ErrorKind::File);
    QCOMPARE(f.eventsOf<FailedEvent>(key).size(), 1);
    // It is back.
    f.makeFile(u"a.bin"_s, 30'000);
    f.engine->retry(key);
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QVERIFY(f.journalProblems.isEmpty());
}

void EngineHistoryTest::allStandInTheirPlaces()
{
    EngineFixture f(kNoFaults, 1, 1);
    QStringList keys;
    for (int i = 0; i < 2; ++i) {
        keys.append(f.add(f.request(f.makeFile(u"done%1"_s.arg(i), 1000))));
        QVERIFY(f.waitFor(keys.last(), UploadState::Completed));
    }
    f.setFaults(kPartsStall);
    for (int i = 0; i < 3; ++i)
        keys.append(f.add(f.request(f.makeFile(u"later%1"_s.arg(i), 1000))));
    f.engine->pauseAll();
    f.engine->moveTo(keys[1], 4); // a completed one behind
    f.engine->moveTo(keys[3], 0);
    const QStringList expected{keys[3], keys[0], keys[2], keys[4], keys[1]};
    QVERIFY(f.waitUntil([&] { return f.order == expected; }));
    f.startEngine();
    QVERIFY(f.restore());
    QVERIFY(f.waitUntil([&] { return f.order == expected; }));
    // What comes in a later run stands behind, in the run after it, too.
    f.engine->pauseAll();
    const QString next = f.add(f.request(f.makeFile(u"next"_s, 1000)));
    QVERIFY(!next.isEmpty());
    f.startEngine();
    QVERIFY(f.restore());
    QVERIFY(f.waitUntil([&] { return f.order == expected + QStringList{next}; }));
}

void EngineHistoryTest::restoredIsSaidWhereNothingIs()
{
    EngineFixture f;
    QVERIFY(f.restore());
    QVERIFY(f.restored.isEmpty());
    QVERIFY(f.restore());
    QCOMPARE(f.restorations, 2);
}

void EngineHistoryTest::anotherIdentityHasAQueueOfItsOwn()
{
    EngineFixture f(kPartsStall, 1);
    f.identity = u"sandbox"_s;
    f.startEngine();
    const UploadRequest request = f.request(f.makeFile(u"a.bin"_s, 20'000));
    const QString key = f.add(request);
    f.identity = u"another"_s;
    f.startEngine();
    QVERIFY(f.restore());
    QVERIFY(f.restored.isEmpty());
    QVERIFY(f.add(request) != key);
    f.setFaults(kNoFaults);
    f.identity = u"sandbox"_s;
    f.startEngine();
    QVERIFY(f.restore());
    QCOMPARE(f.restored.size(), 1);
    QVERIFY(f.waitFor(key, UploadState::Completed));
}

void EngineHistoryTest::anEndedFileCanBeAddedAgain()
{
    EngineFixture f;
    const UploadRequest request = f.request(f.makeFile(u"a.bin"_s, 1000));
    const QString first = f.add(request);
    QVERIFY(f.waitFor(first, UploadState::Completed));
    const QString second = f.add(request);
    QVERIFY(!second.isEmpty());
    QVERIFY(second != first);
    QVERIFY(f.waitFor(second, UploadState::Completed));
}

void EngineHistoryTest::retriesAllThatFailed()
{
    EngineFixture f(R"({"rules":[{"call":"create","nth":[1,2],"action":"status","status":403},
                                 {"call":"part","action":"stall","when":"answer"}]})",
                    1, 1);
    QStringList keys;
    for (int i = 0; i < 4; ++i)
        keys.append(f.add(f.request(f.makeFile(u"f%1"_s.arg(i), 1000))));
    QVERIFY(f.waitFor(keys[0], UploadState::Failed));
    QVERIFY(f.waitFor(keys[1], UploadState::Failed));
    f.engine->cancel(keys[3]);
    QVERIFY(f.waitFor(keys[3], UploadState::Cancelled));
    f.setFaults(kNoFaults);
    f.engine->pause(keys[2]);
    QVERIFY(f.waitFor(keys[2], UploadState::Paused));
    f.engine->retryAll();
    QVERIFY(f.waitFor(keys[0], UploadState::Completed));
    QVERIFY(f.waitFor(keys[1], UploadState::Completed));
    QCOMPARE(f.state(keys[2]), UploadState::Paused);
    QCOMPARE(f.state(keys[3]), UploadState::Cancelled);
}

QTEST_GUILESS_MAIN(EngineHistoryTest)
#include "tst_enginehistory.moc"
