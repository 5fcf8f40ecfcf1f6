#include "api/endpoint.h"

#include <QSslConfiguration>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

Endpoint usable()
{
    Endpoint endpoint;
    endpoint.baseUrl = QUrl(u"https://service.example/v1"_s);
    endpoint.key = "sk-test"_ba;
    return endpoint;
}

} // namespace

class EndpointTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void problemOfAddress_data();
    void problemOfAddress();
    void problemOfKey_data();
    void problemOfKey();
    void problemOfOrganizationAndProject_data();
    void problemOfOrganizationAndProject();
    void problemOfExtraHeaders_data();
    void problemOfExtraHeaders();
    void problemNeverShowsTheKey();
    void loopbackHosts_data();
    void loopbackHosts();
    void urlOfARequest_data();
    void urlOfARequest();
    void callQueryComesLast();
    void headersOfOpenAi();
    void headersOfAzure();
    void emptyOrganizationIsNotSent();
    void attributes();
    void certificatesReplaceTheSystems();
    void azure_data();
    void azure();
    void identity_data();
    void identity();
    void identityTellsApart();
};

void EndpointTest::problemOfAddress_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("expected");

    QTest::newRow("https") << u"https://api.openai.com/v1"_s << QString();
    QTest::newRow("https-port") << u"https://proxy.internal:8443/openai"_s << QString();
    QTest::newRow("https-query") << u"https://a.example/v1?api-version=1"_s << QString();
    QTest::newRow("http-loopback") << u"http://127.0.0.1:8080/v1"_s << QString();
    QTest::newRow("http-localhost") << u"http://LOCALHOST:8080/v1"_s << QString();
    QTest::newRow("http-v6-loopback") << u"http://[::1]:8080/v1"_s << QString();
    QTest::newRow("empty") << QString() << u"no base URL"_s;
    QTest::newRow("invalid") << u"https://a b.example"_s << u"can't be read"_s;
    QTest::newRow("no-scheme") << u"api.openai.com/v1"_s << u"begin with https://"_s;
    QTest::newRow("ftp") << u"ftp://api.openai.com/v1"_s << u"begin with https://"_s;
    QTest::newRow("file") << u"file:///v1"_s << u"begin with https://"_s;
    QTest::newRow("no-host") << u"https:///v1"_s << u"no host"_s;
    QTest::newRow("user") << u"https://user@a.example/v1"_s << u"user name"_s;
    QTest::newRow("password") << u"https://u:p@a.example/v1"_s << u"user name"_s;
    QTest::newRow("fragment") << u"https://a.example/v1#x"_s << u"fragment"_s;
    QTest::newRow("http") << u"http://api.openai.com/v1"_s << u"plain http"_s;
    QTest::newRow("http-private") << u"http://192.168.1.2/v1"_s << u"plain http"_s;
    QTest::newRow("http-looks-loopback") << u"http://127.0.0.1.example/v1"_s << u"plain http"_s;
    QTest::newRow("http-localhost-suffix") << u"http://localhost.example/v1"_s << u"plain http"_s;
}

void EndpointTest::problemOfAddress()
{
    QFETCH(QString, url);
    QFETCH(QString, expected);
    Endpoint endpoint = usable();
    endpoint.baseUrl = QUrl(url);
    if (expected.isEmpty())
        QCOMPARE(endpoint.problem(), QString());
    else
        QVERIFY2(endpoint.problem().contains(expected), qPrintable(endpoint.problem()));
}

void EndpointTest::problemOfKey_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QString>("expected");

    QTest::newRow("ordinary") << "sk-proj-aZ09_-"_ba << QString();
    QTest::newRow("any visible") << "!~:/=+,;\"'"_ba << QString();
    QTest::newRow("empty") << QByteArray() << u"no API key"_s;
    QTest::newRow("space") << "sk a"_ba << u"space"_s;
    QTest::newRow("line break") << "sk-a\n"_ba << u"line break"_s;
    QTest::newRow("injection") << "sk\r\nX-Evil: 1"_ba << u"line break"_s;
    QTest::newRow("nul") << QByteArray("sk\0a", 4) << u"no key has"_s;
    QTest::newRow("delete") << "sk\x7f"_ba << u"no key has"_s;
    QTest::newRow("utf-8") << QByteArray("sk-\xc3\xa9") << u"no key has"_s;
}

void EndpointTest::problemOfKey()
{
    QFETCH(QByteArray, key);
    QFETCH(QString, expected);
    Endpoint endpoint = usable();
    endpoint.key = key;
    if (expected.isEmpty())
        QCOMPARE(endpoint.problem(), QString());
    else
        QVERIFY2(endpoint.problem().contains(expected), qPrintable(endpoint.problem()));
}

