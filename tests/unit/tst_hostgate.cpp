#include "gatetrial.h"

#include <QSet>
#include <QTest>

#include <algorithm>
#include <utility>
#include <vector>

using namespace longshore;
using namespace std::chrono_literals;

/// The states of the gate, and who is let through.
class HostGateTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void openLetsAllIn();
    void threeFailuresInARowClose_data();
    void threeFailuresInARowClose();
    void anyAnswerEndsTheRow_data();
    void anyAnswerEndsTheRow();
    void oneAtATimeAfterTheWait();
    void anAnswerToTheTryOpens();
    void aFailedTryClosesForLonger();
    void successResetsTheBackoff();
    void failuresOfAnEarlierRoundSayNothing();
    void anAbandonedTryLetsTheNextTry();
    void anAbandonedPassOfAnEarlierRoundChangesNothing();
    void everyTryIsFollowedByAnother_data();
    void everyTryIsFollowedByAnother();
    void openEndsTheWait();
    void nothingIsSaidFromInsideACall();

private:
    using Pass = std::unique_ptr<HostGate::Pass>;
};

void HostGateTest::openLetsAllIn()
{
    GateTrial t;
    std::vector<Pass> passes;
    for (int pass = 0; pass < 100; ++pass) {
        passes.push_back(t.gate.enter());
        QVERIFY(passes.back());
    }
    passes.clear();
    QVERIFY(t.gate.isOpen());
    QVERIFY(!t.gate.closedUntil());
    QCoreApplication::sendPostedEvents();
    QCOMPARE(t.opened.size(), 0);
}

void HostGateTest::threeFailuresInARowClose_data()
{
    QTest::addColumn<ApiError>("error");
    QTest::addColumn<bool>("closes");
    QTest::newRow("refused") << refused() << true;
    for (const int status : {408, 429, 500, 503, 599})
        QTest::addRow("%d", status) << answered(status) << true;
    for (const int status : {200, 400, 401, 404, 409, 413})
        QTest::addRow("%d", status) << answered(status) << false;
    ApiError tls = refused();
    tls.kind = ErrorKind::Tls;
    QTest::newRow("tls") << tls << false;
}

void HostGateTest::threeFailuresInARowClose()
{
    QFETCH(ApiError, error);
    QFETCH(bool, closes);
    GateTrial t;
    t.fail(error);
    t.fail(error);
    QVERIFY(t.gate.isOpen());
    t.fail(error);
    QCOMPARE(!t.gate.isOpen(), closes);
    if (!closes)
        return;
    QVERIFY(!t.gate.enter());
    QVERIFY(t.closedFor() > 375ms - 1ms && t.closedFor() <= 500ms);
    QCOMPARE(t.gate.reason().message, error.message);
}

void HostGateTest::anyAnswerEndsTheRow_data()
{
    QTest::addColumn<ApiError>("answer");
    QTest::newRow("success") << ApiError();
    QTest::newRow("404") << answered(404);
    QTest::newRow("400") << answered(400);
}

void HostGateTest::anyAnswerEndsTheRow()
{
    QFETCH(ApiError, answer);
    GateTrial t;
    for (int time = 0; time < 10; ++time) {
        t.fail(refused());
        t.fail(answered(503));
        t.fail(answer);
    }
    QVERIFY(t.gate.isOpen());
}

void HostGateTest::oneAtATimeAfterTheWait()
{
    GateTrial t;
    t.closeBy(answered(503));
    t.clock.advance(t.closedFor() - 1ms);
    QVERIFY(!t.gate.enter());
    QCOMPARE(t.opened.size(), 0);
    t.clock.advance(1ms);
    QCOMPARE(t.opened.size(), 1);
    const Pass first = t.gate.enter();
    QVERIFY(first);
    QVERIFY(!t.gate.isOpen());
    QVERIFY(!t.gate.enter());
    t.clock.advance(10min);
    QVERIFY(!t.gate.enter());
}

void HostGateTest::anAnswerToTheTryOpens()
{
    GateTrial t;
    for (const ApiError &answer : {ApiError(), answered(400), answered(404)}) {
        t.tryAfter(refused());
        t.gate.enter()->report(answer);
        QVERIFY(t.gate.isOpen());
        const Pass one = t.gate.enter();
        const Pass another = t.gate.enter();
        QVERIFY(one && another);
        QTRY_VERIFY(t.opened.size() >= 2);
    }
}

void HostGateTest::aFailedTryClosesForLonger()
{
    GateTrial t;
    t.closeBy(refused());
    std::chrono::milliseconds full = 500ms;
    QSet<qint64> lengths;
    for (int closing = 0; closing < 20; ++closing) {
        const auto length = t.closedFor();
        QVERIFY2(length >= full * 3 / 4 && length <= full,
                 qPrintable(QString::number(length.count())));
        lengths.insert(length.count());
        t.clock.advance(length);
        t.fail(closing % 2 ? refused() : answered(503));
        QVERIFY(!t.gate.isOpen());
        full = std::min<std::chrono::milliseconds>(full * 2, 8s);
    }
    QVERIFY(lengths.size() > 10); // not all the same: jitter
}

