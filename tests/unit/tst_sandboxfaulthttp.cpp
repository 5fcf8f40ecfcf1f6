#include "sandbox/sandbox.h"
#include "sandboxclient.h"

#include <QElapsedTimer>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace longshore::sandbox;

namespace {

constexpr int ConditionTimeoutMs = 20'000;
/// How long the server is given to do what it must not do.
constexpr int SilenceMs = 100;

const QByteArray PartType =
    QByteArrayLiteral("Content-Type: multipart/form-data; boundary=Bound\r\n");

} // namespace

class TestSandboxFaultHttp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void status();
    void statusWithoutBody();
    void statusThatCloses();
    void reset();
    void resetMid();
    void resetMidBeyondTheBody();
    void stallAtHeaders();
    void stallInBody();
    void stallAtAnswer();
    void lost_data();
    void lost();
    void delay();
    void slow();
    void body();
    void huge();
    void deep();
    void redirect();
    void truncate();
    void wrongId();
    void repeatId();
    void countsFaultedRequests();
    void changesWhileRunning();

private:
    void setFaults(const QByteArray &rule);
    /// Of the part request, -1 if there is none yet.
    [[nodiscard]] qint64 partBodyBytes() const;
    [[nodiscard]] QByteArray partHead(const QString &uploadId, qint64 length) const;

    std::unique_ptr<SandboxServer> m_server;
    std::unique_ptr<SandboxClient> m_client;
    QString m_upload;
};

void TestSandboxFaultHttp::init()
{
    m_server = std::make_unique<SandboxServer>(SandboxOptions{});
    QString error;
    QVERIFY2(m_server->start(&error), qPrintable(error));
    m_client = std::make_unique<SandboxClient>(*m_server);
    m_upload = m_client->create(3).id();
    QVERIFY(!m_upload.isEmpty());
}

void TestSandboxFaultHttp::cleanup()
{
    m_client.reset();
    m_server.reset();
}

void TestSandboxFaultHttp::setFaults(const QByteArray &rule)
{
    QString error;
    m_server->setFaults(parseFaults("{\"rules\":[" + rule + "]}", &error));
    QVERIFY2(error.isEmpty(), qPrintable(error));
}

qint64 TestSandboxFaultHttp::partBodyBytes() const
{
    const std::vector<RequestView> requests = m_server->requests();
    return requests.size() < 2 ? -1 : requests[1].bodyBytes;
}

QByteArray TestSandboxFaultHttp::partHead(const QString &uploadId, qint64 length) const
{
    return m_client->head("POST", SandboxClient::partPath(uploadId),
                          PartType + "Content-Length: " + QByteArray::number(length) + "\r\n");
}

void TestSandboxFaultHttp::status()
{
    setFaults(R"({"call": "part", "nth": 1, "action": "status", "status": 503,
        "headers": {"Retry-After": "2", "content-type": "text/html", "X-Request-Id": "mine"},
        "body": "<html>"})");
    const RawReply reply = m_client->addPart(m_upload, "one");
    QCOMPARE(reply.status, 503);
    QCOMPARE(reply.header("retry-after"), QByteArray("2"));
    QCOMPARE(reply.header("content-type"), QByteArray("text/html"));
    QCOMPARE(reply.header("x-request-id"), QByteArray("mine"));
    QCOMPARE(reply.body, QByteArray("<html>"));
    QCOMPARE(m_server->upload(m_upload)->parts, 0);
    QCOMPARE(m_client->addPart(m_upload, "one").status, 200); // on the same connection
    QCOMPARE(m_server->requests().at(1).status, 503);
}

void TestSandboxFaultHttp::statusWithoutBody()
{
    setFaults(R"({"call": "part", "nth": 1, "action": "status", "status": 204, "body": "x"})");
    const RawReply reply = m_client->addPart(m_upload, "one");
    QCOMPARE(reply.status, 204);
    QVERIFY(reply.header("content-length").isNull());
    QCOMPARE(m_client->addPart(m_upload, "one").status, 200);
}

