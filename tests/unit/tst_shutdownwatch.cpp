#include "platform/shutdownwatch.h"
#include "support/fakelogind.h"
#include "support/privatebus.h"

#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace longshore;
using namespace Qt::StringLiterals;

class TestShutdownWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void doesNothingWithoutABus();
    void delaysWhileActive();
    void isQuietWhileInactive();

private:
    std::unique_ptr<test::PrivateBus> m_bus;
    std::unique_ptr<test::FakeLogind> m_logind;
};

void TestShutdownWatch::init()
{
    m_logind.reset();
    m_bus = std::make_unique<test::PrivateBus>();
    m_logind = std::make_unique<test::FakeLogind>();
    QVERIFY(m_logind->serve(m_bus->connection()));
}

void TestShutdownWatch::doesNothingWithoutABus()
{
    ShutdownWatch watch{QDBusConnection(QString())};
    watch.setActive(true);
    watch.setActive(false);
}

void TestShutdownWatch::delaysWhileActive()
{
    auto watch = std::make_unique<ShutdownWatch>(m_bus->connection());
    QSignalSpy shuttingDown(watch.get(), &ShutdownWatch::shuttingDown);
    watch->setActive(true);
    QTRY_COMPARE(m_logind->held(u"shutdown"_s), 1);
    QCOMPARE(m_logind->m_locks.constFirst().mode, u"delay"_s);
    Q_EMIT m_logind->PrepareForShutdown(true);
    QVERIFY(shuttingDown.wait());
    QCOMPARE(m_logind->held(u"shutdown"_s), 1);
    watch.reset();
    QTRY_COMPARE(m_logind->held(u"shutdown"_s), 0);
}

void TestShutdownWatch::isQuietWhileInactive()
{
    ShutdownWatch watch(m_bus->connection());
    QSignalSpy shuttingDown(&watch, &ShutdownWatch::shuttingDown);
    watch.setActive(true);
    QTRY_COMPARE(m_logind->held(u"shutdown"_s), 1);
    watch.setActive(false);
    QTRY_COMPARE(m_logind->held(u"shutdown"_s), 0);
    // As by logind.
    QVERIFY(QMetaObject::invokeMethod(&watch, "takeShutdown", Q_ARG(bool, true)));
    QCOMPARE(shuttingDown.size(), 0);
    watch.setActive(true);
    QTRY_COMPARE(m_logind->held(u"shutdown"_s), 1);
    // One that was called off.
    Q_EMIT m_logind->PrepareForShutdown(false);
    Q_EMIT m_logind->PrepareForShutdown(true);
    QVERIFY(shuttingDown.wait());
    QCOMPARE(shuttingDown.size(), 1);
}

QTEST_GUILESS_MAIN(TestShutdownWatch)
#include "tst_shutdownwatch.moc"
