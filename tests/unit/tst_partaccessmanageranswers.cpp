#include "parttesting.h"
#include "rawserver.h"

#include <QSemaphore>
#include <QTest>

#include <sys/socket.h>

using namespace Qt::StringLiterals;
using longshore::PartAccessManager;

namespace {

constexpr qsizetype mebibyte = 1024 * 1024;
// More than the kernel's buffers on both sides of a loopback connection hold.
constexpr qsizetype largeBody = 32 * mebibyte;

} // namespace

/// Answers as they are delivered.
class TestPartAccessManagerAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void deliversStatus_data();
    void deliversStatus();
    void deliversHeaders();
    void followsNoRedirect();
    void skipsInterimAnswers();
    void deliversTrickledAnswer();
    void deliversAnswerInPieces();
    void deliversChunkedAnswer();
    void deliversAnswerThatEndsWithTheConnection();
    void endsTooLargeAnswer();
    void endsTooLargeHead();
    void endsAnswerThatIsNotHttp();
    void deliversEarlyAnswer_data();
    void deliversEarlyAnswer();
};

void TestPartAccessManagerAnswers::deliversStatus_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<int>("status");
    QTest::addColumn<QNetworkReply::NetworkError>("error");
    const auto row = [](const char *line, int status, QNetworkReply::NetworkError error) {
        QTest::newRow(line) << QByteArray(line) << status << error;
    };
    row("200 OK", 200, QNetworkReply::NoError);
    row("201 Created", 201, QNetworkReply::NoError);
    row("302 Found", 302, QNetworkReply::NoError);
    row("400 Bad Request", 400, QNetworkReply::ProtocolInvalidOperationError);
    row("401 Unauthorized", 401, QNetworkReply::AuthenticationRequiredError);
    row("402 Payment Required", 402, QNetworkReply::UnknownContentError);
    row("403 Forbidden", 403, QNetworkReply::ContentAccessDenied);
    row("404 Not Found", 404, QNetworkReply::ContentNotFoundError);
    row("405 Method Not Allowed", 405, QNetworkReply::ContentOperationNotPermittedError);
    row("408 Request Timeout", 408, QNetworkReply::UnknownContentError);
    row("409 Conflict", 409, QNetworkReply::ContentConflictError);
    row("410 Gone", 410, QNetworkReply::ContentGoneError);
    row("413 Content Too Large", 413, QNetworkReply::UnknownContentError);
    row("418 Teapot", 418, QNetworkReply::ProtocolInvalidOperationError);
    row("429 Too Many Requests", 429, QNetworkReply::UnknownContentError);
    row("500 Internal Server Error", 500, QNetworkReply::InternalServerError);
    row("501 Not Implemented", 501, QNetworkReply::OperationNotImplementedError);
    row("502 Bad Gateway", 502, QNetworkReply::UnknownServerError);
    row("503 Service Unavailable", 503, QNetworkReply::ServiceUnavailableError);
    row("504 Gateway Timeout", 504, QNetworkReply::UnknownServerError);
}

