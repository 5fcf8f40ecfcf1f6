#include "platform/desktopnotifications.h"
#include "support/privatebus.h"

#include <QDBusContext>
#include <QDBusMessage>
#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

const QString kService = u"org.freedesktop.Notifications"_s;
const QString kPath = u"/org/freedesktop/Notifications"_s;

/// A desktop that writes down what it is told.
class FakeDesktop : public QObject, protected QDBusContext
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")

public:
    struct Told
    {
        QString application;
        uint replaces = 0;
        QString icon;
        QString title;
        QString body;
        QStringList actions;
        QVariantMap hints;
    };

    QStringList m_capabilities{u"body"_s, u"body-markup"_s, u"actions"_s};
    QList<Told> m_told;
    QList<uint> m_closed;
    bool m_holdsReplies = false;
    QList<QDBusMessage> m_held; ///< calls of Notify without an answer yet

    /// Answers the oldest call that is held, with a new id.
    void release(const QDBusConnection &bus)
    {
        bus.send(m_held.takeFirst().createReply(++m_lastId));
    }

public Q_SLOTS:
    QStringList GetCapabilities() { return m_capabilities; }

    uint Notify(const QString &application, uint replaces, const QString &icon,
                const QString &title, const QString &body, const QStringList &actions,
                const QVariantMap &hints, int)
    {
        m_told.append({application, replaces, icon, title, body, actions, hints});
        if (m_holdsReplies) {
            setDelayedReply(true);
            m_held.append(message());
            return 0;
        }
        return replaces != 0 ? replaces : ++m_lastId;
    }

    void CloseNotification(uint id)
    {
        m_closed.append(id);
        Q_EMIT NotificationClosed(id, 3);
    }

Q_SIGNALS:
    void ActionInvoked(uint id, const QString &action);
    void NotificationClosed(uint id, uint reason);
    void ActivationToken(uint id, const QString &token);

private:
    uint m_lastId = 100;
};

Notification plain(const QString &key, const QString &title)
{
    return {key, title, {}, {}};
}

} // namespace

class TestDesktopNotifications : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void isNotAvailableWithoutABus();
    void isNotAvailableWithoutAService();
    void comesAndGoesWithTheService();
    void showsWhatItIsTold();
    void escapesOnlyForMarkup();
    void leavesActionsOutWhereThereAreNone();
    void replacesByKey();
    void sendsTheLastOfSeveralUpdates();
    void reportsActions();
    void reportsClosing();
    void withdraws();
    void withdrawsOneOnItsWay();

private:
    bool serve(QDBusConnection &connection);
    std::unique_ptr<DesktopNotifications> notifications();

    std::unique_ptr<test::PrivateBus> m_bus;
    std::unique_ptr<FakeDesktop> m_desktop;
};

void TestDesktopNotifications::init()
{
    m_desktop.reset();
    m_bus = std::make_unique<test::PrivateBus>();
    QVERIFY(!m_bus->address().isEmpty());
    m_desktop = std::make_unique<FakeDesktop>();
}

bool TestDesktopNotifications::serve(QDBusConnection &connection)
{
    return connection.registerObject(kPath, m_desktop.get(),
                                     QDBusConnection::ExportAllSlots
                                         | QDBusConnection::ExportAllSignals)
        && connection.registerService(kService);
}

/// Connected to a desktop that is there; null if that failed.
std::unique_ptr<DesktopNotifications> TestDesktopNotifications::notifications()
{
    QDBusConnection connection = m_bus->connection();
    if (!serve(connection))
        return nullptr;
    auto made = std::make_unique<DesktopNotifications>(m_bus->connection());
    QSignalSpy changed(made.get(), &DesktopNotifications::availabilityChanged);
    return changed.wait() && made->isAvailable() ? std::move(made) : nullptr;
}

void TestDesktopNotifications::isNotAvailableWithoutABus()
{
    DesktopNotifications notifications(QDBusConnection(u"none"_s));
    QVERIFY(!notifications.isAvailable());
    notifications.show(plain(u"a"_s, u"A"_s));
    notifications.withdraw(u"a"_s);
}

void TestDesktopNotifications::isNotAvailableWithoutAService()
{
    DesktopNotifications notifications(m_bus->connection());
    // The service's start is seen after the answer that there is none.
    QSignalSpy changed(&notifications, &DesktopNotifications::availabilityChanged);
    QVERIFY(!notifications.isAvailable());
    QDBusConnection connection = m_bus->connection();
    QVERIFY(serve(connection));
    QVERIFY(changed.wait());
    QCOMPARE(changed.size(), 1);
    QVERIFY(notifications.isAvailable());
}

