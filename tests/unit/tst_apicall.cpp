#include "api/answers.h"
#include "api/apicall.h"
#include "api/uploadsapi.h"
#include "support/fakeaccessmanager.h"

#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

#include <functional>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

Endpoint fakeEndpoint()
{
    Endpoint endpoint;
    endpoint.baseUrl = QUrl(u"https://service.example/v1"_s);
    endpoint.key = "sk-test"_ba;
    return endpoint;
}

/// Keeps what a call answered, and how often.
struct Outcome
{
    int count = 0;
    ApiAnswer answer;

    void watch(ApiCall &call)
    {
        QObject::connect(&call, &ApiCall::finished, &call, [this](const ApiAnswer &given) {
            ++count;
            answer = given;
        });
    }
};

FakeAnswer hugeAnswer(int status)
{
    FakeAnswer answer;
    answer.status = status;
    answer.body = "{\"x\":\""_ba + QByteArray(kMaxAnswerBytes, 'x') + "\"}";
    return answer;
}

} // namespace

class ApiCallTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void answersFromTheEventLoop();
    void aReplyFinishedBefore();
    void refusal();
    void networkError();
    void oversized_data();
    void oversized();
    void largestAnswer();
    void redirectIsNotFollowed();
    void abortedByOthers();
    void destroyedEarly();
    void destroyedInItsOwnSlot();
    void destroyedWhenOversized();
    void destroyedWhileProgressing();
    void progress();

    void createBody();
    void createWithExpiry();
    void completeBody();
    void idsArePercentEncoded();
    void partRequest();
    void filesQuery();
    void getFile();

private:
    std::unique_ptr<FakeAccessManager> m_fake;
    std::unique_ptr<UploadsApi> m_api;
};

void ApiCallTest::init()
{
    m_api.reset();
    m_fake = std::make_unique<FakeAccessManager>();
    m_api = std::make_unique<UploadsApi>(fakeEndpoint(), [this] { return m_fake.get(); });
}

void ApiCallTest::answersFromTheEventLoop()
{
    const auto call = m_api->cancelUpload(u"upload_1"_s);
    Outcome outcome;
    outcome.watch(*call);
    QCOMPARE(outcome.count, 0);
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY(!outcome.answer.error.isError());
    QCOMPARE(outcome.answer.object.value("status"_L1).toString(), u"cancelled"_s);
    // The reply goes too, and nothing more is said.
    QTRY_VERIFY(m_fake->requests().first().reply.isNull());
    QCOMPARE(outcome.count, 1);
}

void ApiCallTest::aReplyFinishedBefore()
{
    QNetworkReply *reply = m_fake->get(QNetworkRequest(QUrl(u"https://a.example/files"_s)));
    QTRY_VERIFY(reply->isFinished());
    ApiCall call(reply);
    Outcome outcome;
    outcome.watch(call);
    QCOMPARE(outcome.count, 0);
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY(outcome.answer.object.value("data"_L1).isArray());
}

void ApiCallTest::refusal()
{
    m_fake->setHandler([](const FakeRequest &) {
        return FakeAnswer::refusal(429, u"slow_down"_s, u"Slow down."_s)
            .with("retry-after-ms"_ba, "40"_ba)
            .with("x-request-id"_ba, "req_9"_ba);
    });
    const auto call = m_api->getFile(u"file-1"_s);
    Outcome outcome;
    outcome.watch(*call);
    QTRY_COMPARE(outcome.count, 1);
    const ApiError &error = outcome.answer.error;
    QCOMPARE(error.kind, ErrorKind::Refused);
    QCOMPARE(error.status, 429);
    QCOMPARE(error.code, u"slow_down"_s);
    QCOMPARE(error.message, u"Slow down."_s);
    QCOMPARE(error.requestId, u"req_9"_s);
    QCOMPARE(error.retryDelay, std::optional(std::chrono::milliseconds(40)));
}

void ApiCallTest::networkError()
{
    m_fake->setHandler([](const FakeRequest &) {
        return FakeAnswer::broken(QNetworkReply::HostNotFoundError, u"Host x not found"_s);
    });
    const auto call = m_api->getFile(u"file-1"_s);
    Outcome outcome;
    outcome.watch(*call);
    QTRY_COMPARE(outcome.count, 1);
    QCOMPARE(outcome.answer.error.kind, ErrorKind::Network);
    QCOMPARE(outcome.answer.error.status, 0);
    QCOMPARE(outcome.answer.error.networkError, QNetworkReply::HostNotFoundError);
}

void ApiCallTest::oversized_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("kind");

    QTest::newRow("200") << 200 << u"bad-answer"_s;
    QTest::newRow("500") << 500 << u"refused"_s;
}

void ApiCallTest::oversized()
{
    QFETCH(int, status);
    m_fake->setHandler([status](const FakeRequest &) { return hugeAnswer(status); });
    const auto call = m_api->getFile(u"file-1"_s);
    Outcome outcome;
    outcome.watch(*call);
    QTRY_COMPARE(outcome.count, 1);
    QTEST(errorKindName(outcome.answer.error.kind), "kind");
    QCOMPARE(outcome.answer.error.status, status);
    QTRY_VERIFY(m_fake->requests().first().reply.isNull());
    QCOMPARE(outcome.count, 1);
}

