#include "gatetrial.h"

#include <QSet>
#include <QTest>

#include <algorithm>
#include <utility>
#include <vector>

using namespace longshore;
using namespace std::chrono_literals;

/// For how long the gate is closed, and what opens it.
class HostGateWaitsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void retryAfterClosesForAll();
    void theLongestRetryAfterWins();
    void retryAfterOfAnEarlierRoundCounts();
    void answersDoNotShortenRetryAfter();
    void retryAfterIsNotHammered_data();
    void retryAfterIsNotHammered();
    void theReasonIsThatOfTheLongestWait();
    void offlineClosesForLonger();
    void offlineIsAHintOnly();
    void backOnlineOpensAtOnce();
    void backOnlineIsNoReasonToIgnoreTheService();
    void movedOpensAfterANetworkFailure();
    void movedDoesNotOpenAfterAnAnswer();
    void movedThenAbandonedLetsTheNextTry();

private:
    using Pass = std::unique_ptr<HostGate::Pass>;
};

void HostGateWaitsTest::retryAfterClosesForAll()
{
    GateTrial t;
    for (int status : {429, 503, 409, 500}) {
        t.fail(asksFor(20s, status));
        QVERIFY(!t.gate.isOpen());
        QVERIFY2(t.closedFor() >= 20s && t.closedFor() <= 22s,
                 qPrintable(QString::number(t.closedFor().count())));
        t.clock.advance(t.closedFor());
        t.gate.enter()->report({});
    }
}

void HostGateWaitsTest::theLongestRetryAfterWins()
{
    GateTrial t;
    std::vector<Pass> passes;
    for (int pass = 0; pass < 4; ++pass)
        passes.push_back(t.gate.enter());
    passes[0]->report(asksFor(10s));
    passes[1]->report(asksFor(60s));
    QVERIFY(t.closedFor() >= 60s && t.closedFor() <= 66s);
    const auto until = t.gate.closedUntil();
    passes[2]->report(asksFor(1s));
    QCOMPARE(t.gate.closedUntil(), until);
    t.clock.advance(59s);
    QVERIFY(!t.gate.isOpen());
    passes[3]->report(asksFor(30s));
    QVERIFY(t.closedFor() >= 30s && t.closedFor() <= 33s);
    t.clock.advance(t.closedFor());
    QVERIFY(t.gate.isOpen());
}

void HostGateWaitsTest::retryAfterOfAnEarlierRoundCounts()
{
    GateTrial t;
    const Pass early = t.gate.enter();
    t.tryAfter(refused());
    const Pass attempt = t.gate.enter();
    early->report(asksFor(100s));
    QVERIFY(!t.gate.isOpen());
    QVERIFY(t.closedFor() >= 100s);
    attempt->report({});
    QVERIFY2(!t.gate.isOpen(), "asked to wait, whatever else was answered");
    QVERIFY(t.closedFor() >= 100s);
}

void HostGateWaitsTest::answersDoNotShortenRetryAfter()
{
    GateTrial t;
    const Pass early = t.gate.enter();
    t.fail(asksFor(100s));
    early->report({});
    QVERIFY(t.closedFor() >= 100s);
    QVERIFY(!t.gate.enter());
}

void HostGateWaitsTest::retryAfterIsNotHammered_data()
{
    QTest::addColumn<int>("milliseconds");
    QTest::newRow("at once") << 0;
    QTest::newRow("1 ms") << 1;
}

void HostGateWaitsTest::retryAfterIsNotHammered()
{
    QFETCH(int, milliseconds);
    GateTrial t;
    const auto start = t.clock.monotonic();
    int requests = 0;
    while (t.clock.monotonic() - start < 60s && requests < 200) {
        if (const Pass pass = t.gate.enter()) {
            ++requests;
            pass->report(asksFor(std::chrono::milliseconds(milliseconds), 503));
        }
        t.clock.advance(1ms);
    }
    QVERIFY2(requests <= 20, qPrintable(QString::number(requests)));
}

void HostGateWaitsTest::theReasonIsThatOfTheLongestWait()
{
    GateTrial t;
    const Pass one = t.gate.enter();
    const Pass another = t.gate.enter();
    one->report(asksFor(100s, 429));
    another->report(asksFor(2s, 503));
    QVERIFY(t.closedFor() >= 100s);
    QCOMPARE(t.gate.reason().status, 429);
}

void HostGateWaitsTest::offlineClosesForLonger()
{
    GateTrial t;
    t.gate.setOnline(false);
    t.fail(refused());
    QVERIFY(!t.gate.isOpen());
    QCOMPARE(t.closedFor(), 30s);
    QVERIFY(t.gate.reason().message != refused().message);
    t.clock.advance(30s);
    // It may have been wrong.
    t.gate.enter()->report({});
    QVERIFY(t.gate.isOpen());
}

void HostGateWaitsTest::offlineIsAHintOnly()
{
    GateTrial t;
    t.gate.setOnline(false);
    QVERIFY(t.gate.isOpen());
    t.fail({});
    t.fail(answered(503));
    QVERIFY(t.gate.isOpen()); // who answers is there
}

void HostGateWaitsTest::backOnlineOpensAtOnce()
{
    GateTrial t;
    t.gate.setOnline(false);
    t.fail(refused());
    t.clock.advance(1s);
    t.gate.setOnline(true);
    QVERIFY(t.gate.isOpen());
    QTRY_COMPARE(t.opened.size(), 1);
    const Pass attempt = t.gate.enter();
    QVERIFY(attempt);
    QVERIFY(!t.gate.enter()); // no herd
}

void HostGateWaitsTest::backOnlineIsNoReasonToIgnoreTheService()
{
    GateTrial t;
    t.fail(asksFor(300s));
    t.gate.setOnline(true);
    QVERIFY(!t.gate.isOpen());
    QVERIFY(t.closedFor() >= 300s);
}

void HostGateWaitsTest::movedOpensAfterANetworkFailure()
{
    GateTrial t;
    t.tryAfter(refused());
    const Pass attempt = t.gate.enter();
    t.opened.clear();
    attempt->moved();
    QVERIFY(t.gate.isOpen());
    QTRY_COMPARE(t.opened.size(), 1);
    attempt->moved();
    attempt->moved();
    QCoreApplication::sendPostedEvents();
    QCOMPARE(t.opened.size(), 1);
    attempt->report({});
    QVERIFY(t.gate.isOpen());
}

void HostGateWaitsTest::movedDoesNotOpenAfterAnAnswer()
{
    GateTrial t;
    for (const ApiError &error : {answered(503), answered(429)}) {
        t.tryAfter(error);
        const Pass attempt = t.gate.enter();
        attempt->moved();
        QVERIFY(!t.gate.isOpen());
        QVERIFY(!t.gate.enter());
        attempt->report({});
        QVERIFY(t.gate.isOpen());
    }
}

void HostGateWaitsTest::movedThenAbandonedLetsTheNextTry()
{
    GateTrial t;
    t.tryAfter(answered(503));
    Pass attempt = t.gate.enter();
    attempt->moved();
    attempt.reset(); // paused, or its file changed
    QVERIFY2(t.gate.isOpen(), "closed for ever");
    QVERIFY(t.gate.enter());
}

QTEST_GUILESS_MAIN(HostGateWaitsTest)
#include "tst_hostgatewaits.moc"