void TestDesktopNotifications::comesAndGoesWithTheService()
{
    DesktopNotifications notifications(m_bus->connection());
    QSignalSpy changed(&notifications, &DesktopNotifications::availabilityChanged);
    QSignalSpy closed(&notifications, &DesktopNotifications::closed);
    QDBusConnection connection = m_bus->connection();
    QVERIFY(serve(connection));
    QVERIFY(changed.wait());
    notifications.show(plain(u"a"_s, u"A"_s));
    QTRY_COMPARE(m_desktop->m_told.size(), 1);

    QVERIFY(connection.unregisterService(kService));
    QVERIFY(changed.wait());
    QVERIFY(!notifications.isAvailable());
    QCOMPARE(closed.size(), 1);
    QCOMPARE(closed.at(0).at(0).toString(), u"a"_s);

    m_desktop->m_capabilities.clear();
    QVERIFY(connection.registerService(kService));
    QVERIFY(changed.wait());
    QVERIFY(notifications.isAvailable());
    QVERIFY(!notifications.showsActions());
    // The new one knows nothing of the other's numbers.
    notifications.show(plain(u"a"_s, u"A again"_s));
    QTRY_COMPARE(m_desktop->m_told.size(), 2);
    QCOMPARE(m_desktop->m_told.at(1).replaces, 0U);
}

void TestDesktopNotifications::showsWhatItIsTold()
{
    const auto made = notifications();
    QVERIFY(made);
    QVERIFY(made->showsActions());
    made->show({u"done"_s,
                u"Upload <b> done"_s,
                u"a&b <i>.jsonl\nfile-1 ü"_s,
                {{u"copy"_s, u"Copy ID"_s}, {u"default"_s, u"Open"_s}}});
    QTRY_COMPARE(m_desktop->m_told.size(), 1);
    const FakeDesktop::Told &told = m_desktop->m_told.at(0);
    QCOMPARE(told.application, u"Longshore"_s);
    QCOMPARE(told.replaces, 0U);
    QCOMPARE(told.icon, u"io.github.longshore.Longshore"_s);
    QCOMPARE(told.title, u"Upload <b> done"_s);
    QCOMPARE(told.body, u"a&amp;b &lt;i&gt;.jsonl\nfile-1 ü"_s);
    QCOMPARE(told.actions, QStringList({u"copy"_s, u"Copy ID"_s, u"default"_s, u"Open"_s}));
    QCOMPARE(told.hints.value(u"desktop-entry"_s).toString(), u"io.github.longshore.Longshore"_s);
}

void TestDesktopNotifications::escapesOnlyForMarkup()
{
    m_desktop->m_capabilities = {u"body"_s};
    const auto made = notifications();
    QVERIFY(made);
    made->show({u"a"_s, u"A"_s, u"a&b <i>"_s, {}});
    QTRY_COMPARE(m_desktop->m_told.size(), 1);
    QCOMPARE(m_desktop->m_told.at(0).body, u"a&b <i>"_s);
}

void TestDesktopNotifications::leavesActionsOutWhereThereAreNone()
{
    m_desktop->m_capabilities = {u"body"_s};
    const auto made = notifications();
    QVERIFY(made);
    QVERIFY(!made->showsActions());
    made->show({u"a"_s, u"A"_s, {}, {{u"copy"_s, u"Copy ID"_s}}});
    QTRY_COMPARE(m_desktop->m_told.size(), 1);
    QVERIFY(m_desktop->m_told.at(0).actions.isEmpty());
}

void TestDesktopNotifications::replacesByKey()
{
    const auto made = notifications();
    QVERIFY(made);
    made->show(plain(u"a"_s, u"1 done"_s));
    made->show(plain(u"b"_s, u"failed"_s));
    made->show(plain({}, u"alone"_s));
    made->show(plain({}, u"alone too"_s));
    QTRY_COMPARE(m_desktop->m_told.size(), 4);
    for (const FakeDesktop::Told &told : std::as_const(m_desktop->m_told))
        QCOMPARE(told.replaces, 0U);
    made->show(plain(u"a"_s, u"2 done"_s));
    QTRY_COMPARE(m_desktop->m_told.size(), 5);
    QCOMPARE(m_desktop->m_told.at(4).title, u"2 done"_s);
    QCOMPARE(m_desktop->m_told.at(4).replaces, 101U);
}

