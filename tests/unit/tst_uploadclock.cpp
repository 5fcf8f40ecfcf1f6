#include "controllerharness.h"

#include <QTest>

using namespace longshore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

/// The service's clock when a test begins, in Unix seconds. Ours is in another year.
constexpr qint64 kServiceStart = 1'800'000'000;

} // namespace

/// The upload's hour is counted by the service's clock; ours may be wrong, and be set meanwhile.
class UploadClockTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void expiresAtTheRightMoment_data();
    void expiresAtTheRightMoment();
    void setInMidUpload_data();
    void setInMidUpload();
    void setWhileNobodyAnswers_data();
    void setWhileNobodyAnswers();
    void setBackWhileNobodyAnswers();
    void setWhileHeld();
    void resumeAsksTheTimeFirst_data();
    void resumeAsksTheTimeFirst();
    void resumeOfAnExpiredOne();
    void resumeWithoutAnAnswer();
    void resumeKnowsTheTimeFromOthers();
    void resumeThoughtTooYoung();
    void theLastSecondIsUsed();
    void aPauseIsNoSlowLine();
    void aShortRestIsNoSlowLine();

private:
    using Trouble = std::function<std::optional<FakeAnswer>(const FakeRequest &)>;

    static qint64 serviceNow(const ControllerHarness &h);
    /// Every answer bears the service's time.
    static FakeAnswer inTime(const ControllerHarness &h, const FakeAnswer &answer);
    static void serve(ControllerHarness &h, const Trouble &trouble = {});
    /// Five of ten parts confirmed, with a clock that was right then.
    static StoredProgress half(const ControllerHarness &h, std::chrono::seconds left);
    static FakeAnswer refused()
    {
        return FakeAnswer::broken(QNetworkReply::ConnectionRefusedError, u"Refused."_s);
    }
};

qint64 UploadClockTest::serviceNow(const ControllerHarness &h)
{
    return kServiceStart + std::chrono::floor<std::chrono::seconds>(h.clock.monotonic()).count();
}

FakeAnswer UploadClockTest::inTime(const ControllerHarness &h, const FakeAnswer &answer)
{
    return answer.status == 0 || answer.held ? answer : dated(answer, serviceNow(h));
}

void UploadClockTest::serve(ControllerHarness &h, const Trouble &trouble)
{
    h.service.setHandler([&h, trouble](const FakeRequest &request) {
        const auto answer = trouble ? trouble(request) : std::nullopt;
        return inTime(h, answer.value_or(standardAnswer(request, serviceNow(h))));
    });
}

StoredProgress UploadClockTest::half(const ControllerHarness &h, std::chrono::seconds left)
{
    StoredProgress stored;
    const qint64 end = serviceNow(h) + left.count();
    const qint64 offset = serviceNow(h) - h.clock.utc().toSecsSinceEpoch();
    stored.created = UploadCreated{u"upload_old"_s, end - 3600, end, offset};
    for (int index = 0; index < 5; ++index)
        stored.confirmedParts.insert(index, u"part_old%1"_s.arg(index));
    return stored;
}

void UploadClockTest::expiresAtTheRightMoment_data()
{
    QTest::addColumn<int>("shift"); // hours, at the beginning
    QTest::addColumn<int>("later"); // hours, in mid-upload
    for (const int shift : {0, 2, -2}) {
        for (const int later : {0, 2, -2})
            QTest::addRow("%d h, then %d h", shift, later) << shift << later;
    }
}

void UploadClockTest::expiresAtTheRightMoment()
{
    QFETCH(int, shift);
    QFETCH(int, later);
    ControllerHarness h;
    h.clock.shiftUtc(std::chrono::hours(shift));
    serve(h, [](const FakeRequest &request) -> std::optional<FakeAnswer> {
        return request.call == "part"_L1 && request.nth > 5 ? std::optional(overloaded())
                                                            : std::nullopt;
    });
    h.startUsual();
    h.settle();
    const qint64 end = h.controller->snapshot().expiresAt;
    QCOMPARE(end, h.clock.utc().toSecsSinceEpoch() + 3600);
    h.advanceTo(10min);
    h.clock.shiftUtc(std::chrono::hours(later));
    h.advanceTo(20min);
    QCOMPARE(h.controller->snapshot().expiresAt, end + later * 3600); // by our clock
    h.advanceTo(3595s);
    QCOMPARE(h.finished, 0);
    QVERIFY(h.runToEnd());
    QVERIFY(h.clock.monotonic() >= 3597s && h.clock.monotonic() <= 3602s);
    QCOMPARE(h.state(), UploadState::Failed); // too slow: half of it in an hour
    QVERIFY(h.controller->snapshot().error.message.contains(u"expired"_s));
    QCOMPARE(h.service.count(u"create"_s), 1);
}

