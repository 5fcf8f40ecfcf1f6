#include "parttesting.h"
#include "rawserver.h"

#include "transfer/transport/partmanagers.h"

#include <QNetworkProxy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace Qt::StringLiterals;
using longshore::PartAccessManager;
using longshore::PartManagers;

namespace {

constexpr qsizetype mebibyte = 1024 * 1024;

void answerOk(RawPeer &peer)
{
    while (peer.readRequest())
        peer.answer("200 OK", "{}");
}

QNetworkRequest requestTrusting(const QString &authority, const QUrl &url)
{
    QNetworkRequest request = partRequest(url);
    request.setSslConfiguration(trusting(authority));
    return request;
}

const QByteArray rightCredentials =
    "Proxy-Authorization: Basic " + QByteArray("user:p@ss").toBase64();

/// Both directions of a tunnel until one side closes it.
void relay(RawPeer &peer, QTcpSocket &upstream)
{
    QSslSocket &client = peer.socket();
    while (!peer.isStopping() && client.state() == QAbstractSocket::ConnectedState
           && upstream.state() == QAbstractSocket::ConnectedState) {
        client.waitForReadyRead(1);
        upstream.write(client.readAll());
        upstream.waitForBytesWritten(1000);
        upstream.waitForReadyRead(1);
        const QByteArray bytes = upstream.readAll();
        if (!bytes.isEmpty())
            peer.write(bytes);
    }
}

/// A proxy for CONNECT, for requests in absolute form (it answers them itself), and for SOCKS 5.
class Proxy
{
public:
    explicit Proxy(quint16 target)
        : m_target(target)
        , m_server([this](RawPeer &peer) { serve(peer); })
    {
    }

    QNetworkProxy proxy(QNetworkProxy::ProxyType type, const QString &password = u"p@ss"_s) const
    {
        return QNetworkProxy(type, u"127.0.0.1"_s, m_server.port(), u"user"_s, password);
    }
    std::vector<RawServer::Request> requests() const { return m_server.requests(); }
    int connections() const { return m_server.connections(); }
    std::atomic_bool m_refuse = false;

private:
    void serve(RawPeer &peer)
    {
        const QByteArray first = peer.read(1);
        if (first == "\x05") {
            serveSocks(peer);
            return;
        }
        while (true) {
            const QByteArray rest = peer.readHead();
            if (rest.isEmpty())
                return;
            QByteArray head = first + rest;
            const bool connect = head.startsWith("CONNECT ");
            const QByteArray body =
                connect ? QByteArray() : peer.read(RawPeer::contentLength(head));
            m_server.record({peer.number(), head, body});
            if (m_refuse) {
                peer.answer("503 Service Unavailable", {}, "Connection: close\r\n");
                return;
            }
            if (!head.contains(rightCredentials)) {
                peer.answer("407 Proxy Authentication Required", {},
                            "Proxy-Authenticate: Basic realm=\"x\"\r\nConnection: close\r\n");
                return;
            }
            if (!connect) {
                peer.answer("200 OK", "proxied", "Connection: close\r\n");
                return;
            }
            peer.write("HTTP/1.1 200 Established\r\n\r\n");
            tunnel(peer);
            return;
        }
    }

    /// A field that begins with its length.
    static QByteArray readField(RawPeer &peer)
    {
        const QByteArray size = peer.read(1);
        return size.isEmpty() ? size : peer.read(static_cast<uchar>(size.front()));
    }

    void serveSocks(RawPeer &peer)
    {
        readField(peer);
        peer.write(QByteArray("\x05\x02", 2));
        peer.read(1);
        const QByteArray user = readField(peer);
        const QByteArray password = readField(peer);
        const bool right = user == "user" && password == "p@ss";
        peer.write(QByteArray(right ? "\x01\x00" : "\x01\x01", 2));
        if (!right)
            return;
        const QByteArray request = peer.read(4);
        const bool named = request.size() == 4 && request.back() == 3;
        const QByteArray host = named ? readField(peer) : peer.read(4).toHex();
        peer.read(2);
        m_server.record({peer.number(), "SOCKS " + host, {}});
        peer.write(QByteArray("\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", 10));
        tunnel(peer);
    }

