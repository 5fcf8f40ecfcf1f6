#include "sandbox/sandbox.h"
#include "sandboxclient.h"

#include <QFileInfo>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace longshore::sandbox;

namespace {

constexpr qint64 MaximumPartBytes = 67'108'864;

const QByteArray PartType =
    QByteArrayLiteral("Content-Type: multipart/form-data; boundary=Bound\r\n");

QByteArray contentLength(qint64 bytes)
{
    return "Content-Length: " + QByteArray::number(bytes) + "\r\n";
}

} // namespace

class TestSandboxRefusals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void refusesKeys_data();
    void refusesKeys();
    void refusesForms_data();
    void refusesForms();
    void refusesContentTypes();
    void answersEarlyByContentLength();
    void answersEarlyWhenTheLimitIsPassed();
    void answersEarlyToAnUnknownUpload();
    void keepsTheConnectionAfterSmallRefusals();
    void refusesWithoutContinue();
    void limitsJson();
    void refusesBadHttp_data();
    void refusesBadHttp();
    void cannotBeLedToOtherFiles_data();
    void cannotBeLedToOtherFiles();

private:
    std::unique_ptr<SandboxServer> m_server;
};

void TestSandboxRefusals::init()
{
    m_server = std::make_unique<SandboxServer>(SandboxOptions{});
    QString error;
    QVERIFY2(m_server->start(&error), qPrintable(error));
}

void TestSandboxRefusals::cleanup()
{
    m_server.reset();
}

void TestSandboxRefusals::refusesKeys_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("none") << QByteArray();
    QTest::newRow("wrong") << QByteArray("Authorization: Bearer sk-sandbox-x\r\n");
    QTest::newRow("empty") << QByteArray("Authorization: Bearer \r\n");
    QTest::newRow("basic") << QByteArray("Authorization: Basic c2s6\r\n");
    QTest::newRow("azure") << QByteArray("api-key: x\r\n");
}

void TestSandboxRefusals::refusesKeys()
{
    QFETCH(QByteArray, line);
    SandboxClient client(*m_server);
    QVERIFY(client.send("POST /v1/uploads HTTP/1.1\r\nHost: x\r\n" + line
                        + "Content-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"));
    const RawReply reply = client.receive();
    QCOMPARE(reply.status, 401);
    QCOMPARE(reply.error("code").toString(), u"invalid_api_key"_s);
    QVERIFY(!reply.body.contains("sk-sandbox"));
    QCOMPARE(client.request("GET", "/v1/files").status, 200); // the same connection goes on
}

void TestSandboxRefusals::refusesForms_data()
{
    QTest::addColumn<QByteArray>("body");
    const QByteArray data = "--Bound\r\nContent-Disposition: form-data; name=data\r\n\r\nx\r\n";
    const QByteArray other = "--Bound\r\nContent-Disposition: form-data; name=other\r\n\r\nx\r\n";
    const QByteArray end = "--Bound--\r\n";
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no field") << end;
    QTest::newRow("empty data") << SandboxClient::form({});
    QTest::newRow("other field") << other + end;
    QTest::newRow("other field too") << data + other + end;
    QTest::newRow("two fields") << data + data + end;
    QTest::newRow("no name") << "--Bound\r\n\r\nx\r\n" + end;
    QTest::newRow("not ended") << data;
    QTest::newRow("other boundary") << QByteArray("--B\r\n\r\nx\r\n--B--\r\n");
    QTest::newRow("malformed") << "--Boundx\r\n\r\nx\r\n" + end;
}

void TestSandboxRefusals::refusesForms()
{
    QFETCH(QByteArray, body);
    SandboxClient client(*m_server);
    const QString id = client.create(1).id();
    const RawReply reply = client.request("POST", SandboxClient::partPath(id), body,
                                          "multipart/form-data; boundary=Bound");
    QCOMPARE(reply.status, 400);
    QCOMPARE(reply.error("param").toString(), u"data"_s);
    QCOMPARE(m_server->upload(id)->parts, 0);
    QCOMPARE(m_server->confirmedBytes(id), 0);
    QCOMPARE(client.addPart(id, "x").status, 200); // on the same connection
}

void TestSandboxRefusals::refusesContentTypes()
{
    SandboxClient client(*m_server);
    QCOMPARE(client.request("POST", "/v1/uploads", "{}", "text/plain").status, 400);
    const QString id = client.create(1).id();
    for (const char *type :
         {"application/json", "multipart/form-data", "multipart/mixed; boundary=Bound"})
        QCOMPARE(client.request("POST", SandboxClient::partPath(id), SandboxClient::form("x"), type)
                     .status,
                 400);
}

void TestSandboxRefusals::answersEarlyByContentLength()
{
    SandboxClient client(*m_server);
    const QString id = client.create(1).id();
    // Not a byte of the body is sent: the head is enough.
    QVERIFY(client.send(client.head("POST", SandboxClient::partPath(id),
                                    PartType + contentLength(MaximumPartBytes + 1'000'000))));
    const RawReply reply = client.receive();
    QCOMPARE(reply.status, 413);
    QCOMPARE(reply.error("param").toString(), u"data"_s);
    QCOMPARE(reply.header("connection"), QByteArray("close"));
    QVERIFY(client.isClosedByServer());
}