void TestDesktopNotifications::sendsTheLastOfSeveralUpdates()
{
    m_desktop->m_holdsReplies = true;
    QDBusConnection connection = m_bus->connection();
    QVERIFY(serve(connection));
    DesktopNotifications made(m_bus->connection());
    QSignalSpy changed(&made, &DesktopNotifications::availabilityChanged);
    QVERIFY(changed.wait());
    for (int number = 1; number <= 5; ++number)
        made.show(plain(u"a"_s, u"%1 done"_s.arg(number)));
    QTRY_COMPARE(m_desktop->m_held.size(), 1);
    m_desktop->release(connection);
    QTRY_COMPARE(m_desktop->m_held.size(), 1);
    QCOMPARE(m_desktop->m_told.size(), 2);
    QCOMPARE(m_desktop->m_told.at(0).title, u"1 done"_s);
    QCOMPARE(m_desktop->m_told.at(1).title, u"5 done"_s);
    QCOMPARE(m_desktop->m_told.at(1).replaces, 101U);
}

void TestDesktopNotifications::reportsActions()
{
    const auto made = notifications();
    QVERIFY(made);
    QSignalSpy invoked(made.get(), &DesktopNotifications::actionInvoked);
    QSignalSpy tokens(made.get(), &DesktopNotifications::activationTokenGiven);
    made->show(plain(u"a"_s, u"A"_s));
    made->show(plain(u"b"_s, u"B"_s));
    QTRY_COMPARE(m_desktop->m_told.size(), 2);
    Q_EMIT m_desktop->ActivationToken(9, u"another's"_s);
    Q_EMIT m_desktop->ActionInvoked(9, u"another's"_s);
    Q_EMIT m_desktop->ActivationToken(102, u"token"_s);
    Q_EMIT m_desktop->ActionInvoked(102, u"copy"_s);
    QVERIFY(invoked.wait());
    QCOMPARE(invoked.size(), 1);
    QCOMPARE(invoked.at(0), QVariantList({u"b"_s, u"copy"_s}));
    QCOMPARE(tokens.size(), 1);
    QCOMPARE(tokens.at(0).at(0).toByteArray(), "token"_ba);
}

void TestDesktopNotifications::reportsClosing()
{
    const auto made = notifications();
    QVERIFY(made);
    QSignalSpy closed(made.get(), &DesktopNotifications::closed);
    made->show(plain(u"a"_s, u"A"_s));
    QTRY_COMPARE(m_desktop->m_told.size(), 1);
    Q_EMIT m_desktop->NotificationClosed(9, 2);
    Q_EMIT m_desktop->NotificationClosed(101, 2);
    QVERIFY(closed.wait());
    QCOMPARE(closed.size(), 1);
    QCOMPARE(closed.at(0).at(0).toString(), u"a"_s);
    made->show(plain(u"a"_s, u"A again"_s));
    QTRY_COMPARE(m_desktop->m_told.size(), 2);
    QCOMPARE(m_desktop->m_told.at(1).replaces, 0U);
}

void TestDesktopNotifications::withdraws()
{
    const auto made = notifications();
    QVERIFY(made);
    QSignalSpy closed(made.get(), &DesktopNotifications::closed);
    made->show(plain(u"a"_s, u"A"_s));
    made->show(plain(u"b"_s, u"B"_s));
    QTRY_COMPARE(m_desktop->m_told.size(), 2);
    made->withdraw(u"unknown"_s);
    made->withdraw(u"b"_s);
    QVERIFY(closed.wait());
    QCOMPARE(closed.at(0).at(0).toString(), u"b"_s);
    QCOMPARE(m_desktop->m_closed, QList<uint>{102U});
}

void TestDesktopNotifications::withdrawsOneOnItsWay()
{
    m_desktop->m_holdsReplies = true;
    QDBusConnection connection = m_bus->connection();
    QVERIFY(serve(connection));
    DesktopNotifications made(m_bus->connection());
    QSignalSpy changed(&made, &DesktopNotifications::availabilityChanged);
    QVERIFY(changed.wait());
    QSignalSpy closed(&made, &DesktopNotifications::closed);
    made.show(plain(u"a"_s, u"A"_s));
    made.show(plain(u"a"_s, u"never shown"_s));
    made.withdraw(u"a"_s);
    QTRY_COMPARE(m_desktop->m_held.size(), 1);
    m_desktop->release(connection);
    QVERIFY(closed.wait());
    QCOMPARE(m_desktop->m_closed, QList<uint>{101U});
    QCOMPARE(m_desktop->m_told.size(), 1);
}

QTEST_GUILESS_MAIN(TestDesktopNotifications)
#include "tst_desktopnotifications.moc"
