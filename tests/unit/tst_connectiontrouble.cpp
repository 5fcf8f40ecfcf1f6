#include "connectiontrial.h"

#include "support/testcertificates.h"
#include "support/wireserver.h"

#include <QTemporaryDir>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

/// The test of a connection where something on the way to the service is wrong.
class ConnectionTroubleTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void untrustedCertificate();
    void ownCertificates();
    void unusableCertificates_data();
    void unusableCertificates();
    void anotherHost();
    void noTlsThere();
    void refusedConnection();
    void silence();
    void proxyWantsPassword_data();
    void proxyWantsPassword();
    void proxyIsOff_data();
    void proxyIsOff();
    void unusableProxy();
};

void ConnectionTroubleTest::untrustedCertificate()
{
    WireServer server(WireServer::jsonAnswer(kEmptyList));
    const QSslCertificate certificate = testCertificates(u"server"_s).value(0);
    server.encrypt(certificate, testKey(u"server"_s));
    const ConnectionResult result = tried(profileFor(server.url(u"/v1"_s)));
    QVERIFY2(result.sentence.contains(u"“%1”"_s.arg(certificate.issuerDisplayName())),
             qPrintable(result.sentence));
    QVERIFY2(result.advice.contains(u"“Certificates”"_s), qPrintable(result.advice));
    QVERIFY(server.requests().isEmpty());
}

void ConnectionTroubleTest::ownCertificates()
{
    WireServer server(WireServer::jsonAnswer(kEmptyList));
    server.encrypt(testCertificates(u"server"_s).value(0), testKey(u"server"_s));
    Profile profile = profileFor(server.url(u"/v1"_s));
    profile.caFile = QStringLiteral(LONGSHORE_TEST_CERTIFICATES "/ca.pem");
    QVERIFY(tried(profile).ok);
    profile.caFile = QStringLiteral(LONGSHORE_TEST_CERTIFICATES "/otherca.pem");
    const ConnectionResult result = tried(profile);
    QVERIFY(!result.ok);
    QVERIFY2(result.sentence.contains(u"issued by"_s), qPrintable(result.sentence));
}

void ConnectionTroubleTest::unusableCertificates_data()
{
    QTest::addColumn<bool>("there");
    QTest::addColumn<QString>("words");

    QTest::newRow("missing") << false << u"can't be read"_s;
    QTest::newRow("no certificate") << true << u"holds no certificate"_s;
}

void ConnectionTroubleTest::unusableCertificates()
{
    QFETCH(bool, there);
    QFETCH(QString, words);
    QTemporaryDir folder;
    const QString path = folder.filePath(u"ca.pem"_s);
    QFile file(path);
    QVERIFY(!there || file.open(QIODevice::WriteOnly));
    WireServer server(WireServer::jsonAnswer(kEmptyList));
    Profile profile = profileFor(server.url(u"/v1"_s));
    profile.caFile = path;
    const ConnectionResult result = tried(profile);
    QVERIFY2(result.sentence.startsWith(u"The certificate file '%1' %2"_s.arg(path, words)),
             qPrintable(result.sentence));
    QVERIFY(server.requests().isEmpty());
}

void ConnectionTroubleTest::anotherHost()
{
    WireServer server(WireServer::jsonAnswer(kEmptyList));
    server.encrypt(testCertificates(u"otherhost"_s).value(0), testKey(u"otherhost"_s));
    Profile profile = profileFor(server.url(u"/v1"_s));
    profile.caFile = QStringLiteral(LONGSHORE_TEST_CERTIFICATES "/ca.pem");
    const ConnectionResult result = tried(profile);
    QVERIFY2(result.sentence.contains(u"was made for"_s), qPrintable(result.sentence));
}

