#include "enginefixture.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <functional>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

constexpr int kUploads = 10'000;
// What is told is told at most ten times a second.
constexpr qint64 kPublishDistanceMs = 100;

} // namespace

/// Ten thousand uploads in the queue.
class EngineScaleTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tenThousand();

private:
    /// The order was told no more often than time allows, a few times at most beyond it.
    static bool isCoalesced(int told, const QElapsedTimer &timer);
    /// As long as `done`, which counts, goes on within the fixture's bound.
    static bool waitFor(const std::function<bool()> &condition,
                        const std::function<qsizetype()> &done);
};

bool EngineScaleTest::isCoalesced(int told, const QElapsedTimer &timer)
{
    return told <= timer.elapsed() / kPublishDistanceMs + 2;
}

bool EngineScaleTest::waitFor(const std::function<bool()> &condition,
                              const std::function<qsizetype()> &done)
{
    for (qsizetype before = -1; before != done();) {
        before = done();
        if (EngineFixture::waitUntil(condition))
            return true;
    }
    return false;
}

void EngineScaleTest::tenThousand()
{
    EngineFixture f(R"({"rules":[{"call":"part","action":"stall","when":"answer"}]})", 1, 1);
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < kUploads; ++i)
        f.engine->add(f.request(f.makeFile(u"f%1"_s.arg(i), 1)));
    QVERIFY(waitFor([&] { return f.order.size() == kUploads; }, [&] { return f.order.size(); }));
    QVERIFY2(isCoalesced(f.orders, timer), qPrintable(QString::number(f.orders)));
    QVERIFY(f.refusals.isEmpty());
    QVERIFY(f.journalProblems.isEmpty());
    qInfo("added in %lld ms, the order told %d times", timer.restart(), f.orders);

    f.orders = 0;
    const QStringList keys = f.order;
    for (const QString &key : keys) // each to the top: the other way round
        f.engine->moveTo(key, 0);
    QStringList reversed = keys;
    std::reverse(reversed.begin(), reversed.end());
    QVERIFY(f.waitUntil([&] { return f.order == reversed; }));
    QVERIFY2(isCoalesced(f.orders, timer), qPrintable(QString::number(f.orders)));
    qInfo("moved in %lld ms, the order told %d times", timer.restart(), f.orders);

    f.orders = 0;
    for (const QString &key : keys) // one behind the other in the middle
        f.engine->moveTo(key, kUploads / 2);
    // Commands are carried out in their order: with this one all have been.
    const QStringList onTop{keys.at(kUploads / 3), keys.at(0)};
    f.engine->moveAllTo(onTop, 0);
    QVERIFY(f.waitUntil([&] { return f.order.first(onTop.size()) == onTop; }));
    QVERIFY2(isCoalesced(f.orders, timer), qPrintable(QString::number(f.orders)));
    qInfo("moved to the middle in %lld ms, the order told %d times", timer.restart(), f.orders);

    const QStringList moved = f.order;
    f.engine.reset();
    qInfo("stopped in %lld ms", timer.restart());
    f.startEngine();
    f.engine->restoreAll();
    QVERIFY(waitFor([&] { return f.restorations == 1; }, [&] { return f.restored.size(); }));
    QVERIFY(f.waitUntil([&] { return f.order == moved; }));
    QCOMPARE(f.restored.size(), kUploads);
    QVERIFY2(isCoalesced(f.orders, timer), qPrintable(QString::number(f.orders)));
    qInfo("restored in %lld ms, the order told %d times", timer.restart(), f.orders);

    f.orders = 0;
    f.engine->cancelAll();
    const auto isCancelled = [&f](const QString &key) {
        return f.state(key) == UploadState::Cancelled;
    };
    QVERIFY(waitFor([&] { return std::all_of(keys.begin(), keys.end(), isCancelled); },
                    [&] { return f.events.size(); }));
    QVERIFY2(isCoalesced(f.orders, timer), qPrintable(QString::number(f.orders)));
    qInfo("cancelled in %lld ms, the order told %d times", timer.restart(), f.orders);

    f.orders = 0;
    for (const QString &key : keys)
        f.engine->remove(key);
    QVERIFY(f.waitUntil([&] { return f.order.isEmpty(); }));
    QVERIFY2(isCoalesced(f.orders, timer), qPrintable(QString::number(f.orders)));
    qInfo("removed in %lld ms, the order told %d times", timer.restart(), f.orders);
    f.startEngine();
    QVERIFY(f.restore());
    QVERIFY(f.restored.isEmpty());
}

QTEST_GUILESS_MAIN(EngineScaleTest)
#include "tst_enginescale.moc"
