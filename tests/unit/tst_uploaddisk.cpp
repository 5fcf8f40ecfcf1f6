#include "controllerharness.h"

#include "support/bodyreader.h"
#include "support/filelease.h"

#include <QTest>

using namespace longshore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// A disk that does not answer stops what is read from it, and nothing else.
class UploadDiskTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theLaneIsGivenBack();
    void goesOnWhenTheDiskAnswers();
    void hungReadsAreFew_data();
    void hungReadsAreFew();
    void hungInMidPart();
    void hungAfterTheLineStoodStill();
    void isToldAndIsNoFaultOfTheLine();
    void cancelAndPauseAtOnce_data();
    void cancelAndPauseAtOnce();
    void retryNowDoesNotPileUp();
    void othersGoOn();
    void theClosedGateIsNotTouched();

private:
    static UploadSpec plain(ControllerHarness &h, qint64 bytes = 1000, qint64 partSize = 100,
                            const QString &name = u"data.bin"_s);
    /// No read of any file begins before this is destroyed.
    static std::unique_ptr<BlockedPool> hang(ControllerHarness &h);
    static void release(ControllerHarness &h, std::unique_ptr<BlockedPool> &hung);
    static int hungParts(const ControllerHarness &h);
};

/// Without a checksum, which reads the file as well.
UploadSpec UploadDiskTest::plain(ControllerHarness &h, qint64 bytes, qint64 partSize,
                                 const QString &name)
{
    UploadSpec spec = h.makeSpec(bytes, partSize, name);
    spec.sendMd5 = false;
    return spec;
}

std::unique_ptr<BlockedPool> UploadDiskTest::hang(ControllerHarness &h)
{
    h.pool.setMaxThreadCount(2);
    auto hung = std::make_unique<BlockedPool>(h.pool);
    h.hungThreads = 2;
    return hung;
}

void UploadDiskTest::release(ControllerHarness &h, std::unique_ptr<BlockedPool> &hung)
{
    hung.reset();
    h.hungThreads = 0;
    h.settle();
}

int UploadDiskTest::hungParts(const ControllerHarness &h)
{
    int hung = 0;
    for (const PartSnapshot &part : h.controller->parts())
        hung += part.state == PartState::Retrying && part.error.kind == ErrorKind::File ? 1 : 0;
    return hung;
}

