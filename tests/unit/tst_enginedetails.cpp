#include "enginefixture.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

// Parts that never get an answer, until the faults are taken back.
const QByteArray kPartsStall = R"({"rules":[{"call":"part","action":"stall","when":"answer"}]})";
const QByteArray kPartsRefused =
    R"({"rules":[{"call":"part","nth":[2],"action":"status","status":403}]})";
const QByteArray kNoFaults = R"({"rules":[]})";

} // namespace

/// Another purpose or MIME type for an upload of the queue.
class EngineDetailsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ofAQueuedUpload();
    void ofOnePausedBeforeItWasCreated();
    void ofAFailedUploadThatIsRetriedAtOnce();
    void ofACancelledUpload();
    void notOfOneThatTheServiceKnows_data();
    void notOfOneThatTheServiceKnows();
    void emptyOnesStay();
    void areOnRecord();
    void theLockGoesWithThem();
    void notLikeAnotherUpload();
    void oneAfterTheOther();
    void warnings();

private:
    static QJsonObject fileOf(const EngineFixture &f, const QString &key);
    static QStringList warningCodes(const EngineFixture &f, const QString &key);
};

QJsonObject EngineDetailsTest::fileOf(const EngineFixture &f, const QString &key)
{
    QFile file(f.service->filesDir() + u'/' + f.snapshots.value(key).fileId + u".json"_s);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object()
                                          : QJsonObject();
}

QStringList EngineDetailsTest::warningCodes(const EngineFixture &f, const QString &key)
{
    QStringList codes;
    for (const WarningEvent &warning : f.eventsOf<WarningEvent>(key))
        codes.append(warning.code);
    return codes;
}

