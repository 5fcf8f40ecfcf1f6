#include "platform/localbus.h"
#include "platform/messagebuses.h"
#include "support/privatebus.h"

#include <QLocalServer>
#include <QLocalSocket>
#include <QTemporaryDir>
#include <QTest>

#include <optional>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

/// One that does not answer has 5 s.
constexpr int kBoundMs = 60'000;

/// None: no answer.
std::optional<bool> answerOf(const QString &address)
{
    QObject context;
    std::optional<bool> answer;
    askBus(address, &context, [&answer](bool answers) { answer = answers; });
    const bool answered = QTest::qWaitFor([&answer] { return answer.has_value(); }, kBoundMs);
    return answered ? answer : std::nullopt;
}

} // namespace

class TestLocalBus : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAddresses_data();
    void readsAddresses();
    void findsABus();
    void findsNone_data();
    void findsNone();
    void asksNobodyAfterItsEnd();
    void opensWhatIsThere();

private:
    QTemporaryDir m_dir;
};

void TestLocalBus::readsAddresses_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isAbstract");

    QTest::newRow("path") << u"unix:path=/run/user/1000/bus"_s << u"/run/user/1000/bus"_s << false;
    QTest::newRow("guid") << u"unix:path=/run/bus,guid=12ab"_s << u"/run/bus"_s << false;
    QTest::newRow("guid first") << u"unix:guid=12ab,path=/run/bus"_s << u"/run/bus"_s << false;
    QTest::newRow("escaped") << u"unix:path=/tmp/a%20b%2cc"_s << u"/tmp/a b,c"_s << false;
    QTest::newRow("abstract") << u"unix:abstract=/tmp/dbus-x"_s << u"/tmp/dbus-x"_s << true;
    QTest::newRow("second") << u"tcp:host=a,port=1;unix:path=/run/bus"_s << u"/run/bus"_s << false;
    QTest::newRow("autolaunch") << u"autolaunch:"_s << QString() << false;
    QTest::newRow("tcp") << u"tcp:host=localhost,port=1"_s << QString() << false;
    QTest::newRow("no path") << u"unix:path="_s << QString() << false;
    QTest::newRow("empty") << QString() << QString() << false;
}

void TestLocalBus::readsAddresses()
{
    QFETCH(const QString, address);
    const BusSocket socket = busSocketOf(address);
    QTEST(socket.name, "name");
    QTEST(socket.isAbstract, "isAbstract");
}

void TestLocalBus::findsABus()
{
    const test::PrivateBus bus;
    QVERIFY(!bus.address().isEmpty());
    QCOMPARE(answerOf(bus.address()), std::optional(true));
}

void TestLocalBus::findsNone_data()
{
    QTest::addColumn<bool>("listens");
    QTest::addColumn<bool>("hangsUp");
    QTest::addColumn<QByteArray>("answer");

    QTest::newRow("nobody") << false << false << QByteArray();
    QTest::newRow("silent") << true << false << QByteArray();
    QTest::newRow("hangs up") << true << true << QByteArray();
    QTest::newRow("another user's") << true << false << "REJECTED EXTERNAL\r\n"_ba;
    QTest::newRow("endless") << true << false << QByteArray(10'000, 'O');
}

void TestLocalBus::findsNone()
{
    QFETCH(const bool, listens);
    QFETCH(const bool, hangsUp);
    QFETCH(const QByteArray, answer);
    QLocalServer server;
    const QString path = m_dir.filePath(u"bus"_s);
    if (listens) {
        connect(&server, &QLocalServer::newConnection, this, [&] {
            QLocalSocket *socket = server.nextPendingConnection();
            if (hangsUp)
                socket->abort();
            else
                socket->write(answer);
        });
        QVERIFY(server.listen(path));
    }
    QCOMPARE(answerOf(u"unix:path="_s + path), std::optional(false));
}

void TestLocalBus::asksNobodyAfterItsEnd()
{
    const test::PrivateBus bus;
    int answers = 0;
    {
        QObject context;
        askBus(bus.address(), &context, [&answers](bool) { ++answers; });
        askBus(QString(), &context, [&answers](bool) { ++answers; });
    }
    QCOMPARE(answerOf(bus.address()), std::optional(true));
    QCOMPARE(answers, 0);
}

void TestLocalBus::opensWhatIsThere()
{
    const test::PrivateBus bus;
    qputenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address().toUtf8());
    qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    QObject context;
    std::optional<MessageBuses> buses;
    openMessageBuses(&context, [&buses](const MessageBuses &opened) { buses = opened; });
    QVERIFY(!buses);
    QTRY_VERIFY(buses);
    QVERIFY(buses->system.isConnected());
    QVERIFY(!buses->session.isConnected());
}

QTEST_GUILESS_MAIN(TestLocalBus)
#include "tst_localbus.moc"