void UploadDiskTest::theLaneIsGivenBack()
{
    ControllerHarness h(1);
    auto hung = hang(h);
    h.make(plain(h, 100, 100));
    h.controller->start();
    h.settle();
    QCOMPARE(h.lanes.inUse(), 1);
    h.advanceTo(29'999ms);
    QCOMPARE(h.lanes.inUse(), 1);
    QVERIFY(!h.controller->isWaitingForDisk());
    h.advanceTo(30s);
    QCOMPARE(h.lanes.inUse(), 0);
    QVERIFY(h.controller->isWaitingForDisk());
    QVERIFY(!h.controller->isActive());
    QCOMPARE(h.state(), UploadState::Waiting);
    h.advanceTo(30min);
    QCOMPARE(h.lanes.inUse(), 0);
    QCOMPARE(h.service.count(u"part"_s), 1);
    QCOMPARE(h.finished, 0);
    release(h, hung);
}

void UploadDiskTest::goesOnWhenTheDiskAnswers()
{
    ControllerHarness h(4);
    auto hung = hang(h);
    h.make(plain(h));
    h.controller->start();
    h.settle();
    h.advanceTo(10min);
    QVERIFY(h.controller->isWaitingForDisk());
    release(h, hung);
    h.advance(10s);
    QVERIFY(!h.controller->isWaitingForDisk());
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QVERIFY(h.clock.monotonic() <= 10min + 30s);
    QCOMPARE(h.completedContent(), h.content());
    QCOMPARE(h.service.count(u"create"_s), 1);
}

void UploadDiskTest::hungReadsAreFew_data()
{
    QTest::addColumn<int>("lanes");
    for (const int lanes : {1, 2, 4})
        QTest::addRow("%d lanes", lanes) << lanes;
}

/// Each keeps a thread of the pool that all uploads share.
void UploadDiskTest::hungReadsAreFew()
{
    QFETCH(int, lanes);
    ControllerHarness h(lanes);
    auto hung = hang(h);
    h.make(plain(h, 2000, 100));
    h.controller->start();
    h.settle();
    for (auto time = 10s; time <= 600s; time += 10s) {
        h.advanceTo(time);
        const int reads = hungParts(h) + h.service.pending(u"part"_s);
        QVERIFY2(reads <= 4, qPrintable(QString::number(reads)));
    }
    QVERIFY(h.controller->isWaitingForDisk());
    release(h, hung);
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
}

void UploadDiskTest::hungInMidPart()
{
    ControllerHarness h(1);
    constexpr qint64 mib = 1024 * 1024;
    h.service.setBodyLimit([](const FakeRequest &request) {
        return request.call == "part"_L1 && request.nth == 1 ? mib : qint64(-1);
    });
    h.service.setHandler([](const FakeRequest &request) {
        return request.call == "part"_L1 && request.nth == 1 ? FakeAnswer::hold()
                                                             : standardAnswer(request);
    });
    h.make(plain(h, 6 * mib, 6 * mib));
    h.controller->start();
    h.settle();
    h.advanceTo(20s);
    auto hung = hang(h);
    h.service.held(u"part"_s).first()->readMore(10 * mib);
    h.settle();
    h.advanceTo(49s);
    QVERIFY(!h.controller->isWaitingForDisk());
    h.advanceTo(51s);
    QVERIFY(h.controller->isWaitingForDisk());
    release(h, hung);
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QVERIFY(h.completedContent() == h.content());
}

/// A line that was quiet for a while must not put off the look at the disk.
void UploadDiskTest::hungAfterTheLineStoodStill()
{
    ControllerHarness h(1);
    constexpr qint64 mib = 1024 * 1024;
    h.service.setBodyLimit([](const FakeRequest &request) {
        return request.call == "part"_L1 && request.nth == 1 ? mib : qint64(-1);
    });
    h.service.setHandler([](const FakeRequest &request) {
        return request.call == "part"_L1 && request.nth == 1 ? FakeAnswer::hold()
                                                             : standardAnswer(request);
    });
    h.make(plain(h, 6 * mib, 6 * mib));
    h.controller->start();
    h.settle();
    h.advanceTo(40s);
    auto hung = hang(h);
    h.service.held(u"part"_s).first()->readMore(10 * mib);
    h.settle();
    h.advanceTo(75s);
    QVERIFY(h.controller->isWaitingForDisk());
    QCOMPARE(h.lanes.inUse(), 0);
    release(h, hung);
}

void UploadDiskTest::isToldAndIsNoFaultOfTheLine()
{
    ControllerHarness h(4);
    auto hung = hang(h);
    h.make(plain(h));
    h.controller->start();
    h.settle();
    h.advanceTo(2min);
    QCOMPARE(h.lanes.lanes(), 4);
    QCOMPARE(h.pace.hints().bearable, 0);
    QVERIFY(h.gate.isOpen());
    const UploadSnapshot snapshot = h.controller->snapshot();
    QVERIFY2(snapshot.reason.contains(u"disk"_s), qPrintable(snapshot.reason));
    QVERIFY(snapshot.waitingUntil >= h.clock.utc().toMSecsSinceEpoch());
    QVERIFY(!h.eventsOf<WaitingEvent>().isEmpty());
    release(h, hung);
}

void UploadDiskTest::cancelAndPauseAtOnce_data()
{
    QTest::addColumn<int>("seconds"); // how long it hangs by then
    QTest::addColumn<bool>("md5");
    for (const int seconds : {5, 45}) {
        QTest::addRow("%d s", seconds) << seconds << false;
        QTest::addRow("%d s, with a checksum", seconds) << seconds << true;
    }
}

void UploadDiskTest::cancelAndPauseAtOnce()
{
    QFETCH(int, seconds);
    QFETCH(bool, md5);
    ControllerHarness h(2);
    auto hung = hang(h);
    UploadSpec spec = plain(h);
    spec.sendMd5 = md5;
    h.make(spec);
    h.controller->start();
    h.settle();
    h.advanceTo(std::chrono::seconds(seconds));
    h.controller->pause();
    h.settle();
    QCOMPARE(h.state(), UploadState::Paused);
    QCOMPARE(h.lanes.inUse(), 0);
    QCOMPARE(h.service.pending(), 0);
    h.controller->resume();
    h.settle();
    h.controller->cancel();
    h.settle();
    QCOMPARE(h.state(), UploadState::Cancelled);
    QCOMPARE(h.finished, 1);
    QCOMPARE(h.lanes.inUse(), 0);
    QCOMPARE(h.service.count(u"cancel"_s), 1);
    release(h, hung);
}

/// Whoever asks again and again gets no more threads stuck.
void UploadDiskTest::retryNowDoesNotPileUp()
{
    ControllerHarness h(4);
    auto hung = hang(h);
    h.make(plain(h, 2000, 100));
    h.controller->start();
    h.settle();
    h.advanceTo(5min);
    const int parts = h.service.count(u"part"_s);
    for (int time = 0; time < 10; ++time) {
        h.controller->retryNow();
        h.controller->pause();
        h.controller->resume();
        h.controller->networkChanged();
        h.settle();
        h.advance(35s);
    }
    QCOMPARE(h.service.count(u"part"_s), parts);
    release(h, hung);
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
}

void UploadDiskTest::othersGoOn()
{
#ifdef Q_OS_LINUX // where one file alone can be made to hang
    ControllerHarness h(4);
    const UploadSpec stuck = plain(h, 2000, 100);
    const UploadSpec good = plain(h, 3000, 100, u"good.bin"_s);
    auto lease = std::make_unique<FileLease>(h.path());
    QVERIFY(lease->isHeld());
    h.pool.setMaxThreadCount(48);
    h.hungThreads = 48; // which of them hang is not known
    h.make(stuck);
    UploadRun &other = h.makeOther(good);
    h.controller->start();
    QTRY_VERIFY(lease->isWaitedFor());
    QTRY_COMPARE(h.lanes.inUse(), 4);
    other.controller->start();
    // Its own reads take a moment of real time, in which virtual time must not run on.
    const auto isReading = [&h, &other] {
        for (const FakeRequest &request : h.service.requests(u"part"_s)) {
            if (request.reply && !request.reply->isFinished()
                && request.uploadId() == other.controller->snapshot().uploadId)
                return true;
        }
        return false;
    };
    while (other.finished == 0 && h.clock.monotonic() < 3min) {
        h.advance(1s);
        QTRY_VERIFY(!isReading());
    }
    QCOMPARE(other.state(), UploadState::Completed);
    h.advanceTo(3min);
    QVERIFY(h.controller->isWaitingForDisk());
    lease.reset();
    h.hungThreads = 0;
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"create"_s), 2);
#endif
}

void UploadDiskTest::theClosedGateIsNotTouched()
{
    ControllerHarness h(1);
    auto hung = hang(h);
    h.make(plain(h, 200, 100));
    h.controller->start();
    h.settle();
    // Closed by others while the first part hangs; then the hung one is the one that tries.
    ApiError refused;
    refused.kind = ErrorKind::Network;
    for (int failure = 0; failure < 3; ++failure)
        h.gate.enter()->report(refused);
    h.advanceTo(29s);
    const auto before = h.gate.isOpen();
    h.advanceTo(35s); // the hung try is given up
    QVERIFY(before);
    release(h, hung);
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QVERIFY(h.gate.isOpen());
}

QTEST_GUILESS_MAIN(UploadDiskTest)
#include "tst_uploaddisk.moc"