void EngineDetailsTest::ofAQueuedUpload()
{
    EngineFixture f(kPartsStall, 1, 1);
    const QString first = f.add(f.request(f.makeFile(u"first.bin"_s, 1000)));
    const QString key = f.add(f.request(f.makeFile(u"a.jsonl"_s, 20'000)));
    QVERIFY(f.waitFor(key, UploadState::Queued));
    QCOMPARE(f.snapshots.value(key).purpose, u"fine-tune"_s);
    f.engine->setDetails(key, u"batch"_s, {});
    QVERIFY(f.waitUntil([&] { return f.snapshots.value(key).purpose == u"batch"_s; }));
    f.setFaults(kNoFaults);
    f.engine->cancel(first);
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QCOMPARE(fileOf(f, key).value(u"purpose"_s).toString(), u"batch"_s);
    QVERIFY(warningCodes(f, key).isEmpty());
}

void EngineDetailsTest::ofOnePausedBeforeItWasCreated()
{
    EngineFixture f(kPartsStall, 1, 1);
    f.add(f.request(f.makeFile(u"first.bin"_s, 1000)));
    const QString key = f.add(f.request(f.makeFile(u"a.jsonl"_s, 20'000)));
    f.engine->pause(key);
    QVERIFY(f.waitFor(key, UploadState::Paused));
    f.engine->setDetails(key, u"user_data"_s, u"text/plain"_s);
    QVERIFY(f.waitUntil([&] { return f.snapshots.value(key).mimeType == u"text/plain"_s; }));
    QCOMPARE(f.state(key), UploadState::Paused);
    f.setFaults(kNoFaults);
    f.engine->cancelAll();
    QVERIFY(f.waitFor(key, UploadState::Cancelled));
    QCOMPARE(f.service->statistics().requests.create, 1);
}

void EngineDetailsTest::ofAFailedUploadThatIsRetriedAtOnce()
{
    EngineFixture f(kPartsRefused, 1);
    const QString path = f.makeFile(u"a.jsonl"_s, 50'000);
    const QString key = f.add(f.request(path));
    QVERIFY(f.waitFor(key, UploadState::Failed));
    QCOMPARE(f.snapshots.value(key).partsConfirmed, 1);
    f.engine->setDetails(key, u"user_data"_s, {});
    f.engine->retry(key);
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QCOMPARE(fileOf(f, key).value(u"purpose"_s).toString(), u"user_data"_s);
    // Nothing of the other purpose's upload can be used, and it is left to expire.
    QCOMPARE(f.service->statistics().requests.create, 2);
    QCOMPARE(f.service->statistics().requests.part, 2 + 5);
    QCOMPARE(f.service->statistics().requests.cancel, 0);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(f.contentOf(f.snapshots.value(key).fileId), file.readAll());
}

void EngineDetailsTest::ofACancelledUpload()
{
    EngineFixture f(kPartsStall, 1);
    const QString key = f.add(f.request(f.makeFile(u"a.jsonl"_s, 20'000)));
    QVERIFY(f.waitUntil([&] { return f.service->statistics().requests.part == 1; }));
    f.engine->cancel(key);
    QVERIFY(f.waitFor(key, UploadState::Cancelled));
    f.setFaults(kNoFaults);
    f.engine->setDetails(key, u"batch"_s, {});
    QVERIFY(f.waitUntil([&] { return f.snapshots.value(key).purpose == u"batch"_s; }));
    QCOMPARE(f.state(key), UploadState::Cancelled);
    f.engine->retry(key);
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QCOMPARE(fileOf(f, key).value(u"purpose"_s).toString(), u"batch"_s);
}

void EngineDetailsTest::notOfOneThatTheServiceKnows_data()
{
    QTest::addColumn<UploadState>("state");
    QTest::newRow("sending") << UploadState::Sending;
    QTest::newRow("paused") << UploadState::Paused;
    QTest::newRow("ready") << UploadState::Ready;
    QTest::newRow("completed") << UploadState::Completed;
}

void EngineDetailsTest::notOfOneThatTheServiceKnows()
{
    QFETCH(UploadState, state);
    const bool stalls = state == UploadState::Sending || state == UploadState::Paused;
    EngineFixture f(stalls ? kPartsStall : kNoFaults, 1);
    UploadRequest request = f.request(f.makeFile(u"a.jsonl"_s, 20'000));
    request.hold = state == UploadState::Ready;
    const QString key = f.add(request);
    if (stalls)
        QVERIFY(f.waitFor(key, UploadState::Sending));
    if (state == UploadState::Paused)
        f.engine->pause(key);
    QVERIFY(f.waitFor(key, state));
    f.engine->setDetails(key, u"batch"_s, u"text/plain"_s);
    QVERIFY(f.waitUntil([&] { return warningCodes(f, key) == QStringList{u"details"_s}; }));
    QVERIFY(!f.eventsOf<WarningEvent>(key).first().message.isEmpty());
    QCOMPARE(f.snapshots.value(key).purpose, u"fine-tune"_s);
    QCOMPARE(f.state(key), state);
    f.engine->setDetails(u"nobody"_s, u"batch"_s, {});
}

void EngineDetailsTest::emptyOnesStay()
{
    EngineFixture f(kPartsStall, 1, 1);
    f.add(f.request(f.makeFile(u"first.bin"_s, 1000)));
    UploadRequest request = f.request(f.makeFile(u"a.jsonl"_s, 20'000));
    request.mimeType = u"text/x-mine"_s;
    const QString key = f.add(request);
    f.engine->setDetails(key, {}, {});
    f.engine->setDetails(key, u"fine-tune"_s, {}); // is that already
    f.engine->setDetails(key, {}, u"text/plain"_s);
    QVERIFY(f.waitUntil([&] { return f.snapshots.value(key).mimeType == u"text/plain"_s; }));
    QCOMPARE(f.snapshots.value(key).purpose, u"fine-tune"_s);
    // Another purpose has a type of its own.
    f.engine->setDetails(key, u"batch"_s, {});
    QVERIFY(f.waitUntil([&] { return f.snapshots.value(key).purpose == u"batch"_s; }));
    QCOMPARE(f.snapshots.value(key).mimeType, u"text/jsonl"_s);
}

void EngineDetailsTest::areOnRecord()
{
    EngineFixture f(kPartsRefused, 1, 1);
    UploadRequest request = f.request(f.makeFile(u"a.jsonl"_s, 50'000));
    const QString key = f.add(request);
    QVERIFY(f.waitFor(key, UploadState::Failed));
    f.engine->setDetails(key, u"batch"_s, {});
    QVERIFY(f.waitUntil([&] { return f.snapshots.value(key).purpose == u"batch"_s; }));
    QCOMPARE(f.snapshots.value(key).confirmed, 0);
    QCOMPARE(f.snapshots.value(key).error.status, 403);
    f.startEngine();
    QVERIFY(f.restore());
    QVERIFY(f.waitFor(key, UploadState::Failed));
    QCOMPARE(f.snapshots.value(key).purpose, u"batch"_s);
    QCOMPARE(f.snapshots.value(key).error.status, 403);
    QVERIFY(f.snapshots.value(key).uploadId.isEmpty());
    // And the same request finds it again.
    f.startEngine();
    request.purpose = u"batch"_s;
    QCOMPARE(f.add(request), key);
    QVERIFY(f.waitFor(key, UploadState::Completed));
}

void EngineDetailsTest::theLockGoesWithThem()
{
    EngineFixture f(kPartsStall, 1, 1);
    f.add(f.request(f.makeFile(u"first.bin"_s, 1000)));
    UploadRequest request = f.request(f.makeFile(u"a.jsonl"_s, 20'000));
    const QString key = f.add(request);
    f.engine->setDetails(key, u"batch"_s, {});
    QVERIFY(f.waitUntil([&] { return f.snapshots.value(key).purpose == u"batch"_s; }));
    UploadRequest same = request;
    same.purpose = u"batch"_s;
    QVERIFY(f.add(same).isEmpty());
    const QString other = f.add(request);
    QVERIFY(!other.isEmpty());
    QVERIFY(other != key);
}

void EngineDetailsTest::notLikeAnotherUpload()
{
    EngineFixture f(kPartsStall, 1, 1);
    f.add(f.request(f.makeFile(u"first.bin"_s, 1000)));
    UploadRequest request = f.request(f.makeFile(u"a.jsonl"_s, 20'000));
    const QString key = f.add(request);
    request.purpose = u"batch"_s;
    const QString other = f.add(request);
    QVERIFY(f.waitFor(key, UploadState::Queued));
    f.engine->setDetails(key, u"batch"_s, {});
    QVERIFY(f.waitUntil([&] { return warningCodes(f, key) == QStringList{u"details"_s}; }));
    QCOMPARE(f.snapshots.value(key).purpose, u"fine-tune"_s);
    f.engine->cancel(other);
    QVERIFY(f.waitFor(other, UploadState::Cancelled));
    f.engine->setDetails(key, u"batch"_s, {});
    QVERIFY(f.waitUntil([&] { return f.snapshots.value(key).purpose == u"batch"_s; }));
}

void EngineDetailsTest::oneAfterTheOther()
{
    EngineFixture f(kPartsStall, 1, 1);
    const QString first = f.add(f.request(f.makeFile(u"first.bin"_s, 1000)));
    const QString key = f.add(f.request(f.makeFile(u"a.jsonl"_s, 20'000)));
    f.engine->setDetails(key, u"batch"_s, {});
    f.engine->setDetails(key, u"assistants"_s, {});
    f.engine->setDetails(key, u"user_data"_s, {});
    f.engine->setHold(key, true, HoldEnd::CompleteBefore);
    f.engine->setDetails(key, {}, u"text/plain"_s);
    QVERIFY(f.waitUntil([&] { return f.snapshots.value(key).mimeType == u"text/plain"_s; }));
    QCOMPARE(f.snapshots.value(key).purpose, u"user_data"_s);
    QCOMPARE(f.snapshots.value(key).holdEnd, HoldEnd::CompleteBefore);
    // Cancelled or removed meanwhile.
    f.engine->setDetails(key, u"batch"_s, {});
    f.engine->cancel(key);
    QVERIFY(f.waitFor(key, UploadState::Cancelled));
    f.engine->setDetails(key, u"vision"_s, {});
    f.engine->remove(key);
    f.setFaults(kNoFaults);
    f.engine->retry(first);
    f.engine->cancel(first);
    QVERIFY(f.waitFor(first, UploadState::Cancelled));
    QCOMPARE(f.order, QStringList{first});
}

void EngineDetailsTest::warnings()
{
    EngineFixture f(kPartsStall, 1, 1);
    f.add(f.request(f.makeFile(u"first.bin"_s, 1000)));
    const QString key = f.add(f.request(f.makeFile(u"a.csv"_s, 20'000)));
    f.engine->setDetails(key, u"fine-tune"_s, {});
    QVERIFY(
        f.waitUntil([&] { return warningCodes(f, key) == QStringList{u"purpose-extension"_s}; }));
}

QTEST_GUILESS_MAIN(EngineDetailsTest)
#include "tst_enginedetails.moc"
