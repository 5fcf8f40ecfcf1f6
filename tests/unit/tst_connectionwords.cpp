#include "session/connectiondiagnosis.h"
#include "session/tlsdiagnosis.h"
#include "support/testcertificates.h"

#include <QJsonArray>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

ConnectionEvidence evidenceOf(ServiceKind kind)
{
    ConnectionEvidence evidence;
    evidence.profile.kind = kind;
    evidence.profile.url = QUrl(u"https://service.example/base"_s);
    evidence.profile.apiVersion = u"1"_s;
    evidence.requestUrl = QUrl(u"https://service.example/base/files"_s);
    return evidence;
}

ConnectionEvidence broken(QNetworkReply::NetworkError error)
{
    ConnectionEvidence evidence = evidenceOf(ServiceKind::OpenAi);
    evidence.answer.error.networkError = error;
    evidence.answer.error.kind = ErrorKind::Network;
    evidence.answer.error.message = u"Transport text."_s;
    return evidence;
}

ConnectionEvidence refusedWith(ServiceKind kind, int status, ErrorKind error = ErrorKind::Refused)
{
    ConnectionEvidence evidence = evidenceOf(kind);
    evidence.answer.status = status;
    evidence.answer.error.status = status;
    evidence.answer.error.kind = error;
    evidence.answer.error.message = u"The service's own words."_s;
    evidence.answer.error.requestId = u"req_1"_s;
    return evidence;
}

ConnectionEvidence asWebPage(ConnectionEvidence evidence)
{
    evidence.webPage = true;
    return evidence;
}

ConnectionEvidence throughProxy(ConnectionEvidence evidence)
{
    evidence.proxy =
        QNetworkProxy(QNetworkProxy::HttpProxy, u"proxy.example"_s, 3128, u"anna"_s, u"secret"_s);
    return evidence;
}

} // namespace

/// What each outcome of a connection test is called.
class ConnectionWordsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void words_data();
    void words();
    void details();
    void noDetailsOfAWebPage();
    void success();
    void redirects();
    void silence();
    void tls_data();
    void tls();
    void tlsWithoutReason();
};

