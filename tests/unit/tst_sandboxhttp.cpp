#include "sandbox/sandbox.h"
#include "sandboxclient.h"

#include <QDir>
#include <QJsonArray>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <atomic>
#include <thread>

using namespace Qt::StringLiterals;
using namespace longshore::sandbox;

namespace {

constexpr int ConditionTimeoutMs = 20'000;

const QByteArray PartType =
    QByteArrayLiteral("Content-Type: multipart/form-data; boundary=Bound\r\n");

QByteArray contentLength(qint64 bytes)
{
    return "Content-Length: " + QByteArray::number(bytes) + "\r\n";
}

QByteArray chunked(const QByteArray &body, qsizetype chunk)
{
    QByteArray result;
    for (qsizetype at = 0; at < body.size(); at += chunk) {
        const QByteArray piece = body.mid(at, chunk);
        result += QByteArray::number(piece.size(), 16) + ";ext=1\r\n" + piece + "\r\n";
    }
    return result + "0\r\nTrailer: x\r\n\r\n";
}

} // namespace

class TestSandboxHttp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void uploadsOnOneConnection();
    void listensOnLoopbackOnly();
    void takesAPort();
    void makesItsKey();
    void takesAzuresKey();
    void takesChunkedParts_data();
    void takesChunkedParts();
    void takesPartsByteByByte();
    void continuesWhenAsked();
    void streamsContent();
    void closesWhenAsked();
    void answersHeadWithoutBody();
    void takesOnlyWholeParts();
    void countsPartsAtOnce();
    void takesManyPartsAtOnce();
    void stopsWithClientsConnected();
    void removesItsTemporaryFolder();
    void keepsItsFiles();

private:
    std::unique_ptr<SandboxServer> m_server;
};

void TestSandboxHttp::init()
{
    m_server = std::make_unique<SandboxServer>(SandboxOptions{});
    QString error;
    QVERIFY2(m_server->start(&error), qPrintable(error));
}

void TestSandboxHttp::cleanup()
{
    m_server.reset();
}

void TestSandboxHttp::uploadsOnOneConnection()
{
    SandboxClient client(*m_server);
    const RawReply created = client.create(6);
    QCOMPARE(created.status, 200);
    QCOMPARE(created.header("content-type"), QByteArray("application/json"));
    QVERIFY(QRegularExpression(u"\\Areq_[0-9a-f]{32}\\z"_s)
                .match(QString::fromLatin1(created.header("x-request-id")))
                .hasMatch());
    QVERIFY(!created.header("openai-processing-ms").isEmpty());
    QVERIFY(created.header("date").endsWith(" GMT"));
    const RawReply one = client.addPart(created.id(), "one");
    QCOMPARE(one.status, 200);
    QCOMPARE(one.json().value("object"_L1).toString(), u"upload.part"_s);
    QCOMPARE(one.json().value("upload_id"_L1).toString(), created.id());
    QVERIFY(one.header("x-request-id") != created.header("x-request-id"));
    QCOMPARE(m_server->confirmedBytes(created.id()), 3);
    const RawReply two = client.addPart(created.id(), "two");
    const RawReply completed = client.complete(created.id(), {two.id(), one.id()});
    QCOMPARE(completed.status, 200);
    const QString fileId = completed.json().value("file"_L1).toObject().value("id"_L1).toString();
    QCOMPARE(client.request("GET", "/v1/files/" + fileId.toLatin1() + "/content").body,
             QByteArray("twoone"));
    const RawReply cancelled =
        client.request("POST", "/v1/uploads/" + client.create(1).id().toLatin1() + "/cancel");
    QCOMPARE(cancelled.json().value("status"_L1).toString(), u"cancelled"_s);
    QCOMPARE(client.request("GET", "/v1/files").json().value("data"_L1).toArray().size(), 1);
    QCOMPARE(client.request("DELETE", "/v1/files/" + fileId.toLatin1()).status, 200);

    QCOMPARE(m_server->statistics().toJson(),
             QByteArray(R"({"files":0,"peak_parts":1,"requests":{"cancel":1,"complete":1,)"
                        R"("create":2,"files":3,"part":2},"uploads":{"cancelled":1,)"
                        R"("completed":1,"expired":0,"pending":0}})"));
    const std::vector<RequestView> requests = m_server->requests();
    QCOMPARE(requests.size(), std::size_t(9));
    QCOMPARE(requests[2].call, Call::Part);
    QCOMPARE(requests[2].number, 2);
    QCOMPARE(requests[2].target, SandboxClient::partPath(created.id()));
    QCOMPARE(requests[2].bodyBytes, SandboxClient::form("two").size());
    QCOMPARE(requests[2].status, 200);
}