void TestSandboxRefusals::answersEarlyWhenTheLimitIsPassed()
{
    SandboxClient client(*m_server);
    const QString id = client.create(1).id();
    QVERIFY(client.send(client.head("POST", SandboxClient::partPath(id),
                                    PartType + "Transfer-Encoding: chunked\r\n")));
    // One byte more than a part may have, in a body that would go on.
    const QByteArray head =
        SandboxClient::form({}).left(SandboxClient::form({}).indexOf("\r\n\r\n") + 4);
    QVERIFY(client.send(QByteArray::number(head.size(), 16) + "\r\n" + head + "\r\n"));
    const QByteArray block(1'048'576, 'x');
    for (int i = 0; i < 64; ++i)
        QVERIFY(client.send("100000\r\n" + block + "\r\n"));
    QVERIFY(client.send("1\r\nx\r\n"));
    QCOMPARE(client.receive().status, 413);
    QCOMPARE(m_server->upload(id)->parts, 0);
}

void TestSandboxRefusals::answersEarlyToAnUnknownUpload()
{
    SandboxClient client(*m_server);
    QVERIFY(client.send(client.head("POST", SandboxClient::partPath(u"upload_x"_s),
                                    PartType + contentLength(64'000'000))));
    // A client that does not look goes on, until it sees the end. The answer is not lost.
    client.send(QByteArray(60'000'000, 'x'));
    const RawReply reply = client.receive();
    QCOMPARE(reply.status, 404);
    QCOMPARE(m_server->statistics().requests.part, 1);
}

void TestSandboxRefusals::keepsTheConnectionAfterSmallRefusals()
{
    SandboxClient client(*m_server);
    QVERIFY(client.connect());
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(client.addPart(u"upload_x"_s, QByteArray(30'000, 'x')).status, 404);
        const RawReply reply = client.request("POST", "/v1/elsewhere", "{}");
        QCOMPARE(reply.status, 404);
        QCOMPARE(reply.header("connection"), QByteArray("keep-alive"));
        QVERIFY(reply.error("message").isString());
    }
    QCOMPARE(client.request("PUT", "/v1/files", "{}").status, 405);
}

void TestSandboxRefusals::refusesWithoutContinue()
{
    SandboxClient client(*m_server);
    QVERIFY(client.send(client.head("POST", SandboxClient::partPath(u"upload_x"_s),
                                    PartType + contentLength(1000) + "Expect: 100-continue\r\n")));
    QCOMPARE(client.receive().status, 404);
    QVERIFY(client.isClosedByServer()); // or it would take a body for the next request
}

void TestSandboxRefusals::limitsJson()
{
    SandboxClient client(*m_server);
    QVERIFY(client.send(client.head("POST", "/v1/uploads",
                                    "Content-Type: application/json\r\n"
                                    "Transfer-Encoding: chunked\r\n")));
    for (int i = 0; i < 17; ++i)
        QVERIFY(client.send("10000\r\n" + QByteArray(65'536, ' ') + "\r\n"));
    QCOMPARE(client.receive().status, 413);
}

void TestSandboxRefusals::refusesBadHttp_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const QByteArray line = "GET /v1/files HTTP/1.1\r\n";
    QTest::newRow("junk") << QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) << 400;
    QTest::newRow("words") << QByteArray("hello world how are you\r\n\r\n") << 400;
    QTest::newRow("HTTP/2") << QByteArray("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") << 400;
    QTest::newRow("long header") << line + "X: " + QByteArray(20'000, 'x') << 431;
    QTest::newRow("many headers") << line + QByteArray("X: y\r\n").repeated(4000) << 431;
    QTest::newRow("long target") << "GET /" + QByteArray(20'000, 'x') << 431;
    QTest::newRow("bad length") << line + "Content-Length: 1x\r\n\r\n" << 400;
    QTest::newRow("negative length") << line + "Content-Length: -1\r\n\r\n" << 400;
    QTest::newRow("two framings") << line
            + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  << 400;
    QTest::newRow("bad chunk") << QByteArray(
        "POST /v1/elsewhere HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n")
                               << 400;
}

void TestSandboxRefusals::refusesBadHttp()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    SandboxClient client(*m_server);
    QVERIFY(client.send(bytes));
    const RawReply reply = client.receive();
    QCOMPARE(reply.status, status);
    QVERIFY(reply.error("message").isString());
    QVERIFY(client.isClosedByServer());
    SandboxClient other(*m_server);
    QCOMPARE(other.request("GET", "/v1/files").status, 200);
}

void TestSandboxRefusals::cannotBeLedToOtherFiles_data()
{
    QTest::addColumn<QByteArray>("path");
    for (const char *path :
         {"/v1/files/../../../../../../etc/passwd/content",
          "/v1/files/..%2f..%2fetc%2fpasswd/content", "/v1/files/%2e%2e/content",
          "/v1/files/../content", "/v1/files/./content", "/v1/files//content",
          "/v1/files//etc/passwd", "/v1/files/%00/content", "/v1/files/..\\..\\x/content",
          "/v1/files/file-x.json", "/v1/files/\xff\xfe/content", "/../../etc/passwd",
          "http://x/../../etc/passwd"})
        QTest::addRow("%s", path) << QByteArray(path);
}

void TestSandboxRefusals::cannotBeLedToOtherFiles()
{
    QFETCH(QByteArray, path);
    SandboxClient client(*m_server);
    for (const char *method : {"GET", "DELETE"}) {
        const RawReply reply = client.request(method, path);
        QVERIFY2(reply.status == 404 || reply.status == 405, reply.body.constData());
        QVERIFY(!reply.body.contains("root:"));
    }
    QVERIFY(QFileInfo::exists(u"/etc/passwd"_s));
}

QTEST_GUILESS_MAIN(TestSandboxRefusals)
#include "tst_sandboxrefusals.moc"
