#include "enginefixture.h"

#include <QFile>
#include <QTest>

using namespace longshore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// Held uploads and the plan that is shown with them, in the engine.
class EngineHoldTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theHoldOutlivesTheEngine();
    void completesInTheOrderShownBeforeTheEnd();
    void expiresAndBeginsAgainOnRetry();
    void aRetryKeepsTheHold();
    void heldUploadsMakeRoomForTheNext();
    void tellsOfTheChecksumToItsEnd();
    void thePlanComesBeforeTheParts();
    void thePlanIsToldAnewForFilesTakenAnew();

private:
    static UploadRequest held(EngineFixture &f, HoldEnd end);
};

UploadRequest EngineHoldTest::held(EngineFixture &f, HoldEnd end)
{
    UploadRequest request = f.request(f.makeFile(u"a.bin"_s, 30'000));
    request.hold = true;
    request.holdEnd = end;
    return request;
}

void EngineHoldTest::theHoldOutlivesTheEngine()
{
    EngineFixture f;
    const QString key = f.add(held(f, HoldEnd::CompleteBefore));
    QVERIFY(f.waitFor(key, UploadState::Ready));
    f.startEngine();
    QVERIFY(f.restore());
    QVERIFY(f.waitFor(key, UploadState::Ready));
    QVERIFY(f.snapshots.value(key).held);
    QCOMPARE(f.snapshots.value(key).holdEnd, HoldEnd::CompleteBefore);
    f.engine->setHold(key, true, HoldEnd::LetExpire);
    f.engine->setOrder(key, {2, 1, 0});
    f.startEngine();
    QVERIFY(f.restore());
    QVERIFY(f.waitFor(key, UploadState::Ready));
    QCOMPARE(f.snapshots.value(key).holdEnd, HoldEnd::LetExpire);
    f.engine->setHold(key, false, HoldEnd::LetExpire);
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QCOMPARE(f.service->statistics().requests.part, 3);
}

void EngineHoldTest::completesInTheOrderShownBeforeTheEnd()
{
    // Two minutes before the end is past already when the parts are there.
    EngineFixture f({}, 4, 2, 100s);
    UploadRequest request = held(f, HoldEnd::CompleteBefore);
    request.order = {1, 2, 0};
    const QString key = f.add(request);
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QFile file(request.paths.first());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray content = file.readAll();
    QCOMPARE(f.contentOf(f.snapshots.value(key).fileId),
             content.mid(10'000) + content.first(10'000));
}

void EngineHoldTest::expiresAndBeginsAgainOnRetry()
{
    EngineFixture f({}, 4, 2, 4s);
    const QString key = f.add(held(f, HoldEnd::LetExpire));
    QVERIFY(f.waitFor(key, UploadState::Failed));
    QCOMPARE(f.snapshots.value(key).error.kind, ErrorKind::Expired);
    QCOMPARE(f.eventsOf<WarningEvent>(key).first().code, u"hold-expires"_s);
    QVERIFY(f.eventsOf<RestartedEvent>(key).isEmpty());
    QCOMPARE(f.service->statistics().requests.create, 1);
    f.engine->complete(key); // has no effect on an end
    f.engine->retry(key);
    QVERIFY(f.waitFor(key, UploadState::Ready));
    QCOMPARE(f.service->statistics().requests.create, 2);
    f.engine->complete(key);
    QVERIFY(f.waitFor(key, UploadState::Completed));
}

void EngineHoldTest::aRetryKeepsTheHold()
{
    EngineFixture f(R"({"rules":[{"call":"part","nth":[1],"action":"status","status":403}]})", 1);
    const QString key = f.add(f.request(f.makeFile(u"a.bin"_s, 30'000)));
    QVERIFY(f.waitFor(key, UploadState::Failed));
    f.engine->setHold(key, true, HoldEnd::CompleteBefore);
    f.engine->retry(key);
    QVERIFY(f.waitFor(key, UploadState::Ready));
    QCOMPARE(f.snapshots.value(key).holdEnd, HoldEnd::CompleteBefore);
}

void EngineHoldTest::heldUploadsMakeRoomForTheNext()
{
    EngineFixture f({}, 4, 2);
    QStringList keys;
    for (int number = 0; number < 5; ++number) {
        UploadRequest request = f.request(f.makeFile(u"%1.bin"_s.arg(number), 30'000));
        request.hold = true;
        keys.append(f.add(request));
    }
    for (const QString &key : std::as_const(keys))
        QVERIFY(f.waitFor(key, UploadState::Ready));
}

/// Nothing else happens to a held upload meanwhile.
void EngineHoldTest::tellsOfTheChecksumToItsEnd()
{
    constexpr qint64 kBytes = 40'000'000;
    EngineFixture f;
    UploadRequest request = f.request(f.makeFile(u"a.bin"_s, kBytes), kBytes / 4);
    request.hold = true;
    const QString key = f.add(request);
    QVERIFY(f.waitFor(key, UploadState::Ready));
    QVERIFY(EngineFixture::waitUntil([&] {
        return !f.snapshots.value(key).hashing && f.snapshots.value(key).hashed == kBytes;
    }));
}

void EngineHoldTest::thePlanComesBeforeTheParts()
{
    EngineFixture f;
    const QString path = f.makeFile(u"a.bin"_s, 25'000);
    UploadRequest request = f.request(path);
    request.hold = true;
    const QString key = f.add(request);
    QVERIFY(f.waitFor(key, UploadState::Ready));
    QVERIFY(f.plans.isEmpty());
    f.engine->watchParts(key);
    QVERIFY(f.waitUntil([&] { return f.parts.size() == 3; }));
    QCOMPARE(f.plans.size(), 1);
    const UploadPlan plan = f.plans.first();
    QCOMPARE(plan.parts.size(), 3);
    QCOMPARE(plan.parts.at(2).offset, 20'000);
    QCOMPARE(plan.parts.at(2).bytes(), 5000);
    QCOMPARE(plan.partSize, 10'000);
    QCOMPARE(plan.sources.size(), 1);
    QCOMPARE(plan.sources.first().path, QFileInfo(path).canonicalFilePath());
    QVERIFY(!plan.cutAtLines);

    // Once for each time that it is asked for.
    f.parts.clear();
    f.engine->setOrder(key, {2, 1, 0});
    QVERIFY(f.waitUntil([&] { return f.parts.size() == 3; }));
    QCOMPARE(f.plans.size(), 1);
    f.engine->watchParts(key);
    QVERIFY(f.waitUntil([&] { return f.plans.size() == 2; }));
    f.engine->watchParts({});
    f.engine->watchParts(u"nobody"_s);
    f.engine->complete(key);
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QCOMPARE(f.plans.size(), 2);
}

void EngineHoldTest::thePlanIsToldAnewForFilesTakenAnew()
{
    EngineFixture f(R"({"rules":[{"call":"part","action":"stall","when":"answer"}]})", 1);
    const QString key = f.add(f.request(f.makeFile(u"a.bin"_s, 30'000)));
    f.engine->watchParts(key);
    QVERIFY(f.waitUntil([&] { return f.plans.size() == 1; }));
    f.engine->pause(key);
    QVERIFY(f.waitFor(key, UploadState::Paused));
    f.makeFile(u"a.bin"_s, 50'000);
    f.setFaults(R"({"rules":[]})");
    f.engine->resume(key);
    QVERIFY(f.waitFor(key, UploadState::Failed));
    QCOMPARE(f.plans.size(), 1);
    f.engine->retry(key);
    f.engine->retry(key);
    QVERIFY(f.waitFor(key, UploadState::Completed));
    QVERIFY(f.waitUntil([&] { return f.parts.size() == 5; }));
    QCOMPARE(f.plans.size(), 2);
    QCOMPARE(f.plans.last().parts.size(), 5);
    QCOMPARE(f.eventsOf<FailedEvent>(key).size(), 1);
}

QTEST_GUILESS_MAIN(EngineHoldTest)
#include "tst_enginehold.moc"
