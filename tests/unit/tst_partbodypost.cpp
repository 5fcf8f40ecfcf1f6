#include "transfer/partbody.h"

#include "support/bodyreader.h"
#include "support/sourcefiles.h"
#include "support/virtualclock.h"
#include "transfer/ratelimiter.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QRegularExpression>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <array>
#include <vector>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using namespace longshore;

namespace {

constexpr qint64 mebibyte = 1024 * 1024;

/// Hands a body on and counts how often it is asked for bytes.
class CountingDevice : public QIODevice
{
public:
    explicit CountingDevice(PartBody &body)
        : m_body(body)
    {
        connect(&body, &QIODevice::readyRead, this, &QIODevice::readyRead);
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }

    bool isSequential() const override { return false; }
    qint64 size() const override { return m_body.size(); }
    bool seek(qint64 position) override
    {
        return QIODevice::seek(position) && m_body.seek(position);
    }

    int reads = 0;

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        ++reads;
        return m_body.read(data, maxSize);
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    PartBody &m_body;
};

/// Takes one HTTP request and answers it.
class RawServer : public QTcpServer
{
public:
    RawServer()
    {
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { take(socket); });
            connect(socket, &QTcpSocket::disconnected, this, [this] { ++disconnections; });
        });
    }

    QByteArray header;
    QByteArray body;
    int disconnections = 0;

private:
    void take(QTcpSocket *socket)
    {
        body += socket->readAll();
        if (header.isEmpty()) {
            const qsizetype end = body.indexOf("\r\n\r\n");
            if (end < 0)
                return;
            header = body.first(end);
            body.remove(0, end + 4);
        }
        static const QRegularExpression length(u"\r\ncontent-length: *(\\d+)"_s,
                                               QRegularExpression::CaseInsensitiveOption);
        const auto match = length.match(QString::fromLatin1(header));
        if (match.hasMatch() && body.size() >= match.captured(1).toLongLong())
            socket->write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    }
};

} // namespace

class TestPartBodyPost : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void rateLimit();
    void rateLimitIsFair();
    void rateLimitIsFairToWhoIsReadLast();
    void limiterDestroyed();
    void posted();
    void postedThrottled();
    void postedFromAChangedFile();

private:
    std::unique_ptr<SourceFiles> m_files;
    std::unique_ptr<QThreadPool> m_pool;
};

void TestPartBodyPost::init()
{
    m_files = std::make_unique<SourceFiles>();
    m_pool = std::make_unique<QThreadPool>();
    m_pool->setMaxThreadCount(2);
}

void TestPartBodyPost::cleanup()
{
    m_pool.reset();
    m_files.reset();
}

