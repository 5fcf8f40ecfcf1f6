#include "api/answers.h"

#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(longshore::RawAnswer)
Q_DECLARE_METATYPE(longshore::ErrorKind)

namespace {

const QDateTime kNow(QDate(2026, 9, 15), QTime(12, 0), Qt::UTC);

RawAnswer raw(int status, const QByteArray &body,
              const QList<QNetworkReply::RawHeaderPair> &headers = {})
{
    RawAnswer answer;
    answer.status = status;
    answer.body = body;
    answer.headers = headers;
    return answer;
}

RawAnswer broken(QNetworkReply::NetworkError error, const QString &text, int status = 0)
{
    RawAnswer answer;
    answer.status = status;
    answer.networkError = error;
    answer.networkErrorText = text;
    return answer;
}

QByteArray nested(int levels)
{
    return "{\"a\":"_ba.repeated(levels) + '1' + QByteArray(levels, '}');
}

} // namespace

class AnswersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void good_data();
    void good();
    void errors_data();
    void errors();
    void messages_data();
    void messages();
    void advice_data();
    void advice();
    void networkErrors_data();
    void networkErrors();
    void cutShort();
    void headersOfAnError();
    void headersOfAGoodAnswer();
    void pagesAreNeverShown();
    void messagesAreBounded();
    void mutationsAreHarmless();
};

void AnswersTest::good_data()
{
    QTest::addColumn<RawAnswer>("answer");

    QTest::newRow("200") << raw(200, "{\"id\":\"a\"}"_ba);
    QTest::newRow("201") << raw(201, "{\"id\":\"a\"}"_ba);
    QTest::newRow("white space") << raw(200, "\r\n {\"id\":\"a\"}\n"_ba);
    QTest::newRow("null error") << raw(200, "{\"id\":\"a\",\"error\":null}"_ba);
    QTest::newRow("byte order mark") << raw(200, QByteArray("\xef\xbb\xbf{\"id\":\"a\"}"));
    QTest::newRow("deepest") << raw(200, "{\"id\":\"a\",\"x\":"_ba + nested(63) + '}');
    const QByteArray start = "{\"id\":\"a\",\"x\":\""_ba;
    QTest::newRow("largest") << raw(
        200, start + QByteArray(kMaxAnswerBytes - start.size() - 2, 'x') + "\"}");
}

void AnswersTest::good()
{
    QFETCH(RawAnswer, answer);
    const ApiAnswer understood = understand(answer, kNow);
    QVERIFY2(!understood.error.isError(), qPrintable(understood.error.message));
    QCOMPARE(understood.error, ApiError());
    QCOMPARE(understood.object.value("id"_L1).toString(), u"a"_s);
    QCOMPARE(understood.status, answer.status);
}