void TestPartAccessManagerAnswers::deliversStatus()
{
    QFETCH(QByteArray, line);
    QFETCH(int, status);
    QFETCH(QNetworkReply::NetworkError, error);
    const QByteArray answer = "{\"error\": \"" + line + "\"}";
    RawServer server([&](RawPeer &peer) {
        // Without a challenge, as the service answers: Qt would otherwise ask for a password.
        while (peer.readRequest())
            peer.answer(line, answer);
    });
    PartAccessManager manager;
    ScriptedBody body(randomBytes(200'000, 2));
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(statusOf(*reply), status);
    QCOMPARE(reply->error(), error);
    QCOMPARE(watch.errorCount(), error == QNetworkReply::NoError ? 0 : 1);
    QCOMPARE(reply->attribute(QNetworkRequest::HttpReasonPhraseAttribute).toString(),
             QString::fromLatin1(line.sliced(4)));
    QCOMPARE(reply->bytesAvailable(), answer.size());
    QCOMPARE(reply->readAll(), answer);
    QVERIFY(reply->atEnd());
    QCOMPARE(watch.signalsAfterFinished(), 0);
}

void TestPartAccessManagerAnswers::deliversHeaders()
{
    RawServer server([](RawPeer &peer) {
        while (peer.readRequest()) {
            peer.answer("200 OK", "{}",
                        "Content-Type: application/json\r\nX-Request-ID: req_1\r\n"
                        "Retry-After:   7  \r\nX-Twice: a\r\nx-twice: b\r\nEmpty:\r\n");
        }
    });
    PartAccessManager manager;
    ScriptedBody body("hello");
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->rawHeader("x-request-id"), "req_1");
    QVERIFY(reply->hasRawHeader("X-REQUEST-ID"));
    QCOMPARE(reply->rawHeader("Retry-After"), "7");
    QCOMPARE(reply->rawHeader("X-Twice"), "a, b");
    // Qt forgets a header without a value.
    QCOMPARE(reply->hasRawHeader("Empty"), withCurl);
    QCOMPARE(reply->header(QNetworkRequest::ContentTypeHeader).toString(), u"application/json"_s);
    QCOMPARE(reply->header(QNetworkRequest::ContentLengthHeader).toInt(), 2);
}

void TestPartAccessManagerAnswers::followsNoRedirect()
{
    RawServer server([](RawPeer &peer) {
        while (peer.readRequest())
            peer.answer("307 Temporary Redirect", "moved", "Location: http://127.0.0.1:1/x\r\n");
    });
    PartAccessManager manager;
    ScriptedBody body("hello");
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(), QNetworkReply::NoError);
    QCOMPARE(statusOf(*reply), 307);
    const QUrl location(u"http://127.0.0.1:1/x"_s);
    QCOMPARE(reply->header(QNetworkRequest::LocationHeader).toUrl(), location);
    QCOMPARE(reply->attribute(QNetworkRequest::RedirectionTargetAttribute).toUrl(), location);
    QCOMPARE(server.requests().size(), size_t{1});
}

void TestPartAccessManagerAnswers::skipsInterimAnswers()
{
    RawServer server([](RawPeer &peer) {
        const QByteArray head = peer.readHead();
        peer.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nX-Interim: 1\r\n\r\n");
        peer.read(RawPeer::contentLength(head));
        peer.answer("200 OK", "{}", "X-Final: 1\r\n");
        peer.drain();
    });
    PartAccessManager manager;
    ScriptedBody body(randomBytes(4 * mebibyte, 3));
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(), QNetworkReply::NoError);
    if (!withCurl) {
        // The only interim answer that Qt 6.4 knows is 100.
        QCOMPARE(statusOf(*reply), 102);
        return;
    }
    QCOMPARE(statusOf(*reply), 200);
    QVERIFY(reply->hasRawHeader("X-Final"));
    QVERIFY(!reply->hasRawHeader("X-Interim"));
    QCOMPARE(reply->readAll(), "{}");
}

void TestPartAccessManagerAnswers::deliversTrickledAnswer()
{
    RawServer server([](RawPeer &peer) {
        peer.readRequest();
        const QByteArray answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";
        for (const char byte : answer)
            peer.write(QByteArray(1, byte));
        peer.drain();
    });
    PartAccessManager manager;
    ScriptedBody body("hello");
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(), QNetworkReply::NoError);
    QCOMPARE(reply->readAll(), "0123456789");
}

void TestPartAccessManagerAnswers::deliversAnswerInPieces()
{
    QSemaphore goOn;
    RawServer server([&](RawPeer &peer) {
        peer.readRequest();
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234");
        peer.waitFor(goOn);
        peer.write("56789");
        peer.drain();
    });
    PartAccessManager manager;
    ScriptedBody body("hello");
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QTRY_COMPARE_WITH_TIMEOUT(reply->bytesAvailable(), 5, 30'000);
    QCOMPARE(statusOf(*reply), 200);
    QVERIFY(!reply->isFinished());
    QCOMPARE(reply->read(2), "01");
    goOn.release();
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->readAll(), "23456789");
}

void TestPartAccessManagerAnswers::deliversChunkedAnswer()
{
    RawServer server([](RawPeer &peer) {
        peer.readRequest();
        peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "4\r\n0123\r\n6\r\n456789\r\n0\r\nX-Trailer: 1\r\n\r\n");
        peer.drain();
    });
    PartAccessManager manager;
    ScriptedBody body("hello");
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(), QNetworkReply::NoError);
    QCOMPARE(reply->readAll(), "0123456789");
}

void TestPartAccessManagerAnswers::deliversAnswerThatEndsWithTheConnection()
{
    RawServer server([](RawPeer &peer) {
        peer.readRequest();
        peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n0123456789");
        peer.close();
    });
    PartAccessManager manager;
    ScriptedBody body("hello");
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(), QNetworkReply::NoError);
    QCOMPARE(reply->readAll(), "0123456789");
}

