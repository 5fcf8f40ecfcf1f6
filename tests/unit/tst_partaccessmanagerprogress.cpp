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
    constexpr qint64 readFirst = 200'000;
    QSemaphore goOn;
    std::atomic<RawPeer *> held = nullptr;
    const auto server = makeServer(tls, [&](RawPeer &peer) {
        peer.readHead();
        peer.read(readFirst);
        held = &peer;
        peer.waitFor(goOn);
        peer.drain();
    });
    PartAccessManager manager;
    ScriptedBody body(randomBytes(48 * mebibyte, 11));
    QNetworkReply *const reply = manager.post(trustedRequest(server->url()), &body);
    ReplyWatch watch(reply);
    // The server reads no more. What is said then must be what its kernel took, and no more.
    QTRY_VERIFY_WITH_TIMEOUT(held.load() != nullptr && watch.lastProgress() >= readFirst / 2,
                             hangTimeout);
    qint64 said = -1;
    QTRY_VERIFY_WITH_TIMEOUT(std::exchange(said, watch.lastProgress()) == watch.lastProgress()
                                 && held.load()->arrived() > readFirst,
                             hangTimeout);
    const qint64 arrived = held.load()->arrived();
    if (withCurl && PartAccessManager::reportsAcknowledgedBytes()) {
        QVERIFY(reply->attribute(PartAccessManager::AcknowledgedBytesAttribute).toBool());
        QVERIFY2(watch.lastProgress() <= arrived,
                 qPrintable(u"%1 > %2"_s.arg(watch.lastProgress()).arg(arrived)));
    }
    QVERIFY(watch.lastProgress() < body.size());
    reply->abort();
    goOn.release();
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
