#include "parttesting.h"
#include "rawserver.h"

#include <QTcpServer>
#include <QTest>

using namespace Qt::StringLiterals;
using longshore::PartAccessManager;

namespace {

constexpr qsizetype mebibyte = 1024 * 1024;

std::unique_ptr<RawServer> makeServer(bool tls, const RawServer::Script &script)
{
    return tls ? std::make_unique<RawServer>(RawTls{}, script)
               : std::make_unique<RawServer>(script);
}

QNetworkRequest trustedRequest(const QUrl &url)
{
    QNetworkRequest request = partRequest(url);
    request.setSslConfiguration(trusting(u"ca"_s));
    return request;
}

void answerOk(RawPeer &peer)
{
    while (peer.readRequest())
        peer.answer("200 OK", "{}");
}

} // namespace

/// Connections that fail, and those that are kept and have gone stale.
class TestPartAccessManagerFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reportsRefusedConnection();
    void reportsUnknownHost();
    void reportsBrokenConnection_data();
    void reportsBrokenConnection();
    void reportsBrokenHandshake_data();
    void reportsBrokenHandshake();
    void deliversStatusOfCutAnswer();
    void doesNotResendOnFreshConnection();

    void keepsConnections_data();
    void keepsConnections();
    void replacesConnectionClosedWhileIdle_data();
    void replacesConnectionClosedWhileIdle();
    void resendsOnceAfterStaleConnection_data();
    void resendsOnceAfterStaleConnection();
    void clearsConnections_data();
    void clearsConnections();
};

void TestPartAccessManagerFaults::reportsRefusedConnection()
{
    QTcpServer unused;
    QVERIFY(unused.listen(QHostAddress::LocalHost));
    QUrl url(u"http://127.0.0.1/"_s);
    url.setPort(unused.serverPort());
    unused.close();
    PartAccessManager manager;
    ScriptedBody body("hello");
    QNetworkReply *const reply = manager.post(partRequest(url), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(), QNetworkReply::ConnectionRefusedError);
    QVERIFY(!reply->errorString().isEmpty());
    QCOMPARE(statusOf(*reply), 0);
    QCOMPARE(watch.errorCount(), 1);
    QCOMPARE(watch.finishedCount(), 1);
}

void TestPartAccessManagerFaults::reportsUnknownHost()
{
    PartAccessManager manager;
    ScriptedBody body("hello");
    QNetworkReply *const reply =
        manager.post(partRequest(QUrl(u"http://longshore-test.invalid/"_s)), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(), QNetworkReply::HostNotFoundError);
}

void TestPartAccessManagerFaults::reportsBrokenConnection_data()
{
    QTest::addColumn<bool>("tls");
    QTest::addColumn<QByteArray>("stage");
    QTest::addColumn<bool>("reset");
    for (const bool tls : {false, true}) {
        for (const char *stage : {"at accept", "after the head", "in the body", "after the body",
                                  "in the answer's head", "in the answer's body"}) {
            for (const bool reset : {false, true}) {
                QTest::addRow("%s, %s %s", tls ? "TLS" : "plain", reset ? "reset" : "closed", stage)
                    << tls << QByteArray(stage) << reset;
            }
        }
    }
}

