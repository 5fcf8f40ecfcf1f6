#include "parttesting.h"
#include "rawserver.h"

#include <QPointer>
#include <QSemaphore>
#include <QTest>

using namespace Qt::StringLiterals;
using longshore::PartAccessManager;

namespace {

constexpr qsizetype mebibyte = 1024 * 1024;
constexpr int hangTimeout = 60'000;

} // namespace

/// Ends that the caller makes: abort() and destruction, at every stage and from every slot.
class TestPartAccessManagerAbort : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void endsAtStage_data();
    void endsAtStage();
    void abortsInSlot_data();
    void abortsInSlot();
    void abortsInsideBodyRead_data();
    void abortsInsideBodyRead();
    void deletesReplyInItsSlot_data();
    void deletesReplyInItsSlot();
    void deletesManagerInItsSlot();
    void postsFromFinishedSlot();
    void abortAfterFinishedChangesNothing();
    void closeEndsToo();
};

void TestPartAccessManagerAbort::endsAtStage_data()
{
    QTest::addColumn<bool>("tls");
    QTest::addColumn<QByteArray>("stage");
    QTest::addColumn<QByteArray>("how");
    for (const bool tls : {false, true}) {
        for (const char *stage : {"posted", "connecting", "head sent", "body stuck", "body sent",
                                  "in answer's head", "in answer's body"}) {
            for (const char *how : {"abort", "delete reply", "delete manager"}) {
                QTest::addRow("%s, %s, %s", tls ? "TLS" : "plain", stage, how)
                    << tls << QByteArray(stage) << QByteArray(how);
            }
        }
    }
}