void TestPartAccessManagerAnswers::endsTooLargeAnswer()
{
    RawServer server([](RawPeer &peer) {
        peer.readRequest();
        peer.write("HTTP/1.1 200 OK\r\n\r\n");
        const QByteArray block(64 * 1024, 'x');
        while (peer.socket().state() == QAbstractSocket::ConnectedState)
            peer.write(block);
    });
    PartAccessManager manager;
    ScriptedBody body("hello");
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(),
             withCurl ? QNetworkReply::ProtocolFailure : QNetworkReply::OperationCanceledError);
    if (withCurl) {
        QCOMPARE(reply->bytesAvailable(), PartAccessManager::largestAnswer + 1);
        QVERIFY(reply->errorString().contains(u"1048576"_s));
    }
}

void TestPartAccessManagerAnswers::endsTooLargeHead()
{
    RawServer server([](RawPeer &peer) {
        peer.readRequest();
        peer.write("HTTP/1.1 200 OK\r\n");
        const QByteArray line = "X-Long: " + QByteArray(1000, 'x') + "\r\n";
        // Qt keeps all of it, so it is given an end.
        for (int i = 0; i < (withCurl ? 100'000 : 1'000); ++i) {
            if (peer.socket().state() != QAbstractSocket::ConnectedState)
                return;
            peer.write(line);
        }
    });
    PartAccessManager manager;
    ScriptedBody body("hello");
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    if (withCurl)
        QCOMPARE(reply->error(), QNetworkReply::ProtocolFailure);
    else
        QVERIFY(reply->error() != QNetworkReply::NoError);
}

void TestPartAccessManagerAnswers::endsAnswerThatIsNotHttp()
{
    RawServer server([](RawPeer &peer) {
        peer.readRequest();
        peer.write("220 mail.example ESMTP\r\n");
        peer.close();
    });
    PartAccessManager manager;
    ScriptedBody body("hello");
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(statusOf(*reply), 0);
    if (withCurl)
        QCOMPARE(reply->error(), QNetworkReply::ProtocolFailure);
    else
        QVERIFY(reply->error() != QNetworkReply::NoError);
}

void TestPartAccessManagerAnswers::deliversEarlyAnswer_data()
{
    QTest::addColumn<bool>("tls");
    QTest::addColumn<QByteArray>("after");
    for (const bool tls : {false, true}) {
        for (const char *after : {"close", "keep reading", "reset later", "read no more"}) {
            QTest::addRow("%s, %s", tls ? "TLS" : "plain", after) << tls << QByteArray(after);
        }
    }
}

void TestPartAccessManagerAnswers::deliversEarlyAnswer()
{
    QFETCH(bool, tls);
    QFETCH(QByteArray, after);
    QSemaphore finished;
    std::atomic<qint64> taken = 0;
    const RawServer::Script script = [&](RawPeer &peer) {
        peer.readHead();
        peer.read(100'000);
        peer.answer("413 Content Too Large", "{\"error\": 1}");
        if (after == "keep reading") {
            peer.drain();
        } else if (after == "close") {
            // As a server does that wants to be heard: no more from here, but the rest is read.
            ::shutdown(static_cast<int>(peer.socket().socketDescriptor()), 1);
            peer.drain();
        } else {
            if (withCurl)
                peer.waitFor(finished);
            if (after == "reset later" || !withCurl)
                peer.reset();
        }
        taken = peer.arrived();
    };
    auto server =
        tls ? std::make_unique<RawServer>(RawTls{}, script) : std::make_unique<RawServer>(script);
    PartAccessManager manager;
    ScriptedBody body(randomBytes(largeBody, 4));
    QNetworkRequest request = partRequest(server->url());
    request.setSslConfiguration(trusting(u"ca"_s));
    QNetworkReply *const reply = manager.post(request, &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    finished.release();
    server.reset();
    if (!withCurl) {
        // Qt hears the answer only where the server reads on; otherwise the request ends with the
        // connection, and with an error.
        QVERIFY(reply->error() != QNetworkReply::NoError);
        return;
    }
    QCOMPARE(statusOf(*reply), 413);
    QCOMPARE(reply->error(), QNetworkReply::UnknownContentError);
    QCOMPARE(reply->readAll(), "{\"error\": 1}");
    QVERIFY(body.furthest() < largeBody);
    QVERIFY(taken < largeBody);
    QVERIFY(watch.lastProgress() < largeBody);
}

QTEST_GUILESS_MAIN(TestPartAccessManagerAnswers)
#include "tst_partaccessmanageranswers.moc"
