#include "parttesting.h"
#include "rawserver.h"

#include <QBuffer>
#include <QNetworkCookie>
#include <QNetworkCookieJar>
#include <QTest>

using longshore::PartAccessManager;

namespace {

constexpr qsizetype mebibyte = 1024 * 1024;

void answerOk(RawPeer &peer)
{
    while (peer.readRequest())
        peer.answer("200 OK", "{}");
}

} // namespace

/// Requests as they arrive at the server.
class TestPartAccessManager : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsTheRequestAsGiven();
    void addsNothingOfItsOwn();
    void refusesHeadersWithLineBreaks();
    void leavesOtherRequestsToQt();
    void postsNothing();
    void sendsFromWhereTheDeviceStands();
    void honoursContentLength();
};

void TestPartAccessManager::sendsTheRequestAsGiven()
{
    RawServer server(answerOk);
    PartAccessManager manager;
    QNetworkRequest request = partRequest(server.url());
    request.setRawHeader("OpenAI-Organization", "org-1");
    request.setRawHeader("X-Empty", "");
    request.setRawHeader("User-Agent", "longshore/test");
    request.setRawHeader("Expect", "100-continue");
    QBuffer body;
    body.setData("hello");
    QVERIFY(body.open(QIODevice::ReadOnly));
    QNetworkReply *const reply = manager.post(request, &body);
    ReplyWatch watch(reply);
    QVERIFY(!reply->isFinished());
    QCOMPARE(reply->operation(), QNetworkAccessManager::PostOperation);
    QCOMPARE(reply->url(), server.url());
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(), QNetworkReply::NoError);
    QCOMPARE(statusOf(*reply), 200);

    QCOMPARE(server.requests().size(), size_t{1});
    const RawServer::Request received = server.requests().front();
    QVERIFY(received.head.startsWith("POST /v1/uploads/upload_1/parts HTTP/1.1\r\n"));
    QCOMPARE(received.header("Host"), "127.0.0.1:" + QByteArray::number(server.port()));
    QCOMPARE(received.header("Authorization"), "Bearer sk-test");
    QCOMPARE(received.header("Content-Type"), "multipart/form-data; boundary=xyz");
    QCOMPARE(received.header("Content-Length"), "5");
    QCOMPARE(received.header("OpenAI-Organization"), "org-1");
    QCOMPARE(received.count("X-Empty"), 1);
    QCOMPARE(received.header("User-Agent"), "longshore/test");
    QCOMPARE(received.count("Content-Length"), 1);
    QCOMPARE(received.count("Transfer-Encoding"), 0);
    QCOMPARE(received.body, "hello");
    // Qt sends what it was told to, and the body at once all the same.
    QCOMPARE(received.count("Expect"), withCurl ? 0 : 1);
}

void TestPartAccessManager::addsNothingOfItsOwn()
{
    RawServer server(answerOk);
    PartAccessManager manager;
    auto *const jar = new QNetworkCookieJar;
    jar->setCookiesFromUrl({QNetworkCookie("session", "secret")}, server.url());
    manager.setCookieJar(jar);
    QNetworkRequest request(server.url());
    request.setAttribute(PartAccessManager::PartBodyAttribute, true);
    request.setRawHeader("Content-Type", "application/octet-stream");
    ScriptedBody body(randomBytes(3 * mebibyte, 1));
    ReplyWatch watch(manager.post(request, &body));
    QVERIFY(watch.waitForFinished());
    const RawServer::Request received = server.requests().front();
    QCOMPARE(received.count("Cookie"), 0);
    QCOMPARE(received.count("Expect"), 0);
    if (withCurl) {
        QCOMPARE(received.head.count("\r\n"), 5); // request, Host, type, length, empty line
    }
}

void TestPartAccessManager::refusesHeadersWithLineBreaks()
{
    RawServer server(answerOk);
    PartAccessManager manager;
    QNetworkRequest request = partRequest(server.url());
    request.setRawHeader("X-Bad", "a\r\nInjected: yes");
    ScriptedBody body("hello");
    QNetworkReply *const reply = manager.post(request, &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    if (!withCurl) {
        // Qt 6.4 passes it on as it is.
        QCOMPARE(server.requests().front().count("Injected"), 1);
        return;
    }
    QCOMPARE(reply->error(), QNetworkReply::ProtocolInvalidOperationError);
    QCOMPARE(server.connections(), 0);
}

void TestPartAccessManager::leavesOtherRequestsToQt()
{
    RawServer server(answerOk);
    PartAccessManager manager;
    QNetworkRequest request(server.url());
    QNetworkReply *const get = manager.get(request);
    ReplyWatch gotten(get);
    QVERIFY(gotten.waitForFinished());
    QCOMPARE(get->error(), QNetworkReply::NoError);
    QNetworkReply *const post = manager.post(request, QByteArray("control"));
    ReplyWatch posted(post);
    QVERIFY(posted.waitForFinished());
    QCOMPARE(server.requests().back().body, "control");
    QVERIFY(server.requests().back().head.contains("Mozilla"));
    QVERIFY(!post->attribute(PartAccessManager::AcknowledgedBytesAttribute).toBool());
}

void TestPartAccessManager::postsNothing()
{
    RawServer server(answerOk);
    PartAccessManager manager;
    ScriptedBody body({});
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(), QNetworkReply::NoError);
    QCOMPARE(server.requests().front().header("Content-Length"), "0");
}

void TestPartAccessManager::sendsFromWhereTheDeviceStands()
{
    RawServer server(answerOk);
    PartAccessManager manager;
    ScriptedBody body("0123456789");
    QVERIFY(body.seek(4));
    ReplyWatch watch(manager.post(partRequest(server.url()), &body));
    QVERIFY(watch.waitForFinished());
    QCOMPARE(server.requests().front().body, "456789");
}

void TestPartAccessManager::honoursContentLength()
{
    RawServer server(answerOk);
    PartAccessManager manager;
    ScriptedBody body("0123456789");
    QNetworkRequest request = partRequest(server.url());
    request.setHeader(QNetworkRequest::ContentLengthHeader, 10);
    ReplyWatch watch(manager.post(request, &body));
    QVERIFY(watch.waitForFinished());
    QCOMPARE(server.requests().front().header("Content-Length"), "10");
    QCOMPARE(server.requests().front().count("Content-Length"), 1);
}

QTEST_GUILESS_MAIN(TestPartAccessManager)
#include "tst_partaccessmanager.moc"