void TestSandboxHttp::listensOnLoopbackOnly()
{
    QVERIFY(m_server->baseUrl().startsWith(u"http://127.0.0.1:"_s));
    // All of 127/8 reaches this machine: a server on every address would accept here.
    QTcpSocket socket;
    socket.connectToHost(u"127.0.0.2"_s, m_server->port());
    QVERIFY(!socket.waitForConnected(ConditionTimeoutMs));
    QCOMPARE(socket.error(), QAbstractSocket::ConnectionRefusedError);
}

void TestSandboxHttp::takesAPort()
{
    SandboxOptions options;
    options.port = m_server->port();
    QString error;
    SandboxServer second(options);
    QVERIFY(!second.start(&error));
    QVERIFY(error.contains(QString::number(options.port)));
    m_server.reset();
    SandboxServer third(options);
    QVERIFY2(third.start(&error), qPrintable(error));
    QCOMPARE(third.port(), options.port);
}

void TestSandboxHttp::makesItsKey()
{
    QVERIFY(m_server->apiKey().startsWith("sk-sandbox-"));
    QVERIFY(SandboxServer(SandboxOptions{}).apiKey() != m_server->apiKey());
    SandboxOptions options;
    options.apiKey = "sk-sandbox-mine";
    QCOMPARE(SandboxServer(options).apiKey(), QByteArray("sk-sandbox-mine"));
}

void TestSandboxHttp::takesAzuresKey()
{
    SandboxClient client(*m_server);
    QVERIFY(client.send("GET /openai/files?api-version=1 HTTP/1.1\r\nHost: x\r\napi-key: "
                        + m_server->apiKey() + "\r\n\r\n"));
    QCOMPARE(client.receive().status, 200);
}