void TestPartAccessManagerAbort::endsAtStage()
{
    QFETCH(bool, tls);
    QFETCH(QByteArray, stage);
    QFETCH(QByteArray, how);
    QSemaphore reached;
    QSemaphore goOn;
    QSemaphore left;
    const auto script = [&](RawPeer &peer) {
        const QByteArray head = stage == "connecting" ? QByteArray() : peer.readHead();
        if (stage == "body stuck")
            peer.read(100'000);
        if (stage == "body sent" || stage.startsWith("in answer"))
            peer.read(RawPeer::contentLength(head));
        if (stage.startsWith("in answer"))
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n");
        if (stage == "in answer's body")
            peer.write("\r\n01234");
        reached.release();
        peer.waitFor(goOn);
        peer.drain();
        left.release();
    };
    // A handshake that nobody answers is a connection that is being made.
    const bool encrypted = tls && stage != "connecting";
    const auto server = encrypted ? std::make_unique<RawServer>(RawTls{}, script)
                                  : std::make_unique<RawServer>(script);
    QUrl url = server->url();
    url.setScheme(tls ? u"https"_s : u"http"_s);

    auto manager = std::make_unique<PartAccessManager>();
    QNetworkRequest request = partRequest(url);
    request.setSslConfiguration(trusting(u"ca"_s));
    ScriptedBody body(randomBytes(stage == "body stuck" ? 32 * mebibyte : mebibyte, 30));
    // Qt sends the head together with the first of the body.
    if (stage == "head sent")
        body.allow(withCurl ? 0 : 1);
    QPointer<QNetworkReply> reply(manager->post(request, &body));
    ReplyWatch watch(reply);
    if (stage != "posted") {
        QTRY_VERIFY_WITH_TIMEOUT(reached.available() > 0, hangTimeout);
        if (stage == "in answer's body")
            QTRY_COMPARE_WITH_TIMEOUT(reply->bytesAvailable(), 5, hangTimeout);
    }

    if (how == "abort") {
        reply->abort();
        QCOMPARE(watch.finishedCount(), 1);
        QCOMPARE(watch.errorCount(), 1);
        QCOMPARE(reply->error(), QNetworkReply::OperationCanceledError);
        QVERIFY(reply->isFinished());
        reply->abort();
        QCOMPARE(watch.finishedCount(), 1);
    } else if (how == "delete reply") {
        delete reply;
        QVERIFY(watch.destroyed());
        QCOMPARE(watch.finishedCount(), 0);
    } else {
        manager.reset();
        QVERIFY(!reply);
        QCOMPARE(watch.finishedCount(), 0);
    }
    goOn.release();
    // Qt lets a handshake go on that nobody waits for any more.
    if (stage != "posted" && (withCurl || stage != "connecting"))
        QTRY_VERIFY_WITH_TIMEOUT(left.available() > 0, hangTimeout);
    if (stage == "posted")
        QCOMPARE(body.furthest(), 0);
    QCOMPARE(watch.finishedCount(), how == "abort" ? 1 : 0);
    QCOMPARE(watch.signalsAfterFinished(), 0);
}

void TestPartAccessManagerAbort::abortsInSlot_data()
{
    QTest::addColumn<QByteArray>("slot");
    for (const char *slot :
         {"uploadProgress", "metaDataChanged", "readyRead", "errorOccurred", "finished"})
        QTest::newRow(slot) << QByteArray(slot);
}

void TestPartAccessManagerAbort::abortsInSlot()
{
    QFETCH(QByteArray, slot);
    RawServer server([&](RawPeer &peer) {
        peer.readRequest();
        peer.answer(slot == "errorOccurred" ? "500 Broken" : "200 OK", "0123456789");
        peer.drain();
    });
    PartAccessManager manager;
    ScriptedBody body(randomBytes(4 * mebibyte, 31));
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    int aborted = 0;
    const auto abort = [&] {
        ++aborted;
        reply->abort();
    };
    if (slot == "uploadProgress")
        connect(reply, &QNetworkReply::uploadProgress, this, abort);
    else if (slot == "metaDataChanged")
        connect(reply, &QNetworkReply::metaDataChanged, this, abort);
    else if (slot == "readyRead")
        connect(reply, &QIODevice::readyRead, this, abort);
    else if (slot == "errorOccurred")
        connect(reply, &QNetworkReply::errorOccurred, this, abort);
    else
        connect(reply, &QNetworkReply::finished, this, abort);
    QVERIFY(watch.waitForFinished());
    QTRY_VERIFY_WITH_TIMEOUT(aborted > 0, hangTimeout);
    QCOMPARE(watch.finishedCount(), 1);
    QCOMPARE(watch.signalsAfterFinished(), 0);
    if (slot == "finished") {
        QCOMPARE(reply->error(), QNetworkReply::NoError);
    } else if (slot == "errorOccurred") {
        QCOMPARE(watch.errorCount(), 1);
        if (withCurl)
            QCOMPARE(reply->error(), QNetworkReply::InternalServerError);
    } else {
        QCOMPARE(reply->error(), QNetworkReply::OperationCanceledError);
    }
}

void TestPartAccessManagerAbort::abortsInsideBodyRead_data()
{
    QTest::addColumn<QByteArray>("how");
    QTest::newRow("abort") << QByteArray("abort");
    if (withCurl) {
        // Under Qt a device must not end its own reader.
        QTest::newRow("delete reply") << QByteArray("delete reply");
        QTest::newRow("delete manager") << QByteArray("delete manager");
        QTest::newRow("post another") << QByteArray("post another");
    }
}

void TestPartAccessManagerAbort::abortsInsideBodyRead()
{
    QFETCH(QByteArray, how);
    RawServer server([](RawPeer &peer) {
        while (peer.readRequest())
            peer.answer("200 OK");
    });
    auto manager = std::make_unique<PartAccessManager>();
    ScriptedBody body(randomBytes(mebibyte, 32));
    ScriptedBody another("another");
    QNetworkReply *const reply = manager->post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    std::unique_ptr<ReplyWatch> anotherWatch;
    bool done = false;
    body.onRead = [&] {
        if (std::exchange(done, true))
            return;
        if (how == "abort") {
            reply->abort();
        } else if (how == "delete reply") {
            delete reply;
        } else if (how == "delete manager") {
            manager.reset();
        } else {
            QNetworkReply *const second = manager->post(partRequest(server.url()), &another);
            anotherWatch = std::make_unique<ReplyWatch>(second);
        }
    };
    QTRY_VERIFY_WITH_TIMEOUT(done, hangTimeout);
    if (how == "post another") {
        QVERIFY(watch.waitForFinished());
        QVERIFY(anotherWatch->waitForFinished());
        QCOMPARE(reply->error(), QNetworkReply::NoError);
        return;
    }
    QTRY_COMPARE_WITH_TIMEOUT(watch.finishedCount(), how == "abort" ? 1 : 0, hangTimeout);
    if (how == "abort")
        QCOMPARE(reply->error(), QNetworkReply::OperationCanceledError);
    if (!manager)
        return;
    ScriptedBody next("next");
    QNetworkReply *const nextReply = manager->post(partRequest(server.url()), &next);
    ReplyWatch nextWatch(nextReply);
    QVERIFY(nextWatch.waitForFinished());
    QCOMPARE(nextReply->error(), QNetworkReply::NoError);
    QCOMPARE(watch.finishedCount(), how == "abort" ? 1 : 0);
    QCOMPARE(watch.signalsAfterFinished(), 0);
}

void TestPartAccessManagerAbort::deletesReplyInItsSlot_data()
{
    abortsInSlot_data();
}

void TestPartAccessManagerAbort::deletesReplyInItsSlot()
{
    QFETCH(QByteArray, slot);
    RawServer server([&](RawPeer &peer) {
        peer.readRequest();
        peer.answer(slot == "errorOccurred" ? "500 Broken" : "200 OK", "0123456789");
        peer.drain();
    });
    PartAccessManager manager;
    ScriptedBody body(randomBytes(4 * mebibyte, 33));
    QPointer<QNetworkReply> reply(manager.post(partRequest(server.url()), &body));
    // Qt's own replies only allow it afterwards.
    const auto remove = [&] {
        if (withCurl)
            delete reply;
        else
            reply->deleteLater();
    };
    if (slot == "uploadProgress")
        connect(reply, &QNetworkReply::uploadProgress, this, remove);
    else if (slot == "metaDataChanged")
        connect(reply, &QNetworkReply::metaDataChanged, this, remove);
    else if (slot == "readyRead")
        connect(reply, &QIODevice::readyRead, this, remove);
    else if (slot == "errorOccurred")
        connect(reply, &QNetworkReply::errorOccurred, this, remove);
    else
        connect(reply, &QNetworkReply::finished, reply, &QObject::deleteLater);
    QTRY_VERIFY_WITH_TIMEOUT(!reply, hangTimeout);
}

void TestPartAccessManagerAbort::deletesManagerInItsSlot()
{
    RawServer server([](RawPeer &peer) {
        while (peer.readRequest())
            peer.answer("200 OK", "{}");
    });
    auto *const manager = new PartAccessManager;
    const QPointer<QNetworkAccessManager> watched(manager);
    ScriptedBody body(randomBytes(mebibyte, 34));
    ScriptedBody waiting(randomBytes(mebibyte, 35));
    waiting.allow(0);
    QNetworkReply *const reply = manager->post(partRequest(server.url()), &body);
    const QPointer<QNetworkReply> other(manager->post(partRequest(server.url()), &waiting));
    connect(reply, &QNetworkReply::finished, manager, &QObject::deleteLater);
    QTRY_VERIFY_WITH_TIMEOUT(!watched, hangTimeout);
    QVERIFY(!other);
    waiting.allow(1);
}

void TestPartAccessManagerAbort::postsFromFinishedSlot()
{
    RawServer server([](RawPeer &peer) {
        while (peer.readRequest())
            peer.answer("200 OK", "{}");
    });
    PartAccessManager manager;
    std::vector<std::unique_ptr<ScriptedBody>> bodies;
    int finished = 0;
    std::function<void()> next = [&] {
        bodies.push_back(std::make_unique<ScriptedBody>(randomBytes(50'000, 36)));
        QNetworkReply *const reply = manager.post(partRequest(server.url()), bodies.back().get());
        connect(reply, &QNetworkReply::finished, this, [&, reply] {
            QCOMPARE(reply->error(), QNetworkReply::NoError);
            reply->deleteLater();
            if (++finished < 20)
                next();
        });
    };
    next();
    QTRY_COMPARE_WITH_TIMEOUT(finished, 20, hangTimeout);
    QCOMPARE(server.connections(), 1);
}

void TestPartAccessManagerAbort::abortAfterFinishedChangesNothing()
{
    RawServer server([](RawPeer &peer) {
        while (peer.readRequest())
            peer.answer("200 OK", "{}");
    });
    PartAccessManager manager;
    ScriptedBody body("hello");
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QVERIFY(watch.waitForFinished());
    reply->abort();
    QCOMPARE(watch.finishedCount(), 1);
    QCOMPARE(watch.errorCount(), 0);
    QCOMPARE(reply->error(), QNetworkReply::NoError);
    QCOMPARE(statusOf(*reply), 200);
}

void TestPartAccessManagerAbort::closeEndsToo()
{
    RawServer server([](RawPeer &peer) { peer.drain(); });
    PartAccessManager manager;
    ScriptedBody body(randomBytes(mebibyte, 37));
    QNetworkReply *const reply = manager.post(partRequest(server.url()), &body);
    ReplyWatch watch(reply);
    QTRY_VERIFY_WITH_TIMEOUT(body.furthest() > 0, hangTimeout);
    reply->close();
    QCOMPARE(watch.finishedCount(), 1);
    QCOMPARE(reply->error(), QNetworkReply::OperationCanceledError);
    QVERIFY(!reply->isOpen());
}

QTEST_GUILESS_MAIN(TestPartAccessManagerAbort)
#include "tst_partaccessmanagerabort.moc"
