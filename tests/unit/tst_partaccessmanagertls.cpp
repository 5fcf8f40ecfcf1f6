#include "parttesting.h"
#include "rawserver.h"

#include <QTest>

using namespace Qt::StringLiterals;
using longshore::PartAccessManager;

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

} // namespace

/// Whom parts are sent to over TLS.
class TestPartAccessManagerTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void trustsTheGivenAuthority();
    void refusesOthers_data();
    void refusesOthers();
};

void TestPartAccessManagerTls::trustsTheGivenAuthority()
{
    RawServer server(RawTls{}, answerOk);
    PartAccessManager manager;
    const QByteArray content = randomBytes(mebibyte, 40);
    for (const QString &host : {u"127.0.0.1"_s, u"localhost"_s}) {
        ScriptedBody body(content);
        QNetworkReply *const reply =
            manager.post(requestTrusting(u"ca"_s, server.url(host)), &body);
        ReplyWatch watch(reply);
        QVERIFY(watch.waitForFinished());
        QVERIFY2(reply->error() == QNetworkReply::NoError, qPrintable(reply->errorString()));
        QVERIFY(reply->attribute(QNetworkRequest::ConnectionEncryptedAttribute).toBool());
        QVERIFY(server.requests().back().body == content);
    }
}

void TestPartAccessManagerTls::refusesOthers_data()
{
    QTest::addColumn<QString>("authority");
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<bool>("unverified");
    QTest::newRow("another authority") << u"otherca"_s << u"server"_s << false;
    QTest::newRow("another host") << u"ca"_s << u"otherhost"_s << false;
    QTest::newRow("the system's authorities") << QString() << u"server"_s << false;
    if (withCurl)
        QTest::newRow("although told not to verify") << u"otherca"_s << u"server"_s << true;
}

void TestPartAccessManagerTls::refusesOthers()
{
    QFETCH(QString, authority);
    QFETCH(QString, certificate);
    QFETCH(bool, unverified);
    RawServer server(RawTls{certificate}, answerOk);
    PartAccessManager manager;
    ScriptedBody body("hello");
    QNetworkRequest request = partRequest(server.url());
    if (!authority.isEmpty())
        request.setSslConfiguration(trusting(authority));
    if (unverified) {
        QSslConfiguration configuration = request.sslConfiguration();
        configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
        request.setSslConfiguration(configuration);
    }
    QNetworkReply *const reply = manager.post(request, &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(), QNetworkReply::SslHandshakeFailedError);
    QVERIFY(reply->errorString().contains(u"certificate"_s, Qt::CaseInsensitive)
            || reply->errorString().contains(u"host name"_s));
    QCOMPARE(server.requests().size(), size_t{0});
}

QTEST_GUILESS_MAIN(TestPartAccessManagerTls)
#include "tst_partaccessmanagertls.moc"
