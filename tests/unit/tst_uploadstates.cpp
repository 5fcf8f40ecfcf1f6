#include "controllerharness.h"

#include <QTest>

using namespace longshore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

/// Where the upload is when it is cancelled or paused.
enum class Stage {
    Queued,
    CreateUnderWay,
    CreateWaiting,
    CreateNotOnRecord,
    Sending,
    PartsWaiting,
    LastPartNotOnRecord,
    WaitingForChecksum,
    Ready,
    CompletingNotOnRecord,
    CompleteUnderWay,
    CompleteWaiting,
    CompleteLost,
    Paused,
    Completed,
    Failed,
};

struct StageRow
{
    const char *name;
    Stage stage;
    UploadState state;
};

const StageRow kStages[] = {
    {"queued", Stage::Queued, UploadState::Queued},
    {"create under way", Stage::CreateUnderWay, UploadState::Creating},
    {"create waiting for its retry", Stage::CreateWaiting, UploadState::Waiting},
    {"created, not on record", Stage::CreateNotOnRecord, UploadState::Creating},
    {"sending", Stage::Sending, UploadState::Sending},
    {"parts waiting for their retry", Stage::PartsWaiting, UploadState::Waiting},
    {"last part not on record", Stage::LastPartNotOnRecord, UploadState::Sending},
    {"ready", Stage::Ready, UploadState::Ready},
    {"completing, not on record", Stage::CompletingNotOnRecord, UploadState::Completing},
    {"complete under way", Stage::CompleteUnderWay, UploadState::Completing},
    {"complete waiting for its retry", Stage::CompleteWaiting, UploadState::Waiting},
    {"complete lost, looking for the file", Stage::CompleteLost, UploadState::Completing},
    {"paused", Stage::Paused, UploadState::Paused},
    {"completed", Stage::Completed, UploadState::Completed},
    {"failed", Stage::Failed, UploadState::Failed},
};

/// A service that stops answering, or answers badly, at one stage until it is told to be good.
class StagedService
{
public:
    StagedService(ControllerHarness &harness, Stage stage)
        : m_harness(harness)
        , m_stage(stage)
    {
        harness.service.setHandler([this](const FakeRequest &request) { return answer(request); });
    }

    void beGood()
    {
        m_good = true;
        m_harness.recorder.release();
    }

    /// Answers everything that is held the way a good service would.
    void answerHeld()
    {
        const QList<FakeReply *> held = m_harness.service.held();
        for (FakeReply *reply : held) {
            for (const FakeRequest &request : m_harness.service.requests()) {
                if (request.reply == reply)
                    reply->answer(standardAnswer(request));
            }
        }
    }

private:
    FakeAnswer answer(const FakeRequest &request)
    {
        if (m_good)
            return standardAnswer(request);
        const FakeAnswer slowDown =
            FakeAnswer::refusal(429, u"slow_down"_s, u"Slow down."_s).with("retry-after", "60");
        const QString &call = request.call;
        switch (m_stage) {
        case Stage::CreateUnderWay:
            return FakeAnswer::hold();
        case Stage::CreateWaiting:
            return slowDown;
        case Stage::CreateNotOnRecord:
            m_harness.recorder.hold();
            break;
        case Stage::Sending:
            if (call == "part"_L1 && request.nth > 3)
                return FakeAnswer::hold();
            break;
        case Stage::PartsWaiting:
            if (call == "part"_L1)
                return slowDown;
            break;
        case Stage::LastPartNotOnRecord:
            if (call == "part"_L1 && request.nth == 10)
                m_harness.recorder.hold();
            break;
        case Stage::CompleteUnderWay:
            if (call == "complete"_L1)
                return FakeAnswer::hold();
            break;
        case Stage::CompleteWaiting:
            if (call == "complete"_L1)
                return slowDown;
            break;
        case Stage::CompleteLost:
            if (call == "complete"_L1)
                return FakeAnswer::broken(QNetworkReply::RemoteHostClosedError);
            if (call == "files"_L1)
                return FakeAnswer::hold();
            break;
        case Stage::Failed:
            if (call == "part"_L1)
                return FakeAnswer::refusal(403, u"no"_s, u"No."_s);
            break;
        default:
            break;
        }
        return standardAnswer(request);
    }