void UploadClockTest::setInMidUpload_data()
{
    QTest::addColumn<int>("hours");
    QTest::newRow("ahead") << 2;
    QTest::newRow("back") << -2;
}

void UploadClockTest::setInMidUpload()
{
    QFETCH(int, hours);
    ControllerHarness h(1);
    serve(h, [](const FakeRequest &request) -> std::optional<FakeAnswer> {
        return request.call == "part"_L1 && request.nth == 5 ? std::optional(FakeAnswer::hold())
                                                             : std::nullopt;
    });
    h.startUsual();
    h.settle();
    h.advance(30s);
    h.clock.shiftUtc(std::chrono::hours(hours));
    h.advance(10s);
    const FakeRequest part = h.service.requests(u"part"_s).last();
    part.reply->answer(inTime(h, standardAnswer(part)));
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"create"_s), 1);
    QCOMPARE(h.service.count(u"part"_s), 10);
    for (const WarningEvent &warning : h.eventsOf<WarningEvent>())
        QVERIFY2(false, qPrintable(warning.message));
}

void UploadClockTest::setWhileNobodyAnswers_data()
{
    setInMidUpload_data();
}

/// Before an upload is thrown away by our own clock, the service's is asked.
void UploadClockTest::setWhileNobodyAnswers()
{
    QFETCH(int, hours);
    ControllerHarness h;
    bool down = true;
    serve(h, [&down](const FakeRequest &request) -> std::optional<FakeAnswer> {
        return down && request.call == "part"_L1 && request.nth > 5 ? std::optional(refused())
                                                                    : std::nullopt;
    });
    h.startUsual();
    h.settle();
    h.advanceTo(5min);
    h.clock.shiftUtc(std::chrono::hours(hours));
    h.advanceTo(6min);
    down = false;
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"create"_s), 1);
    QCOMPARE(h.eventsOf<RestartedEvent>().size(), 0);
}

void UploadClockTest::setBackWhileNobodyAnswers()
{
    ControllerHarness h;
    bool down = true;
    serve(h, [&down](const FakeRequest &request) -> std::optional<FakeAnswer> {
        return down && request.call == "part"_L1 && request.nth > 9 ? std::optional(refused())
                                                                    : std::nullopt;
    });
    h.startUsual();
    h.settle();
    h.advanceTo(5min);
    h.clock.shiftUtc(-2h);
    h.advanceTo(3605s);
    down = false;
    QVERIFY(h.runToEnd());
    const QString said = h.eventsOf<RestartedEvent>().isEmpty()
        ? h.controller->snapshot().error.message
        : h.eventsOf<RestartedEvent>().first().reason;
    QVERIFY2(said.contains(u"expired"_s), qPrintable(said));
}

void UploadClockTest::setWhileHeld()
{
    for (const HoldEnd end : {HoldEnd::LetExpire, HoldEnd::CompleteBefore}) {
        ControllerHarness h;
        serve(h);
        UploadSpec spec = h.makeSpec(1000, 100);
        spec.hold = true;
        spec.holdEnd = end;
        h.make(spec);
        h.controller->start();
        h.settle();
        QCOMPARE(h.state(), UploadState::Ready);
        h.advanceTo(5min);
        h.clock.shiftUtc(2h);
        h.advanceTo(10min);
        QCOMPARE(h.state(), UploadState::Ready);
        QCOMPARE(h.service.count(u"create"_s), 1);
        h.controller->complete();
        QVERIFY(h.runToEnd());
        QCOMPARE(h.state(), UploadState::Completed);
    }
}

void UploadClockTest::resumeAsksTheTimeFirst_data()
{
    QTest::addColumn<int>("status"); // of the answer, which tells the time all the same
    for (const int status : {200, 401, 403, 404, 503})
        QTest::addRow("%d", status) << status;
}

void UploadClockTest::resumeAsksTheTimeFirst()
{
    QFETCH(int, status);
    ControllerHarness h;
    serve(h, [status](const FakeRequest &request) -> std::optional<FakeAnswer> {
        return request.call == "files"_L1 && status != 200
            ? std::optional(FakeAnswer::refusal(status, u"x"_s, u"No."_s))
            : std::nullopt;
    });
    const StoredProgress stored = half(h, 30min);
    h.clock.shiftUtc(2h); // since then
    h.make(h.makeSpec(1000, 100), stored);
    h.controller->start();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.requests().first().call, u"files"_s);
    QCOMPARE(h.service.count(u"create"_s), 0);
    QCOMPARE(h.service.count(u"part"_s), 5);
    QCOMPARE(h.eventsOf<RestartedEvent>().size(), 0);
    QCOMPARE(h.eventsOf<ResumedEvent>().size(), 1);
}