void TestPartBodyPost::rateLimit()
{
    const QByteArray content = randomBytes(200'000, 11); // so few are read ahead
    VirtualClock clock;
    RateLimiter limiter(clock, 100'000);
    const auto device = wholeBody(m_files->write(content), *m_pool, &limiter);
    QVERIFY(m_pool->waitForDone(30'000));
    const BodyReader reader(*device);
    QVERIFY(reader.data.isEmpty());
    QVERIFY(!device->isWaitingForFile());
    QCoreApplication::processEvents();
    while (!reader.isAtEnd()) {
        QVERIFY(clock.nextDue());
        clock.advance(*clock.nextDue() - clock.monotonic());
    }
    QVERIFY(payloadOf(*device, reader.data) == content);
    const double seconds = std::chrono::duration<double>(clock.monotonic()).count();
    QVERIFY(seconds > 0.97 * 2.0 && seconds < 1.03 * 2.0);
    // Each wake-up gives something, then one read says that there is no more for now.
    QVERIFY(reader.emptyReads <= reader.wakeUps + 1);
    QVERIFY(reader.reads <= 2 * (reader.wakeUps + 1));
    QVERIFY(!clock.nextDue());
}

void TestPartBodyPost::rateLimitIsFair()
{
    const SourceFile source = m_files->write(randomBytes(500'000, 12));
    VirtualClock clock;
    RateLimiter limiter(clock, 50'000);
    std::vector<std::unique_ptr<PartBody>> bodies;
    std::vector<std::unique_ptr<BodyReader>> readers;
    for (int lane = 0; lane < 4; ++lane)
        bodies.push_back(wholeBody(source, *m_pool, &limiter));
    QVERIFY(m_pool->waitForDone(30'000));
    for (const auto &device : bodies)
        readers.push_back(std::make_unique<BodyReader>(*device));
    clock.advance(20s);
    for (const auto &reader : readers) {
        QVERIFY2(reader->data.size() > 240'000 && reader->data.size() < 260'000,
                 qPrintable(QString::number(reader->data.size())));
    }
}

void TestPartBodyPost::rateLimitIsFairToWhoIsReadLast()
{
    const SourceFile source = m_files->write(randomBytes(500'000, 12));
    VirtualClock clock;
    RateLimiter limiter(clock, 50'000);
    std::vector<std::unique_ptr<PartBody>> bodies;
    std::array<qsizetype, 4> sent{};
    for (std::size_t lane = 0; lane < sent.size(); ++lane)
        bodies.push_back(wholeBody(source, *m_pool, &limiter));
    QVERIFY(m_pool->waitForDone(30'000));
    // As libcurl does it: who is woken is read when its turn in another queue comes.
    while (clock.monotonic() < 10s) {
        for (std::size_t lane = 0; lane < sent.size(); ++lane) {
            QByteArray block;
            do {
                block = bodies.at(lane)->read(16 * 1024);
                sent.at(lane) += block.size();
            } while (!block.isEmpty());
        }
        QVERIFY(clock.nextDue());
        clock.advance(*clock.nextDue() - clock.monotonic());
    }
    for (const qsizetype bytes : sent)
        QVERIFY2(bytes > 120'000 && bytes < 130'000, qPrintable(QString::number(bytes)));
}

void TestPartBodyPost::limiterDestroyed()
{
    const QByteArray content = randomBytes(100'000, 13);
    VirtualClock clock;
    auto limiter = std::make_unique<RateLimiter>(clock, 1000);
    const auto device = wholeBody(m_files->write(content), *m_pool, limiter.get());
    QVERIFY(device->read(4096).isEmpty());
    limiter.reset();
    const BodyReader reader(*device);
    QTRY_VERIFY(reader.isAtEnd());
    QVERIFY(payloadOf(*device, reader.data) == content);
}

void TestPartBodyPost::posted()
{
    RawServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    QNetworkAccessManager manager;
    for (const qint64 bytes : {qint64(1), mebibyte, 5 * mebibyte + 1}) {
        const QByteArray content = randomBytes(bytes, 17);
        SourceFile source = m_files->write(content);
        source.newlineAdded = true;
        const auto device = wholeBody(source, *m_pool);
        QNetworkRequest request(QUrl(u"http://127.0.0.1:%1/"_s.arg(server.serverPort())));
        request.setHeader(QNetworkRequest::ContentTypeHeader, device->contentType());
        server.header.clear();
        server.body.clear();
        const std::unique_ptr<QNetworkReply> reply(manager.post(request, device.get()));
        QTRY_VERIFY_WITH_TIMEOUT(reply->isFinished(), 30'000);
        QCOMPARE(reply->error(), QNetworkReply::NoError);
        QVERIFY(payloadOf(*device, server.body) == content + '\n');
        QVERIFY(server.header.contains(device->contentType()));
    }
}

void TestPartBodyPost::postedThrottled()
{
    RawServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    QNetworkAccessManager manager;
    const QByteArray content = randomBytes(400'000, 18);
    VirtualClock clock;
    RateLimiter limiter(clock, 1'000'000);
    const auto device = wholeBody(m_files->write(content), *m_pool, &limiter);
    CountingDevice counter(*device);
    QNetworkRequest request(QUrl(u"http://127.0.0.1:%1/"_s.arg(server.serverPort())));
    request.setHeader(QNetworkRequest::ContentTypeHeader, device->contentType());
    const std::unique_ptr<QNetworkReply> reply(manager.post(request, &counter));
    QTRY_VERIFY(clock.nextDue());
    // Time stands still: nothing is sent, and nothing spins.
    for (int round = 0; round < 1000; ++round)
        QCoreApplication::processEvents();
    QVERIFY(counter.reads <= 2);
    QVERIFY(server.body.isEmpty());
    while (!reply->isFinished()) {
        if (clock.nextDue())
            clock.advance(*clock.nextDue() - clock.monotonic());
        QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
    }
    QCOMPARE(reply->error(), QNetworkReply::NoError);
    QVERIFY(payloadOf(*device, server.body) == content);
    QVERIFY(clock.monotonic() >= 390ms);
    // 21 turns of 20 kB, each in two reads of at most 16 KiB and a few that give 0.
    QVERIFY2(counter.reads <= 21 * 10, qPrintable(QString::number(counter.reads)));
}

void TestPartBodyPost::postedFromAChangedFile()
{
    RawServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    QNetworkAccessManager manager;
    const SourceFile source = m_files->write(randomBytes(3 * mebibyte, 19));
    QVERIFY(changeFile(source, FileChange::Cut));
    const auto device = wholeBody(source, *m_pool);
    QNetworkRequest request(QUrl(u"http://127.0.0.1:%1/"_s.arg(server.serverPort())));
    request.setHeader(QNetworkRequest::ContentTypeHeader, device->contentType());
    const std::unique_ptr<QNetworkReply> reply(manager.post(request, device.get()));
    QTRY_VERIFY_WITH_TIMEOUT(reply->isFinished(), 30'000);
    QVERIFY(reply->error() != QNetworkReply::NoError);
    QCOMPARE(device->problem().kind, FileProblem::Kind::Changed);
}

QTEST_GUILESS_MAIN(TestPartBodyPost)
#include "tst_partbodypost.moc"
