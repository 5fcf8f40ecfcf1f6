#include "api/answers.h"
#include "api/uploadsapi.h"
#include "support/testcertificates.h"
#include "support/wireserver.h"

#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

Endpoint endpointFor(const QUrl &base)
{
    Endpoint endpoint;
    endpoint.baseUrl = base;
    endpoint.key = "sk-test"_ba;
    return endpoint;
}

/// Keeps what a call answered, and how often.
struct Outcome
{
    int count = 0;
    ApiAnswer answer;

    void watch(ApiCall &call)
    {
        QObject::connect(&call, &ApiCall::finished, &call, [this](const ApiAnswer &given) {
            ++count;
            answer = given;
        });
    }
};

} // namespace

/// The calls as Qt's own network stack puts them on the wire.
class ApiWireTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cancelOnTheWire_data();
    void cancelOnTheWire();
    void createOnTheWire();
    void hugeAnswerOnTheWire();
    void redirectOnTheWire();
    void refusedConnection();
    void certificates_data();
    void certificates();
};

void ApiWireTest::cancelOnTheWire_data()
{
    QTest::addColumn<QString>("version");
    QTest::addColumn<QByteArray>("requestLine");

    QTest::newRow("openai") << QString() << "POST /v1/uploads/upload_1/cancel HTTP/1.1\r\n"_ba;
    QTest::newRow("azure")
        << u"2024-10-21"_s
        << "POST /v1/uploads/upload_1/cancel?api-version=2024-10-21 HTTP/1.1\r\n"_ba;
}

void ApiWireTest::cancelOnTheWire()
{
    QFETCH(QString, version);
    QFETCH(QByteArray, requestLine);
    WireServer server(WireServer::jsonAnswer("{\"id\":\"upload_1\"}"_ba));
    Endpoint endpoint = endpointFor(server.url(u"/v1"_s));
    if (!version.isEmpty())
        endpoint.extraQuery = {{u"api-version"_s, version}};
    QNetworkAccessManager manager;
    const UploadsApi api(endpoint, [&manager] { return &manager; });
    const auto call = api.cancelUpload(u"upload_1"_s);
    Outcome outcome;
    outcome.watch(*call);
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY2(!outcome.answer.error.isError(), qPrintable(outcome.answer.error.message));
    QCOMPARE(server.requests().size(), 1);
    const QByteArray request = server.requests().first();
    QVERIFY2(request.startsWith(requestLine), request.constData());
    QVERIFY(request.endsWith("\r\n\r\n")); // no body
    QCOMPARE(headerLines(request, "Content-Length"_ba), QList{"Content-Length: 0"_ba});
    QCOMPARE(headerLines(request, "Content-Type"_ba), QList<QByteArray>());
    QCOMPARE(headerLines(request, "Transfer-Encoding"_ba), QList<QByteArray>());
}

void ApiWireTest::createOnTheWire()
{
    WireServer server(WireServer::jsonAnswer("{\"id\":\"upload_1\"}"_ba));
    Endpoint endpoint = endpointFor(server.url(u"/v1"_s));
    endpoint.extraQuery = {{u"api-version"_s, u"1"_s}};
    QNetworkAccessManager manager;
    const UploadsApi api(endpoint, [&manager] { return &manager; });
    const auto call = api.createUpload({u"a"_s, u"batch"_s, 7, u"text/jsonl"_s, {}});
    Outcome outcome;
    outcome.watch(*call);
    QTRY_COMPARE(outcome.count, 1);
    const QByteArray request = server.requests().value(0);
    QVERIFY2(request.startsWith("POST /v1/uploads?api-version=1 HTTP/1.1\r\n"),
             request.constData());
    QCOMPARE(headerLines(request, "Content-Type"_ba), QList{"Content-Type: application/json"_ba});
    QCOMPARE(headerLines(request, "Authorization"_ba), QList{"Authorization: Bearer sk-test"_ba});
    QCOMPARE(headerLines(request, "User-Agent"_ba),
             QList{QByteArrayLiteral("User-Agent: longshore/" LONGSHORE_VERSION)});
    QVERIFY(headerLines(request, "Cookie"_ba).isEmpty());
    QVERIFY(headerLines(request, "Upgrade"_ba).isEmpty());
    const QByteArray body = request.mid(request.indexOf("\r\n\r\n") + 4);
    QCOMPARE(QJsonDocument::fromJson(body).object().value("bytes"_L1).toInt(), 7);
}