    ControllerHarness &m_harness;
    Stage m_stage;
    bool m_good = false;
};

} // namespace

class UploadStatesTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cancel_data() { stages(); }
    void cancel();
    void pause_data() { stages(); }
    void pause();
    void destroy_data() { stages(); }
    void destroy();
    void cancelWhileCreatingWaitsForTheId();
    void cancelWhileCreatingGivesUpOnTheId();
    void cancelWhileCompletingIsToldOfTheFile();
    void cancelAfterLostCompleteFindsTheFile();
    void cancelOfAnUnreachableServiceEnds();
    void cancelIsToldOnlyIfHeard_data();
    void cancelIsToldOnlyIfHeard();
    void cancelIsNotQueuedBehindParts();

private:
    static void stages();
    static void reach(ControllerHarness &h, Stage stage);
};

void UploadStatesTest::stages()
{
    QTest::addColumn<Stage>("stage");
    QTest::addColumn<UploadState>("state");
    for (const StageRow &row : kStages)
        QTest::newRow(row.name) << row.stage << row.state;
}

void UploadStatesTest::reach(ControllerHarness &h, Stage stage)
{
    UploadSpec spec = h.makeSpec(1000, 100);
    spec.hold = stage == Stage::Ready || stage == Stage::CompletingNotOnRecord;
    h.make(spec);
    if (stage == Stage::Queued)
        return;
    h.controller->start();
    if (stage == Stage::Paused)
        h.controller->pause();
    h.settle();
    if (stage == Stage::CompletingNotOnRecord) {
        h.recorder.hold();
        h.controller->complete();
        h.settle();
    }
}

void UploadStatesTest::cancel()
{
    QFETCH(Stage, stage);
    QFETCH(UploadState, state);
    ControllerHarness h;
    StagedService service(h, stage);
    reach(h, stage);
    QCOMPARE(h.state(), state);
    const bool hadEnded = isEnded(state);
    const auto requestsBefore = h.service.requests().size();

    h.controller->cancel();
    h.controller->cancel(); // safe twice
    QVERIFY(hadEnded || h.state() == UploadState::Cancelling || isEnded(h.state()));
    service.beGood();
    service.answerHeld();
    QVERIFY(h.runToEnd());
    h.controller->cancel();
    h.advance(2h);
    QCOMPARE(h.finished, 1);
    QCOMPARE(h.service.pending(), 0);
    QCOMPARE(h.lanes.inUse(), 0);
    if (hadEnded) {
        QCOMPARE(h.state(), state);
        QCOMPARE(h.service.requests().size(), requestsBefore);
        return;
    }
    if (stage == Stage::CompleteUnderWay) {
        // The service's answer decides, and the user is told.
        QCOMPARE(h.state(), UploadState::Completed);
        QCOMPARE(h.eventsOf<WarningEvent>().last().code, u"completed-before-cancel"_s);
        QCOMPARE(h.service.count(u"cancel"_s), 0);
        return;
    }
    QCOMPARE(h.state(), UploadState::Cancelled);
    QVERIFY(std::holds_alternative<CancelledEvent>(h.events.last()));
    // Nothing is left open at the service: what it has created it was told to cancel, once.
    const bool created = stage != Stage::Queued && stage != Stage::CreateWaiting;
    QCOMPARE(h.service.count(u"cancel"_s), created ? 1 : 0);
    QCOMPARE(h.eventsOf<CancelledEvent>().last().uploadId.isEmpty(), !created);
    // On record before anything is awaited, and before the service is told.
    const bool awaitsAnswer = stage == Stage::CreateUnderWay || stage == Stage::CreateWaiting
        || stage == Stage::CompleteWaiting || stage == Stage::CompleteLost;
    QCOMPARE(h.recorder.count<CancellingStarted>(), (created ? 1 : 0) + (awaitsAnswer ? 1 : 0));
    QCOMPARE(h.recorder.count<UploadCancelled>(), 1);
}