void EndpointTest::problemOfOrganizationAndProject_data()
{
    QTest::addColumn<QString>("organization");
    QTest::addColumn<QString>("project");
    QTest::addColumn<QString>("expected");

    QTest::newRow("both") << u"org-1"_s << u"proj 1"_s << QString();
    QTest::newRow("organization") << u"org\r\nX: 1"_s << QString() << u"organization"_s;
    QTest::newRow("organization-nl") << u"org\n"_s << QString() << u"organization"_s;
    QTest::newRow("project") << QString() << u"proj\rX"_s << u"project"_s;
    QTest::newRow("project-unicode") << QString() << u"proj\u00e9"_s << u"project"_s;
}

void EndpointTest::problemOfOrganizationAndProject()
{
    QFETCH(QString, organization);
    QFETCH(QString, project);
    QFETCH(QString, expected);
    Endpoint endpoint = usable();
    endpoint.organization = organization;
    endpoint.project = project;
    if (expected.isEmpty())
        QCOMPARE(endpoint.problem(), QString());
    else
        QVERIFY2(endpoint.problem().contains(expected), qPrintable(endpoint.problem()));
}

void EndpointTest::problemOfExtraHeaders_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("fits");

    QTest::newRow("ordinary") << "X-Gateway"_ba
                              << "team a"_ba << true;
    QTest::newRow("empty value") << "X-Gateway"_ba << QByteArray() << true;
    QTest::newRow("no name") << QByteArray() << "a"_ba << false;
    QTest::newRow("colon in name") << "X:Y"_ba
                                   << "a"_ba << false;
    QTest::newRow("space in name") << "X Y"_ba
                                   << "a"_ba << false;
    QTest::newRow("break in name") << "X\r\nY"_ba
                                   << "a"_ba << false;
    QTest::newRow("break in value") << "X"_ba
                                    << "a\r\nEvil: 1"_ba << false;
    QTest::newRow("nl in value") << "X"_ba
                                 << "a\nb"_ba << false;
    QTest::newRow("length") << "content-LENGTH"_ba
                            << "1"_ba << false;
    QTest::newRow("encoding") << "Transfer-Encoding"_ba
                              << "chunked"_ba << false;
    QTest::newRow("type") << "Content-Type"_ba
                          << "text/plain"_ba << false;
}

void EndpointTest::problemOfExtraHeaders()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QFETCH(bool, fits);
    Endpoint endpoint = usable();
    endpoint.extraHeaders = {{name, value}};
    QCOMPARE(endpoint.problem().isEmpty(), fits);
}

void EndpointTest::problemNeverShowsTheKey()
{
    Endpoint endpoint = usable();
    endpoint.key = "sk-secret\n"_ba;
    QVERIFY(!endpoint.problem().isEmpty());
    QVERIFY(!endpoint.problem().contains(u"secret"_s));
}

void EndpointTest::loopbackHosts_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("loopback");

    QTest::newRow("localhost") << u"localhost"_s << true;
    QTest::newRow("case") << u"LocalHost"_s << true;
    QTest::newRow("127.0.0.1") << u"127.0.0.1"_s << true;
    QTest::newRow("127.255.255.254") << u"127.255.255.254"_s << true;
    QTest::newRow("::1") << u"::1"_s << true;
    QTest::newRow("long v6") << u"0:0:0:0:0:0:0:1"_s << true;
    QTest::newRow("empty") << QString() << false;
    QTest::newRow("128.0.0.1") << u"128.0.0.1"_s << false;
    QTest::newRow("0.0.0.0") << u"0.0.0.0"_s << false;
    QTest::newRow("::") << u"::"_s << false;
    QTest::newRow("::2") << u"::2"_s << false;
    QTest::newRow("suffix") << u"localhost.example"_s << false;
    QTest::newRow("name") << u"127.0.0.1.example"_s << false;
}

void EndpointTest::loopbackHosts()
{
    QFETCH(QString, host);
    QTEST(isLoopbackHost(host), "loopback");
}