void ApiCallTest::largestAnswer()
{
    m_fake->setHandler([](const FakeRequest &) {
        FakeAnswer answer;
        answer.body = "{\"id\":\"a\"}"_ba.leftJustified(kMaxAnswerBytes, ' ');
        return answer;
    });
    const auto call = m_api->getFile(u"file-1"_s);
    Outcome outcome;
    outcome.watch(*call);
    QTRY_COMPARE(outcome.count, 1);
    QCOMPARE(outcome.answer.error.message, QString());
    QCOMPARE(outcome.answer.object.value("id"_L1).toString(), u"a"_s);
}

void ApiCallTest::redirectIsNotFollowed()
{
    m_fake->setHandler([](const FakeRequest &) {
        FakeAnswer answer;
        answer.status = 307;
        return answer.with("Location"_ba, "https://elsewhere.example/v1/files"_ba);
    });
    const auto call = m_api->getFile(u"file-1"_s);
    Outcome outcome;
    outcome.watch(*call);
    QTRY_COMPARE(outcome.count, 1);
    QCOMPARE(outcome.answer.error.kind, ErrorKind::Refused);
    QVERIFY(outcome.answer.error.message.contains(u"elsewhere.example"_s));
    QCOMPARE(m_fake->requests().size(), 1);
}

void ApiCallTest::abortedByOthers()
{
    m_fake->setHandler([](const FakeRequest &) { return FakeAnswer::hold(); });
    const auto call = m_api->getFile(u"file-1"_s);
    Outcome outcome;
    outcome.watch(*call);
    QTRY_COMPARE(m_fake->held().size(), 1);
    m_fake->held().first()->abort();
    QCOMPARE(outcome.count, 1);
    QCOMPARE(outcome.answer.error.networkError, QNetworkReply::OperationCanceledError);
}

void ApiCallTest::destroyedEarly()
{
    m_fake->setHandler([](const FakeRequest &) { return FakeAnswer::hold(); });
    auto call = m_api->getFile(u"file-1"_s);
    int finished = 0;
    connect(call.get(), &ApiCall::finished, this, [&finished] { ++finished; });
    QTRY_COMPARE(m_fake->held().size(), 1);
    const QPointer<FakeReply> reply = m_fake->held().first();
    QSignalSpy aborted(reply, &QNetworkReply::finished);
    call.reset();
    QCOMPARE(aborted.size(), 1);
    QCOMPARE(m_fake->pending(), 0);
    QTRY_VERIFY(reply.isNull());
    QCOMPARE(finished, 0);
}

void ApiCallTest::destroyedInItsOwnSlot()
{
    auto call = m_api->getFile(u"file-1"_s);
    connect(call.get(), &ApiCall::finished, this, [&call] { call.reset(); });
    QTRY_VERIFY(!call);
    QTRY_VERIFY(m_fake->requests().first().reply.isNull());
}

void ApiCallTest::destroyedWhenOversized()
{
    m_fake->setHandler([](const FakeRequest &) { return hugeAnswer(200); });
    auto call = m_api->getFile(u"file-1"_s);
    connect(call.get(), &ApiCall::finished, this, [&call] { call.reset(); });
    QTRY_VERIFY(!call);
    QTRY_VERIFY(m_fake->requests().first().reply.isNull());
}

void ApiCallTest::destroyedWhileProgressing()
{
    auto call = m_api->createUpload({u"a"_s, u"user_data"_s, 1, u"text/plain"_s, {}});
    connect(call.get(), &ApiCall::progressed, this, [&call] { call.reset(); });
    QTRY_VERIFY(!call);
    QTRY_VERIFY(m_fake->requests().first().reply.isNull());
    QCOMPARE(m_fake->pending(), 0);
}

void ApiCallTest::progress()
{
    const auto call = m_api->createUpload({u"a"_s, u"user_data"_s, 1, u"text/plain"_s, {}});
    QSignalSpy progressed(call.get(), &ApiCall::progressed);
    Outcome outcome;
    outcome.watch(*call);
    Q_EMIT m_fake->requests().first().reply->uploadProgress(0, 0);
    QTRY_COMPARE(outcome.count, 1);
    QCOMPARE(progressed.size(), 1);
    QCOMPARE(progressed.first().first().toLongLong(), m_fake->requests().first().bodySize);
}

