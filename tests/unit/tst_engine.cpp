#include "enginefixture.h"
#include "transfer/linepace.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

// Parts that never get an answer, until the faults are taken back.
const QByteArray kPartsStall
    = R"({"rules":[{"call":"part","action":"stall","when":"answer"}]})";
const QByteArray kNoFaults = R"({"rules":[]})";

} // namespace

class EngineTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void uploadsAFile();
    void keepsToItsLanes_data();
    void keepsToItsLanes();
    void confirmedIsNeverAheadOfTheService();
    void createsOnlyWhenAPartCanStart();
    void smallOnesDoNotWaitForEachOther();
    void uploadsInTheQueuesOrder();
    void movesWithinTheQueue();
    void pausesAndResumesAll();
    void cancelsWhateverTheState();
    void holdsOrdersAndCompletes();
    void combinesFiles();
    void removesEndedOnes();
    void publishesAtMostTenTimesASecond();
    void limitsTheRate();
    void refusesWhatCannotBeSent();
    void commandsAfterTheEndDoNothing();
};

void EngineTest::uploadsAFile()
{
    EngineFixture f;
    const QString path = f.makeFile(u"a.bin"_s, 105'000);
    const QString key = f.add(f.request(path));
    QVERIFY(f.waitFor(key, UploadState::Completed));
    const UploadSnapshot snapshot = f.snapshots.value(key);
    QCOMPARE(snapshot.confirmed, 105'000);
    QCOMPARE(snapshot.partsConfirmed, 11);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray content = file.readAll();
    QCOMPARE(f.contentOf(snapshot.fileId), content);
    QCOMPARE(f.service->lastComplete()->md5.toLatin1(),
             QCryptographicHash::hash(content, QCryptographicHash::Md5).toHex());
    QVERIFY(f.journalProblems.isEmpty());
}

void EngineTest::keepsToItsLanes_data()
{
    QTest::addColumn<int>("lanes");
    for (const int lanes : {1, 4, 7, 16})
        QTest::addRow("%d", lanes) << lanes;
}

void EngineTest::keepsToItsLanes()
{
    QFETCH(int, lanes);
    // The service answers none until it has them all: really at once, lane 7 and lane 16 too.
    EngineFixture f(kPartsStall, lanes);
    const QString a = f.add(f.request(f.makeFile(u"a.bin"_s, 200'000)));
    QVERIFY(f.waitUntil([&] { return f.service->statistics().requests.part == lanes; }));
    QCOMPARE(f.service->statistics().peakParts, lanes);
    f.engine->pause(a);
    QVERIFY(f.waitFor(a, UploadState::Paused));
    f.setFaults(kNoFaults);
    f.engine->resume(a);
    QVERIFY(f.waitFor(a, UploadState::Completed));
    QVERIFY(f.service->statistics().peakParts <= lanes * 2); // those that were aborted may linger
}

void EngineTest::confirmedIsNeverAheadOfTheService()
{
    EngineFixture f(R"({"seed":7,"rules":[{"call":"part","chance":0.1,"action":"status","status":503},
                    {"call":"part","chance":0.1,"action":"delay","ms":5}]})");
    bool ahead = false;
    int seen = 0;
    QObject::connect(f.engine.get(), &Engine::happened, f.engine.get(),
                     [&](const QString &, const UploadEvent &event) {
                         const auto *progress = std::get_if<ProgressEvent>(&event);
                         if (!progress)
                             return;
                         ++seen;
                         const auto view = f.view(u"a.bin"_s);
                         ahead = ahead || progress->confirmed > view.confirmedBytes;
                     });
    const QString key = f.add(f.request(f.makeFile(u"a.bin"_s, 1'000'000)));
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QVERIFY(seen > 0);
    QVERIFY(!ahead);
    QVERIFY(f.service->statistics().peakParts <= 4);
}

void EngineTest::createsOnlyWhenAPartCanStart()
{
    EngineFixture f(kPartsStall, 2);
    const QString a = f.add(f.request(f.makeFile(u"a.bin"_s, 50'000)));
    QVERIFY(f.waitUntil([&] { return f.service->statistics().requests.part == 2; }));
    const QString b = f.add(f.request(f.makeFile(u"b.bin"_s, 50'000)));
    QVERIFY(f.waitFor(b, UploadState::Queued));
    QCOMPARE(f.service->statistics().requests.create, 1);
    f.engine->setLanes(3);
    QVERIFY(f.waitUntil([&] { return f.service->statistics().requests.part == 3; }));
    // The first upload takes the third lane; the second still has none to start with.
    QCOMPARE(f.service->statistics().requests.create, 1);
    f.engine->cancel(a);
    QVERIFY(f.waitFor(a, UploadState::Cancelled));
    QVERIFY(f.waitUntil([&] { return f.service->statistics().requests.create == 2; }));
}

void EngineTest::smallOnesDoNotWaitForEachOther()
{
    EngineFixture f(R"({"rules":[{"call":"complete","action":"stall","when":"answer"}]})", 4);
    constexpr int most = LinePace::kMostLanes;
    QStringList keys;
    for (int i = 0; i < most + 4; ++i)
        keys.append(f.add(f.request(f.makeFile(u"small%1"_s.arg(i), 1000))));
    const auto in = [&](UploadState state) {
        return std::count_if(keys.begin(), keys.end(),
                             [&](const QString &key) { return f.state(key) == state; });
    };
    QVERIFY(f.waitUntil([&] { return in(UploadState::Completing) == most; }));
    QCOMPARE(in(UploadState::Queued), 4);
    QCOMPARE(f.service->statistics().requests.create, most);
}

void EngineTest::uploadsInTheQueuesOrder()
{
    EngineFixture f({}, 1, 1);
    QStringList finished;
    QObject::connect(f.engine.get(), &Engine::happened, f.engine.get(),
                     [&](const QString &key, const UploadEvent &event) {
                         if (std::holds_alternative<CompletedEvent>(event))
                             finished.append(key);
                     });
    QList<quint64> numbers;
    for (int i = 0; i < 8; ++i)
        numbers.append(f.engine->add(f.request(f.makeFile(u"f%1"_s.arg(i), 1000 + i))));
    QVERIFY(f.waitUntil([&] { return finished.size() == numbers.size(); }));
    QVERIFY(f.waitUntil([&] { return f.order.size() == numbers.size(); }));
    // By the time the last was added the first may have been under way: it keeps its place.
    for (int i = 1; i < numbers.size(); ++i)
        QCOMPARE(f.order.at(i), f.queuedUploads.value(numbers.at(i)).key);
}

void EngineTest::movesWithinTheQueue()
{
    EngineFixture f(kPartsStall, 1, 1);
    QStringList keys;
    for (int i = 0; i < 5; ++i)
        keys.append(f.add(f.request(f.makeFile(u"f%1"_s.arg(i), 1000))));
    QVERIFY(f.waitUntil([&] { return f.order == keys; }));
    f.engine->moveTo(keys[4], 1);
    const QStringList moved{keys[0], keys[4], keys[1], keys[2], keys[3]};
    QVERIFY(f.waitUntil([&] { return f.order == moved; }));
    for (int i = 0; i < 200; ++i)
        f.engine->moveTo(moved[1 + i % 2], 2); // more often than numbers fit in between
    f.engine->moveTo(keys[2], 0);
    f.engine->moveTo(keys[2], 99);
    QVERIFY(f.waitUntil([&] { return f.order.size() == 5 && f.order.last() == keys[2]; }));
    QCOMPARE(f.order.first(), keys[0]);
    f.setFaults(kNoFaults);
    f.engine->cancel(keys[0]);
    const QString second = f.order.at(1);
    QVERIFY(f.waitFor(second, UploadState::Completed));
    for (const QString &key : keys.mid(1))
        QVERIFY(f.waitFor(key, UploadState::Completed));
}

void EngineTest::pausesAndResumesAll()
{
    EngineFixture f(kPartsStall);
    QStringList keys;
    for (int i = 0; i < 4; ++i)
        keys.append(f.add(f.request(f.makeFile(u"f%1"_s.arg(i), 20'000))));
    QVERIFY(f.waitUntil([&] { return f.service->statistics().requests.part == 4; }));
    f.engine->pauseAll();
    for (const QString &key : keys)
        QVERIFY(f.waitFor(key, UploadState::Paused));
    f.setFaults(kNoFaults);
    f.engine->resumeAll();
    for (const QString &key : keys)
        QVERIFY(f.waitFor(key, UploadState::Completed));
    QCOMPARE(f.service->statistics().requests.create, 4);
}

void EngineTest::cancelsWhateverTheState()
{
    EngineFixture f(kPartsStall);
    QStringList keys;
    for (int i = 0; i < 4; ++i)
        keys.append(f.add(f.request(f.makeFile(u"f%1"_s.arg(i), 20'000))));
    QVERIFY(f.waitUntil([&] { return f.service->statistics().requests.part == 4; }));
    f.engine->pause(keys[3]);
    f.engine->cancelAll();
    f.engine->cancelAll();
    for (const QString &key : keys)
        QVERIFY(f.waitFor(key, UploadState::Cancelled));
    QCOMPARE(f.service->statistics().uploads.pending, 0);
    for (const QString &key : keys)
        QCOMPARE(f.eventsOf<CancelledEvent>(key).size(), 1);
}

void EngineTest::holdsOrdersAndCompletes()
{
    EngineFixture f;
    UploadRequest request = f.request(f.makeFile(u"a.bin"_s, 30'000));
    request.hold = true;
    const QString key = f.add(request);
    QVERIFY(f.waitFor(key, UploadState::Ready));
    f.engine->watchParts(key);
    QVERIFY(f.waitUntil([&] { return f.parts.size() == 3; }));
    QCOMPARE(f.parts.at(1).state, PartState::Confirmed);
    f.engine->setOrder(key, {2, 0, 1});
    f.engine->complete(key);
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QFile file(f.dir.filePath(u"a.bin"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray content = file.readAll();
    QCOMPARE(f.contentOf(f.snapshots.value(key).fileId),
             content.mid(20'000) + content.first(20'000));
}

void EngineTest::combinesFiles()
{
    EngineFixture f;
    const auto write = [&f](const QString &name, const QByteArray &content) {
        QFile file(f.dir.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    };
    write(u"a.jsonl"_s, "{\"a\":1}\n{\"a\":2}");
    write(u"b.jsonl"_s, "{\"b\":1}\n");
    write(u"c.jsonl"_s, "{\"c\":1}");
    UploadRequest request;
    for (const QString &name : {u"a.jsonl"_s, u"b.jsonl"_s, u"c.jsonl"_s})
        request.paths.append(f.dir.filePath(name));
    request.combineName = u"all.jsonl"_s;
    request.partSize = 9;
    request.order = {3, 0, 1, 2};
    const QString key = f.add(request);
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QCOMPARE(f.eventsOf<WarningEvent>(key).size(), 2);
    QCOMPARE(f.contentOf(f.snapshots.value(key).fileId),
             QByteArray("{\"c\":1}\n{\"a\":1}\n{\"a\":2}\n{\"b\":1}\n"));
}

void EngineTest::removesEndedOnes()
{
    EngineFixture f;
    const QString key = f.add(f.request(f.makeFile(u"a.bin"_s, 1000)));
    QVERIFY(f.waitFor(key, UploadState::Completed));
    f.engine->remove(key);
    QVERIFY(f.waitUntil([&] { return f.order.isEmpty(); }));
    f.engine->retry(key);
    f.engine->pause(key);
    f.engine->remove(key);
    const QString next = f.add(f.request(f.makeFile(u"b.bin"_s, 1000)));
    QVERIFY(f.waitFor(next, UploadState::Completed));
}

void EngineTest::publishesAtMostTenTimesASecond()
{
    EngineFixture f({}, 4, 4);
    QElapsedTimer timer;
    timer.start();
    QStringList keys;
    for (int i = 0; i < 20; ++i)
        keys.append(f.add(f.request(f.makeFile(u"f%1"_s.arg(i), 100'000), 1000)));
    for (const QString &key : keys)
        QVERIFY(f.waitFor(key, UploadState::Completed));
    // Counted against the time that really passed: a slow machine publishes no more often.
    QVERIFY2(f.publications <= timer.elapsed() / 100 + 1, qPrintable(QString::number(f.publications)));
    for (const QString &key : keys) {
        const auto progress = f.eventsOf<ProgressEvent>(key);
        QVERIFY(progress.size() <= timer.elapsed() / 200 + 3);
        QCOMPARE(progress.last().confirmed, 100'000);
    }
}

void EngineTest::limitsTheRate()
{
    EngineFixture f;
    f.engine->setRateLimit(1);
    const QString key = f.add(f.request(f.makeFile(u"a.bin"_s, 400'000), 100'000));
    QVERIFY(f.waitFor(key, UploadState::Sending));
    QCOMPARE(f.view(u"a.bin"_s).receivedBytes, 0);
    f.engine->setRateLimit(0);
    QVERIFY(f.waitFor(key, UploadState::Completed));
}

void EngineTest::refusesWhatCannotBeSent()
{
    EngineFixture f;
    QVERIFY(f.add(f.request(f.dir.filePath(u"nowhere"_s))).isEmpty());
    QVERIFY(f.add(f.request(f.makeFile(u"empty"_s, 0))).isEmpty());
    QVERIFY(f.add(f.request(f.dir.path())).isEmpty());
    UploadRequest ordered = f.request(f.makeFile(u"a.bin"_s, 20'000));
    ordered.order = {0, 1, 2};
    QVERIFY(f.add(ordered).isEmpty());
    QCOMPARE(f.refusals.size(), 4);
    int usage = 0;
    for (const ApiError &error : std::as_const(f.refusals)) {
        QVERIFY(!error.message.isEmpty());
        usage += error.kind == ErrorKind::Usage ? 1 : 0;
    }
    QCOMPARE(usage, 1);
    QCOMPARE(f.service->statistics().requests.create, 0);
}

void EngineTest::commandsAfterTheEndDoNothing()
{
    EngineFixture f(kPartsStall);
    const QString key = f.add(f.request(f.makeFile(u"a.bin"_s, 20'000)));
    QVERIFY(f.waitFor(key, UploadState::Sending));
    QSignalSpy stopped(f.engine.get(), &Engine::stopped);
    f.engine->stop();
    f.engine->retryAll();
    f.engine->retryNow();
    f.engine->pauseAll();
    f.engine->resumeAll();
    f.engine->moveTo(key, 0);
    f.engine->setHold(key, true, HoldEnd::LetExpire);
    f.engine->setDetails(key, u"batch"_s, {});
    f.engine->watchParts(key);
    f.engine->setLanes(2);
    f.engine->restoreAll();
    f.engine->cancelAll();
    f.engine->remove(key);
    f.engine->stop();
    QVERIFY(f.waitUntil([&] { return stopped.size() == 1; }));
    f.startEngine();
    QVERIFY(f.restore());
    QVERIFY(f.waitFor(key, UploadState::Sending));
}

QTEST_GUILESS_MAIN(EngineTest)
#include "tst_engine.moc"
