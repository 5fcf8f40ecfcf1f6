#include "platform/sleepinhibitor.h"
#include "support/fakelogind.h"
#include "support/privatebus.h"

#include <QDBusContext>
#include <QDBusMessage>
#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

/// A service of the desktop with cookies.
class FakeDesktopService : public QObject, protected QDBusContext
{
    Q_OBJECT

public:
    QStringList m_calls; ///< "Inhibit app reason", "UnInhibit 7"
    QList<uint> m_held;
    bool m_holdsReplies = false;
    QList<QDBusMessage> m_waiting; ///< calls without an answer yet

    void answerOne(const QDBusConnection &bus)
    {
        bus.send(m_waiting.takeFirst().createReply(QVariant(give())));
    }

protected:
    uint inhibit(const QString &call)
    {
        m_calls.append(u"Inhibit "_s + call);
        if (m_holdsReplies) {
            setDelayedReply(true);
            m_waiting.append(message());
            return 0;
        }
        return give();
    }

    void release(uint cookie)
    {
        m_calls.append(u"UnInhibit %1"_s.arg(cookie));
        m_held.removeAll(cookie);
    }

private:
    uint give()
    {
        m_held.append(++m_lastCookie);
        return m_lastCookie;
    }

    uint m_lastCookie = 6;
};

class FakePowerManagement : public FakeDesktopService
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.PowerManagement.Inhibit")

public Q_SLOTS:
    uint Inhibit(const QString &application, const QString &reason)
    {
        return inhibit(application + u' ' + reason);
    }
    void UnInhibit(uint cookie) { release(cookie); }
};

class FakeScreenSaver : public FakeDesktopService
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.ScreenSaver")

public Q_SLOTS:
    uint Inhibit(const QString &application, const QString &reason)
    {
        return inhibit(application + u' ' + reason);
    }
    void UnInhibit(uint cookie) { release(cookie); }
};

class FakeGnomeSession : public FakeDesktopService
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.gnome.SessionManager")

public Q_SLOTS:
    uint Inhibit(const QString &application, uint window, const QString &reason, uint flags)
    {
        return inhibit(u"%1 %2 %3 %4"_s.arg(application).arg(window).arg(reason).arg(flags));
    }
    void Uninhibit(uint cookie) { release(cookie); }
};

} // namespace

class TestSleepInhibitor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void doesNothingWithoutBuses();
    void doesNothingWithoutServices();
    void asksTheDesktopFirst();
    void asksGnome();
    void asksLogindWithoutADesktop();
    void asksTheScreenSaverLast();
    void releasesAtItsEnd();
    void releasesWhatComesTooLate();
    void releasesWhatComesAfterItsEnd();
    void keepsOneLockWhenSwitchedFast();
    void asksAgainWhenTheServiceEnds();

private:
    bool serve(QObject &service, const QString &name, const QString &path);
    bool servePower()
    {
        return serve(*m_power, u"org.freedesktop.PowerManagement"_s,
                     u"/org/freedesktop/PowerManagement/Inhibit"_s);
    }
    MessageBuses buses() { return {m_bus->connection(), m_bus->connection()}; }

    std::unique_ptr<test::PrivateBus> m_bus;
    QDBusConnection m_desktop{QString()};
    std::unique_ptr<FakePowerManagement> m_power;
    std::unique_ptr<test::FakeLogind> m_logind;
};

void TestSleepInhibitor::init()
{
    m_bus = std::make_unique<test::PrivateBus>();
    QVERIFY(!m_bus->address().isEmpty());
    m_desktop = m_bus->connection();
    m_power = std::make_unique<FakePowerManagement>();
    m_logind = std::make_unique<test::FakeLogind>();
}

void TestSleepInhibitor::cleanup()
{
    m_desktop = QDBusConnection(QString());
    m_bus.reset();
}

bool TestSleepInhibitor::serve(QObject &service, const QString &name, const QString &path)
{
    return m_desktop.registerObject(path, &service, QDBusConnection::ExportAllSlots)
        && m_desktop.registerService(name);
}

