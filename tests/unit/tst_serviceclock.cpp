#include "support/virtualclock.h"
#include "transfer/serviceclock.h"
#include "transfer/uploaddeadline.h"

#include <QSignalSpy>
#include <QTest>

using namespace longshore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

class ServiceClockTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsKnownBeforeAnAnswer();
    void theDateOfAnyAnswerCounts();
    void wholeSecondsAreNoChange();
    void aClockThatIsSet();
    void slowDriftIsFollowed();
    void nothingIsSaidFromInsideACall();
    void deadlineByTheServicesClock_data();
    void deadlineByTheServicesClock();
    void deadlineByTheStoredOffset();
    void withoutAnUploadThereIsNoEnd();

private:
    static ApiAnswer at(const QDateTime &time);
};

ApiAnswer ServiceClockTest::at(const QDateTime &time)
{
    ApiAnswer answer;
    answer.serverTime = time;
    return answer;
}

void ServiceClockTest::nothingIsKnownBeforeAnAnswer()
{
    VirtualClock ours;
    ServiceClock clock(ours);
    QVERIFY(!clock.offset());
    clock.observe({});
    QVERIFY(!clock.offset());
}

void ServiceClockTest::theDateOfAnyAnswerCounts()
{
    VirtualClock ours;
    ServiceClock clock(ours);
    ApiAnswer answer = at(ours.utc().addSecs(7200));
    answer.error.kind = ErrorKind::Auth;
    answer.error.status = 401;
    clock.observe(answer);
    QCOMPARE(clock.offset(), 7200);
}

void ServiceClockTest::wholeSecondsAreNoChange()
{
    VirtualClock ours;
    ServiceClock clock(ours);
    QSignalSpy changed(&clock, &ServiceClock::changed);
    clock.observe(at(ours.utc().addSecs(100)));
    QTRY_COMPARE(changed.size(), 1);
    for (const int seconds : {98, 99, 100, 101, 102}) {
        clock.observe(at(ours.utc().addSecs(seconds)));
        QCOMPARE(clock.offset(), 100);
    }
    QCoreApplication::sendPostedEvents();
    QCOMPARE(changed.size(), 1);
    clock.observe(at(ours.utc().addSecs(103)));
    QCOMPARE(clock.offset(), 103);
    QTRY_COMPARE(changed.size(), 2);
}

void ServiceClockTest::aClockThatIsSet()
{
    VirtualClock ours;
    ServiceClock clock(ours);
    QDateTime theirs = ours.utc();
    clock.observe(at(theirs));
    QCOMPARE(clock.offset(), 0);
    for (const auto shift : {2h, -4h, 2h}) {
        ours.shiftUtc(shift);
        ours.advance(10s);
        theirs = theirs.addSecs(10);
        clock.observe(at(theirs));
        QCOMPARE(ours.utc().addSecs(*clock.offset()), theirs);
    }
}

void ServiceClockTest::slowDriftIsFollowed()
{
    VirtualClock ours;
    ServiceClock clock(ours);
    QDateTime theirs = ours.utc();
    for (int minute = 0; minute < 120; ++minute) {
        ours.advance(1min);
        theirs = theirs.addMSecs(61'000);
        clock.observe(at(theirs));
        const qint64 wrong = qAbs(ours.utc().addSecs(*clock.offset()).secsTo(theirs));
        QVERIFY(wrong <= 3);
    }
}

void ServiceClockTest::nothingIsSaidFromInsideACall()
{
    VirtualClock ours;
    ServiceClock clock(ours);
    QSignalSpy changed(&clock, &ServiceClock::changed);
    clock.observe(at(ours.utc()));
    QCOMPARE(changed.size(), 0);
    QTRY_COMPARE(changed.size(), 1);
}

void ServiceClockTest::deadlineByTheServicesClock_data()
{
    QTest::addColumn<int>("wrongBy"); // our clock, in seconds
    QTest::newRow("right") << 0;
    QTest::newRow("two hours ahead") << 7200;
    QTest::newRow("two hours behind") << -7200;
}

void ServiceClockTest::deadlineByTheServicesClock()
{
    QFETCH(int, wrongBy);
    VirtualClock ours;
    ServiceClock clock(ours);
    const qint64 created = ours.utc().toSecsSinceEpoch() - wrongBy;
    clock.observe(at(QDateTime::fromSecsSinceEpoch(created)));
    UploadDeadline deadline(ours, clock);
    // The offset that was stored is another one: what the service says now counts.
    deadline.set(UploadCreated{u"upload_1"_s, created, created + 3600, 12345});
    QCOMPARE(deadline.left(), 1h);
    QCOMPARE(deadline.life(), 1h);
    QCOMPARE(deadline.inOurTime(), ours.utc().toSecsSinceEpoch() + 3600);
    ours.advance(3597s);
    QVERIFY(!deadline.isPast());
    ours.advance(3s);
    QVERIFY(deadline.isPast());
    QCOMPARE(deadline.left(), 0s);
    ours.advance(1h);
    QCOMPARE(deadline.left(), 0s);
}

void ServiceClockTest::deadlineByTheStoredOffset()
{
    VirtualClock ours;
    const ServiceClock clock(ours);
    const qint64 now = ours.utc().toSecsSinceEpoch();
    UploadDeadline deadline(ours, clock);
    deadline.set(UploadCreated{u"upload_1"_s, now + 7200, now + 7200 + 3600, 7200});
    QCOMPARE(deadline.left(), 1h);
}

void ServiceClockTest::withoutAnUploadThereIsNoEnd()
{
    VirtualClock ours;
    const ServiceClock clock(ours);
    const UploadDeadline deadline(ours, clock);
    QVERIFY(!deadline.isPast());
    QCOMPARE(deadline.inOurTime(), 0);
    QVERIFY(deadline.left() > 24h * 365);
}

QTEST_GUILESS_MAIN(ServiceClockTest)
#include "tst_serviceclock.moc"