    void tunnel(RawPeer &peer)
    {
        QTcpSocket upstream;
        upstream.setProxy(QNetworkProxy::NoProxy);
        upstream.connectToHost(u"127.0.0.1"_s, m_target);
        if (upstream.waitForConnected())
            relay(peer, upstream);
    }

    quint16 m_target;
    RawServer m_server;
};

} // namespace

/// Parts through proxies, and the managers that share one.
class TestPartAccessManagerProxy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void usesHttpProxy_data();
    void usesHttpProxy();
    void usesSocksProxy_data();
    void usesSocksProxy();
    void refusesWrongProxyPassword_data();
    void refusesWrongProxyPassword();
    void reportsProxyThatRefuses();
    void reportsUnreachableProxy();
    void reportsUnknownProxy();
    void usesProxyFactory();
    void ignoresTheEnvironment();
    void givesEveryLaneAConnection();
};

void TestPartAccessManagerProxy::initTestCase()
{
    // Nobody listens there: whatever looks into the environment fails.
    for (const char *name : {"http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"})
        qputenv(name, "http://127.0.0.1:1");
    qunsetenv("no_proxy");
    qunsetenv("NO_PROXY");
}

void TestPartAccessManagerProxy::usesHttpProxy_data()
{
    QTest::addColumn<bool>("tls");
    QTest::addColumn<bool>("application");
    QTest::newRow("plain") << false << false;
    QTest::newRow("TLS") << true << false;
    // Qt uses it for no host on this machine.
    QTest::newRow("plain, the application's") << false << true;
}

void TestPartAccessManagerProxy::usesHttpProxy()
{
    QFETCH(bool, tls);
    QFETCH(bool, application);
    RawServer server(RawTls{}, answerOk);
    Proxy proxy(server.port());
    PartAccessManager manager;
    if (application)
        QNetworkProxy::setApplicationProxy(proxy.proxy(QNetworkProxy::HttpProxy));
    else
        manager.setProxy(proxy.proxy(QNetworkProxy::HttpProxy));
    const auto restore = qScopeGuard(
        [] { QNetworkProxy::setApplicationProxy(QNetworkProxy(QNetworkProxy::NoProxy)); });
    QUrl url = server.url(u"localhost"_s);
    if (!tls)
        url = QUrl(u"http://service.invalid/v1/parts"_s);
    const QByteArray content = randomBytes(mebibyte, 41);
    for (int i = 0; i < 2; ++i) {
        ScriptedBody body(content);
        QNetworkReply *const reply = manager.post(requestTrusting(u"ca"_s, url), &body);
        ReplyWatch watch(reply);
        QVERIFY(watch.waitForFinished());
        QVERIFY2(reply->error() == QNetworkReply::NoError, qPrintable(reply->errorString()));
        QVERIFY(!reply->hasRawHeader("Proxy-Agent"));
    }
    QVERIFY(!proxy.requests().empty());
    const RawServer::Request seen = proxy.requests().back();
    QVERIFY(seen.head.contains(rightCredentials));
    if (tls) {
        QVERIFY(seen.head.startsWith("CONNECT localhost:"));
        // The key is for the service, not for the proxy.
        QCOMPARE(seen.count("Authorization"), 0);
        QVERIFY(server.requests().back().body == content);
        QCOMPARE(server.requests().back().header("Authorization"), "Bearer sk-test");
        QCOMPARE(server.requests().back().count("Proxy-Authorization"), 0);
        // Qt shows its password only when it is asked for it.
        QCOMPARE(proxy.connections(), withCurl ? 1 : 2);
    } else {
        QVERIFY(seen.head.startsWith("POST http://service.invalid/v1/parts HTTP/1.1\r\n"));
        QVERIFY(seen.body == content);
    }
}

