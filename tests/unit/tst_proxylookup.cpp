#include "api/endpoint.h"
#include "platform/proxylookup.h"
#include "support/testcertificates.h"
#include "support/wireserver.h"

#include <QFile>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QSemaphore>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>

#include <memory>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

const QString kHttps = u"https://api.example.com/v1"_s;

QProcessEnvironment environmentOf(const QList<std::pair<QString, QString>> &variables)
{
    QProcessEnvironment environment;
    for (const auto &[name, value] : variables)
        environment.insert(name, value);
    return environment;
}

ProxyLookup::Sources systemSources(const ProxyLookup::SystemProxies &system)
{
    ProxyLookup::Sources sources;
    sources.environment = {};
    sources.system = system;
    return sources;
}

quint16 freePort()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

/// A tinyproxy that wants the user "anna" with the password "pass-1.word".
class Tinyproxy
{
public:
    ~Tinyproxy()
    {
        m_process.terminate();
        m_process.waitForFinished();
    }

    /// Where this fails, output() says why.
    void start()
    {
        // Another process may take the free port before the proxy does.
        for (int attempt = 0; attempt < 10; ++attempt) {
            m_port = freePort();
            QFile config(m_dir.filePath(u"tinyproxy.conf"_s));
            if (!config.open(QIODevice::WriteOnly))
                return;
            config.write("Port "_ba + QByteArray::number(m_port)
                         + "\nListen 127.0.0.1\nTimeout 60\nMaxClients 10\nLogLevel Info\n"
                           "BasicAuth anna pass-1.word\n");
            config.close();
            m_output.clear();
            m_process.setProcessChannelMode(QProcess::MergedChannels);
            m_process.start(u"tinyproxy"_s, {u"-d"_s, u"-c"_s, config.fileName()});
            while (m_process.state() != QProcess::NotRunning && m_process.waitForReadyRead()) {
                m_output += m_process.readAll();
                if (m_output.contains("Accepting connections")) {
                    m_running = true;
                    return;
                }
            }
            m_process.kill();
            m_process.waitForFinished();
        }
    }

    bool isRunning() const { return m_running; }
    quint16 port() const { return m_port; }
    QByteArray output() const { return m_output; }

private:
    QTemporaryDir m_dir;
    QProcess m_process;
    QByteArray m_output;
    quint16 m_port = 0;
    bool m_running = false;
};

} // namespace

class ProxyLookupTest : public QObject
{
    Q_OBJECT

public:
    /// `tinyproxy` may be null where there is none.
    explicit ProxyLookupTest(Tinyproxy *tinyproxy)
        : m_tinyproxy(tinyproxy)
    {
    }

private Q_SLOTS:
    void initTestCase();

    void environmentAnswersFromTheEventLoop();
    void problemIsHandedOn();
    void systemIsAskedInThePool();
    void systemIsNotAskedWithoutNeed();
    void systemAnswers_data();
    void systemAnswers();
    void systemThatHangs();
    void destroyedWhileTheSystemThinks();

    void realProxy_data();
    void realProxy();

private:
    Tinyproxy *m_tinyproxy;
};

void ProxyLookupTest::initTestCase()
{
    if (m_tinyproxy)
        QVERIFY2(m_tinyproxy->isRunning(), m_tinyproxy->output().constData());
}

void ProxyLookupTest::environmentAnswersFromTheEventLoop()
{
    QThreadPool pool;
    ProxyLookup::Sources sources;
    sources.environment = environmentOf({{u"https_proxy"_s, u"http://one:3128"_s}});
    ProxyLookup lookup(QUrl(kHttps), pool, sources);
    QSignalSpy found(&lookup, &ProxyLookup::found);
    QVERIFY(found.isEmpty());
    QVERIFY(found.wait());
    QCOMPARE(found.first().at(0).value<QNetworkProxy>().hostName(), u"one"_s);
    QCOMPARE(found.first().at(1).toString(), QString());
    QCoreApplication::processEvents();
    QCOMPARE(found.size(), 1);
}

void ProxyLookupTest::problemIsHandedOn()
{
    QThreadPool pool;
    ProxyLookup::Sources sources;
    sources.environment = environmentOf({{u"https_proxy"_s, u"https://one"_s}});
    ProxyLookup lookup(QUrl(kHttps), pool, sources);
    QSignalSpy found(&lookup, &ProxyLookup::found);
    QVERIFY(found.wait());
    QVERIFY(!found.first().at(1).toString().isEmpty());
}

