#include "controllerharness.h"

#include "transfer/transport/partaccessmanager.h"

#include <QTest>

#include <algorithm>

using namespace longshore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

/// A service that is in trouble from time to time, and notes when it was asked.
class Service
{
public:
    explicit Service(ControllerHarness &h)
        : m_clock(h.clock)
    {
        h.service.setHandler([this](const FakeRequest &request) {
            m_times.append(m_clock.monotonic());
            return trouble ? trouble(request).value_or(standardAnswer(request))
                           : standardAnswer(request);
        });
    }

    /// What is answered in place of the usual; none: the usual.
    std::function<std::optional<FakeAnswer>(const FakeRequest &)> trouble;

    int countBetween(std::chrono::milliseconds from, std::chrono::milliseconds to) const
    {
        return static_cast<int>(std::count_if(m_times.begin(), m_times.end(),
                                              [=](auto at) { return at >= from && at < to; }));
    }

private:
    VirtualClock &m_clock;
    QList<std::chrono::milliseconds> m_times;
};

enum class Trouble { Refused, Reset, Overloaded, ServerError, Mixed };

FakeAnswer answerOf(Trouble trouble, int number)
{
    switch (trouble) {
    case Trouble::Refused:
        return FakeAnswer::broken(QNetworkReply::ConnectionRefusedError, u"Refused."_s);
    case Trouble::Reset:
        return FakeAnswer::broken(QNetworkReply::RemoteHostClosedError, u"Closed."_s);
    case Trouble::Overloaded:
        return overloaded();
    case Trouble::ServerError:
        return FakeAnswer::refusal(500, u"server_error"_s, u"Oops."_s);
    case Trouble::Mixed:
        break;
    }
    return answerOf(static_cast<Trouble>(number % 4), number);
}

} // namespace

Q_DECLARE_METATYPE(Trouble)

/// The service is gone for a while, and several uploads are under way.
class UploadOutageTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isAskedRarelyAndAllComplete_data();
    void isAskedRarelyAndAllComplete();
    void halfOfTheAnswersFail_data();
    void halfOfTheAnswersFail();
    void oneGoesFirst_data();
    void oneGoesFirst();
    void oneThatMovesLetsTheOthersIn();
    void retryAfterHoldsAll_data();
    void retryAfterHoldsAll();
    void pausingTheOneThatGoesFirst();
    void retryNowGoesAtOnce();
    void theNetworkComesBack();

private:
    /// The usual upload and two others, all begun.
    static void startThree(ControllerHarness &h, qint64 bytes = 1000);
    static QList<const UploadRun *> runs(const ControllerHarness &h);
    static void checkAllComplete(ControllerHarness &h);
};

void UploadOutageTest::startThree(ControllerHarness &h, qint64 bytes)
{
    for (const QString &name : {u"data.bin"_s, u"second.bin"_s, u"third.bin"_s}) {
        UploadSpec spec = h.makeSpec(bytes, bytes / 10, name);
        spec.giveUpAfter = 0s;
        if (name == "data.bin"_L1)
            h.make(spec);
        else
            h.makeOther(spec);
    }
    h.controller->start();
    for (const auto &other : h.others())
        other->controller->start();
}

QList<const UploadRun *> UploadOutageTest::runs(const ControllerHarness &h)
{
    QList<const UploadRun *> all{&h};
    for (const auto &other : h.others())
        all.append(other.get());
    return all;
}

void UploadOutageTest::checkAllComplete(ControllerHarness &h)
{
    QVERIFY(h.runToEnd());
    for (const UploadRun *run : runs(h)) {
        QCOMPARE(run->state(), UploadState::Completed);
        QCOMPARE(run->finished, 1);
        QCOMPARE(run->partEvents(PartState::Confirmed), 10);
        QCOMPARE(run->eventsOf<CreatedEvent>().size(), 1);
    }
    QCOMPARE(h.lanes.inUse(), 0);
}

void UploadOutageTest::isAskedRarelyAndAllComplete_data()
{
    QTest::addColumn<Trouble>("kind");
    QTest::addColumn<int>("after"); // so many requests that go well
    const QList<std::pair<const char *, Trouble>> kinds{{"refused", Trouble::Refused},
                                                        {"reset", Trouble::Reset},
                                                        {"503", Trouble::Overloaded},
                                                        {"500", Trouble::ServerError},
                                                        {"mixed", Trouble::Mixed}};
    for (const auto &[name, kind] : kinds) {
        for (const int after : {0, 2, 12, 31})
            QTest::addRow("%s after %d", name, after) << kind << after;
    }
}