void TestPartAccessManagerProxy::usesSocksProxy_data()
{
    QTest::addColumn<bool>("tls");
    QTest::newRow("plain") << false;
    QTest::newRow("TLS") << true;
}

void TestPartAccessManagerProxy::usesSocksProxy()
{
    QFETCH(bool, tls);
    const auto server = tls ? std::make_unique<RawServer>(RawTls{}, answerOk)
                            : std::make_unique<RawServer>(answerOk);
    Proxy proxy(server->port());
    PartAccessManager manager;
    manager.setProxy(proxy.proxy(QNetworkProxy::Socks5Proxy));
    const QByteArray content = randomBytes(mebibyte, 42);
    ScriptedBody body(content);
    QNetworkReply *const reply =
        manager.post(requestTrusting(u"ca"_s, server->url(u"localhost"_s)), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QVERIFY2(reply->error() == QNetworkReply::NoError, qPrintable(reply->errorString()));
    QVERIFY(server->requests().back().body == content);
    // The proxy looks the name up.
    QCOMPARE(proxy.requests().back().head, "SOCKS localhost");
}

void TestPartAccessManagerProxy::refusesWrongProxyPassword_data()
{
    QTest::addColumn<QString>("scheme");
    QTest::addColumn<QNetworkProxy::ProxyType>("type");
    QTest::newRow("absolute form") << u"http"_s << QNetworkProxy::HttpProxy;
    QTest::newRow("CONNECT") << u"https"_s << QNetworkProxy::HttpProxy;
    QTest::newRow("SOCKS") << u"https"_s << QNetworkProxy::Socks5Proxy;
}

void TestPartAccessManagerProxy::refusesWrongProxyPassword()
{
    QFETCH(QString, scheme);
    QFETCH(QNetworkProxy::ProxyType, type);
    Proxy proxy(1);
    PartAccessManager manager;
    manager.setProxy(proxy.proxy(type, u"wrong"_s));
    QUrl url(u"http://service.invalid/"_s);
    url.setScheme(scheme);
    ScriptedBody body(randomBytes(100'000, 43));
    QNetworkReply *const reply = manager.post(partRequest(url), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(), QNetworkReply::ProxyAuthenticationRequiredError);
    QCOMPARE(watch.errorCount(), 1);
}

void TestPartAccessManagerProxy::reportsProxyThatRefuses()
{
    Proxy proxy(1);
    proxy.m_refuse = true;
    PartAccessManager manager;
    manager.setProxy(proxy.proxy(QNetworkProxy::HttpProxy));
    ScriptedBody body("hello");
    QNetworkReply *const reply =
        manager.post(partRequest(QUrl(u"https://service.invalid/"_s)), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    // The proxy's 503 is not the service's.
    QCOMPARE(statusOf(*reply), 0);
    QCOMPARE(reply->error(),
             withCurl ? QNetworkReply::UnknownProxyError : QNetworkReply::ConnectionRefusedError);
}

void TestPartAccessManagerProxy::reportsUnreachableProxy()
{
    QTcpServer unused;
    QVERIFY(unused.listen(QHostAddress::LocalHost));
    const QNetworkProxy proxy(QNetworkProxy::HttpProxy, u"127.0.0.1"_s, unused.serverPort());
    unused.close();
    PartAccessManager manager;
    manager.setProxy(proxy);
    for (const QString &scheme : {u"http"_s, u"https"_s}) {
        QUrl url(u"http://service.invalid/"_s);
        url.setScheme(scheme);
        ScriptedBody body("hello");
        QNetworkReply *const reply = manager.post(partRequest(url), &body);
        ReplyWatch watch(reply);
        QVERIFY(watch.waitForFinished());
        // Qt does not tell a proxy from a host, and says nothing of a tunnel that failed.
        const auto qtError = scheme == u"http"_s ? QNetworkReply::ConnectionRefusedError
                                                 : QNetworkReply::UnknownNetworkError;
        QCOMPARE(reply->error(), withCurl ? QNetworkReply::ProxyConnectionRefusedError : qtError);
    }
}

void TestPartAccessManagerProxy::reportsUnknownProxy()
{
    PartAccessManager manager;
    manager.setProxy(QNetworkProxy(QNetworkProxy::HttpProxy, u"longshore-proxy.invalid"_s, 3128));
    ScriptedBody body("hello");
    QNetworkReply *const reply =
        manager.post(partRequest(QUrl(u"https://service.invalid/"_s)), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(),
             withCurl ? QNetworkReply::ProxyNotFoundError : QNetworkReply::HostNotFoundError);
}

void TestPartAccessManagerProxy::usesProxyFactory()
{
    class Factory final : public QNetworkProxyFactory
    {
    public:
        explicit Factory(const QNetworkProxy &proxy)
            : m_proxy(proxy)
        {
        }
        QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override
        {
            if (query.url().host() == u"service.invalid"_s)
                return {m_proxy};
            return {QNetworkProxy(QNetworkProxy::NoProxy)};
        }

    private:
        QNetworkProxy m_proxy;
    };
    RawServer server(answerOk);
    Proxy proxy(1);
    PartAccessManager manager;
    manager.setProxyFactory(new Factory(proxy.proxy(QNetworkProxy::HttpProxy)));
    for (const QUrl &url : {QUrl(u"http://service.invalid/"_s), server.url()}) {
        ScriptedBody body("hello");
        QNetworkReply *const reply = manager.post(partRequest(url), &body);
        ReplyWatch watch(reply);
        QVERIFY(watch.waitForFinished());
        QCOMPARE(reply->error(), QNetworkReply::NoError);
    }
    // The password goes with it: a proxy that has to ask for it may reset the connection meanwhile.
    QCOMPARE(proxy.requests().size(), size_t{1});
    QCOMPARE(server.requests().size(), size_t{1});
}

void TestPartAccessManagerProxy::ignoresTheEnvironment()
{
    RawServer server(answerOk);
    for (const auto type : {QNetworkProxy::NoProxy, QNetworkProxy::DefaultProxy}) {
        PartAccessManager manager;
        manager.setProxy(QNetworkProxy(type));
        ScriptedBody body("hello");
        QUrl url = server.url(u"localhost"_s);
        QNetworkReply *const reply = manager.post(partRequest(url), &body);
        ReplyWatch watch(reply);
        QVERIFY(watch.waitForFinished());
        QCOMPARE(reply->error(), QNetworkReply::NoError);
    }
}

void TestPartAccessManagerProxy::givesEveryLaneAConnection()
{
    RawServer server(answerOk);
    Proxy proxy(1);
    for (const int lanes : {1, 6, 7, 16}) {
        PartManagers managers(lanes);
        const int perManager = PartAccessManager::connectionsPerManager();
        QCOMPARE(managers.managerCount(), (lanes + perManager - 1) / perManager);
        QHash<QNetworkAccessManager *, int> shared;
        for (int lane = 0; lane < lanes; ++lane) {
            QNetworkAccessManager *const manager = managers.managerForLane(lane);
            QCOMPARE(managers.managerForLane(lane), manager);
            QVERIFY(++shared[manager] <= perManager);
        }
        ScriptedBody body("hello");
        QNetworkReply *const direct =
            managers.managerForLane(lanes - 1)->post(partRequest(server.url()), &body);
        ReplyWatch watch(direct);
        QVERIFY(watch.waitForFinished());
        managers.clearConnections();
        managers.setProxy(proxy.proxy(QNetworkProxy::HttpProxy));
        QVERIFY(body.seek(0));
        QNetworkReply *const proxied =
            managers.managerForLane(lanes - 1)->post(partRequest(server.url()), &body);
        ReplyWatch proxiedWatch(proxied);
        QVERIFY(proxiedWatch.waitForFinished());
        QCOMPARE(proxied->readAll(), "proxied");
    }
}

QTEST_GUILESS_MAIN(TestPartAccessManagerProxy)
#include "tst_partaccessmanagerproxy.moc"
