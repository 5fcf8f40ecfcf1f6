#include "support/fakeaccessmanager.h"

#include <QBuffer>
#include <QSignalSpy>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

/// A random-access body that is ready as far as it was released.
class SlowBody final : public QIODevice
{
    Q_OBJECT

public:
    explicit SlowBody(qint64 size)
        : m_size(size)
    {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }

    qint64 size() const override { return m_size; }
    void release(qint64 bytes)
    {
        m_ready += bytes;
        Q_EMIT readyRead();
    }
    void fail() { m_failed = true; }

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        if (m_failed)
            return -1;
        const qint64 bytes = std::min(maxSize, m_ready - pos());
        std::fill_n(data, bytes, 'b');
        return bytes;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    qint64 m_size;
    qint64 m_ready = 0;
    bool m_failed = false;
};

QNetworkRequest requestFor(const QString &path)
{
    return QNetworkRequest(QUrl(u"https://service.example/v1"_s + path));
}

} // namespace

/// The fake service itself: what other tests rely on.
class FakeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recordsRequests();
    void countsPendingAndPeak();
    void holdsUntilAnswered();
    void abortIsSynchronous();
    void readsTheBodyAsItBecomesReady();
    void leavesTheBodyUnread();
    void stallsInTheMiddle();
    void bodyThatFails();
    void bodyThatGoesAway();
    void deletedWhilePending();
    void errorsByStatus_data();
    void errorsByStatus();
};

void FakeTest::recordsRequests()
{
    FakeAccessManager service;
    auto *create = service.post(requestFor(u"/uploads"_s), "{\"bytes\":3}"_ba);
    QTRY_VERIFY(create->isFinished());
    QBuffer body;
    body.setData("abc"_ba);
    body.open(QIODevice::ReadOnly);
    service.post(requestFor(u"/uploads/upload_1/parts"_s), &body);
    service.get(requestFor(u"/files?limit=1"_s));
    QTRY_COMPARE(service.pending(), 0);
    QCOMPARE(service.requests().size(), 3);
    QCOMPARE(service.requests().at(0).call, u"create"_s);
    QCOMPARE(service.requests().at(0).json().value("bytes"_L1).toInt(), 3);
    QCOMPARE(create->readAll().contains("\"upload_1\""), true);
    QCOMPARE(service.requests().at(1).call, u"part"_s);
    QCOMPARE(service.requests().at(1).uploadId(), u"upload_1"_s);
    QCOMPARE(service.requests().at(1).body, "abc"_ba);
    QCOMPARE(service.requests().at(2).call, u"files"_s);
    QCOMPARE(service.requests().at(2).verb, "GET"_ba);
    QCOMPARE(service.count(u"part"_s), 1);
    QCOMPARE(service.countPath(u"/v1/files"_s), 1);
}

void FakeTest::countsPendingAndPeak()
{
    FakeAccessManager service([](const FakeRequest &) { return FakeAnswer::hold(); });
    for (int i = 0; i < 3; ++i)
        service.get(requestFor(u"/files"_s));
    service.post(requestFor(u"/uploads"_s), "{}"_ba);
    QTRY_COMPARE(service.held().size(), 4);
    QCOMPARE(service.pending(), 4);
    QCOMPARE(service.pending(u"files"_s), 3);
    QCOMPARE(service.held(u"create"_s).size(), 1);
    const QList<FakeReply *> replies = service.held(u"files"_s);
    for (FakeReply *reply : replies)
        reply->answer(FakeAnswer::json({}));
    QTRY_COMPARE(service.pending(u"files"_s), 0);
    QCOMPARE(service.pending(), 1);
    service.get(requestFor(u"/files"_s));
    QCOMPARE(service.peak(u"files"_s), 3);
    QCOMPARE(service.peak(), 4);
    QCOMPARE(service.requests().last().nth, 4);
    QCOMPARE(service.requests().last().number, 5);
}

void FakeTest::holdsUntilAnswered()
{
    FakeAccessManager service([](const FakeRequest &) { return FakeAnswer::hold(); });
    QNetworkReply *reply = service.get(requestFor(u"/files"_s));
    QSignalSpy finished(reply, &QNetworkReply::finished);
    QTRY_COMPARE(service.held().size(), 1);
    QVERIFY(finished.isEmpty());
    service.held().first()->answer(FakeAnswer::json({{u"id"_s, u"x"_s}}, 201));
    QVERIFY(finished.isEmpty()); // not before the event loop
    QVERIFY(service.held().isEmpty());
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), 201);
    QCOMPARE(reply->rawHeader("content-type"), "application/json"_ba);
    QCOMPARE(reply->readAll(), "{\"id\":\"x\"}"_ba);
}

void FakeTest::abortIsSynchronous()
{
    FakeAccessManager service([](const FakeRequest &) { return FakeAnswer::hold(); });
    QNetworkReply *reply = service.get(requestFor(u"/files"_s));
    QTRY_COMPARE(service.held().size(), 1);
    QSignalSpy finished(reply, &QNetworkReply::finished);
    QSignalSpy failed(reply, &QNetworkReply::errorOccurred);
    FakeReply *held = service.held().first();
    held->answer(FakeAnswer::json({}));
    reply->abort();
    QCOMPARE(finished.size(), 1);
    QCOMPARE(failed.size(), 1);
    QCOMPARE(reply->error(), QNetworkReply::OperationCanceledError);
    QCOMPARE(service.pending(), 0);
    reply->abort();
    QCoreApplication::processEvents(); // the answer that was under way comes to nothing
    QCOMPARE(finished.size(), 1);
    QVERIFY(!reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).isValid());
}