void AnswersTest::errors_data()
{
    QTest::addColumn<RawAnswer>("answer");
    QTest::addColumn<ErrorKind>("kind");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");

    const auto coded = [](const QByteArray &code) {
        return "{\"error\":{\"message\":\"m\",\"type\":\"t\",\"param\":null,\"code\":\""_ba + code
            + "\"}}";
    };
    const auto row = [](const char *name, const RawAnswer &answer, ErrorKind kind, int status,
                        const QString &code = {}) {
        QTest::newRow(name) << answer << kind << status << code;
    };
    row("400", raw(400, coded("c"_ba)), ErrorKind::Refused, 400, u"c"_s);
    row("type for a code", raw(400, R"({"error":{"message":"m","type":"t","code":null}})"_ba),
        ErrorKind::Refused, 400, u"t"_s);
    row("number for a code", raw(400, R"({"error":{"message":"m","code":1024}})"_ba),
        ErrorKind::Refused, 400, u"1024"_s);
    row("401", raw(401, coded("invalid_api_key"_ba)), ErrorKind::Auth, 401, u"invalid_api_key"_s);
    row("401 without a body", raw(401, {}), ErrorKind::Auth, 401);
    row("403", raw(403, "<html>"_ba), ErrorKind::Auth, 403);
    row("402", raw(402, {}), ErrorKind::Quota, 402);
    row("407", raw(407, "<html>"_ba), ErrorKind::Network, 407);
    row("404", raw(404, {}), ErrorKind::Refused, 404);
    row("413", raw(413, "<html>"_ba), ErrorKind::Refused, 413);
    row("429", raw(429, coded("rate_limit_exceeded"_ba)), ErrorKind::Refused, 429,
        u"rate_limit_exceeded"_s);
    row("429 quota", raw(429, coded("insufficient_quota"_ba)), ErrorKind::Quota, 429,
        u"insufficient_quota"_s);
    row("429 quota by type", raw(429, R"({"error":{"type":"insufficient_quota"}})"_ba),
        ErrorKind::Quota, 429, u"insufficient_quota"_s);
    row("429 billing", raw(429, coded("billing_hard_limit_reached"_ba)), ErrorKind::Quota, 429,
        u"billing_hard_limit_reached"_s);
    row("500", raw(500, coded("server_error"_ba)), ErrorKind::Refused, 500, u"server_error"_s);
    row("599", raw(599, {}), ErrorKind::Refused, 599);
    RawAnswer hugeRefusal = raw(502, {});
    hugeRefusal.oversized = true;
    hugeRefusal.networkError = QNetworkReply::OperationCanceledError;
    row("502 oversized", hugeRefusal, ErrorKind::Refused, 502);
    row("502 cut off", broken(QNetworkReply::RemoteHostClosedError, {}, 502), ErrorKind::Refused,
        502);

    row("307", raw(307, {}, {{"Location"_ba, "https://b.example/v1"_ba}}), ErrorKind::Refused, 307);
    row("304", raw(304, {}), ErrorKind::Refused, 304);

    row("200 error", raw(200, coded("c"_ba)), ErrorKind::Refused, 200, u"c"_s);
    row("200 error as text", raw(200, R"({"error":"no"})"_ba), ErrorKind::Refused, 200);
    row("200 object error", raw(200, R"({"object":"error","message":"m","code":5})"_ba),
        ErrorKind::Refused, 200, u"5"_s);
    row("200 quota", raw(200, coded("insufficient_quota"_ba)), ErrorKind::Quota, 200,
        u"insufficient_quota"_s);
    row("200 key", raw(200, coded("invalid_api_key"_ba)), ErrorKind::Auth, 200,
        u"invalid_api_key"_s);
    row("204", raw(204, {}), ErrorKind::BadAnswer, 204);
    row("200 empty", raw(200, {}), ErrorKind::BadAnswer, 200);
    row("200 blank", raw(200, " \n"_ba), ErrorKind::BadAnswer, 200);
    row("200 html", raw(200, "<!DOCTYPE html><html>"_ba), ErrorKind::BadAnswer, 200);
    row("200 xml", raw(200, "<Error><Code>SlowDown</Code></Error>"_ba), ErrorKind::BadAnswer, 200);
    row("200 array", raw(200, "[{}]"_ba), ErrorKind::BadAnswer, 200);
    row("200 text", raw(200, "ok"_ba), ErrorKind::BadAnswer, 200);
    row("200 null", raw(200, "null"_ba), ErrorKind::BadAnswer, 200);
    row("200 cut", raw(200, "{\"id\":\"a"_ba), ErrorKind::BadAnswer, 200);
    row("200 trailing", raw(200, "{\"id\":\"a\"}}"_ba), ErrorKind::BadAnswer, 200);
    row("200 bad utf-8", raw(200, QByteArray("{\"id\":\"\xff\"}")), ErrorKind::BadAnswer, 200);
    row("200 too deep", raw(200, nested(65)), ErrorKind::BadAnswer, 200);
    row("200 far too deep", raw(200, QByteArray(kMaxAnswerBytes, '[')), ErrorKind::BadAnswer, 200);
    row("200 too large", raw(200, QByteArray(kMaxAnswerBytes + 1, ' ')), ErrorKind::BadAnswer, 200);
    RawAnswer huge = broken(QNetworkReply::OperationCanceledError, {}, 200);
    huge.oversized = true;
    row("200 oversized", huge, ErrorKind::BadAnswer, 200);
    row("101", raw(101, {}), ErrorKind::BadAnswer, 101);
    row("200 cut off", broken(QNetworkReply::RemoteHostClosedError, {}, 200), ErrorKind::Network,
        0);
    row("200 too large for the transport", broken(QNetworkReply::ProtocolFailure, {}, 200),
        ErrorKind::BadAnswer, 200);
    row("no status", raw(0, {}), ErrorKind::Network, 0);
    row("negative status", broken(QNetworkReply::ProtocolFailure, {}, -5), ErrorKind::BadAnswer, 0);
}

