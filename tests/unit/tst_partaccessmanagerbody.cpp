#include "parttesting.h"
#include "rawserver.h"

#include <QFile>
#include <QSemaphore>
#include <QTest>

#include <algorithm>
#include <vector>

using namespace Qt::StringLiterals;
using longshore::PartAccessManager;

namespace {

constexpr qsizetype mebibyte = 1024 * 1024;
constexpr int hangTimeout = 60'000;

void answerOk(RawPeer &peer)
{
    while (peer.readRequest())
        peer.answer("200 OK", "{}");
}

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

/// 64 MB that take no memory.
class LargeBody final : public QIODevice
{
public:
    LargeBody() { open(QIODevice::ReadOnly | QIODevice::Unbuffered); }
    bool isSequential() const override { return false; }
    qint64 size() const override { return 64'000'000; }

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        const qint64 count = std::min(maxSize, size() - pos());
        std::fill_n(data, count, 'x');
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }
};

/// A line of the process's status in kilobytes; 0 where there is none.
qint64 statusKilobytes(const QByteArray &name)
{
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    const QList<QByteArray> lines = status.readAll().split('\n');
    for (const QByteArray &line : lines) {
        if (line.startsWith(name + ':'))
            return line.sliced(name.size() + 1).chopped(2).trimmed().toLongLong();
    }
    return 0;
}

} // namespace

/// Where bodies come from, and how they arrive.
class TestPartAccessManagerBody : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void arrivesByteByByte_data();
    void arrivesByteByByte();
    void waitsForReadyRead_data();
    void waitsForReadyRead();
    void goesOnWhenReadyReadComesInsideRead();
    void deliversAnswerWhileBodyWaits();
    void reportsUnreadableBody_data();
    void reportsUnreadableBody();
    void reportsShortBody();
    void reportsClosedBody_data();
    void reportsClosedBody();
    void keepsMemoryFlat();
    void runsSideBySide_data();
    void runsSideBySide();
};

void TestPartAccessManagerBody::arrivesByteByByte_data()
{
    QTest::addColumn<bool>("tls");
    QTest::addColumn<qint64>("largestRead");
    QTest::newRow("plain") << false << 64 * qint64{mebibyte};
    QTest::newRow("plain, trickled") << false << qint64{777};
    QTest::newRow("TLS") << true << 64 * qint64{mebibyte};
    QTest::newRow("TLS, trickled") << true << qint64{777};
}