void ApiWireTest::hugeAnswerOnTheWire()
{
    WireServer server(
        WireServer::jsonAnswer("{\"x\":\""_ba + QByteArray(8 * kMaxAnswerBytes, 'x') + "\"}"));
    QNetworkAccessManager manager;
    const UploadsApi api(endpointFor(server.url(u"/v1"_s)), [&manager] { return &manager; });
    const auto call = api.getFile(u"file-1"_s);
    Outcome outcome;
    outcome.watch(*call);
    QTRY_COMPARE(outcome.count, 1);
    QCOMPARE(outcome.answer.error.kind, ErrorKind::BadAnswer);
}

void ApiWireTest::redirectOnTheWire()
{
    WireServer other(WireServer::jsonAnswer("{\"id\":\"upload_1\"}"_ba));
    WireServer server("HTTP/1.1 307 Temporary Redirect\r\nLocation: "_ba
                      + other.url(u"/v1/files/file-1"_s).toEncoded()
                      + "\r\nContent-Length: 0\r\n\r\n");
    QNetworkAccessManager manager;
    const UploadsApi api(endpointFor(server.url(u"/v1"_s)), [&manager] { return &manager; });
    const auto call = api.getFile(u"file-1"_s);
    Outcome outcome;
    outcome.watch(*call);
    QTRY_COMPARE(outcome.count, 1);
    QCOMPARE(outcome.answer.error.kind, ErrorKind::Refused);
    QCOMPARE(outcome.answer.error.status, 307);
    QVERIFY(outcome.answer.error.message.contains(QString::number(other.serverPort())));
    QVERIFY(other.requests().isEmpty());
}

void ApiWireTest::refusedConnection()
{
    QUrl url;
    {
        WireServer closed({});
        url = closed.url(u"/v1"_s);
    }
    QNetworkAccessManager manager;
    const UploadsApi api(endpointFor(url), [&manager] { return &manager; });
    const auto call = api.getFile(u"file-1"_s);
    Outcome outcome;
    outcome.watch(*call);
    QTRY_COMPARE(outcome.count, 1);
    QCOMPARE(outcome.answer.error.kind, ErrorKind::Network);
    QCOMPARE(outcome.answer.error.networkError, QNetworkReply::ConnectionRefusedError);
}

void ApiWireTest::certificates_data()
{
    QTest::addColumn<QString>("server");
    QTest::addColumn<QString>("authority"); // empty: the system's
    QTest::addColumn<bool>("trusted");

    QTest::newRow("ours") << u"server"_s << u"ca"_s << true;
    QTest::newRow("another authority") << u"server"_s << u"otherca"_s << false;
    QTest::newRow("the system's") << u"server"_s << QString() << false;
    QTest::newRow("another host") << u"otherhost"_s << u"ca"_s << false;
}

void ApiWireTest::certificates()
{
    QFETCH(QString, server);
    QFETCH(QString, authority);
    QFETCH(bool, trusted);
    WireServer service(WireServer::jsonAnswer("{\"id\":\"file-1\"}"_ba));
    service.encrypt(testCertificates(server).value(0), testKey(server));
    Endpoint endpoint = endpointFor(service.url(u"/v1"_s));
    if (!authority.isEmpty())
        endpoint.caCertificates = testCertificates(authority);
    QNetworkAccessManager manager;
    const UploadsApi api(endpoint, [&manager] { return &manager; });
    const auto call = api.getFile(u"file-1"_s);
    Outcome outcome;
    outcome.watch(*call);
    QTRY_COMPARE(outcome.count, 1);
    const ApiError &error = outcome.answer.error;
    QCOMPARE(errorKindName(error.kind), trusted ? u"none"_s : u"tls"_s);
    QCOMPARE(error.advice.isEmpty(), trusted);
    QCOMPARE(service.requests().size(), trusted ? 1 : 0);
}

QTEST_GUILESS_MAIN(ApiWireTest)
#include "tst_apiwire.moc"