void TestSleepInhibitor::doesNothingWithoutBuses()
{
    const QDBusConnection none{QString()};
    SleepInhibitor inhibitor({none, none});
    inhibitor.setActive(true);
    inhibitor.setActive(false);
    inhibitor.setActive(true);
    QVERIFY(!inhibitor.isInhibiting());
}

void TestSleepInhibitor::doesNothingWithoutServices()
{
    SleepInhibitor inhibitor(buses());
    inhibitor.setActive(true);
    inhibitor.setActive(false);
    inhibitor.setActive(true);
    // What is served now is asked after the answers that nobody is there.
    QVERIFY(servePower());
    SleepInhibitor later(buses());
    QSignalSpy inhibiting(&later, &SleepInhibitor::inhibitingChanged);
    later.setActive(true);
    QVERIFY(inhibiting.wait());
    QVERIFY(!inhibitor.isInhibiting());
    QCOMPARE(m_power->m_calls.size(), 1);
}

void TestSleepInhibitor::asksTheDesktopFirst()
{
    QVERIFY(servePower());
    QVERIFY(m_logind->serve(m_desktop));
    SleepInhibitor inhibitor(buses());
    QSignalSpy inhibiting(&inhibitor, &SleepInhibitor::inhibitingChanged);
    inhibitor.setActive(true);
    inhibitor.setActive(true);
    QVERIFY(inhibiting.wait());
    QVERIFY(inhibitor.isInhibiting());
    QCOMPARE(m_power->m_calls, QStringList{u"Inhibit Longshore Uploads are under way"_s});
    QVERIFY(m_logind->m_locks.isEmpty());

    inhibitor.setActive(false);
    QVERIFY(!inhibitor.isInhibiting());
    QTRY_VERIFY(m_power->m_held.isEmpty());
    QCOMPARE(m_power->m_calls.constLast(), u"UnInhibit 7"_s);
    inhibitor.setActive(true);
    QVERIFY(inhibiting.wait());
    QCOMPARE(m_power->m_held, QList<uint>{8});
}

void TestSleepInhibitor::asksGnome()
{
    FakeGnomeSession gnome;
    QVERIFY(serve(gnome, u"org.gnome.SessionManager"_s, u"/org/gnome/SessionManager"_s));
    QVERIFY(m_logind->serve(m_desktop));
    SleepInhibitor inhibitor(buses());
    QSignalSpy inhibiting(&inhibitor, &SleepInhibitor::inhibitingChanged);
    inhibitor.setActive(true);
    QVERIFY(inhibiting.wait());
    QCOMPARE(gnome.m_calls,
             QStringList{u"Inhibit io.github.longshore.Longshore 0 Uploads are under way 4"_s});
    QVERIFY(m_logind->m_locks.isEmpty());
    inhibitor.setActive(false);
    QTRY_VERIFY(gnome.m_held.isEmpty());
    QCOMPARE(gnome.m_calls.size(), 2);
}

void TestSleepInhibitor::asksLogindWithoutADesktop()
{
    QVERIFY(m_logind->serve(m_desktop));
    SleepInhibitor inhibitor({QDBusConnection(QString()), m_bus->connection()});
    QSignalSpy inhibiting(&inhibitor, &SleepInhibitor::inhibitingChanged);
    inhibitor.setActive(true);
    QVERIFY(inhibiting.wait());
    QCOMPARE(m_logind->m_locks.size(), 1);
    const test::FakeLogind::Lock lock = m_logind->m_locks.constFirst();
    QCOMPARE(lock.what, u"idle"_s);
    QCOMPARE(lock.mode, u"block"_s);
    QCOMPARE(lock.who, u"Longshore"_s);
    QCOMPARE(lock.why, u"Uploads are under way"_s);
    QVERIFY(lock.held);
    inhibitor.setActive(false);
    QTRY_COMPARE(m_logind->held(u"idle"_s), 0);
}