void UploadOutageTest::isAskedRarelyAndAllComplete()
{
    QFETCH(Trouble, kind);
    QFETCH(int, after);
    ControllerHarness h;
    Service service(h);
    bool down = true;
    service.trouble = [&](const FakeRequest &request) -> std::optional<FakeAnswer> {
        if (!down || request.number <= after)
            return std::nullopt;
        return answerOf(kind, request.number);
    };
    startThree(h);
    h.settle();
    h.advanceTo(10min - 1ms);
    // Before it has backed off: a few for each lane.
    QVERIFY2(service.countBetween(0s, 60s) <= after + 30,
             qPrintable(QString::number(service.countBetween(0s, 60s))));
    for (auto minute = 1min; minute < 10min; ++minute) {
        const int asked = service.countBetween(minute, minute + 1min);
        QVERIFY2(asked <= 11 && asked > 0,
                 qPrintable(u"%1 requests in minute %2"_s.arg(asked).arg(minute.count())));
    }
    down = false;
    checkAllComplete(h);
}

void UploadOutageTest::halfOfTheAnswersFail_data()
{
    QTest::addColumn<Trouble>("kind");
    QTest::addColumn<quint32>("seed");
    for (const quint32 seed : {1U, 2U, 3U, 4U, 5U}) {
        QTest::addRow("refused, seed %u", seed) << Trouble::Refused << seed;
        QTest::addRow("503, seed %u", seed) << Trouble::Overloaded << seed;
        QTest::addRow("mixed, seed %u", seed) << Trouble::Mixed << seed;
    }
}

/// Nobody waits for ever, however failures and answers are mixed.
void UploadOutageTest::halfOfTheAnswersFail()
{
    QFETCH(Trouble, kind);
    QFETCH(quint32, seed);
    ControllerHarness h;
    Service service(h);
    QRandomGenerator dice(seed);
    service.trouble = [&](const FakeRequest &request) -> std::optional<FakeAnswer> {
        const bool fails = dice.bounded(2) == 0 && request.call != "create"_L1;
        const bool asks = fails && dice.bounded(4) == 0;
        if (asks)
            return slowDown("2");
        return fails ? std::optional(answerOf(kind, request.number)) : std::nullopt;
    };
    startThree(h);
    checkAllComplete(h);
    QVERIFY2(h.clock.monotonic() < 15min, qPrintable(QString::number(h.clock.monotonic().count())));
}

void UploadOutageTest::oneGoesFirst_data()
{
    QTest::addColumn<Trouble>("kind");
    QTest::newRow("refused") << Trouble::Refused;
    QTest::newRow("503") << Trouble::Overloaded;
}

void UploadOutageTest::oneGoesFirst()
{
    QFETCH(Trouble, kind);
    ControllerHarness h;
    Service service(h);
    service.trouble = [&](const FakeRequest &request) -> std::optional<FakeAnswer> {
        if (request.number <= 8)
            return std::nullopt;
        return h.clock.monotonic() < 2min ? answerOf(kind, request.number) : FakeAnswer::hold();
    };
    startThree(h);
    h.settle();
    h.advanceTo(2min + 10s);
    QCOMPARE(h.service.pending(), 1);
    h.advanceTo(2min + 25s);
    QCOMPARE(h.service.pending(), 1);
    const auto held = h.service.requests(u"part"_s).last();
    QVERIFY(held.reply);
    held.reply->answer(standardAnswer(held));
    h.settle();
    QCOMPARE(h.service.pending(u"part"_s), 4);
    service.trouble = {};
    for (const FakeRequest &request : h.service.requests(u"part"_s)) {
        if (request.reply && request.reply != held.reply)
            request.reply->answer(standardAnswer(request));
    }
    checkAllComplete(h);
}

void UploadOutageTest::oneThatMovesLetsTheOthersIn()
{
    const bool tells = PartAccessManager::reportsAcknowledgedBytes();
    for (const Trouble kind : {Trouble::Refused, Trouble::Overloaded}) {
        ControllerHarness h;
        Service service(h);
        service.trouble = [&](const FakeRequest &request) -> std::optional<FakeAnswer> {
            if (request.number <= 8)
                return std::nullopt;
            return h.clock.monotonic() < 2min ? answerOf(kind, request.number) : FakeAnswer::hold();
        };
        startThree(h, 10'000'000);
        h.settle();
        h.advanceTo(2min + 10s);
        QCOMPARE(h.service.pending(u"part"_s), tells && kind == Trouble::Refused ? 4 : 1);
    }
}

void UploadOutageTest::retryAfterHoldsAll_data()
{
    QTest::addColumn<QString>("call");
    for (const QString &call : {u"create"_s, u"part"_s, u"complete"_s, u"files"_s})
        QTest::addRow("%s", qPrintable(call)) << call;
}

