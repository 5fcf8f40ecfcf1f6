#include "transfer/transport/controlmanagers.h"

#include <QHash>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPointer>
#include <QTcpServer>
#include <QTest>

#include <memory>
#include <vector>

using namespace longshore;
using namespace Qt::StringLiterals;

class ControlManagersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void oneCallAfterTheOther();
    void eachCallHasAConnection();
    void moreCallsWait();
    void proxyOfLaterManagers();
    void noCallGoesToAConnectionOfBefore();
    void callsOfBeforeGoOn();

private:
    struct Later
    {
        void operator()(QNetworkReply *reply) const
        {
            reply->abort();
            reply->deleteLater();
        }
    };
    using Reply = std::unique_ptr<QNetworkReply, Later>;

    /// A call that is never answered.
    Reply call()
    {
        QUrl url(u"http://127.0.0.1/v1/uploads"_s);
        url.setPort(m_silent->serverPort());
        QNetworkRequest request(url);
        request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json"_ba);
        return Reply(m_managers->managerForCall()->post(request, "{}"_ba));
    }

    std::vector<Reply> calls(int count)
    {
        std::vector<Reply> made;
        for (int i = 0; i < count; ++i)
            made.push_back(call());
        return made;
    }

    static QHash<QNetworkAccessManager *, int> callsOf(const std::vector<Reply> &made)
    {
        QHash<QNetworkAccessManager *, int> counts;
        for (const Reply &reply : made)
            ++counts[reply->manager()];
        return counts;
    }

    std::unique_ptr<QTcpServer> m_silent;
    std::unique_ptr<ControlManagers> m_managers;
    int m_connections = 0;
};

void ControlManagersTest::init()
{
    m_connections = 0;
    m_silent = std::make_unique<QTcpServer>();
    connect(m_silent.get(), &QTcpServer::newConnection, this, [this] { ++m_connections; });
    QVERIFY(m_silent->listen(QHostAddress::LocalHost));
    m_managers = std::make_unique<ControlManagers>();
    m_managers->setProxy(QNetworkProxy::NoProxy);
}

void ControlManagersTest::cleanup()
{
    m_managers.reset();
    m_silent.reset();
}

void ControlManagersTest::oneCallAfterTheOther()
{
    QNetworkAccessManager *const first = m_managers->managerForCall();
    for (int i = 0; i < 2 * ControlManagers::callsAtOnce(); ++i) {
        Reply reply = call();
        QCOMPARE(reply->manager(), first);
        reply.reset();
        QTRY_COMPARE(first->findChildren<QNetworkReply *>().size(), 0);
    }
}

void ControlManagersTest::eachCallHasAConnection()
{
    const auto made = calls(ControlManagers::callsAtOnce());
    QCOMPARE(callsOf(made).size(), 3);
    QTRY_COMPARE(m_connections, ControlManagers::callsAtOnce());
}

void ControlManagersTest::moreCallsWait()
{
    const auto made = calls(2 * ControlManagers::callsAtOnce());
    const auto counts = callsOf(made);
    QCOMPARE(counts.size(), 3);
    for (const int count : counts)
        QCOMPARE(count, made.size() / 3);
}

void ControlManagersTest::proxyOfLaterManagers()
{
    const QNetworkProxy proxy(QNetworkProxy::HttpProxy, u"127.0.0.1"_s, m_silent->serverPort());
    m_managers->setProxy(proxy);
    const auto made = calls(ControlManagers::callsAtOnce());
    for (const Reply &reply : made)
        QCOMPARE(reply->manager()->proxy(), proxy);
}

void ControlManagersTest::noCallGoesToAConnectionOfBefore()
{
    const auto before = calls(2);
    QTRY_COMPARE(m_connections, 2);
    m_managers->clearConnections();
    const auto after = calls(ControlManagers::callsAtOnce());
    QVERIFY(!callsOf(after).contains(before.front()->manager()));
    QTRY_COMPARE(m_connections, 2 + ControlManagers::callsAtOnce());
}

void ControlManagersTest::callsOfBeforeGoOn()
{
    auto before = calls(1);
    QTRY_COMPARE(m_connections, 1);
    m_managers->clearConnections();
    const QPointer<QNetworkAccessManager> left = before.front()->manager();
    const auto after = calls(1);
    QVERIFY(left);
    QVERIFY(before.front()->isRunning());
    before.clear();
    QTRY_COMPARE(left->findChildren<QNetworkReply *>().size(), 0);
    const auto later = calls(1);
    QVERIFY(!left);
    QCOMPARE(later.front()->manager(), after.front()->manager());
}

QTEST_GUILESS_MAIN(ControlManagersTest)
#include "tst_controlmanagers.moc"