void HostGateTest::successResetsTheBackoff()
{
    GateTrial t;
    t.closeBy(refused());
    for (int closing = 0; closing < 8; ++closing) {
        t.clock.advance(t.closedFor());
        t.fail(refused());
    }
    QVERIFY(t.closedFor() >= 6s);
    t.clock.advance(t.closedFor());
    t.gate.enter()->report({});
    t.fail(refused());
    t.fail(refused());
    QVERIFY(t.gate.isOpen());
    t.fail(refused());
    QVERIFY(t.closedFor() <= 500ms);
}

void HostGateTest::failuresOfAnEarlierRoundSayNothing()
{
    GateTrial t;
    std::vector<Pass> early;
    for (int pass = 0; pass < 20; ++pass)
        early.push_back(t.gate.enter());
    t.closeBy(refused());
    const auto until = t.gate.closedUntil();
    for (int pass = 0; pass < 10; ++pass)
        early[static_cast<std::size_t>(pass)]->report(refused());
    QCOMPARE(t.gate.closedUntil(), until);
    t.clock.advance(t.closedFor());
    // They neither end the try nor stand in for it.
    const Pass attempt = t.gate.enter();
    for (int pass = 10; pass < 20; ++pass)
        early[static_cast<std::size_t>(pass)]->report(answered(503));
    QVERIFY(!t.gate.isOpen());
    attempt->report({});
    QVERIFY(t.gate.isOpen());
    QVERIFY(t.gate.enter());
}

void HostGateTest::anAbandonedTryLetsTheNextTry()
{
    GateTrial t;
    t.tryAfter(refused());
    t.opened.clear();
    for (int attempt = 0; attempt < 5; ++attempt) {
        Pass pass = t.gate.enter();
        QVERIFY(pass);
        QVERIFY(!t.gate.enter());
        pass.reset();
        QVERIFY(t.gate.isOpen());
        QTRY_COMPARE(t.opened.size(), attempt + 1);
    }
    // Still one at a time.
    const Pass last = t.gate.enter();
    QVERIFY(last);
    QVERIFY(!t.gate.enter());
}

void HostGateTest::anAbandonedPassOfAnEarlierRoundChangesNothing()
{
    GateTrial t;
    Pass early = t.gate.enter();
    t.closeBy(refused());
    t.clock.advance(t.closedFor());
    Pass attempt = t.gate.enter();
    early.reset();
    QVERIFY(!t.gate.enter());
    // And a try of an earlier round neither.
    Pass late = t.gate.enter();
    QVERIFY(!late);
    attempt->report(asksFor(1s));
    t.clock.advance(t.closedFor());
    const Pass next = t.gate.enter();
    QVERIFY(next);
    attempt.reset();
    QVERIFY(!t.gate.enter());
}

void HostGateTest::everyTryIsFollowedByAnother_data()
{
    QTest::addColumn<ApiError>("closing");
    QTest::addColumn<ApiError>("first");
    const std::vector<std::pair<const char *, ApiError>> failures{
        {"refused", refused()}, {"503", answered(503)}, {"429, 5 s", asksFor(5s)}};
    for (const auto &[closingName, closing] : failures) {
        for (const auto &[name, first] : failures)
            QTest::addRow("closed by %s, tried: %s", closingName, name) << closing << first;
    }
}

void HostGateTest::everyTryIsFollowedByAnother()
{
    QFETCH(ApiError, closing);
    QFETCH(ApiError, first);
    GateTrial t;
    for (int time = 0; time < 3 && t.gate.isOpen(); ++time)
        t.fail(closing);
    for (int attempt = 0; attempt < 5; ++attempt) {
        t.clock.advance(10s);
        const Pass pass = t.gate.enter();
        QVERIFY2(pass, qPrintable(QString::number(attempt)));
        pass->report(first);
    }
    t.clock.advance(10s);
    QVERIFY(t.gate.enter());
}

void HostGateTest::openEndsTheWait()
{
    GateTrial t;
    t.closeBy(refused());
    t.gate.open();
    QVERIFY(t.gate.isOpen());
    const Pass attempt = t.gate.enter();
    QVERIFY(!t.gate.enter());
    t.gate.open(); // not a second one beside it
    QVERIFY(!t.gate.enter());
    t.opened.clear();
    t.clock.advance(1min); // no timer is left
    QCOMPARE(t.opened.size(), 0);
}

void HostGateTest::nothingIsSaidFromInsideACall()
{
    GateTrial t;
    int inside = 0;
    bool within = false;
    connect(&t.gate, &HostGate::opened, this, [&] { inside += within ? 1 : 0; });
    t.closeBy(refused());
    t.clock.advance(t.closedFor());
    within = true;
    t.gate.enter().reset();
    t.gate.enter()->moved();
    t.gate.enter()->report({});
    t.closeBy(answered(503));
    t.gate.open();
    t.gate.enter()->report({});
    t.gate.setOnline(false);
    t.fail(refused());
    t.gate.setOnline(true);
    within = false;
    QTRY_VERIFY(t.opened.size() > 2);
    QCOMPARE(inside, 0);
}

QTEST_GUILESS_MAIN(HostGateTest)
#include "tst_hostgate.moc"
