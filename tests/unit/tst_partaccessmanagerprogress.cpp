#include "parttesting.h"
#include "rawserver.h"

#include <QSemaphore>
#include <QTest>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using longshore::PartAccessManager;

namespace {

constexpr qsizetype mebibyte = 1024 * 1024;
constexpr int hangTimeout = 60'000;

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

} // namespace

/// What is said about a body that is on its way.
class TestPartAccessManagerProgress : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void progressIsNeverAhead_data();
    void progressIsNeverAhead();
    void progressGrowsToTheEnd_data();
    void progressGrowsToTheEnd();
    void progressOfRefusedBodyIsPartial();
};

void TestPartAccessManagerProgress::progressIsNeverAhead_data()
{
    QTest::addColumn<bool>("tls");
    QTest::newRow("plain") << false;
    QTest::newRow("TLS") << true;
}

void TestPartAccessManagerProgress::progressIsNeverAhead()
{
    QFETCH(bool, tls);
    constexpr qint64 step = 256 * 1024;
    std::atomic<qintptr> descriptor = -1;
    std::atomic<qint64> headSize = 0;
    QSemaphore goOn;
    const auto server = makeServer(tls, [&](RawPeer &peer) {
        const QByteArray head = peer.readHead();
        headSize = head.size();
        descriptor = peer.socket().socketDescriptor();
        // Slower than the client, so that there is something to be ahead of.
        qint64 left = RawPeer::contentLength(head);
        while (left > 0 && !peer.isStopping()) {
            std::ignore = goOn.tryAcquire(1, 20);
            left -= peer.read(std::min(left, step)).size();
        }
        peer.answer("200 OK");
        peer.drain();
    });
    PartAccessManager manager;
    ScriptedBody body(randomBytes(24 * mebibyte, 11));
    QNetworkReply *const reply = manager.post(trustedRequest(server->url()), &body);
    int compared = 0;
    int ahead = 0;
    connect(reply, &QNetworkReply::uploadProgress, this, [&](qint64 sent) {
        goOn.release();
        if (sent == 0 || descriptor < 0)
            return;
        ++compared;
        ahead += sent > RawPeer::arrivedAt(descriptor) - headSize ? 1 : 0;
    });
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(), QNetworkReply::NoError);
    QVERIFY(compared > 1);
    QCOMPARE(PartAccessManager::reportsAcknowledgedBytes(),
             reply->attribute(PartAccessManager::AcknowledgedBytesAttribute).toBool());
    if (PartAccessManager::reportsAcknowledgedBytes())
        QCOMPARE(ahead, 0);
}

void TestPartAccessManagerProgress::progressGrowsToTheEnd_data()
{
    progressIsNeverAhead_data();
}

void TestPartAccessManagerProgress::progressGrowsToTheEnd()
{
    QFETCH(bool, tls);
    QSemaphore drained;
    QSemaphore goOn;
    const auto server = makeServer(tls, [&](RawPeer &peer) {
        peer.readRequest();
        drained.release();
        peer.waitFor(goOn);
        peer.answer("200 OK");
        peer.drain();
    });
    PartAccessManager manager;
    const qint64 size = 24 * mebibyte;
    ScriptedBody body(randomBytes(size, 12));
    QNetworkReply *const reply = manager.post(trustedRequest(server->url()), &body);
    ReplyWatch watch(reply);
    QTRY_VERIFY_WITH_TIMEOUT(drained.available() > 0, hangTimeout);
    // Everything has arrived and nothing is answered: the progress still gets to the end.
    QTRY_COMPARE_WITH_TIMEOUT(watch.lastProgress(), size, hangTimeout);
    QVERIFY(!reply->isFinished());
    goOn.release();
    QVERIFY(watch.waitForFinished());
    QVERIFY(std::is_sorted(watch.progress().begin(), watch.progress().end()));
    QCOMPARE(watch.lastProgress(), size);
    QCOMPARE(watch.signalsAfterFinished(), 0);
}

void TestPartAccessManagerProgress::progressOfRefusedBodyIsPartial()
{
    RawServer server([](RawPeer &peer) {
        peer.readHead();
        peer.read(1'000'000);
        peer.answer("429 Too Many Requests", {}, "Connection: close\r\n");
        peer.drain();
    });
    PartAccessManager manager;
    ScriptedBody body(randomBytes(48 * mebibyte, 13));
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    if (!withCurl) {
        // Qt hears the answer when it has sent everything.
        QCOMPARE(watch.lastProgress(), body.size());
        return;
    }
    QCOMPARE(statusOf(*reply), 429);
    QVERIFY(watch.lastProgress() < body.size());
}

QTEST_GUILESS_MAIN(TestPartAccessManagerProgress)
#include "tst_partaccessmanagerprogress.moc"