void UploadStatesTest::pause()
{
    QFETCH(Stage, stage);
    QFETCH(UploadState, state);
    ControllerHarness h;
    StagedService service(h, stage);
    reach(h, stage);
    QCOMPARE(h.state(), state);

    h.controller->pause();
    h.controller->pause();
    service.beGood();
    service.answerHeld();
    h.settle();
    h.advance(10min);
    const bool answerDecides = stage == Stage::CompleteUnderWay || stage == Stage::CompleteWaiting
        || stage == Stage::CompleteLost;
    if (answerDecides) {
        QCOMPARE(h.state(), UploadState::Completed);
    } else if (!isEnded(state)) {
        QCOMPARE(h.state(), UploadState::Paused);
        QCOMPARE(h.lanes.inUse(), 0);
        QCOMPARE(h.service.pending(), 0);
        QCOMPARE(h.service.count(u"complete"_s), 0);
        h.controller->resume();
        h.controller->resume();
        if (stage == Stage::Queued)
            h.controller->start();
        h.settle();
        if (stage == Stage::Ready) {
            QCOMPARE(h.state(), UploadState::Ready);
            h.controller->complete();
        }
        QVERIFY(h.runToEnd());
        QCOMPARE(h.state(), UploadState::Completed);
        QCOMPARE(h.completedContent(), h.content());
    } else {
        QCOMPARE(h.state(), state);
    }
    QCOMPARE(h.finished, 1);
    QCOMPARE(h.service.count(u"create"_s), stage == Stage::CreateWaiting ? 2 : 1);
    QCOMPARE(h.service.count(u"cancel"_s), 0);
}

void UploadStatesTest::destroy()
{
    QFETCH(Stage, stage);
    ControllerHarness h;
    StagedService service(h, stage);
    reach(h, stage);
    const int finishedBefore = h.finished;
    h.controller.reset();
    QCOMPARE(h.lanes.inUse(), 0);
    service.beGood();
    h.settle();
    QCOMPARE(h.service.pending(), 0);
    QCOMPARE(h.finished, finishedBefore);
}

void UploadStatesTest::cancelWhileCreatingWaitsForTheId()
{
    ControllerHarness h;
    StagedService service(h, Stage::CreateUnderWay);
    reach(h, Stage::CreateUnderWay);
    h.controller->cancel();
    h.advance(4s);
    QCOMPARE(h.state(), UploadState::Cancelling);
    service.beGood();
    service.answerHeld();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.service.count(u"cancel"_s), 1);
    QVERIFY(!h.eventsOf<CancelledEvent>().first().uploadId.isEmpty());
}

void UploadStatesTest::cancelWhileCreatingGivesUpOnTheId()
{
    ControllerHarness h;
    StagedService service(h, Stage::CreateUnderWay);
    reach(h, Stage::CreateUnderWay);
    h.controller->cancel();
    h.advance(4999ms);
    QCOMPARE(h.finished, 0);
    h.advance(1ms);
    QCOMPARE(h.finished, 1);
    QCOMPARE(h.state(), UploadState::Cancelled);
    QVERIFY(h.eventsOf<CancelledEvent>().first().uploadId.isEmpty());
    QCOMPARE(h.service.pending(), 0);
}