void AnswersTest::errors()
{
    QFETCH(RawAnswer, answer);
    QFETCH(ErrorKind, kind);
    const ApiAnswer understood = understand(answer, kNow);
    const ApiError &error = understood.error;
    QCOMPARE(errorKindName(error.kind), errorKindName(kind));
    QTEST(error.status, "status");
    QTEST(error.code, "code");
    QVERIFY(!error.message.isEmpty());
    QCOMPARE(error.networkError, answer.networkError);
    QVERIFY(understood.object.isEmpty());
    QCOMPARE(error.part, -1);
}

void AnswersTest::messages_data()
{
    QTest::addColumn<RawAnswer>("answer");
    QTest::addColumn<QString>("message");

    QTest::newRow("openai") << raw(400, R"({"error":{"message":"File is too large."}})"_ba)
                            << u"File is too large."_s;
    QTest::newRow("azure") << raw(
        400, R"({"error":{"code":"BadRequest","message":"No.","innererror":{}}})"_ba)
                           << u"No."_s;
    QTest::newRow("further detail")
        << raw(400, R"({"error":{"message":"a"},"detail":"b"})"_ba) << u"a"_s;
    QTest::newRow("detail only") << raw(400, R"({"error":{"code":"x"},"detail":"b"})"_ba) << u"b"_s;
    QTest::newRow("error as text")
        << raw(400, R"({"error":"no such model"})"_ba) << u"no such model"_s;
    QTest::newRow("error and message")
        << raw(400, R"({"error":"bad_request","message":"Really no."})"_ba) << u"Really no."_s;
    QTest::newRow("message") << raw(400, R"({"message":"Missing key"})"_ba) << u"Missing key"_s;
    QTest::newRow("detail") << raw(404, R"({"detail":"Not here"})"_ba) << u"Not here"_s;
    QTest::newRow("list") << raw(422, R"({"detail":[{"loc":["body"],"msg":"field required"},
                                          {"msg":"too long"}]})"_ba)
                          << u"field required; too long"_s;
    QTest::newRow("list of texts")
        << raw(400, R"({"errors":["a","b","c","d"]})"_ba) << u"a; b; c"_s;
    QTest::newRow("plain text") << raw(503, "upstream connect error\n"_ba)
                                << u"upstream connect error"_s;
    QTest::newRow("control characters")
        << raw(400, R"({"error":{"message":"a\u001b[2Jb\u202ec"}})"_ba)
        << u"a\\u{1B}[2Jb\\u{202E}c"_s;
    QTest::newRow("html") << raw(502, "<html><body>bad</body></html>"_ba)
                          << u"HTTP 502 Bad Gateway"_s;
    QTest::newRow("binary") << raw(500, QByteArray("\xff\xfe\x00\x01", 4))
                            << u"HTTP 500 Internal Server Error"_s;
    QTest::newRow("empty") << raw(429, {}) << u"HTTP 429 Too Many Requests"_s;
    QTest::newRow("empty message")
        << raw(409, R"({"error":{"message":""}})"_ba) << u"HTTP 409 Conflict"_s;
    QTest::newRow("odd message") << raw(409, R"({"error":{"message":[1]}})"_ba)
                                 << u"HTTP 409 Conflict"_s;
    QTest::newRow("cut json") << raw(400, R"({"error":{"message":)"_ba)
                              << u"HTTP 400 Bad Request"_s;
    QTest::newRow("unknown status") << raw(499, {}) << u"HTTP 499"_s;
    QTest::newRow("redirect")
        << raw(308, {}, {{"location"_ba, "https://u:p@b.example:8443/v1/x?key=1"_ba}})
        << u"HTTP 308 Permanent Redirect: the service redirects to https://b.example:8443."_s;
    QTest::newRow("redirect on the host")
        << raw(301, {}, {{"location"_ba, "/v2/uploads"_ba}})
        << u"HTTP 301 Moved Permanently: the service redirects to another path of the same host."_s;
    QTest::newRow("redirect to nowhere")
        << raw(302, {})
        << u"HTTP 302 Found: the service redirects to an address that it does not name."_s;
    QTest::newRow("too deep") << raw(200, nested(65))
                              << u"The service's answer is nested too deeply."_s;
    QTest::newRow("empty 200") << raw(200, {}) << u"The service's answer is empty."_s;
}