void ProxyLookupTest::systemIsAskedInThePool()
{
    QThreadPool pool;
    QThread *asked = nullptr;
    QUrl askedFor;
    ProxyLookup lookup(QUrl(kHttps), pool,
                       systemSources([&asked, &askedFor](const QNetworkProxyQuery &query) {
                           asked = QThread::currentThread();
                           askedFor = query.url();
                           return QList{QNetworkProxy(QNetworkProxy::HttpProxy, u"sys"_s, 8080)};
                       }));
    QSignalSpy found(&lookup, &ProxyLookup::found);
    QVERIFY(found.wait());
    QCOMPARE(found.first().at(0).value<QNetworkProxy>().hostName(), u"sys"_s);
    QVERIFY(asked && asked != QThread::currentThread());
    QCOMPARE(askedFor, QUrl(kHttps));
    QCoreApplication::processEvents();
    QCOMPARE(found.size(), 1);
}

void ProxyLookupTest::systemIsNotAskedWithoutNeed()
{
    QThreadPool pool;
    std::atomic_bool asked = false;
    ProxyLookup::Sources sources = systemSources([&asked](const QNetworkProxyQuery &) {
        asked = true;
        return QList<QNetworkProxy>();
    });
    sources.environment = environmentOf({{u"no_proxy"_s, u"*"_s}});
    ProxyLookup lookup(QUrl(kHttps), pool, sources);
    QSignalSpy found(&lookup, &ProxyLookup::found);
    QVERIFY(found.wait());
    QCOMPARE(found.first().at(0).value<QNetworkProxy>().type(), QNetworkProxy::NoProxy);
    QVERIFY(pool.waitForDone());
    QVERIFY(!asked);
}

void ProxyLookupTest::systemAnswers_data()
{
    QTest::addColumn<QList<QNetworkProxy>>("proxies");
    QTest::addColumn<QNetworkProxy::ProxyType>("type");

    const QNetworkProxy ftp(QNetworkProxy::FtpCachingProxy, u"ftp"_s, 1);
    const QNetworkProxy socks(QNetworkProxy::Socks5Proxy, u"socks"_s, 1);
    QTest::newRow("none") << QList<QNetworkProxy>() << QNetworkProxy::NoProxy;
    QTest::newRow("direct") << QList{QNetworkProxy(QNetworkProxy::NoProxy)}
                            << QNetworkProxy::NoProxy;
    QTest::newRow("unusable first") << QList{ftp, socks} << QNetworkProxy::Socks5Proxy;
    QTest::newRow("unusable only") << QList{ftp} << QNetworkProxy::NoProxy;
    // The application's own default must not be taken for an answer.
    QTest::newRow("default") << QList{QNetworkProxy()} << QNetworkProxy::NoProxy;
}

void ProxyLookupTest::systemAnswers()
{
    QFETCH(QList<QNetworkProxy>, proxies);
    QThreadPool pool;
    ProxyLookup lookup(QUrl(kHttps), pool,
                       systemSources([proxies](const QNetworkProxyQuery &) { return proxies; }));
    QSignalSpy found(&lookup, &ProxyLookup::found);
    QVERIFY(found.wait());
    QTEST(found.first().at(0).value<QNetworkProxy>().type(), "type");
}

void ProxyLookupTest::systemThatHangs()
{
    QThreadPool pool;
    QSemaphore wake;
    ProxyLookup::Sources sources = systemSources([&wake](const QNetworkProxyQuery &) {
        wake.acquire();
        return QList{QNetworkProxy(QNetworkProxy::HttpProxy, u"late"_s, 8080)};
    });
    sources.patience = std::chrono::milliseconds(1);
    ProxyLookup lookup(QUrl(kHttps), pool, sources);
    QSignalSpy found(&lookup, &ProxyLookup::found);
    QVERIFY(found.wait());
    QCOMPARE(found.first().at(0).value<QNetworkProxy>().type(), QNetworkProxy::NoProxy);
    wake.release();
    QVERIFY(pool.waitForDone());
    QCoreApplication::processEvents();
    QCOMPARE(found.size(), 1);
}