void ConnectionWordsTest::words_data()
{
    QTest::addColumn<ConnectionEvidence>("evidence");
    QTest::addColumn<QString>("sentence");
    QTest::addColumn<QString>("advice");

    using Reply = QNetworkReply;
    const auto row = [](const char *name, const ConnectionEvidence &evidence,
                        const QString &sentence, const QString &advice) {
        QTest::newRow(name) << evidence << sentence << advice;
    };
    row("host", broken(Reply::HostNotFoundError), u"service.example was not found"_s, u"spelled"_s);
    row("refused", broken(Reply::ConnectionRefusedError), u"refuses connections on port 443"_s,
        u"running"_s);
    row("closed", broken(Reply::RemoteHostClosedError), u"closed the connection"_s, u"https://"_s);
    row("down", broken(Reply::NetworkSessionFailedError), u"could not be reached"_s, u"online"_s);
    row("unknown", broken(Reply::UnknownNetworkError), u"could not be reached"_s, u"online"_s);

    row("proxy's host", throughProxy(broken(Reply::ProxyNotFoundError)),
        u"The proxy proxy.example:3128 was not found"_s, u"https_proxy"_s);
    row("proxy refuses", throughProxy(broken(Reply::ProxyConnectionRefusedError)),
        u"proxy.example:3128 refuses"_s, u"https_proxy"_s);
    row("proxy silent", throughProxy(broken(Reply::ProxyTimeoutError)), u"does not answer"_s,
        u"https_proxy"_s);
    row("proxy's password", throughProxy(broken(Reply::ProxyAuthenticationRequiredError)),
        u"wants a user name and a password"_s, u"https_proxy=http://USER"_s);
    row("proxy's tunnel", throughProxy(broken(Reply::UnknownNetworkError)),
        u"made no connection to service.example"_s, u"password"_s);
    row("proxy's 407", throughProxy(refusedWith(ServiceKind::Compatible, 407, ErrorKind::Network)),
        u"wants a user name and a password"_s, u"https_proxy=http://USER"_s);

    using Kind = ServiceKind;
    row("401", refusedWith(Kind::OpenAi, 401, ErrorKind::Auth), u"did not accept the key"_s,
        u"revoked"_s);
    row("401 compatible", refusedWith(Kind::Compatible, 401, ErrorKind::Auth),
        u"did not accept the key"_s, u"header"_s);
    row("401 azure", refusedWith(Kind::Azure, 401, ErrorKind::Auth), u"did not accept the key"_s,
        u"resource"_s);
    row("200 that refuses the key", refusedWith(Kind::Compatible, 200, ErrorKind::Auth),
        u"did not accept the key"_s, u"header"_s);
    row("403", refusedWith(Kind::OpenAi, 403, ErrorKind::Auth), u"does not let it"_s,
        u"organisation and project"_s);
    row("403 region", refusedWith(Kind::OpenAi, 403, ErrorKind::Auth), u"knows the key"_s,
        u"region"_s);
    row("403 azure", refusedWith(Kind::Azure, 403, ErrorKind::Auth), u"does not let it"_s,
        u"network rules"_s);
    row("404", refusedWith(Kind::Compatible, 404), u"no list of files at https://service.exa"_s,
        u"https://service.example/base/v1"_s);
    row("405", refusedWith(Kind::Compatible, 405), u"no list of files"_s, u"base/v1"_s);
    row("404 azure", refusedWith(Kind::Azure, 404), u"no list of files"_s, u"API version"_s);
    row("404 openai", refusedWith(Kind::OpenAi, 404), u"no list of files"_s, u"base URL"_s);
    row("400", refusedWith(Kind::Compatible, 400), u"refused the request"_s, u"base URL"_s);
    row("400 azure", refusedWith(Kind::Azure, 400), u"refused the request"_s, u"API version"_s);
    row("429", refusedWith(Kind::OpenAi, 429), u"no more requests"_s, u"Wait"_s);
    row("quota", refusedWith(Kind::OpenAi, 429, ErrorKind::Quota), u"quota is used up"_s,
        u"billing"_s);
    row("500", refusedWith(Kind::OpenAi, 500), u"trouble of its own"_s, u"later"_s);
    row("503", refusedWith(Kind::OpenAi, 503), u"trouble of its own"_s, u"later"_s);
    row("another shape", refusedWith(Kind::Compatible, 200, ErrorKind::BadAnswer),
        u"not as a service for uploads"_s, u"another kind"_s);

    row("page", asWebPage(refusedWith(Kind::OpenAi, 200, ErrorKind::BadAnswer)),
        u"web page came back"_s, u"login"_s);
    row("page of a compatible", asWebPage(refusedWith(Kind::Compatible, 200, ErrorKind::BadAnswer)),
        u"web page came back"_s, u"web site"_s);
    row("page 403", asWebPage(refusedWith(Kind::OpenAi, 403, ErrorKind::Auth)),
        u"web page came back in place of the service's answer (HTTP 403)"_s, u"gateway"_s);
    row("page 404", asWebPage(refusedWith(Kind::Compatible, 404)), u"no list of files"_s,
        u"base/v1"_s);
    row("page 502", asWebPage(refusedWith(Kind::OpenAi, 502)), u"web page came back"_s, u"later"_s);
    row("page 511", asWebPage(refusedWith(Kind::OpenAi, 511)), u"web page came back"_s, u"login"_s);
}

void ConnectionWordsTest::words()
{
    QFETCH(ConnectionEvidence, evidence);
    QFETCH(QString, sentence);
    QFETCH(QString, advice);
    const ConnectionResult result = diagnose(evidence);
    QVERIFY(!result.ok);
    QVERIFY2(result.sentence.contains(sentence), qPrintable(result.sentence));
    QVERIFY2(result.advice.contains(advice), qPrintable(result.advice));
    QVERIFY(result.sentence.endsWith(u'.'));
    const QString all = result.sentence + result.advice + result.details;
    QVERIFY2(!all.contains(u"secret"_s), qPrintable(all));
    QVERIFY2(!all.contains(u'%'), qPrintable(all));
}

void ConnectionWordsTest::details()
{
    ConnectionEvidence evidence = refusedWith(ServiceKind::OpenAi, 401, ErrorKind::Auth);
    evidence.answer.error.code = u"invalid_api_key"_s;
    QCOMPARE(diagnose(evidence).details,
             u"The service's own words. · HTTP 401 · invalid_api_key · request req_1"_s);
    evidence.answer.error.message = u"HTTP 401 Unauthorized"_s;
    QCOMPARE(diagnose(evidence).details,
             u"HTTP 401 Unauthorized · invalid_api_key · request req_1"_s);
}

void ConnectionWordsTest::noDetailsOfAWebPage()
{
    const auto evidence = asWebPage(refusedWith(ServiceKind::OpenAi, 200, ErrorKind::BadAnswer));
    QCOMPARE(diagnose(evidence).details, u"request req_1"_s);
}

void ConnectionWordsTest::success()
{
    ConnectionEvidence evidence = evidenceOf(ServiceKind::OpenAi);
    evidence.answer.status = 200;
    evidence.answer.object = {{u"data"_s, QJsonArray()}};
    ConnectionResult result = diagnose(evidence);
    QVERIFY(result.ok);
    QCOMPARE(result.sentence, u"service.example answered and accepted the key."_s);
    QVERIFY(result.advice.isEmpty() && result.details.isEmpty());
    result = diagnose(throughProxy(evidence));
    QVERIFY(result.ok);
    QVERIFY(result.sentence.contains(u"through the proxy proxy.example:3128"_s));
}