void AnswersTest::messages()
{
    QFETCH(RawAnswer, answer);
    QTEST(understand(answer, kNow).error.message, "message");
}

void AnswersTest::advice_data()
{
    QTest::addColumn<RawAnswer>("answer");
    QTest::addColumn<QString>("part"); // of the advice; empty: there is none

    QTest::newRow("key") << raw(401, {}) << u"API key"_s;
    QTest::newRow("rights") << raw(403, {}) << u"may write files"_s;
    QTest::newRow("quota") << raw(429, R"({"error":{"code":"insufficient_quota"}})"_ba)
                           << u"billing"_s;
    QTest::newRow("size") << raw(413, {}) << u"part size"_s;
    QTest::newRow("purpose") << raw(400, R"({"error":{"message":"m","param":"purpose"}})"_ba)
                             << u"purpose"_s;
    QTest::newRow("proxy") << raw(407, {}) << u"proxy"_s;
    QTest::newRow("redirect") << raw(307, {}) << u"base URL"_s;
    QTest::newRow("tls") << broken(QNetworkReply::SslHandshakeFailedError, {}) << u"certificate"_s;
    QTest::newRow("host") << broken(QNetworkReply::HostNotFoundError, {}) << u"base URL"_s;
    QTest::newRow("refused") << broken(QNetworkReply::ConnectionRefusedError, {}) << u"running"_s;
    QTest::newRow("proxy refused")
        << broken(QNetworkReply::ProxyConnectionRefusedError, {}) << u"proxy"_s;
    QTest::newRow("proxy wants") << broken(QNetworkReply::ProxyAuthenticationRequiredError, {})
                                 << u"password"_s;
    QTest::newRow("overload") << raw(503, {}) << QString();
    QTest::newRow("closed") << broken(QNetworkReply::RemoteHostClosedError, {}) << QString();
}

void AnswersTest::advice()
{
    QFETCH(RawAnswer, answer);
    QFETCH(QString, part);
    const QString advice = understand(answer, kNow).error.advice;
    QCOMPARE(advice.isEmpty(), part.isEmpty());
    QVERIFY2(advice.contains(part), qPrintable(advice));
}

void AnswersTest::networkErrors_data()
{
    QTest::addColumn<QNetworkReply::NetworkError>("error");
    QTest::addColumn<QString>("text");
    QTest::addColumn<ErrorKind>("kind");
    QTest::addColumn<QString>("message");

    using Reply = QNetworkReply;
    QTest::newRow("refused") << Reply::ConnectionRefusedError << u"Connection refused"_s
                             << ErrorKind::Network
                             << u"The connection was refused (Connection refused)."_s;
    QTest::newRow("closed") << Reply::RemoteHostClosedError << QString() << ErrorKind::Network
                            << u"The service closed the connection."_s;
    QTest::newRow("unknown") << Reply::UnknownNetworkError << u"Unknown error"_s
                             << ErrorKind::Network << u"The connection failed."_s;
    QTest::newRow("timeout") << Reply::TimeoutError << u"x\ty\x1b"_s << ErrorKind::Network
                             << u"The connection timed out (x y\\u{1B})."_s;
    QTest::newRow("tls") << Reply::SslHandshakeFailedError << u"self-signed"_s << ErrorKind::Tls
                         << u"No secure connection could be made (self-signed)."_s;
    QTest::newRow("protocol") << Reply::ProtocolFailure << QString() << ErrorKind::BadAnswer
                              << u"What came back is not an HTTP answer that can be read."_s;
    QTest::newRow("proxy") << Reply::ProxyNotFoundError << QString() << ErrorKind::Network
                           << u"The proxy's host was not found."_s;
    QTest::newRow("stopped") << Reply::OperationCanceledError << u"Operation canceled"_s
                             << ErrorKind::Network
                             << u"The request was stopped (Operation canceled)."_s;
}