void ApiCallTest::createBody()
{
    const auto call = m_api->createUpload(
        {u"naïve \"x\".jsonl"_s, u"fine-tune"_s, 8'589'934'592, u"text/jsonl"_s, {}});
    Outcome outcome;
    outcome.watch(*call);
    QTRY_COMPARE(outcome.count, 1);
    const FakeRequest &request = m_fake->requests().first();
    QCOMPARE(request.verb, "POST"_ba);
    QCOMPARE(request.request.url(), QUrl(u"https://service.example/v1/uploads"_s));
    QCOMPARE(request.request.rawHeader("Content-Type"), "application/json"_ba);
    QVERIFY(request.body.contains("8589934592")); // not 8.589934592e+09
    const QJsonObject expected{{u"filename"_s, u"naïve \"x\".jsonl"_s},
                               {u"purpose"_s, u"fine-tune"_s},
                               {u"bytes"_s, Q_INT64_C(8'589'934'592)},
                               {u"mime_type"_s, u"text/jsonl"_s}};
    QCOMPARE(request.json(), expected);
}

void ApiCallTest::createWithExpiry()
{
    const auto call =
        m_api->createUpload({u"a"_s, u"batch"_s, 1, u"text/jsonl"_s, std::chrono::seconds(3600)});
    Outcome outcome;
    outcome.watch(*call);
    QTRY_COMPARE(outcome.count, 1);
    const QJsonObject expected{{u"anchor"_s, u"created_at"_s}, {u"seconds"_s, 3600}};
    QCOMPARE(m_fake->requests().first().json().value("expires_after"_L1).toObject(), expected);
}

void ApiCallTest::completeBody()
{
    const QStringList ids{u"part_b"_s, u"part_a"_s};
    const auto plain = m_api->completeUpload(u"upload_1"_s, ids, {});
    const auto hashed =
        m_api->completeUpload(u"upload_1"_s, ids, "d41d8cd98f00b204e9800998ecf8427e"_ba);
    Outcome outcome;
    outcome.watch(*plain);
    outcome.watch(*hashed);
    QTRY_COMPARE(outcome.count, 2);
    const QJsonArray array{u"part_b"_s, u"part_a"_s};
    const FakeRequest &first = m_fake->requests().at(0);
    QCOMPARE(first.path, u"/v1/uploads/upload_1/complete"_s);
    QCOMPARE(first.json(), (QJsonObject{{u"part_ids"_s, array}}));
    QCOMPARE(
        m_fake->requests().at(1).json(),
        (QJsonObject{{u"part_ids"_s, array}, {u"md5"_s, u"d41d8cd98f00b204e9800998ecf8427e"_s}}));
    QCOMPARE(parseCompleted(outcome.answer, u"upload_1"_s).value.id, u"file-2"_s);
}

void ApiCallTest::idsArePercentEncoded()
{
    const QString id = u"a/b?c#d%2f&\u00e9"_s;
    const QByteArray encoded = "a%2Fb%3Fc%23d%252f%26%C3%A9"_ba;
    const QByteArray base = "https://service.example/v1/"_ba;
    QCOMPARE(m_api->addPartRequest(id, "x"_ba, 1).url().toEncoded(),
             base + "uploads/" + encoded + "/parts");
    const auto complete = m_api->completeUpload(id, {}, {});
    const auto cancel = m_api->cancelUpload(id);
    const auto file = m_api->getFile(id);
    QCOMPARE(m_fake->requests().at(0).request.url().toEncoded(),
             base + "uploads/" + encoded + "/complete");
    QCOMPARE(m_fake->requests().at(1).request.url().toEncoded(),
             base + "uploads/" + encoded + "/cancel");
    QCOMPARE(m_fake->requests().at(2).request.url().toEncoded(), base + "files/" + encoded);
}

void ApiCallTest::partRequest()
{
    const QNetworkRequest request =
        m_api->addPartRequest(u"upload_1"_s, "multipart/form-data; boundary=x"_ba, 64'000'123);
    QCOMPARE(request.url(), QUrl(u"https://service.example/v1/uploads/upload_1/parts"_s));
    QCOMPARE(request.rawHeader("Content-Type"), "multipart/form-data; boundary=x"_ba);
    QCOMPARE(request.rawHeader("Content-Length"), "64000123"_ba);
    QCOMPARE(request.rawHeader("Authorization"), "Bearer sk-test"_ba);
}

void ApiCallTest::filesQuery()
{
    const auto first = m_api->listFiles(u"fine-tune"_s, {});
    const auto next = m_api->listFiles(u"a&b"_s, u"file-9+%"_s);
    QCOMPARE(m_fake->requests().at(0).request.url().toEncoded(),
             "https://service.example/v1/files?purpose=fine-tune&limit=500&order=desc"_ba);
    QCOMPARE(
        m_fake->requests().at(1).request.url().toEncoded(),
        "https://service.example/v1/files?purpose=a%26b&limit=500&order=desc&after=file-9%2B%25"_ba);
    QCOMPARE(m_fake->requests().at(0).verb, "GET"_ba);
}

void ApiCallTest::getFile()
{
    const auto call = m_api->getFile(u"file-1"_s);
    QCOMPARE(m_fake->requests().first().path, u"/v1/files/file-1"_s);
    QVERIFY(!m_fake->requests().first().hasBody);
}

QTEST_GUILESS_MAIN(ApiCallTest)
#include "tst_apicall.moc"