void EndpointTest::urlOfARequest_data()
{
    QTest::addColumn<QString>("base");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("url");

    QTest::newRow("plain") << u"https://a.example/v1"_s << u"uploads"_s
                           << u"https://a.example/v1/uploads"_s;
    QTest::newRow("slash") << u"https://a.example/v1/"_s << u"uploads"_s
                           << u"https://a.example/v1/uploads"_s;
    QTest::newRow("slashes") << u"https://a.example/v1//"_s << u"uploads"_s
                             << u"https://a.example/v1/uploads"_s;
    QTest::newRow("no path") << u"https://a.example"_s << u"uploads"_s
                             << u"https://a.example/uploads"_s;
    QTest::newRow("query") << u"https://a.example/v1/?v=1%262"_s << u"uploads"_s
                           << u"https://a.example/v1/uploads?v=1%262"_s;
    QTest::newRow("encoded base") << u"https://a.example/a%2Fb/v1"_s << u"uploads"_s
                                  << u"https://a.example/a%2Fb/v1/uploads"_s;
    QTest::newRow("encoded path") << u"https://a.example/v1"_s << u"uploads/a%2Fb%3Fc/parts"_s
                                  << u"https://a.example/v1/uploads/a%2Fb%3Fc/parts"_s;
    QTest::newRow("port") << u"http://[::1]:99/v1"_s << u"files"_s << u"http://[::1]:99/v1/files"_s;
}

void EndpointTest::urlOfARequest()
{
    QFETCH(QString, base);
    QFETCH(QString, path);
    Endpoint endpoint = usable();
    endpoint.baseUrl = QUrl(base);
    QTEST(endpoint.request(path).url().toString(QUrl::FullyEncoded), "url");
}

void EndpointTest::callQueryComesLast()
{
    Endpoint endpoint = usable();
    endpoint.baseUrl = QUrl(u"https://a.example/v1?team=x&api-version=old"_s);
    endpoint.extraQuery = {{u"api-version"_s, u"2024&1 +%"_s}};
    const QUrlQuery query{{u"limit"_s, u"5"_s}};
    QCOMPARE(endpoint.request(u"files"_s, query).url().toString(QUrl::FullyEncoded),
             u"https://a.example/v1/files?team=x&api-version=2024%261%20%2B%25&limit=5"_s);
}

void EndpointTest::headersOfOpenAi()
{
    Endpoint endpoint = Endpoint::openAi("sk-test"_ba);
    endpoint.organization = u"org-1"_s;
    endpoint.project = u"proj_1"_s;
    endpoint.extraHeaders = {{"X-Gateway"_ba, "team"_ba}};
    QCOMPARE(endpoint.problem(), QString());
    const QNetworkRequest request = endpoint.request(u"uploads"_s);
    QCOMPARE(request.url(), QUrl(u"https://api.openai.com/v1/uploads"_s));
    QCOMPARE(request.rawHeader("Authorization"), "Bearer sk-test"_ba);
    QVERIFY(!request.hasRawHeader("api-key"));
    QCOMPARE(request.rawHeader("OpenAI-Organization"), "org-1"_ba);
    QCOMPARE(request.rawHeader("OpenAI-Project"), "proj_1"_ba);
    QCOMPARE(request.rawHeader("X-Gateway"), "team"_ba);
    QCOMPARE(request.rawHeader("User-Agent"), QByteArrayLiteral("longshore/" LONGSHORE_VERSION));
}

void EndpointTest::headersOfAzure()
{
    const Endpoint endpoint =
        Endpoint::azure(QUrl(u"https://name.openai.azure.com/"_s), u"2024-10-21"_s, "azurekey"_ba);
    QCOMPARE(endpoint.problem(), QString());
    const QNetworkRequest request = endpoint.request(u"uploads"_s);
    QCOMPARE(request.url(),
             QUrl(u"https://name.openai.azure.com/openai/uploads?api-version=2024-10-21"_s));
    QCOMPARE(request.rawHeader("api-key"), "azurekey"_ba);
    QVERIFY(!request.hasRawHeader("Authorization"));
}

void EndpointTest::emptyOrganizationIsNotSent()
{
    const QNetworkRequest request = usable().request(u"uploads"_s);
    QVERIFY(!request.hasRawHeader("OpenAI-Organization"));
    QVERIFY(!request.hasRawHeader("OpenAI-Project"));
}

void EndpointTest::attributes()
{
    const QNetworkRequest request = usable().request(u"uploads"_s);
    QCOMPARE(request.attribute(QNetworkRequest::Http2AllowedAttribute), QVariant(false));
    QCOMPARE(request.attribute(QNetworkRequest::RedirectPolicyAttribute).toInt(),
             int(QNetworkRequest::ManualRedirectPolicy));
    QCOMPARE(request.attribute(QNetworkRequest::CookieLoadControlAttribute).toInt(),
             int(QNetworkRequest::Manual));
    QCOMPARE(request.attribute(QNetworkRequest::CookieSaveControlAttribute).toInt(),
             int(QNetworkRequest::Manual));
    QCOMPARE(request.attribute(QNetworkRequest::AuthenticationReuseAttribute).toInt(),
             int(QNetworkRequest::Manual));
    Endpoint loopback = usable();
    loopback.baseUrl = QUrl(u"http://localhost:8080/v1"_s);
    QVERIFY(!loopback.request(u"uploads"_s)
                 .attribute(QNetworkRequest::AuthenticationReuseAttribute)
                 .isValid());
    QCOMPARE(request.attribute(QNetworkRequest::CacheLoadControlAttribute).toInt(),
             int(QNetworkRequest::AlwaysNetwork));
    QCOMPARE(request.attribute(QNetworkRequest::CacheSaveControlAttribute), QVariant(false));
    QCOMPARE(request.sslConfiguration().peerVerifyMode(), QSslSocket::VerifyPeer);
}