void UploadClockTest::resumeOfAnExpiredOne()
{
    ControllerHarness h;
    serve(h);
    const StoredProgress stored = half(h, -10s);
    h.clock.shiftUtc(2h);
    h.make(h.makeSpec(1000, 100), stored);
    h.controller->start();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.requests().first().call, u"files"_s);
    QCOMPARE(h.service.count(u"create"_s), 1);
    QCOMPARE(h.service.count(u"part"_s), 10);
    QCOMPARE(h.eventsOf<RestartedEvent>().size(), 1);
    QVERIFY(h.eventsOf<RestartedEvent>().first().reason.contains(u"expired"_s));
}

/// As long as nobody tells the time, an upload that may live is not begun again.
void UploadClockTest::resumeWithoutAnAnswer()
{
    ControllerHarness h;
    bool down = true;
    serve(h, [&down](const FakeRequest &) -> std::optional<FakeAnswer> {
        return down ? std::optional(refused()) : std::nullopt;
    });
    const StoredProgress stored = half(h, 30min);
    h.clock.shiftUtc(2h);
    h.make(h.makeSpec(1000, 100), stored);
    h.controller->start();
    h.settle();
    h.advanceTo(5min);
    down = false;
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.recorder.count<UploadRestarted>(), 0);
    QCOMPARE(h.partEvents(PartState::Confirmed), 5);
}

void UploadClockTest::resumeKnowsTheTimeFromOthers()
{
    ControllerHarness h;
    serve(h);
    const StoredProgress stored = half(h, 30min);
    h.clock.shiftUtc(2h);
    ApiAnswer answer;
    answer.serverTime = QDateTime::fromSecsSinceEpoch(serviceNow(h));
    h.serviceClock.observe(answer);
    h.make(h.makeSpec(1000, 100), stored);
    h.controller->start();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"files"_s), 0);
    QCOMPARE(h.service.count(u"part"_s), 5);
}

/// Our clock was set back meanwhile: the service's refusal tells that the hour is over.
void UploadClockTest::resumeThoughtTooYoung()
{
    ControllerHarness h;
    serve(h, [](const FakeRequest &request) -> std::optional<FakeAnswer> {
        return request.uploadId() == "upload_old"_L1
            ? std::optional(FakeAnswer::refusal(400, u"x"_s, u"Invalid upload."_s))
            : std::nullopt;
    });
    const StoredProgress stored = half(h, -10min);
    h.clock.shiftUtc(-2h);
    h.make(h.makeSpec(1000, 100), stored);
    h.controller->start();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"create"_s), 1);
    QVERIFY(h.eventsOf<RestartedEvent>().first().reason.contains(u"expired"_s));
}

/// All is confirmed: whether there is time left to complete, the service decides.
void UploadClockTest::theLastSecondIsUsed()
{
    ControllerHarness h(1);
    serve(h, [](const FakeRequest &request) -> std::optional<FakeAnswer> {
        return request.call == "part"_L1 && request.nth == 10 ? std::optional(FakeAnswer::hold())
                                                              : std::nullopt;
    });
    StoredProgress stored;
    stored.created = UploadCreated{u"upload_old"_s, serviceNow(h) - 3580, serviceNow(h) + 20,
                                   serviceNow(h) - h.clock.utc().toSecsSinceEpoch()};
    h.make(h.makeSpec(1000, 100), stored);
    h.controller->start();
    h.settle();
    h.advanceTo(18'500ms);
    const FakeRequest part = h.service.requests(u"part"_s).last();
    part.reply->answer(inTime(h, standardAnswer(part)));
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.service.count(u"create"_s), 0);
}

void UploadClockTest::aPauseIsNoSlowLine()
{
    ControllerHarness h(1);
    serve(h, [](const FakeRequest &request) -> std::optional<FakeAnswer> {
        return request.call == "part"_L1 && request.nth == 6 ? std::optional(FakeAnswer::hold())
                                                             : std::nullopt;
    });
    h.startUsual();
    h.settle();
    h.advance(1s);
    h.controller->pause();
    h.advanceTo(2h);
    h.controller->resume();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.eventsOf<RestartedEvent>().size(), 1);
}

/// Nothing was confirmed in the last half minute of an upload that was gone on with: that says
/// nothing of the line, on which a part is under way.
void UploadClockTest::aShortRestIsNoSlowLine()
{
    ControllerHarness h(1);
    serve(h, [](const FakeRequest &request) -> std::optional<FakeAnswer> {
        return request.uploadId() == "upload_old"_L1 ? std::optional(FakeAnswer::hold())
                                                     : std::nullopt;
    });
    h.make(h.makeSpec(1000, 100), half(h, 30s));
    h.controller->start();
    QVERIFY(h.runToEnd());
    QCOMPARE(h.state(), UploadState::Completed);
    QCOMPARE(h.eventsOf<RestartedEvent>().size(), 1);
}

QTEST_GUILESS_MAIN(UploadClockTest)
#include "tst_uploadclock.moc"
