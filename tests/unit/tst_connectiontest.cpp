#include "connectiontrial.h"

#include "sandbox/sandbox.h"
#include "support/wireserver.h"

#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

/// The test of a connection against services that answer in all kinds of ways.
class ConnectionTestTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answers_data();
    void answers();
    void request();
    void azureRequest();
    void nothingIsSent_data();
    void nothingIsSent();
    void cancelled();
    void startedAgain();
    void destroyedByItsOwnSignal();
    void sandboxFaults();

private:
    QThreadPool m_pool;
};

void ConnectionTestTest::answers_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QString>("sentence");
    QTest::addColumn<QString>("details");
    QTest::addColumn<QString>("proposal");

    const auto row = [](const QByteArray &status, const QByteArray &headers, const QByteArray &body,
                        const QString &sentence, const QString &details = {},
                        const QString &proposal = {}) {
        QTest::newRow((status + ' ' + body.left(20)).constData())
            << answerOf(status, headers, body) << sentence << details << proposal;
    };
    const QByteArray json = "Content-Type: application/json\r\n"_ba;
    const QByteArray html = "Content-Type: Text/HTML; charset=utf-8\r\n"_ba;
    row("200 OK"_ba, json, kEmptyList, u"accepted the key"_s);
    row("401 Unauthorized"_ba, json + "x-request-id: req_7\r\nWWW-Authenticate: Basic\r\n",
        R"({"error":{"message":"No such key.","code":"invalid_api_key"}})"_ba,
        u"did not accept the key"_s,
        u"No such key. · HTTP 401 · invalid_api_key · request req_7"_s);
    row("403 Forbidden"_ba, json, R"({"error":{"message":"Not in your country."}})"_ba,
        u"does not let it list files"_s, u"Not in your country. · HTTP 403"_s);
    row("404 Not Found"_ba, json, R"({"detail":"Not Found"})"_ba, u"no list of files"_s,
        u"Not Found · HTTP 404"_s, u"/wrong/v1"_s);
    row("404 Not Found"_ba, html, "<html>nothing here</html>"_ba, u"no list of files"_s, {},
        u"/wrong/v1"_s);
    row("429 Too Many Requests"_ba, json,
        R"({"error":{"message":"Pay.","code":"insufficient_quota"}})"_ba, u"quota is used up"_s,
        u"Pay. · HTTP 429 · insufficient_quota"_s);
    row("429 Too Many Requests"_ba, json, R"({"error":{"message":"Slow down."}})"_ba,
        u"no more requests"_s, u"Slow down. · HTTP 429"_s);
    row("503 Service Unavailable"_ba, {}, {}, u"trouble of its own"_s,
        u"HTTP 503 Service Unavailable"_s);
    row("200 OK"_ba, html, "<html>Welcome to our network</html>"_ba, u"A web page came back"_s, {},
        u"/wrong/v1"_s);
    row("200 OK"_ba, json, R"({"models":[]})"_ba, u"not as a service for uploads"_s,
        u"The service's answer holds no list of files. · HTTP 200"_s);
    row("200 OK"_ba, json, "[1,2]"_ba, u"not as a service for uploads"_s,
        u"The service's answer is not a JSON object. · HTTP 200"_s);
    row("200 OK"_ba, json, {}, u"not as a service for uploads"_s,
        u"The service's answer is empty. · HTTP 200"_s);
    row("302 Found"_ba, "Location: /login\r\n"_ba, {}, u"/login. A key is never sent"_s);
    row("307 Temporary Redirect"_ba, "Location: /api/v1/files?limit=1\r\n"_ba, {},
        u"/api/v1/files. A key is never sent"_s, {}, u"/api/v1"_s);
    row("307 Temporary Redirect"_ba, {}, {}, u"does not say where to"_s);
}

void ConnectionTestTest::answers()
{
    QFETCH(QByteArray, answer);
    QFETCH(QString, sentence);
    QFETCH(QString, proposal);
    WireServer server(answer);
    const ConnectionResult result = tried(profileFor(server.url(u"/wrong"_s)));
    QVERIFY2(result.sentence.contains(sentence), qPrintable(result.sentence));
    QCOMPARE(result.ok, sentence == u"accepted the key"_s);
    QTEST(result.details, "details");
    QCOMPARE(result.proposedUrl, proposal.isEmpty() ? QUrl() : server.url(proposal));
    QCOMPARE(server.requests().size(), 1); // no redirect is followed
}

void ConnectionTestTest::request()
{
    WireServer server(WireServer::jsonAnswer(kEmptyList));
    Profile profile = profileFor(server.url(u"/v1/"_s));
    profile.keyHeader = KeyHeader::ApiKey;
    profile.organization = u"org-1"_s;
    profile.project = u"proj-1"_s;
    QVERIFY(tried(profile, "sk-test"_ba).ok);
    const QByteArray request = server.requests().value(0);
    QVERIFY2(request.startsWith("GET /v1/files?limit=1 HTTP/1.1\r\n"), request.constData());
    QCOMPARE(headerLines(request, "api-key"_ba), QList{"api-key: sk-test"_ba});
    QVERIFY(headerLines(request, "Authorization"_ba).isEmpty());
    QCOMPARE(headerLines(request, "OpenAI-Organization"_ba),
             QList{"OpenAI-Organization: org-1"_ba});
    QCOMPARE(headerLines(request, "OpenAI-Project"_ba), QList{"OpenAI-Project: proj-1"_ba});
}