void EndpointTest::certificatesReplaceTheSystems()
{
    Endpoint endpoint = usable();
    QCOMPARE(endpoint.request(u"files"_s).sslConfiguration().caCertificates(),
             QSslConfiguration::defaultConfiguration().caCertificates());
    const QSslCertificate certificate;
    endpoint.caCertificates = {certificate};
    QCOMPARE(endpoint.request(u"files"_s).sslConfiguration().caCertificates(),
             QList<QSslCertificate>{certificate});
}

void EndpointTest::azure_data()
{
    QTest::addColumn<QString>("resource");
    QTest::addColumn<QString>("base");

    QTest::newRow("plain") << u"https://n.openai.azure.com"_s
                           << u"https://n.openai.azure.com/openai"_s;
    QTest::newRow("slash") << u"https://n.openai.azure.com/"_s
                           << u"https://n.openai.azure.com/openai"_s;
    QTest::newRow("whole") << u"https://n.openai.azure.com/openai/"_s
                           << u"https://n.openai.azure.com/openai"_s;
    QTest::newRow("behind a gateway")
        << u"https://gateway.example/team"_s << u"https://gateway.example/team/openai"_s;
}

void EndpointTest::azure()
{
    QFETCH(QString, resource);
    const Endpoint endpoint = Endpoint::azure(QUrl(resource), u"v"_s, "k"_ba);
    QTEST(endpoint.baseUrl.toString(), "base");
    QCOMPARE(endpoint.limits.uploadBytes, Q_INT64_C(9'663'676'416));
    QCOMPARE(endpoint.limits.partBytes, Q_INT64_C(67'108'864));
    QCOMPARE(endpoint.limits.life, std::chrono::seconds(7200));
}

void EndpointTest::identity_data()
{
    QTest::addColumn<QString>("one");
    QTest::addColumn<QString>("other");
    QTest::addColumn<bool>("same");

    const QString base = u"https://a.example/v1"_s;
    QTest::newRow("same") << base << base << true;
    QTest::newRow("slash") << base << u"https://a.example/v1/"_s << true;
    QTest::newRow("host case") << base << u"https://A.Example/v1"_s << true;
    QTest::newRow("port") << base << u"https://a.example:443/v1"_s << true;
    QTest::newRow("http port") << u"http://localhost/v1"_s << u"http://localhost:80/v1"_s << true;
    QTest::newRow("query") << base << u"https://a.example/v1?a=b"_s << true;
    QTest::newRow("other port") << base << u"https://a.example:444/v1"_s << false;
    QTest::newRow("http on 443") << u"http://a.example/v1"_s << u"http://a.example:443/v1"_s
                                 << false;
    QTest::newRow("scheme") << base << u"http://a.example/v1"_s << false;
    QTest::newRow("path case") << base << u"https://a.example/V1"_s << false;
    QTest::newRow("host") << base << u"https://b.example/v1"_s << false;
}

void EndpointTest::identity()
{
    QFETCH(QString, one);
    QFETCH(QString, other);
    Endpoint first = usable();
    first.baseUrl = QUrl(one);
    Endpoint second = usable();
    second.baseUrl = QUrl(other);
    second.key = "another"_ba;
    QTEST(first.identity() == second.identity(), "same");
    QVERIFY(!first.identity().contains(u"sk-test"_s));
}

void EndpointTest::identityTellsApart()
{
    Endpoint organization = usable();
    organization.organization = u"x"_s;
    Endpoint project = usable();
    project.project = u"x"_s;
    Endpoint both = usable();
    both.organization = u"x project=x"_s;
    Endpoint other = usable();
    other.organization = u"x"_s;
    other.project = u"x"_s;
    const QSet<QString> all{usable().identity(), organization.identity(), project.identity(),
                            both.identity(), other.identity()};
    QCOMPARE(all.size(), 5);
}

QTEST_GUILESS_MAIN(EndpointTest)
#include "tst_endpoint.moc"