void TestSandboxHttp::takesChunkedParts_data()
{
    QTest::addColumn<qsizetype>("chunk");
    for (const qsizetype chunk : {1, 7, 1000, 100'000, 10'000'000})
        QTest::addRow("%lld", qlonglong(chunk)) << chunk;
}

void TestSandboxHttp::takesChunkedParts()
{
    QFETCH(qsizetype, chunk);
    QByteArray data;
    for (int i = 0; data.size() < chunk * 200 && data.size() < 3'000'000; ++i)
        data += QByteArray::number(i) + "\r\n--Bou";
    SandboxClient client(*m_server);
    const QString id = client.create(data.size()).id();
    QVERIFY(client.send(client.head("POST", SandboxClient::partPath(id),
                                    PartType + "Transfer-Encoding: chunked\r\n")
                        + chunked(SandboxClient::form(data), chunk)));
    const RawReply part = client.receive();
    QCOMPARE(part.status, 200);
    QCOMPARE(client.complete(id, {part.id()}).status, 200);
    const QByteArray fileId = m_server->upload(id)->fileId.toLatin1();
    QCOMPARE(client.request("GET", "/v1/files/" + fileId + "/content").body, data);
}

void TestSandboxHttp::takesPartsByteByByte()
{
    SandboxClient client(*m_server);
    const QString id = client.create(3).id();
    const QByteArray body = SandboxClient::form("\r\n-");
    const QByteArray request =
        client.head("POST", SandboxClient::partPath(id), PartType + contentLength(body.size()))
        + body;
    for (const char byte : request)
        QVERIFY(client.send(QByteArray(1, byte)));
    QCOMPARE(client.receive().status, 200);
    QCOMPARE(m_server->upload(id)->receivedBytes, 3);
}

void TestSandboxHttp::continuesWhenAsked()
{
    SandboxClient client(*m_server);
    const QString id = client.create(3).id();
    const QByteArray body = SandboxClient::form("one");
    QVERIFY(client.send(
        client.head("POST", SandboxClient::partPath(id),
                    PartType + contentLength(body.size()) + "Expect: 100-continue\r\n")));
    QCOMPARE(client.receive().status, 100);
    QVERIFY(client.send(body));
    QCOMPARE(client.receive().status, 200);
}

void TestSandboxHttp::streamsContent()
{
    QByteArray data;
    for (int i = 0; i < 300'000; ++i)
        data += QByteArray::number(i);
    SandboxClient client(*m_server);
    const QString id = client.create(2 * data.size()).id();
    const QString one = client.addPart(id, data).id();
    const QString two = client.addPart(id, data).id();
    const RawReply completed = client.complete(id, {one, two});
    const QByteArray path = "/v1/files/"
        + completed.json().value("file"_L1).toObject().value("id"_L1).toString().toLatin1()
        + "/content";
    const RawReply reply = client.request("GET", path);
    QCOMPARE(reply.header("content-type"), QByteArray("application/octet-stream"));
    QVERIFY(reply.body == data + data);
    // A client that leaves in the middle harms nobody.
    SandboxClient leaving(*m_server);
    QVERIFY(leaving.send(leaving.head("GET", path, {})));
    QVERIFY(leaving.hasAnswer(ConditionTimeoutMs));
    leaving.abort();
    QVERIFY(client.request("GET", path).body == data + data);
}

void TestSandboxHttp::closesWhenAsked()
{
    SandboxClient client(*m_server);
    QVERIFY(client.send(client.head("GET", "/v1/files", "Connection: close\r\n")));
    const RawReply reply = client.receive();
    QCOMPARE(reply.status, 200);
    QCOMPARE(reply.header("connection"), QByteArray("close"));
    QVERIFY(client.isClosedByServer());
    QVERIFY(client.send("GET /v1/files HTTP/1.0\r\nAuthorization: bearer " + m_server->apiKey()
                        + "\r\n\r\n"));
    QCOMPARE(client.receive().status, 200);
    QVERIFY(client.isClosedByServer());
}

void TestSandboxHttp::answersHeadWithoutBody()
{
    SandboxClient client(*m_server);
    QVERIFY(client.send(client.head("HEAD", "/v1/files", "Connection: close\r\n")));
    const RawReply reply = client.receive();
    QCOMPARE(reply.status, 405);
    QVERIFY(reply.isCut);
    QVERIFY(reply.body.isEmpty());
}

void TestSandboxHttp::takesOnlyWholeParts()
{
    SandboxClient client(*m_server);
    const QString id = client.create(3).id();
    const QByteArray body = SandboxClient::form("one");
    QVERIFY(client.send(
        client.head("POST", SandboxClient::partPath(id), PartType + contentLength(body.size()))
        + body.left(body.size() - 1)));
    QTRY_COMPARE_WITH_TIMEOUT(m_server->upload(id)->receivedBytes, 3, ConditionTimeoutMs);
    client.abort();
    QCOMPARE(client.addPart(id, "two").status, 200);
    QCOMPARE(m_server->upload(id)->parts, 1);
    QCOMPARE(m_server->confirmedBytes(id), 3);
}

void TestSandboxHttp::countsPartsAtOnce()
{
    SandboxClient client(*m_server);
    const QString id = client.create(9).id();
    const QByteArray body = SandboxClient::form("one");
    std::vector<std::unique_ptr<SandboxClient>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<SandboxClient>(*m_server));
        QVERIFY(clients.back()->send(client.head("POST", SandboxClient::partPath(id),
                                                 PartType + contentLength(body.size()))));
    }
    QTRY_COMPARE_WITH_TIMEOUT(m_server->statistics().peakParts, 3, ConditionTimeoutMs);
    for (const auto &waiting : clients) {
        QVERIFY(waiting->send(body));
        QCOMPARE(waiting->receive().status, 200);
    }
    // Whoever has an answer is not counted with what comes next.
    for (int i = 0; i < 50; ++i)
        QCOMPARE(client.addPart(id, "x").status, 200);
    QCOMPARE(m_server->statistics().peakParts, 3);
}

void TestSandboxHttp::takesManyPartsAtOnce()
{
    constexpr int Lanes = 8;
    constexpr int PartsPerLane = 10;
    const QByteArray data(200'000, 'x');
    const QString id = SandboxClient(*m_server).create(data.size() * Lanes * PartsPerLane).id();
    std::atomic<int> confirmed = 0;
    std::atomic<bool> isAhead = false;
    std::array<QStringList, Lanes> ids;
    std::vector<std::thread> threads;
    for (QStringList &own : ids) {
        threads.emplace_back([&] {
            SandboxClient client(*m_server);
            for (int i = 0; i < PartsPerLane; ++i) {
                own.append(client.addPart(id, data).id());
                // No client ever knows of more than the server says it has confirmed.
                const qint64 known = ++confirmed * data.size();
                if (m_server->confirmedBytes(id) < known)
                    isAhead = true;
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QVERIFY(!isAhead);
    QStringList all;
    for (const QStringList &own : ids)
        all += own;
    QCOMPARE(SandboxClient(*m_server).complete(id, all).status, 200);
    QVERIFY(m_server->statistics().peakParts <= Lanes);
    QCOMPARE(m_server->upload(id)->parts, Lanes * PartsPerLane);
}

void TestSandboxHttp::stopsWithClientsConnected()
{
    SandboxClient idle(*m_server);
    QCOMPARE(idle.request("GET", "/v1/files").status, 200);
    SandboxClient sending(*m_server);
    const QString id = idle.create(1'000'000).id();
    QVERIFY(sending.send(
        sending.head("POST", SandboxClient::partPath(id), PartType + contentLength(1'000'000))
        + SandboxClient::form(QByteArray(500'000, 'x'))));
    QTRY_VERIFY_WITH_TIMEOUT(m_server->upload(id)->receivedBytes > 0, ConditionTimeoutMs);
    m_server->stop();
    QVERIFY(idle.isClosedByServer());
    QVERIFY(sending.isClosedByServer());
    QCOMPARE(m_server->statistics().requests.part, 1);
    QCOMPARE(m_server->statistics().uploads.pending, 1);
    m_server->advanceClock(std::chrono::hours(2));
    QCOMPARE(m_server->statistics().uploads.expired, 1);
    m_server->stop();
}

void TestSandboxHttp::removesItsTemporaryFolder()
{
    const QString files = m_server->filesDir();
    SandboxClient client(*m_server);
    const QString id = client.create(1).id();
    QCOMPARE(client.complete(id, {client.addPart(id, "x").id()}).status, 200);
    QVERIFY(QFileInfo::exists(files + u'/' + m_server->fileIds().at(0)));
    m_server->stop();
    QVERIFY(!QFileInfo::exists(files));
    QVERIFY(!QFileInfo::exists(QFileInfo(files).path()));
}

void TestSandboxHttp::keepsItsFiles()
{
    QTemporaryDir dir;
    SandboxOptions options;
    options.dataDir = dir.path();
    QString fileId;
    for (int start = 0; start < 2; ++start) {
        SandboxServer server(options);
        QString error;
        QVERIFY2(server.start(&error), qPrintable(error));
        QCOMPARE(server.filesDir(), dir.path() + u"/files"_s);
        SandboxClient client(server);
        if (start == 1) {
            QCOMPARE(server.fileIds(), QStringList{fileId});
            QCOMPARE(client.request("GET", "/v1/files/" + fileId.toLatin1()).status, 200);
            continue;
        }
        const QString id = client.create(1).id();
        QCOMPARE(client.complete(id, {client.addPart(id, "x").id()}).status, 200);
        fileId = server.fileIds().at(0);
    }
    QVERIFY(QFileInfo::exists(dir.filePath(u"files/"_s + fileId)));
    QVERIFY(QFileInfo::exists(dir.filePath(u"files/"_s + fileId + u".json"_s)));
    QCOMPARE(QDir(dir.path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden),
             QStringList{u"files"_s});
}

QTEST_GUILESS_MAIN(TestSandboxHttp)
#include "tst_sandboxhttp.moc"