void ConnectionTestTest::azureRequest()
{
    WireServer server(WireServer::jsonAnswer(kEmptyList));
    Profile profile = profileFor(server.url());
    profile.kind = ServiceKind::Azure;
    profile.apiVersion = u"2024-10-21"_s;
    QVERIFY(tried(profile).ok);
    const QByteArray request = server.requests().value(0);
    QVERIFY2(
        request.startsWith("GET /openai/files?limit=1&api-version=2024-10-21 HTTP/1.1\r\n")
            || request.startsWith("GET /openai/files?api-version=2024-10-21&limit=1 HTTP/1.1\r\n"),
        request.constData());
    QCOMPARE(headerLines(request, "api-key"_ba), QList{"api-key: sk-test"_ba});
}

void ConnectionTestTest::nothingIsSent_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QString>("words");

    QTest::newRow("plain http") << u"192.0.2.1"_s << "sk-1"_ba << u"plain http"_s;
    QTest::newRow("no key") << u"127.0.0.1"_s << QByteArray() << u"no API key"_s;
    QTest::newRow("bad key") << u"127.0.0.1"_s << "sk-1\r\nx: y"_ba << u"line break"_s;
}

void ConnectionTestTest::nothingIsSent()
{
    QFETCH(QString, host);
    QFETCH(QByteArray, key);
    QFETCH(QString, words);
    WireServer server(WireServer::jsonAnswer(kEmptyList));
    Profile profile = profileFor(server.url(u"/v1"_s));
    profile.url.setHost(host);
    const ConnectionResult result = tried(profile, key);
    QVERIFY2(result.sentence.contains(words), qPrintable(result.sentence));
    QVERIFY(server.requests().isEmpty());
}

void ConnectionTestTest::cancelled()
{
    WireServer server({});
    ConnectionTest test(m_pool, withoutProxy());
    QSignalSpy finished(&test, &ConnectionTest::finished);
    test.start(profileFor(server.url(u"/v1"_s)), "sk-test"_ba);
    QTRY_COMPARE(server.requests().size(), 1);
    test.cancel();
    QVERIFY(!test.isRunning());
    // An answer that waits for its delivery is forgotten as well.
    test.start(profileFor({}), "sk-test"_ba);
    test.cancel();
    QCoreApplication::processEvents();
    QCOMPARE(finished.size(), 0);
}

void ConnectionTestTest::startedAgain()
{
    WireServer silent({});
    WireServer server(WireServer::jsonAnswer(kEmptyList));
    ConnectionTest test(m_pool, withoutProxy());
    QSignalSpy finished(&test, &ConnectionTest::finished);
    test.start(profileFor(silent.url(u"/v1"_s)), "sk-test"_ba);
    test.start(profileFor(server.url(u"/v1"_s)), "sk-test"_ba);
    QVERIFY(finished.wait());
    QCOMPARE(finished.size(), 1);
    QVERIFY(finished.constFirst().constFirst().value<ConnectionResult>().ok);
    test.start(profileFor(server.url(u"/v1"_s)), "sk-other"_ba);
    QVERIFY(finished.wait());
    QCOMPARE(headerLines(server.requests().value(1), "Authorization"_ba),
             QList{"Authorization: Bearer sk-other"_ba});
}

void ConnectionTestTest::destroyedByItsOwnSignal()
{
    WireServer server(WireServer::jsonAnswer(kEmptyList));
    auto test = std::make_unique<ConnectionTest>(m_pool, withoutProxy());
    connect(test.get(), &ConnectionTest::finished, this, [&test] { test.reset(); });
    test->start(profileFor(server.url(u"/v1"_s)), "sk-test"_ba);
    QTRY_VERIFY(!test);
}

void ConnectionTestTest::sandboxFaults()
{
    sandbox::SandboxServer service({});
    QString error;
    QVERIFY2(service.start(&error), qPrintable(error));
    const Profile profile = profileFor(QUrl(service.baseUrl()));
    QVERIFY(tried(profile, service.apiKey()).ok);
    QVERIFY(tried(profile, "sk-wrong"_ba).sentence.contains(u"did not accept the key"_s));

    const auto withFault = [&](const QByteArray &fault) {
        service.setFaults(
            sandbox::parseFaults(R"({"rules":[{"call":"files",)" + fault + "}]}", &error));
        return tried(profile, service.apiKey());
    };
    ConnectionResult result = withFault(R"("action":"reset")");
    QVERIFY2(!result.ok && error.isEmpty(), qPrintable(error));
    QVERIFY2(result.sentence.contains(u"closed the connection"_s), qPrintable(result.sentence));
    result = withFault(R"("action":"huge","bytes":3000000)");
    QVERIFY2(result.sentence.contains(u"not as a service"_s), qPrintable(result.sentence));
    result = withFault(R"("action":"deep","levels":1000)");
    QVERIFY2(result.sentence.contains(u"not as a service"_s), qPrintable(result.sentence));
    result = withFault(R"("action":"truncate","after_bytes":5)");
    QVERIFY2(result.sentence.contains(u"closed the connection"_s), qPrintable(result.sentence));
}

QTEST_GUILESS_MAIN(ConnectionTestTest)
#include "tst_connectiontest.moc"