void AnswersTest::networkErrors()
{
    QFETCH(QNetworkReply::NetworkError, error);
    QFETCH(QString, text);
    QFETCH(ErrorKind, kind);
    const ApiError found = understand(broken(error, text), kNow).error;
    QCOMPARE(errorKindName(found.kind), errorKindName(kind));
    QTEST(found.message, "message");
    QCOMPARE(found.networkError, error);
    QCOMPARE(found.status, 0);
}

void AnswersTest::cutShort()
{
    const auto length = [](const char *bytes) {
        return QNetworkReply::RawHeaderPair("Content-Length"_ba, bytes);
    };
    const ApiError found = understand(raw(200, "{\"id\":1}"_ba, {length("9")}), kNow).error;
    QCOMPARE(found.message, u"The service closed the connection."_s);
    QCOMPARE(found.networkError, QNetworkReply::RemoteHostClosedError);

    QVERIFY(!understand(raw(200, "{\"id\":1}"_ba, {length("8")}), kNow).error.isError());
    const auto packed = raw(200, "{}"_ba, {length("9"), {"Content-Encoding"_ba, "gzip"_ba}});
    QVERIFY(!understand(packed, kNow).error.isError());
}

void AnswersTest::headersOfAnError()
{
    const ApiAnswer answer = understand(raw(429, "{}"_ba,
                                            {{"X-Request-ID"_ba, "req_1"_ba},
                                             {"Retry-After"_ba, "Tue, 15 Sep 2026 12:00:03 GMT"_ba},
                                             {"X-Should-Retry"_ba, "TRUE"_ba}}),
                                        kNow);
    QCOMPARE(answer.requestId, u"req_1"_s);
    QCOMPARE(answer.error.requestId, u"req_1"_s);
    QCOMPARE(answer.error.retryDelay, std::optional(std::chrono::milliseconds(3000)));
    QCOMPARE(answer.error.shouldRetry, std::optional(true));
    QVERIFY(!answer.serverTime);

    const ApiAnswer never = understand(raw(500, {}, {{"x-should-retry"_ba, "false"_ba}}), kNow);
    QCOMPARE(never.error.shouldRetry, std::optional(false));
    const ApiAnswer odd = understand(raw(500, {}, {{"x-should-retry"_ba, "maybe"_ba}}), kNow);
    QVERIFY(!odd.error.shouldRetry);
    QVERIFY(!odd.error.retryDelay);
}

void AnswersTest::headersOfAGoodAnswer()
{
    const ApiAnswer answer = understand(raw(200, "{\"id\":\"a\"}"_ba,
                                            {{"x-request-id"_ba, QByteArray("req\x1b_1")},
                                             {"Retry-After"_ba, "5"_ba},
                                             {"Date"_ba, "Tue, 15 Sep 2026 12:00:03 GMT"_ba}}),
                                        kNow);
    QCOMPARE(answer.requestId, u"req\\u{1B}_1"_s);
    QCOMPARE(answer.serverTime, std::optional(kNow.addSecs(3)));
    QCOMPARE(answer.error, ApiError());
}