void TestPartAccessManagerFaults::reportsBrokenConnection()
{
    QFETCH(bool, tls);
    QFETCH(QByteArray, stage);
    QFETCH(bool, reset);
    const auto script = [&](RawPeer &peer) {
        if (stage != "at accept") {
            const QByteArray head = peer.readHead();
            if (stage != "after the head") {
                const qint64 length = RawPeer::contentLength(head);
                peer.read(stage == "in the body" ? length / 2 : length);
            }
        }
        if (stage.startsWith("in the answer"))
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n");
        if (stage == "in the answer's body")
            peer.write("\r\n0123");
        if (reset)
            peer.reset();
        else
            peer.close();
    };
    const auto server = makeServer(tls, script);
    PartAccessManager manager;
    ScriptedBody body(randomBytes(4 * mebibyte, 20));
    QNetworkReply *const reply = manager.post(trustedRequest(server->url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    if (withCurl)
        QCOMPARE(reply->error(), QNetworkReply::RemoteHostClosedError);
    else
        QVERIFY(reply->error() != QNetworkReply::NoError);
    QVERIFY(!reply->errorString().isEmpty());
    QCOMPARE(watch.errorCount(), 1);
    QCOMPARE(watch.finishedCount(), 1);
    QCOMPARE(watch.signalsAfterFinished(), 0);
}

void TestPartAccessManagerFaults::reportsBrokenHandshake_data()
{
    QTest::addColumn<bool>("reset");
    QTest::newRow("closed") << false;
    QTest::newRow("reset") << true;
}

void TestPartAccessManagerFaults::reportsBrokenHandshake()
{
    QFETCH(bool, reset);
    RawServer server([&](RawPeer &peer) {
        peer.read(100);
        if (reset)
            peer.reset();
        else
            peer.close();
    });
    QUrl url = server.url();
    url.setScheme(u"https"_s);
    PartAccessManager manager;
    ScriptedBody body("hello");
    QNetworkReply *const reply = manager.post(trustedRequest(url), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    // No refusal: it says nothing about certificates, and may be tried again.
    QCOMPARE(reply->error(), QNetworkReply::RemoteHostClosedError);
}

void TestPartAccessManagerFaults::deliversStatusOfCutAnswer()
{
    RawServer server([](RawPeer &peer) {
        peer.readRequest();
        peer.write("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\nContent-Length: 10\r\n\r\n"
                   "0123");
        peer.close();
    });
    PartAccessManager manager;
    ScriptedBody body("hello");
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(statusOf(*reply), 429);
    QCOMPARE(reply->rawHeader("Retry-After"), "3");
    QVERIFY(reply->error() != QNetworkReply::NoError);
    if (withCurl) {
        QCOMPARE(reply->error(), QNetworkReply::UnknownContentError);
        QCOMPARE(reply->readAll(), "0123");
    }
}

void TestPartAccessManagerFaults::doesNotResendOnFreshConnection()
{
    RawServer server([](RawPeer &peer) {
        peer.readRequest();
        peer.reset();
    });
    PartAccessManager manager;
    ScriptedBody body("hello");
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QVERIFY(reply->error() != QNetworkReply::NoError);
    if (withCurl)
        QCOMPARE(server.connections(), 1);
}

void TestPartAccessManagerFaults::keepsConnections_data()
{
    QTest::addColumn<bool>("tls");
    QTest::newRow("plain") << false;
    QTest::newRow("TLS") << true;
}

void TestPartAccessManagerFaults::keepsConnections()
{
    QFETCH(bool, tls);
    const auto server = makeServer(tls, answerOk);
    PartAccessManager manager;
    for (int i = 0; i < 5; ++i) {
        ScriptedBody body(randomBytes(300'000, static_cast<quint32>(i)));
        // Configurations that are made anew but equal share connections.
        QNetworkReply *const reply = manager.post(trustedRequest(server->url()), &body);
        ReplyWatch watch(reply);
        QVERIFY(watch.waitForFinished());
        QCOMPARE(reply->error(), QNetworkReply::NoError);
        delete reply;
    }
    QCOMPARE(server->requests().size(), size_t{5});
    QCOMPARE(server->connections(), 1);
}

void TestPartAccessManagerFaults::replacesConnectionClosedWhileIdle_data()
{
    keepsConnections_data();
}

void TestPartAccessManagerFaults::replacesConnectionClosedWhileIdle()
{
    QFETCH(bool, tls);
    std::atomic_int closed = 0;
    const auto server = makeServer(tls, [&](RawPeer &peer) {
        peer.readRequest();
        peer.answer("200 OK", "{}");
        peer.close();
        ++closed;
    });
    PartAccessManager manager;
    for (int i = 0; i < 3; ++i) {
        const QByteArray content = randomBytes(3 * mebibyte, static_cast<quint32>(i));
        ScriptedBody body(content);
        QNetworkReply *const reply = manager.post(trustedRequest(server->url()), &body);
        ReplyWatch watch(reply);
        QVERIFY(watch.waitForFinished());
        QCOMPARE(reply->error(), QNetworkReply::NoError);
        QVERIFY(server->requests().back().body == content);
        QTRY_COMPARE_WITH_TIMEOUT(closed, i + 1, 60'000);
        delete reply;
    }
    QCOMPARE(server->connections(), 3);
}

void TestPartAccessManagerFaults::resendsOnceAfterStaleConnection_data()
{
    QTest::addColumn<bool>("tls");
    QTest::addColumn<qint64>("readFirst");
    QTest::addColumn<qsizetype>("size");
    for (const bool tls : {false, true}) {
        const char *const kind = tls ? "TLS" : "plain";
        QTest::addRow("%s, nothing read", kind) << tls << qint64{-1} << 6 * mebibyte;
        QTest::addRow("%s, head read", kind) << tls << qint64{0} << 6 * mebibyte;
        QTest::addRow("%s, some body read", kind) << tls << qint64{100'000} << 6 * mebibyte;
        QTest::addRow("%s, small body", kind) << tls << qint64{0} << qsizetype{1000};
    }
}

void TestPartAccessManagerFaults::resendsOnceAfterStaleConnection()
{
    QFETCH(bool, tls);
    QFETCH(qint64, readFirst);
    QFETCH(qsizetype, size);
    const auto server = makeServer(tls, [&](RawPeer &peer) {
        peer.readRequest();
        peer.answer("200 OK", "{}");
        if (peer.number() == 0) {
            if (readFirst < 0)
                peer.read(1);
            else if (!peer.readHead().isEmpty())
                peer.read(readFirst);
            peer.reset();
            return;
        }
        answerOk(peer);
    });
    PartAccessManager manager;
    ScriptedBody first("hello");
    ReplyWatch firstWatch(manager.post(trustedRequest(server->url()), &first));
    QVERIFY(firstWatch.waitForFinished());

    const QByteArray content = randomBytes(size, 21);
    ScriptedBody body("prologue" + content);
    QVERIFY(body.seek(8));
    QNetworkReply *const reply = manager.post(trustedRequest(server->url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    if (!withCurl && reply->error() != QNetworkReply::NoError) {
        // Qt resends unless the reset meets it while it writes.
        QCOMPARE(server->connections(), 1);
        return;
    }
    QCOMPARE(reply->error(), QNetworkReply::NoError);
    QCOMPARE(statusOf(*reply), 200);
    QVERIFY(server->requests().back().body == content);
    QCOMPARE(server->connections(), 2);
    if (PartAccessManager::reportsAcknowledgedBytes())
        QCOMPARE(watch.lastProgress(), size);
}

void TestPartAccessManagerFaults::clearsConnections_data()
{
    keepsConnections_data();
}

void TestPartAccessManagerFaults::clearsConnections()
{
    QFETCH(bool, tls);
    const auto server = makeServer(tls, answerOk);
    PartAccessManager manager;
    const auto post = [&](ScriptedBody &body, bool clear) {
        const std::unique_ptr<QNetworkReply> reply(
            manager.post(trustedRequest(server->url()), &body));
        ReplyWatch watch(reply.get());
        if (clear) {
            QTRY_VERIFY_WITH_TIMEOUT(body.furthest() > 0, 60'000);
            manager.clearConnections();
            body.allow(body.size());
        }
        QVERIFY(watch.waitForFinished());
        QCOMPARE(reply->error(), QNetworkReply::NoError);
    };
    ScriptedBody first("hello");
    post(first, false);
    QCOMPARE(server->connections(), 1);
    manager.clearConnections();
    ScriptedBody second("hello");
    post(second, false);
    QCOMPARE(server->connections(), 2);
    // One that is running goes on.
    const QByteArray content = randomBytes(2 * mebibyte, 22);
    ScriptedBody running(content);
    running.allow(mebibyte);
    post(running, true);
    QVERIFY(server->requests().back().body == content);
    ScriptedBody last("hello");
    post(last, false);
    QCOMPARE(server->connections(), 3);
}

QTEST_GUILESS_MAIN(TestPartAccessManagerFaults)
#include "tst_partaccessmanagerfaults.moc"