void ConnectionWordsTest::redirects()
{
    ConnectionEvidence evidence = refusedWith(ServiceKind::Compatible, 308);
    evidence.redirectTarget = QUrl(u"https://www.service.example/base/files?limit=1"_s);
    ConnectionResult result = diagnose(evidence);
    QVERIFY(result.sentence.contains(u"redirects to https://www.service.example/base/files."_s));
    QCOMPARE(result.proposedUrl, QUrl(u"https://www.service.example/base"_s));
    QVERIFY(result.advice.contains(u"use https://www.service.example/base in"_s));

    evidence.redirectTarget = QUrl(u"https://portal.example/login?token=secret"_s);
    result = diagnose(evidence);
    QVERIFY(result.proposedUrl.isEmpty());
    QVERIFY(!result.sentence.contains(u"secret"_s));
    QVERIFY(result.advice.contains(u"login"_s));

    evidence.redirectTarget.clear();
    QVERIFY(diagnose(evidence).sentence.contains(u"does not say where to"_s));
}

void ConnectionWordsTest::silence()
{
    const ConnectionEvidence evidence = evidenceOf(ServiceKind::OpenAi);
    ConnectionResult result = diagnoseSilence(evidence, std::chrono::seconds(20));
    QVERIFY(result.sentence.startsWith(u"service.example did not answer within 20 s."_s));
    QVERIFY(result.advice.contains(u"firewall"_s));
    result = diagnoseSilence(throughProxy(evidence), std::chrono::seconds(20));
    QVERIFY(result.sentence.contains(u"proxy.example:3128 within 20 s."_s));
    QVERIFY(result.advice.contains(u"service.example"_s));
}

void ConnectionWordsTest::tls_data()
{
    QTest::addColumn<QList<QSslError>>("errors");
    QTest::addColumn<QString>("sentence");
    QTest::addColumn<QString>("advice");

    const QSslCertificate server = testCertificates(u"server"_s).value(0);
    const QSslCertificate other = testCertificates(u"otherhost"_s).value(0);
    const QString issuer = server.issuerDisplayName();
    QVERIFY(!issuer.isEmpty());
    const QSslError unknownIssuer(QSslError::UnableToGetLocalIssuerCertificate, server);
    const QSslError unverified(QSslError::UnableToVerifyFirstCertificate, server);
    const QSslError expired(QSslError::CertificateExpired, server);
    QTest::newRow("issuer") << QList{unverified, unknownIssuer}
                            << u"was issued by “%1”, which"_s.arg(issuer) << u"“Certificates”"_s;
    QTest::newRow("self-signed") << QList{QSslError(QSslError::SelfSignedCertificate,
                                                    testCertificates(u"ca"_s).value(0))}
                                 << u"made for itself"_s << u"“Certificates”"_s;
    QTest::newRow("no certificate")
        << QList{QSslError(QSslError::CertificateUntrusted)}
        << u"does not trust the certificate of host"_s << u"“Certificates”"_s;
    QTest::newRow("expired") << QList{unknownIssuer, expired} << u"expired on"_s << u"clock"_s;
    QTest::newRow("not yet") << QList{QSslError(QSslError::CertificateNotYetValid, server)}
                             << u"is valid from"_s << u"clock"_s;
    QTest::newRow("another host") << QList{QSslError(QSslError::HostNameMismatch, other)}
                                  << u"was made for “"_s << u"Check the address"_s;
    QTest::newRow("revoked") << QList{QSslError(QSslError::CertificateRevoked, server)}
                             << u"revoked"_s << u"new one"_s;
    QTest::newRow("something else") << QList{QSslError(QSslError::PathLengthExceeded, server)}
                                    << u"does not trust"_s << u"“Certificates”"_s;
}

void ConnectionWordsTest::tls()
{
    QFETCH(QList<QSslError>, errors);
    QFETCH(QString, sentence);
    QFETCH(QString, advice);
    const ConnectionResult result = diagnoseTls(u"host"_s, errors, u"Transport text."_s);
    QVERIFY2(result.sentence.contains(sentence), qPrintable(result.sentence));
    QVERIFY2(result.advice.contains(advice), qPrintable(result.advice));
}

void ConnectionWordsTest::tlsWithoutReason()
{
    const ConnectionResult result = diagnoseTls(u"host"_s, {}, u"wrong version number"_s);
    QVERIFY(result.sentence.contains(u"No secure connection to host"_s));
    QCOMPARE(result.details, u"wrong version number"_s);
}

QTEST_GUILESS_MAIN(ConnectionWordsTest)
#include "tst_connectionwords.moc"