void AnswersTest::pagesAreNeverShown()
{
    for (const int status : {200, 404, 502}) {
        const ApiAnswer answer = understand(raw(status, "\n <HTML><p>secret</p>"_ba), kNow);
        QVERIFY(!answer.error.message.contains(u"secret"_s));
        QVERIFY(!answer.error.message.contains(u'<'));
    }
}

void AnswersTest::messagesAreBounded()
{
    const QByteArray longText(100000, 'x');
    const QByteArray body = "{\"error\":{\"message\":\""_ba + longText + "\",\"code\":\"" + longText
        + "\",\"param\":\"" + longText + "\"}}";
    const ApiError error = understand(raw(400, body, {{"x-request-id"_ba, longText}}), kNow).error;
    QCOMPARE(error.message.size(), 500);
    QVERIFY(error.code.size() <= 100);
    QVERIFY(error.requestId.size() <= 200);
    const ApiError network =
        understand(broken(QNetworkReply::TimeoutError, QString::fromLatin1(longText)), kNow).error;
    QVERIFY(network.message.size() <= 500);
}

void AnswersTest::mutationsAreHarmless()
{
    const QList<QByteArray> seeds{
        R"({"id":"upload_1","object":"upload","bytes":8,"created_at":1758145149,"status":"pending",
            "expires_at":1758148749})"_ba,
        R"({"id":"upload_1","status":"completed","file":{"id":"file-1","bytes":8,"status":null}})"_ba,
        R"({"error":{"message":"Rate \u0041","type":"t","param":null,"code":"c"},"detail":["x"]})"_ba,
        R"({"data":[{"id":"file-1"},{"id":"file-2"}],"has_more":true})"_ba};
    const QByteArray alphabet = "{}[]\",:\\0-.eEtfn<u\x00\x1b\xc3\xff "_ba;
    const QList<int> statuses{0, 101, 200, 201, 204, 301, 400, 401, 407, 429, 500, 503};
    QRandomGenerator random(20260915);
    for (int round = 0; round < 20000; ++round) {
        QByteArray body = seeds.at(random.bounded(int(seeds.size())));
        for (int edits = random.bounded(1, 8); edits > 0 && !body.isEmpty(); --edits) {
            const qsizetype at = random.bounded(int(body.size()));
            const QByteArray piece(1, alphabet.at(random.bounded(int(alphabet.size()))));
            switch (random.bounded(5)) {
            case 0:
                body[at] = piece.front();
                break;
            case 1:
                body.insert(at, piece.repeated(random.bounded(1, 100)));
                break;
            case 2:
                body.remove(at, random.bounded(1, 10));
                break;
            case 3:
                body.truncate(at);
                break;
            default:
                body.insert(at, body.mid(random.bounded(int(body.size())), 40));
                break;
            }
        }
        RawAnswer answer = raw(statuses.at(random.bounded(int(statuses.size()))), body,
                               {{"Retry-After"_ba, body.left(20)},
                                {"Date"_ba, body.mid(5, 20)},
                                {"Location"_ba, body.left(30)}});
        answer.oversized = random.bounded(20) == 0;
        const ApiAnswer understood = understand(answer, kNow);
        const ApiError &error = understood.error;
        QVERIFY(error.isError() || answer.status / 100 == 2);
        QVERIFY(error.isError() == !error.message.isEmpty());
        QVERIFY(error.message.size() <= 500 && error.code.size() <= 100);
        for (const QChar character : error.message)
            QVERIFY(character.isPrint());
        const auto created = parseCreated(understood);
        QVERIFY(created.ok() ? isUsableId(created.value.id) : created.error.isError());
        const auto part = parsePart(understood, u"upload_1"_s);
        QVERIFY(part.ok() ? isUsableId(part.value.id) : part.error.isError());
        const auto completed = parseCompleted(understood, u"upload_1"_s);
        QVERIFY(completed.ok() ? isUsableId(completed.value.id) : completed.error.isError());
        const auto page = parseFilePage(understood);
        QVERIFY(page.ok() || page.error.isError());
    }
}

QTEST_GUILESS_MAIN(AnswersTest)
#include "tst_answers.moc"