void TestPartAccessManagerBody::arrivesByteByByte()
{
    QFETCH(bool, tls);
    QFETCH(qint64, largestRead);
    const auto server = makeServer(tls, answerOk);
    PartAccessManager manager;
    const std::vector<qsizetype> sizes = {
        1,       2,       777,     16'383,    16'384,       16'385,    65'536,
        262'143, 262'144, 262'145, 1'000'003, 2 * mebibyte, 5'000'011, 9 * mebibyte + 1};
    for (size_t i = 0; i < sizes.size(); ++i) {
        const QByteArray content = randomBytes(sizes[i], static_cast<quint32>(i));
        ScriptedBody body(content);
        body.limitReads(largestRead);
        QNetworkReply *const reply = manager.post(trustedRequest(server->url()), &body);
        ReplyWatch watch(reply);
        QVERIFY(watch.waitForFinished());
        QCOMPARE(reply->error(), QNetworkReply::NoError);
        const auto requests = server->requests();
        QCOMPARE(requests.size(), i + 1);
        QVERIFY(requests.back().body == content);
        delete reply;
    }
    QCOMPARE(server->connections(), 1);
}

void TestPartAccessManagerBody::waitsForReadyRead_data()
{
    QTest::addColumn<bool>("tls");
    QTest::newRow("plain") << false;
    QTest::newRow("TLS") << true;
}

void TestPartAccessManagerBody::waitsForReadyRead()
{
    QFETCH(bool, tls);
    std::atomic<qint64> arrived = 0;
    const auto server = makeServer(tls, [&](RawPeer &peer) {
        const QByteArray head = peer.readHead();
        QByteArray body;
        while (body.size() < RawPeer::contentLength(head)) {
            const QByteArray more = peer.read(1);
            if (more.isEmpty())
                return;
            body += more + peer.socket().readAll();
            arrived = body.size();
        }
        RawServer::Request request{0, head, body};
        peer.answer("200 OK", body);
        peer.drain();
    });
    PartAccessManager manager;
    const QByteArray content = randomBytes(300'000, 5);
    ScriptedBody body(content);
    body.allow(0);
    QNetworkReply *const reply = manager.post(trustedRequest(server->url()), &body);
    ReplyWatch watch(reply);
    for (const qint64 step : {0, 1, 2, 100'000, 100'001, 250'000, 299'999, 300'000}) {
        body.allow(step);
        QTRY_COMPARE_WITH_TIMEOUT(arrived, step, hangTimeout);
    }
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(), QNetworkReply::NoError);
    QVERIFY(reply->readAll() == content);
    // One for each step, and never a poll: readyRead() may add one more each.
    QVERIFY2(body.emptyReads() <= 2 * 8, qPrintable(QString::number(body.emptyReads())));
}

void TestPartAccessManagerBody::goesOnWhenReadyReadComesInsideRead()
{
    RawServer server(answerOk);
    PartAccessManager manager;
    const QByteArray content = randomBytes(mebibyte, 6);
    ScriptedBody body(content);
    body.allow(0);
    bool opened = false;
    body.onRead = [&] {
        // The next read has data, this one has not yet: its readyRead() must not be lost.
        if (std::exchange(opened, true))
            return;
        QMetaObject::invokeMethod(
            &body, [&] { body.allow(content.size()); }, Qt::QueuedConnection);
        Q_EMIT body.readyRead();
    };
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(), QNetworkReply::NoError);
    QVERIFY(server.requests().back().body == content);
}

void TestPartAccessManagerBody::deliversAnswerWhileBodyWaits()
{
    QSemaphore waits;
    QSemaphore gone;
    RawServer server([&](RawPeer &peer) {
        peer.readHead();
        peer.read(1000);
        peer.waitFor(waits);
        peer.answer("401 Unauthorized", "no", "Connection: close\r\n");
        if (withCurl)
            peer.drain();
        else
            peer.reset();
        gone.release();
    });
    PartAccessManager manager;
    ScriptedBody body(randomBytes(mebibyte, 7));
    body.allow(1000);
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QTRY_VERIFY_WITH_TIMEOUT(body.emptyReads() > 0, hangTimeout);
    waits.release();
    if (!withCurl) {
        // Qt hears nothing while its body waits, not even that the server has gone.
        QTRY_VERIFY_WITH_TIMEOUT(gone.available() > 0, hangTimeout);
        body.allow(body.size());
    }
    QVERIFY(watch.waitForFinished());
    QVERIFY(reply->error() != QNetworkReply::NoError);
    if (withCurl) {
        QCOMPARE(statusOf(*reply), 401);
        QCOMPARE(reply->readAll(), "no");
    }
}

void TestPartAccessManagerBody::reportsUnreadableBody_data()
{
    QTest::addColumn<qint64>("from");
    QTest::newRow("at once") << qint64{0};
    QTest::newRow("in the middle") << qint64{4 * mebibyte + 17};
    QTest::newRow("at the last byte") << qint64{8 * mebibyte - 1};
}

void TestPartAccessManagerBody::reportsUnreadableBody()
{
    QFETCH(qint64, from);
    RawServer server([](RawPeer &peer) { peer.readRequest(); });
    PartAccessManager manager;
    ScriptedBody body(randomBytes(8 * mebibyte, 8));
    body.failFrom(from);
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(), QNetworkReply::UnknownNetworkError);
    QCOMPARE(statusOf(*reply), 0);
    QCOMPARE(watch.errorCount(), 1);
    QCOMPARE(watch.signalsAfterFinished(), 0);
}

void TestPartAccessManagerBody::reportsShortBody()
{
    RawServer server([](RawPeer &peer) { peer.readRequest(); });
    PartAccessManager manager;
    const QByteArray content = randomBytes(mebibyte, 9);
    ScriptedBody body(content);
    body.claimSize(content.size() + 1);
    QNetworkRequest request = partRequest(server.url());
    QNetworkReply *const reply = manager.post(request, &body);
    ReplyWatch watch(reply);
    // It was longer when it was posted; now everybody can see what is missing.
    QTRY_VERIFY_WITH_TIMEOUT(body.furthest() == content.size(), hangTimeout);
    body.claimSize(content.size());
    Q_EMIT body.readyRead();
    if (!withCurl) {
        // Qt waits for the byte that never comes; its caller's timers end that.
        QVERIFY(!reply->isFinished());
        reply->abort();
        return;
    }
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(), QNetworkReply::UnknownNetworkError);
}