void TestSandboxFaultHttp::statusThatCloses()
{
    setFaults(R"({"call": "part", "action": "status", "status": 502,
        "headers": {"Connection": "close"}})");
    QCOMPARE(m_client->addPart(m_upload, "one").status, 502);
    QVERIFY(m_client->isClosedByServer());
}

void TestSandboxFaultHttp::reset()
{
    setFaults(R"({"call": "part", "action": "reset"})");
    QVERIFY(m_client->send(partHead(m_upload, 1000)));
    QVERIFY(m_client->isReset());
    QCOMPARE(partBodyBytes(), 0);
}

void TestSandboxFaultHttp::resetMid()
{
    setFaults(R"({"call": "part", "action": "reset_mid", "after_bytes": 300000})");
    QVERIFY(m_client->send(partHead(m_upload, 1'000'000)));
    QVERIFY(m_client->send(QByteArray(299'999, 'x')));
    QTRY_COMPARE_WITH_TIMEOUT(partBodyBytes(), 299'999, ConditionTimeoutMs);
    QVERIFY(!m_client->hasAnswer(SilenceMs));
    QVERIFY(m_client->send("x"));
    QVERIFY(m_client->isReset());
    QCOMPARE(partBodyBytes(), 300'000);
    QCOMPARE(m_server->upload(m_upload)->parts, 0);
}

void TestSandboxFaultHttp::resetMidBeyondTheBody()
{
    setFaults(R"({"call": "part", "action": "reset_mid", "after_bytes": 300000})");
    const QByteArray form = SandboxClient::form("one");
    QVERIFY(m_client->send(partHead(m_upload, form.size()) + form));
    QVERIFY(m_client->isReset());
    QCOMPARE(m_server->upload(m_upload)->parts, 0);
}

void TestSandboxFaultHttp::stallAtHeaders()
{
    setFaults(R"({"call": "part", "nth": 1, "action": "stall", "when": "headers"})");
    QVERIFY(m_client->send(partHead(m_upload, 10'000) + QByteArray(10'000, 'x')));
    QTRY_COMPARE_WITH_TIMEOUT(partBodyBytes(), 0, ConditionTimeoutMs);
    QVERIFY(!m_client->hasAnswer(SilenceMs));
    QCOMPARE(partBodyBytes(), 0);
    m_client->abort();
    QCOMPARE(m_client->addPart(m_upload, "one").status, 200);
}

void TestSandboxFaultHttp::stallInBody()
{
    setFaults(R"({"call": "part", "nth": 1, "action": "stall", "when": "body"})");
    QVERIFY(m_client->send(partHead(m_upload, 60'000'000)));
    QVERIFY(m_client->send("--Bound\r\n"));
    QTRY_VERIFY_WITH_TIMEOUT(partBodyBytes() > 0, ConditionTimeoutMs);
    QVERIFY(m_client->send(QByteArray(1000, 'x')));
    QVERIFY(!m_client->hasAnswer(SilenceMs));
    QCOMPARE(partBodyBytes(), 9);
    m_client->abort();
    QCOMPARE(m_client->addPart(m_upload, "one").status, 200);
}

void TestSandboxFaultHttp::stallAtAnswer()
{
    setFaults(R"({"call": "part", "nth": 1, "action": "stall"})");
    const QByteArray body = SandboxClient::form("one");
    QVERIFY(m_client->send(partHead(m_upload, body.size()) + body));
    QTRY_COMPARE_WITH_TIMEOUT(m_server->upload(m_upload)->parts, 1, ConditionTimeoutMs);
    QVERIFY(!m_client->hasAnswer(SilenceMs));
    QCOMPARE(m_server->confirmedBytes(m_upload), 0);
    m_client->abort();
    QCOMPARE(m_client->addPart(m_upload, "one").status, 200);
    QCOMPARE(m_server->upload(m_upload)->parts, 2);
    QCOMPARE(m_server->confirmedBytes(m_upload), 3);
}

void TestSandboxFaultHttp::lost_data()
{
    QTest::addColumn<QByteArray>("call");
    for (const char *call : {"create", "part", "complete", "cancel"})
        QTest::newRow(call) << QByteArray(call);
}

void TestSandboxFaultHttp::lost()
{
    QFETCH(QByteArray, call);
    const QString part = m_client->addPart(m_upload, "one").id();
    setFaults("{\"call\": \"" + call + "\", \"action\": \"lost\"}");
    if (call == "create") {
        QCOMPARE(m_client->create(3).status, 0);
        QCOMPARE(m_server->uploads().size(), std::size_t(2));
    } else if (call == "part") {
        QCOMPARE(m_client->addPart(m_upload, "two").status, 0);
        QCOMPARE(m_server->upload(m_upload)->parts, 2);
        QCOMPARE(m_server->confirmedBytes(m_upload), 3);
    } else if (call == "complete") {
        QCOMPARE(m_client->complete(m_upload, {part}).status, 0);
        QCOMPARE(m_server->upload(m_upload)->state, UploadState::Completed);
        QCOMPARE(m_server->fileIds().size(), 1);
    } else {
        const QByteArray path = "/v1/uploads/" + m_upload.toLatin1() + "/cancel";
        QCOMPARE(m_client->request("POST", path).status, 0);
        QCOMPARE(m_server->upload(m_upload)->state, UploadState::Cancelled);
    }
    QVERIFY(m_client->isClosedByServer());
}

void TestSandboxFaultHttp::delay()
{
    setFaults(R"({"call": "part", "action": "delay", "ms": 300})");
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(m_client->addPart(m_upload, "one").status, 200);
    QVERIFY(timer.elapsed() >= 300); // a least time, which load cannot break
    QCOMPARE(m_server->upload(m_upload)->parts, 1);
}

void TestSandboxFaultHttp::slow()
{
    setFaults(R"({"call": "part", "action": "slow", "rate": 100000})");
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(m_client->addPart(m_upload, QByteArray(150'000, 'x')).status, 200);
    QVERIFY(timer.elapsed() >= 1400); // what came with the head is not waited for
    QCOMPARE(m_server->upload(m_upload)->receivedBytes, 150'000);
}

void TestSandboxFaultHttp::body()
{
    setFaults(R"({"call": "create", "action": "body", "body": "{\"id\": 5}"})");
    const RawReply reply = m_client->create(3);
    QCOMPARE(reply.status, 200);
    QCOMPARE(reply.body, QByteArray("{\"id\": 5}"));
    QCOMPARE(m_server->uploads().size(), std::size_t(1));
}

void TestSandboxFaultHttp::huge()
{
    setFaults(R"({"call": "part", "action": "huge", "bytes": 3000000})");
    const RawReply reply = m_client->addPart(m_upload, "one");
    QCOMPARE(reply.status, 200);
    QVERIFY(!reply.isCut);
    QCOMPARE(reply.id(), QString(3'000'000, u'x'));
    QCOMPARE(m_server->upload(m_upload)->parts, 0);
    // The size costs the server nothing: this one would not fit anywhere.
    setFaults(R"({"call": "part", "action": "huge", "bytes": 4000000000000000000})");
    const QByteArray form = SandboxClient::form("one");
    QVERIFY(m_client->send(partHead(m_upload, form.size()) + form));
    QVERIFY(m_client->hasAnswer(ConditionTimeoutMs));
    m_client->abort();
}

void TestSandboxFaultHttp::deep()
{
    setFaults(R"({"call": "part", "action": "deep", "levels": 100000})");
    const RawReply reply = m_client->addPart(m_upload, "one");
    QCOMPARE(reply.status, 200);
    QCOMPARE(reply.body, QByteArray(100'000, '[') + QByteArray(100'000, ']'));
}

void TestSandboxFaultHttp::redirect()
{
    setFaults(R"({"call": "part", "nth": 1, "action": "redirect", "to": "http://127.0.0.1:1/x"})");
    const RawReply reply = m_client->addPart(m_upload, "one");
    QCOMPARE(reply.status, 307);
    QCOMPARE(reply.header("location"), QByteArray("http://127.0.0.1:1/x"));
    QCOMPARE(m_server->upload(m_upload)->parts, 0);
    QCOMPARE(m_client->addPart(m_upload, "one").status, 200);
}

void TestSandboxFaultHttp::truncate()
{
    setFaults(R"({"call": "part", "action": "truncate", "after_bytes": 10})");
    const RawReply reply = m_client->addPart(m_upload, "one");
    QCOMPARE(reply.status, 200);
    QVERIFY(reply.isCut);
    QCOMPARE(reply.body.size(), 10);
    QVERIFY(reply.header("content-length").toInt() > 100);
    QCOMPARE(m_server->upload(m_upload)->parts, 1);
    QVERIFY(m_client->isClosedByServer());
}

void TestSandboxFaultHttp::wrongId()
{
    setFaults(R"({"call": "part", "nth": 2, "action": "wrong_id"},
                 {"call": "create", "action": "wrong_id"},
                 {"call": "complete", "action": "wrong_id"})");
    const QString right = m_client->addPart(m_upload, "one").id();
    const RawReply wrong = m_client->addPart(m_upload, "two");
    QCOMPARE(wrong.status, 200);
    QVERIFY(wrong.id().startsWith(u"part_"_s));
    QVERIFY(wrong.json().value("upload_id"_L1).toString() != m_upload);
    QCOMPARE(m_server->upload(m_upload)->parts, 2);
    QCOMPARE(m_client->complete(m_upload, {wrong.id()}).status, 400);
    const RawReply created = m_client->create(3);
    QVERIFY(!m_server->upload(created.id()));
    QVERIFY(created.id().startsWith(u"upload_"_s));
    const RawReply completed = m_client->complete(m_upload, {right});
    QCOMPARE(completed.status, 200);
    QVERIFY(completed.id() != m_upload);
}

void TestSandboxFaultHttp::repeatId()
{
    setFaults(R"({"call": "part", "nth": 2, "action": "repeat_id"})");
    const RawReply first = m_client->addPart(m_upload, "one");
    const RawReply second = m_client->addPart(m_upload, "two");
    QCOMPARE(second.id(), first.id());
    QCOMPARE(second.json().value("upload_id"_L1).toString(), m_upload);
    QCOMPARE(m_server->upload(m_upload)->parts, 2);
    QVERIFY(m_client->addPart(m_upload, "two").id() != first.id());
}

void TestSandboxFaultHttp::countsFaultedRequests()
{
    setFaults(R"({"call": "part", "action": "reset"},
                 {"call": "files", "action": "status", "status": 500})");
    QCOMPARE(m_client->addPart(m_upload, "one").status, 0);
    QCOMPARE(m_client->addPart(m_upload, "one").status, 0);
    QCOMPARE(m_client->request("GET", "/v1/files/x").status, 500);
    QCOMPARE(m_client->request("POST", "/v1/files", "{}").status, 500);
    const SandboxStatistics statistics = m_server->statistics();
    QCOMPARE(statistics.requests.part, 2);
    QCOMPARE(statistics.requests.files, 2);
    QCOMPARE(statistics.peakParts, 1);
}

void TestSandboxFaultHttp::changesWhileRunning()
{
    QCOMPARE(m_client->addPart(m_upload, "one").status, 200);
    setFaults(R"({"call": "part", "nth": 2, "action": "status", "status": 500})");
    QCOMPARE(m_client->addPart(m_upload, "one").status, 500); // numbers go on
    m_server->setFaults({});
    QCOMPARE(m_client->addPart(m_upload, "one").status, 200);
}

QTEST_GUILESS_MAIN(TestSandboxFaultHttp)
#include "tst_sandboxfaulthttp.moc"