void TestSleepInhibitor::asksTheScreenSaverLast()
{
    FakeScreenSaver screenSaver;
    QVERIFY(
        serve(screenSaver, u"org.freedesktop.ScreenSaver"_s, u"/org/freedesktop/ScreenSaver"_s));
    m_logind->m_refuses = true;
    QVERIFY(m_logind->serve(m_desktop));
    SleepInhibitor inhibitor(buses());
    QSignalSpy inhibiting(&inhibitor, &SleepInhibitor::inhibitingChanged);
    inhibitor.setActive(true);
    QVERIFY(inhibiting.wait());
    QCOMPARE(screenSaver.m_held.size(), 1);
    inhibitor.setActive(false);
    QTRY_VERIFY(screenSaver.m_held.isEmpty());
}

void TestSleepInhibitor::releasesAtItsEnd()
{
    QVERIFY(servePower());
    auto inhibitor = std::make_unique<SleepInhibitor>(buses());
    QSignalSpy inhibiting(inhibitor.get(), &SleepInhibitor::inhibitingChanged);
    inhibitor->setActive(true);
    QVERIFY(inhibiting.wait());
    QCOMPARE(m_power->m_held.size(), 1);
    inhibitor.reset();
    QTRY_VERIFY(m_power->m_held.isEmpty());
}

void TestSleepInhibitor::releasesWhatComesTooLate()
{
    m_power->m_holdsReplies = true;
    QVERIFY(servePower());
    SleepInhibitor inhibitor(buses());
    QSignalSpy inhibiting(&inhibitor, &SleepInhibitor::inhibitingChanged);
    inhibitor.setActive(true);
    QTRY_COMPARE(m_power->m_waiting.size(), 1);
    inhibitor.setActive(false);
    m_power->answerOne(m_desktop);
    QTRY_VERIFY(m_power->m_held.isEmpty());
    QCOMPARE(inhibiting.size(), 0);
}

void TestSleepInhibitor::releasesWhatComesAfterItsEnd()
{
    m_power->m_holdsReplies = true;
    QVERIFY(servePower());
    auto inhibitor = std::make_unique<SleepInhibitor>(buses());
    inhibitor->setActive(true);
    QTRY_COMPARE(m_power->m_waiting.size(), 1);
    inhibitor.reset();
    m_power->answerOne(m_desktop);
    QTRY_VERIFY(m_power->m_held.isEmpty());
    QCOMPARE(m_power->m_calls.size(), 2);
}

void TestSleepInhibitor::keepsOneLockWhenSwitchedFast()
{
    m_power->m_holdsReplies = true;
    QVERIFY(servePower());
    SleepInhibitor inhibitor(buses());
    QSignalSpy inhibiting(&inhibitor, &SleepInhibitor::inhibitingChanged);
    for (const bool active : {true, false, true, false, true})
        inhibitor.setActive(active);
    QTRY_COMPARE(m_power->m_waiting.size(), 1);
    m_power->answerOne(m_desktop);
    QVERIFY(inhibiting.wait());
    QVERIFY(inhibitor.isInhibiting());
    QCOMPARE(m_power->m_held.size(), 1);
    QCOMPARE(m_power->m_calls.size(), 1);
}

void TestSleepInhibitor::asksAgainWhenTheServiceEnds()
{
    QVERIFY(servePower());
    QVERIFY(m_logind->serve(m_desktop));
    SleepInhibitor inhibitor(buses());
    QSignalSpy inhibiting(&inhibitor, &SleepInhibitor::inhibitingChanged);
    inhibitor.setActive(true);
    QVERIFY(inhibiting.wait());
    QVERIFY(m_desktop.unregisterService(u"org.freedesktop.PowerManagement"_s));
    QTRY_COMPARE(m_logind->held(u"idle"_s), 1);
    QTRY_VERIFY(inhibitor.isInhibiting());
}

QTEST_GUILESS_MAIN(TestSleepInhibitor)
#include "tst_sleepinhibitor.moc"