void UploadStatesTest::cancelWhileCompletingIsToldOfTheFile()
{
    ControllerHarness h;
    StagedService service(h, Stage::CompleteUnderWay);
    reach(h, Stage::CompleteUnderWay);
    h.controller->cancel();
    QCOMPARE(h.state(), UploadState::Cancelling);
    FakeReply *held = h.service.held(u"complete"_s).first();
    held->answer(FakeAnswer::refusal(400, u"mismatch"_s, u"Bytes do not match."_s));
    service.beGood();
    QVERIFY(h.runToEnd());
    // Refused, so the cancel goes its way.
    QCOMPARE(h.state(), UploadState::Cancelled);
    QCOMPARE(h.service.count(u"cancel"_s), 1);
}

void UploadStatesTest::cancelAfterLostCompleteFindsTheFile()
{
    ControllerHarness h;
    h.service.setHandler([](const FakeRequest &request) {
        if (request.call == "complete"_L1)
            return FakeAnswer::broken(QNetworkReply::RemoteHostClosedError);
        if (request.call == "files"_L1) {
            return request.nth == 1 ? FakeAnswer::hold()
                                    : fileList(u"file-late"_s, 1'800'000'000, 1000);
        }
        if (request.call == "cancel"_L1)
            return FakeAnswer::refusal(400, u"done"_s, u"The upload is completed."_s);
        return standardAnswer(request);
    });
    h.startUsual();
    h.settle();
    h.controller->cancel();
    FakeReply *held = h.service.held(u"files"_s).first();
    held->answer(standardAnswer(h.service.requests(u"files"_s).first()));
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.eventsOf<CompletedEvent>().first().fileId, u"file-late"_s);
}

void UploadStatesTest::cancelOfAnUnreachableServiceEnds()
{
    ControllerHarness h;
    StagedService service(h, Stage::Sending);
    reach(h, Stage::Sending);
    h.service.setHandler(
        [](const FakeRequest &) { return FakeAnswer::broken(QNetworkReply::HostNotFoundError); });
    h.controller->cancel();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Cancelled);
    QCOMPARE(h.eventsOf<WarningEvent>().first().code, u"cancel-not-told"_s);

    // A service that accepts and never answers is not waited for either.
    ControllerHarness silent;
    StagedService silence(silent, Stage::Sending);
    reach(silent, Stage::Sending);
    silent.service.setHandler([](const FakeRequest &) { return FakeAnswer::hold(); });
    silent.controller->cancel();
    QVERIFY(silent.runToEnd());
    QCOMPARE(silent.state(), UploadState::Cancelled);
    QCOMPARE(silent.service.pending(), 0);
}

void UploadStatesTest::cancelIsToldOnlyIfHeard_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("calls");
    QTest::addColumn<bool>("heard");
    QTest::newRow("over already") << 400 << 1 << true;
    QTest::newRow("unknown there") << 404 << 1 << true;
    QTest::newRow("another's key") << 401 << 1 << false;
    QTest::newRow("too many requests") << 429 << 3 << false;
    QTest::newRow("trouble") << 503 << 3 << false;
}

void UploadStatesTest::cancelIsToldOnlyIfHeard()
{
    QFETCH(int, status);
    ControllerHarness h;
    StagedService service(h, Stage::Sending);
    reach(h, Stage::Sending);
    h.service.setHandler(
        [status](const FakeRequest &) { return FakeAnswer::refusal(status, u"code"_s, u"No."_s); });
    h.controller->cancel();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Cancelled);
    QTEST(h.service.count(u"cancel"_s), "calls");
    QTEST(h.eventsOf<WarningEvent>().isEmpty(), "heard");
}

void UploadStatesTest::cancelIsNotQueuedBehindParts()
{
    ControllerHarness h;
    StagedService service(h, Stage::Sending);
    reach(h, Stage::Sending);
    QCOMPARE(h.service.pending(u"part"_s), 4);
    h.controller->cancel();
    // At once, before the event loop runs.
    QCOMPARE(h.service.pending(u"part"_s), 0);
    h.settle();
    QCOMPARE(h.service.count(u"cancel"_s), 1);
}

QTEST_GUILESS_MAIN(UploadStatesTest)
#include "tst_uploadstates.moc"