void FakeTest::readsTheBodyAsItBecomesReady()
{
    FakeAccessManager service;
    SlowBody body(100'000);
    QNetworkReply *reply = service.post(requestFor(u"/uploads/u/parts"_s), &body);
    QSignalSpy progress(reply, &QNetworkReply::uploadProgress);
    body.release(40'000);
    QTRY_COMPARE(service.requests().first().body.size(), 40'000);
    QVERIFY(!reply->isFinished());
    QCOMPARE(progress.last().at(0).toLongLong(), 40'000);
    QCOMPARE(progress.last().at(1).toLongLong(), 100'000);
    body.release(60'000);
    QTRY_VERIFY(reply->isFinished());
    QCOMPARE(reply->error(), QNetworkReply::NoError);
    QCOMPARE(service.requests().first().body, QByteArray(100'000, 'b'));
}

void FakeTest::leavesTheBodyUnread()
{
    FakeAccessManager service(
        [](const FakeRequest &) { return FakeAnswer::refusal(413, u"too_large"_s, u"No."_s); });
    service.setBodyLimit([](const FakeRequest &) { return 0; });
    SlowBody body(100'000);
    QNetworkReply *reply = service.post(requestFor(u"/uploads/u/parts"_s), &body);
    QTRY_VERIFY(reply->isFinished());
    QCOMPARE(reply->error(), QNetworkReply::UnknownContentError);
    QCOMPARE(service.requests().first().body.size(), 0);
}

void FakeTest::stallsInTheMiddle()
{
    FakeAccessManager service([](const FakeRequest &) { return FakeAnswer::hold(); });
    service.setBodyLimit([](const FakeRequest &) { return 20'000; });
    SlowBody body(100'000);
    body.release(100'000);
    QNetworkReply *reply = service.post(requestFor(u"/uploads/u/parts"_s), &body);
    QTRY_COMPARE(service.held(u"part"_s).size(), 1);
    QCOMPARE(service.requests().first().body.size(), 20'000);
    FakeReply *held = service.held().first();
    held->readMore(80'000);
    QTRY_COMPARE(service.requests().first().body.size(), 100'000);
    QVERIFY(!reply->isFinished());
    held->answer(FakeAnswer::broken(QNetworkReply::RemoteHostClosedError));
    QTRY_VERIFY(reply->isFinished());
    QCOMPARE(reply->error(), QNetworkReply::RemoteHostClosedError);
}

void FakeTest::bodyThatFails()
{
    FakeAccessManager service;
    SlowBody body(100'000);
    QNetworkReply *reply = service.post(requestFor(u"/uploads/u/parts"_s), &body);
    body.release(10'000);
    QTRY_COMPARE(service.requests().first().body.size(), 10'000);
    body.fail();
    body.release(1);
    QTRY_VERIFY(reply->isFinished());
    QCOMPARE(reply->error(), QNetworkReply::UnknownNetworkError);
}

void FakeTest::bodyThatGoesAway()
{
    FakeAccessManager service;
    auto body = std::make_unique<SlowBody>(100'000);
    QNetworkReply *reply = service.post(requestFor(u"/uploads/u/parts"_s), body.get());
    body.reset();
    QTRY_VERIFY(reply->isFinished());
    QCOMPARE(reply->error(), QNetworkReply::UnknownNetworkError);
}

void FakeTest::deletedWhilePending()
{
    FakeAccessManager service([](const FakeRequest &) { return FakeAnswer::hold(); });
    QNetworkReply *reply = service.get(requestFor(u"/files"_s));
    QTRY_COMPARE(service.held().size(), 1);
    delete reply;
    QCOMPARE(service.pending(), 0);
    QVERIFY(service.held().isEmpty());
    service.get(requestFor(u"/files"_s)); // goes with the manager
}

void FakeTest::errorsByStatus_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QNetworkReply::NetworkError>("error");

    QTest::newRow("201") << 201 << QNetworkReply::NoError;
    QTest::newRow("307") << 307 << QNetworkReply::NoError;
    QTest::newRow("401") << 401 << QNetworkReply::AuthenticationRequiredError;
    QTest::newRow("404") << 404 << QNetworkReply::ContentNotFoundError;
    QTest::newRow("429") << 429 << QNetworkReply::UnknownContentError;
    QTest::newRow("500") << 500 << QNetworkReply::InternalServerError;
    QTest::newRow("503") << 503 << QNetworkReply::ServiceUnavailableError;
    QTest::newRow("504") << 504 << QNetworkReply::UnknownServerError;
}

void FakeTest::errorsByStatus()
{
    QFETCH(int, status);
    FakeAccessManager service(
        [status](const FakeRequest &) { return FakeAnswer::json({}, status); });
    QNetworkReply *reply = service.get(requestFor(u"/files"_s));
    QTRY_VERIFY(reply->isFinished());
    QTEST(reply->error(), "error");
}

QTEST_GUILESS_MAIN(FakeTest)
#include "tst_apifake.moc"