void ProxyLookupTest::destroyedWhileTheSystemThinks()
{
    QThreadPool pool;
    QSemaphore started;
    QSemaphore wake;
    auto lookup = std::make_unique<ProxyLookup>(
        QUrl(kHttps), pool, systemSources([&started, &wake](const QNetworkProxyQuery &) {
            started.release();
            wake.acquire();
            return QList<QNetworkProxy>();
        }));
    int answers = 0;
    connect(lookup.get(), &ProxyLookup::found, this, [&answers] { ++answers; });
    started.acquire();
    lookup.reset();
    wake.release();
    QVERIFY(pool.waitForDone());
    QCoreApplication::processEvents();
    QCOMPARE(answers, 0);
}

void ProxyLookupTest::realProxy_data()
{
    QTest::addColumn<bool>("tunnel"); // for https
    QTest::addColumn<QString>("userInfo");
    QTest::addColumn<QNetworkReply::NetworkError>("error");

    using Reply = QNetworkReply;
    const QString right = u"anna:pass%2D1%2Eword@"_s;
    const QString wrong = u"anna:wrong@"_s;
    QTest::newRow("right") << false << right << Reply::NoError;
    QTest::newRow("none") << false << QString() << Reply::ProxyAuthenticationRequiredError;
    // tinyproxy answers a wrong password with 401, as if it were the service.
    QTest::newRow("wrong") << false << wrong << Reply::AuthenticationRequiredError;
    QTest::newRow("tunnel, right") << true << right << Reply::NoError;
    QTest::newRow("tunnel, none") << true << QString() << Reply::ProxyAuthenticationRequiredError;
    QTest::newRow("tunnel, wrong") << true << wrong << Reply::UnknownNetworkError;
}

void ProxyLookupTest::realProxy()
{
    QFETCH(bool, tunnel);
    QFETCH(QString, userInfo);
    if (!m_tinyproxy)
        QSKIP("tinyproxy is not installed");
    WireServer server(WireServer::jsonAnswer("{\"id\":\"x\"}"_ba));
    if (tunnel)
        server.encrypt(testCertificates(u"server"_s).value(0), testKey(u"server"_s));
    Endpoint endpoint;
    endpoint.baseUrl = server.url(u"/v1"_s);
    endpoint.key = "sk-test"_ba;
    endpoint.caCertificates = testCertificates(u"ca"_s);

    QThreadPool pool;
    ProxyLookup::Sources sources;
    sources.environment = environmentOf(
        {{u"all_proxy"_s, u"http://"_s + userInfo + u"127.0.0.1:%1"_s.arg(m_tinyproxy->port())}});
    ProxyLookup lookup(endpoint.baseUrl, pool, sources);
    QSignalSpy found(&lookup, &ProxyLookup::found);
    QVERIFY(found.wait());
    QCOMPARE(found.first().at(1).toString(), QString());

    QNetworkAccessManager manager;
    manager.setProxy(found.first().at(0).value<QNetworkProxy>());
    const std::unique_ptr<QNetworkReply> reply(manager.get(endpoint.request(u"files"_s)));
    QTRY_VERIFY_WITH_TIMEOUT(reply->isFinished(), 30000);
    QTEST(reply->error(), "error");
    if (reply->error() != QNetworkReply::NoError) {
        QVERIFY(server.requests().isEmpty());
        return;
    }
    QCOMPARE(reply->readAll(), "{\"id\":\"x\"}"_ba);
    QCOMPARE(server.requests().size(), 1);
    const QByteArray request = server.requests().first();
    // A tunnel leaves no trace; otherwise it shows that the proxy did pass the request on.
    QCOMPARE(request.contains("tinyproxy"), !tunnel);
    QVERIFY(headerLines(request, "Proxy-Authorization"_ba).isEmpty());
    QCOMPARE(headerLines(request, "Authorization"_ba), QList{"Authorization: Bearer sk-test"_ba});
}

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    // Before Qt Test has a thread: ThreadSanitizer starts no more after a fork among several.
    std::unique_ptr<Tinyproxy> tinyproxy;
    if (!QStandardPaths::findExecutable(u"tinyproxy"_s).isEmpty()) {
        tinyproxy = std::make_unique<Tinyproxy>();
        tinyproxy->start();
    }
    ProxyLookupTest test(tinyproxy.get());
    return QTest::qExec(&test, argc, argv);
}

#include "tst_proxylookup.moc"