void TestPartAccessManagerBody::reportsClosedBody_data()
{
    QTest::addColumn<bool>("destroy");
    QTest::newRow("closed") << false;
    QTest::newRow("destroyed") << true;
}

void TestPartAccessManagerBody::reportsClosedBody()
{
    QFETCH(bool, destroy);
    QSemaphore received;
    RawServer server([&](RawPeer &peer) {
        peer.readHead();
        peer.read(1000);
        received.release();
        peer.drain();
    });
    PartAccessManager manager;
    auto body = std::make_unique<ScriptedBody>(randomBytes(mebibyte, 10));
    body->allow(1000);
    QNetworkReply *const reply = manager.post(partRequest(server.url()), body.get());
    ReplyWatch watch(reply);
    QTRY_VERIFY_WITH_TIMEOUT(received.available() > 0, hangTimeout);
    if (!withCurl) {
        // Qt does not notice; destroying the device under it is the caller's fault.
        body->close();
        QVERIFY(!reply->isFinished());
        reply->abort();
        return;
    }
    if (destroy)
        body.reset();
    else
        body->close();
    QVERIFY(!reply->isFinished());
    QVERIFY(watch.waitForFinished());
    QCOMPARE(reply->error(), QNetworkReply::UnknownNetworkError);
}

void TestPartAccessManagerBody::keepsMemoryFlat()
{
    RawServer server([](RawPeer &peer) {
        while (true) {
            const QByteArray head = peer.readHead();
            if (head.isEmpty())
                return;
            qint64 left = RawPeer::contentLength(head);
            while (left > 0) {
                const QByteArray bytes = peer.read(std::min<qint64>(left, 65'536));
                if (bytes.isEmpty())
                    return;
                left -= bytes.size();
            }
            peer.answer("200 OK");
        }
    });
    PartAccessManager manager;
    const qint64 before = statusKilobytes("VmHWM");
    for (int i = 0; i < 2; ++i) {
        LargeBody body;
        QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
        ReplyWatch watch(reply);
        QVERIFY(watch.waitForFinished());
        QCOMPARE(reply->error(), QNetworkReply::NoError);
        delete reply;
    }
    const qint64 grown = statusKilobytes("VmHWM") - before;
    // A quarter of one of the bodies, which is more than the buffers of both ends.
    constexpr qint64 allowed = 16 * 1024;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    // These keep what was freed, so the figure says nothing.
    Q_UNUSED(grown)
    Q_UNUSED(allowed)
#else
    QVERIFY2(grown < allowed, qPrintable(QString::number(grown)));
#endif
}

void TestPartAccessManagerBody::runsSideBySide_data()
{
    waitsForReadyRead_data();
}

void TestPartAccessManagerBody::runsSideBySide()
{
    QFETCH(bool, tls);
    const int lanes = PartAccessManager::connectionsPerManager();
    QSemaphore arrived;
    QSemaphore goOn;
    const auto server = makeServer(tls, [&](RawPeer &peer) {
        while (peer.readRequest()) {
            arrived.release();
            peer.waitFor(goOn);
            peer.answer("200 OK", "{}");
        }
    });
    PartAccessManager manager;
    for (int round = 0; round < 2; ++round) {
        std::vector<std::unique_ptr<ScriptedBody>> bodies;
        std::vector<std::unique_ptr<ReplyWatch>> watches;
        for (int lane = 0; lane < lanes; ++lane) {
            bodies.push_back(std::make_unique<ScriptedBody>(
                randomBytes(300'000 + lane, static_cast<quint32>(lane))));
            QNetworkReply *const reply =
                manager.post(trustedRequest(server->url()), bodies.back().get());
            watches.push_back(std::make_unique<ReplyWatch>(reply));
        }
        // None is answered before all have arrived.
        QTRY_VERIFY_WITH_TIMEOUT(arrived.available() == lanes, hangTimeout);
        arrived.acquire(lanes);
        goOn.release(lanes);
        for (const auto &watch : watches)
            QVERIFY(watch->waitForFinished());
    }
    const auto requests = server->requests();
    QCOMPARE(requests.size(), static_cast<size_t>(2 * lanes));
    for (const RawServer::Request &request : requests) {
        const auto seed = static_cast<quint32>(request.body.size() - 300'000);
        QVERIFY(request.body == randomBytes(request.body.size(), seed));
    }
    QCOMPARE(server->connections(), lanes);
}

QTEST_GUILESS_MAIN(TestPartAccessManagerBody)
#include "tst_partaccessmanagerbody.moc"