void UploadOutageTest::retryAfterHoldsAll()
{
    QFETCH(QString, call);
    ControllerHarness h;
    Service service(h);
    bool asked = false;
    service.trouble = [&](const FakeRequest &request) -> std::optional<FakeAnswer> {
        // So that the file is looked for.
        if (call == "files"_L1 && request.call == "complete"_L1 && request.nth == 1)
            return FakeAnswer::broken(QNetworkReply::RemoteHostClosedError);
        if (request.call == call && !asked) {
            asked = true;
            return slowDown("60");
        }
        return std::nullopt;
    };
    startThree(h);
    h.settle();
    QVERIFY(asked);
    QVERIFY(!h.gate.isOpen());
    const auto sent = h.service.requests().size();
    h.advanceTo(59'999ms);
    QCOMPARE(h.service.requests().size(), sent);
    for (const UploadRun *run : runs(h)) {
        if (run->finished)
            continue;
        QCOMPARE(run->state(), UploadState::Waiting);
        QVERIFY2(!run->eventsOf<WaitingEvent>().isEmpty(),
                 qPrintable(run->controller->spec().filename));
        const WaitingEvent waiting = run->eventsOf<WaitingEvent>().last();
        QVERIFY(waiting.reason.contains(u"Slow down."_s));
        QVERIFY(waiting.until >= h.clock.utc().toMSecsSinceEpoch());
    }
    h.runToEnd();
    QVERIFY(h.clock.monotonic() <= 80s);
    for (const UploadRun *run : runs(h))
        QCOMPARE(run->state(), UploadState::Completed);
}

/// The one that goes first after an outage is paused: another goes.
void UploadOutageTest::pausingTheOneThatGoesFirst()
{
    for (const Trouble kind : {Trouble::Refused, Trouble::Overloaded}) {
        ControllerHarness h;
        Service service(h);
        service.trouble = [&](const FakeRequest &request) -> std::optional<FakeAnswer> {
            if (request.number <= 8)
                return std::nullopt;
            return h.clock.monotonic() < 2min ? answerOf(kind, request.number) : FakeAnswer::hold();
        };
        startThree(h, 10'000'000);
        h.settle();
        h.advanceTo(2min + 10s);
        QVERIFY(h.service.pending(u"part"_s) > 0);
        service.trouble = {};
        h.controller->pause();
        h.settle();
        for (const FakeRequest &request : h.service.requests(u"part"_s)) {
            if (request.reply)
                request.reply->answer(standardAnswer(request));
        }
        h.advanceTo(h.clock.monotonic() + 5min);
        for (const auto &other : h.others())
            QCOMPARE(other->state(), UploadState::Completed);
        h.controller->resume();
        checkAllComplete(h);
    }
}

void UploadOutageTest::retryNowGoesAtOnce()
{
    ControllerHarness h;
    Service service(h);
    bool down = true;
    service.trouble = [&](const FakeRequest &) -> std::optional<FakeAnswer> {
        return down ? std::optional(answerOf(Trouble::Refused, 0)) : std::nullopt;
    };
    startThree(h);
    h.settle();
    h.advanceTo(5min);
    for (int kick = 0; kick < 20; ++kick) {
        const auto before = h.service.requests().size();
        h.others().back()->controller->retryNow();
        h.settle();
        QCOMPARE(h.service.requests().size(), before + 1);
    }
    down = false;
    const auto now = h.clock.monotonic();
    h.others().back()->controller->retryNow();
    h.settle();
    QCOMPARE(h.others().back()->state(), UploadState::Completed);
    QCOMPARE(h.clock.monotonic(), now);
    checkAllComplete(h);
}

void UploadOutageTest::theNetworkComesBack()
{
    ControllerHarness h;
    Service service(h);
    bool down = true;
    service.trouble = [&](const FakeRequest &request) -> std::optional<FakeAnswer> {
        return down && request.number > 8 ? std::optional(answerOf(Trouble::Refused, 0))
                                          : std::nullopt;
    };
    startThree(h);
    h.settle();
    h.gate.setOnline(false);
    h.advanceTo(3min);
    const auto sent = h.service.requests().size();
    h.advanceTo(5min);
    QVERIFY(h.service.requests().size() - sent <= 5); // one in half a minute
    QVERIFY(h.others().front()->eventsOf<WaitingEvent>().last().reason.contains(u"network"_s));
    down = false;
    h.gate.setOnline(true);
    h.settle();
    checkAllComplete(h);
    QVERIFY(h.clock.monotonic() <= 5min + 10s);
}

QTEST_GUILESS_MAIN(UploadOutageTest)
#include "tst_uploadoutage.moc"