void ConnectionTroubleTest::noTlsThere()
{
    // It writes at once, as if it were asked something.
    QTcpServer server;
    connect(&server, &QTcpServer::newConnection, this,
            [&server] { server.nextPendingConnection()->write("220 mail.example ESMTP\r\n"); });
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const ConnectionResult result =
        tried(profileFor(QUrl(u"https://127.0.0.1:%1/v1"_s.arg(server.serverPort()))));
    QVERIFY2(result.sentence.startsWith(u"No secure connection to 127.0.0.1"_s),
             qPrintable(result.sentence));
    QVERIFY(!result.details.isEmpty());
}

void ConnectionTroubleTest::refusedConnection()
{
    QUrl url;
    {
        WireServer closed({});
        url = closed.url(u"/v1"_s);
    }
    const ConnectionResult result = tried(profileFor(url));
    QCOMPARE(result.sentence, u"127.0.0.1 refuses connections on port %1."_s.arg(url.port()));
}

void ConnectionTroubleTest::silence()
{
    WireServer server({});
    ConnectionTest::Settings settings = withoutProxy();
    settings.timeout = std::chrono::milliseconds(300);
    const ConnectionResult result = tried(profileFor(server.url(u"/v1"_s)), "sk"_ba, settings);
    QVERIFY2(result.sentence.startsWith(u"127.0.0.1 did not answer within 1 s."_s),
             qPrintable(result.sentence));
}

void ConnectionTroubleTest::proxyWantsPassword_data()
{
    QTest::addColumn<bool>("tunnel");

    QTest::newRow("plain") << false;
    QTest::newRow("tunnel") << true;
}

void ConnectionTroubleTest::proxyWantsPassword()
{
    QFETCH(bool, tunnel);
    WireServer proxy(answerOf("407 Proxy Authentication Required"_ba,
                              "Proxy-Authenticate: Basic realm=\"x\"\r\nConnection: close\r\n"_ba,
                              {}));
    WireServer server(WireServer::jsonAnswer(kEmptyList));
    QUrl url = server.url(u"/v1"_s);
    if (tunnel)
        url.setScheme(u"https"_s);
    const ConnectionResult result =
        tried(profileFor(url), "sk-test"_ba, withVariable(u"all_proxy"_s, proxy.url().toString()));
    QVERIFY2(result.sentence.startsWith(
                 u"The proxy 127.0.0.1:%1 wants a user name"_s.arg(proxy.serverPort())),
             qPrintable(result.sentence));
    QVERIFY(server.requests().isEmpty());
}

void ConnectionTroubleTest::proxyIsOff_data()
{
    QTest::addColumn<bool>("tunnel");
    QTest::addColumn<QString>("words");

    QTest::newRow("plain") << false << u"refuses connections"_s;
    QTest::newRow("tunnel") << true << u"made no connection to 127.0.0.1"_s;
}

void ConnectionTroubleTest::proxyIsOff()
{
    QFETCH(bool, tunnel);
    QFETCH(QString, words);
    WireServer server(WireServer::jsonAnswer(kEmptyList));
    QUrl url = server.url(u"/v1"_s);
    if (tunnel)
        url.setScheme(u"https"_s);
    QUrl off;
    {
        WireServer closed({});
        off = closed.url();
    }
    const ConnectionResult result =
        tried(profileFor(url), "sk-test"_ba,
              withVariable(u"all_proxy"_s, u"http://anna:secret@127.0.0.1:%1"_s.arg(off.port())));
    QVERIFY2(result.sentence.startsWith(u"The proxy 127.0.0.1:%1 %2"_s.arg(off.port()).arg(words)),
             qPrintable(result.sentence));
    QVERIFY(server.requests().isEmpty());
}

void ConnectionTroubleTest::unusableProxy()
{
    WireServer server(WireServer::jsonAnswer(kEmptyList));
    const ConnectionResult result = tried(profileFor(server.url(u"/v1"_s)), "sk-test"_ba,
                                          withVariable(u"all_proxy"_s, u"ftp://proxy:21"_s));
    QVERIFY2(result.sentence.contains(u"all_proxy"_s), qPrintable(result.sentence));
    QVERIFY(server.requests().isEmpty());
}

QTEST_GUILESS_MAIN(ConnectionTroubleTest)
#include "tst_connectiontrouble.moc"
