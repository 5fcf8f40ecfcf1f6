#include "matrixrows.h"

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using sandbox::Call;
using sandbox::FaultAction;
using sandbox::FaultRule;

namespace {

using Headers = std::vector<std::pair<QByteArray, QByteArray>>;

// Twice what the client reads of an answer.
constexpr qint64 kHugeAnswer = 2LL * 1024 * 1024;
constexpr qint64 kDeepAnswer = 100'000; // levels
// In the middle of every answer's JSON.
constexpr qint64 kTruncatedAt = 10;

QByteArray errorBody(const QByteArray &code)
{
    return R"({"error":{"message":"The service says )" + code + R"(.","type":")" + code
        + R"(","param":null,"code":null}})";
}

FaultRow onWire(const QString &name, WireFault fault)
{
    FaultRow row;
    row.name = name;
    row.wire = fault;
    return row;
}

FaultRow onTls(const QString &name, WireFault fault)
{
    FaultRow row = onWire(name, fault);
    row.tls = true;
    return row;
}

FaultRow inService(const QString &name, FaultRow::ServiceFault fault)
{
    FaultRow row;
    row.name = name;
    row.service = std::move(fault);
    return row;
}

FaultRow action(const QString &name, FaultAction action)
{
    return inService(name, [action](const FaultSurroundings &) {
        FaultRule rule;
        rule.action = action;
        return rule;
    });
}

FaultRow status(const QString &name, int status, const QByteArray &body)
{
    return inService(name, [status, body](const FaultSurroundings &) {
        FaultRule rule;
        rule.action = FaultAction::Status;
        rule.status = status;
        rule.body = body;
        if (body.startsWith('<'))
            rule.headers = {{"Content-Type"_ba, "text/html"_ba}};
        return rule;
    });
}

FaultRow answer(const QString &name, const QByteArray &body)
{
    return inService(name, [body](const FaultSurroundings &) {
        FaultRule rule;
        rule.action = FaultAction::Body;
        rule.body = body;
        return rule;
    });
}

/// 429 with these headers; `wait`: what they ask for, none if they make no sense.
FaultRow slowDown(const QString &name, std::function<Headers(const FaultSurroundings &)> headers,
                  std::optional<std::chrono::milliseconds> wait)
{
    FaultRow row = inService(name, [headers](const FaultSurroundings &surroundings) {
        FaultRule rule;
        rule.action = FaultAction::Status;
        rule.status = 429;
        rule.headers = headers(surroundings);
        rule.body = errorBody("rate_limit_exceeded");
        return rule;
    });
    row.retryAfter = wait;
    row.absurdRetryAfter = !wait;
    // The wait is for all that is sent.
    row.lanes = 2;
    return row;
}

FaultRow slowDown(const QString &name, const QByteArray &header, const QByteArray &value,
                  std::optional<std::chrono::milliseconds> wait)
{
    return slowDown(
        name,
        [header, value](const FaultSurroundings &) {
            return Headers{{header, value}};
        },
        wait);
}

QList<FaultRow> wireRows()
{
    FaultRow midBody = onWire(u"reset in mid-body"_s, WireFault::ResetMidBody);
    FaultRow stalledBody = onWire(u"stall in the body"_s, WireFault::StallMidBody);
    for (FaultRow *row : {&midBody, &stalledBody}) {
        row->calls = {Call::Create, Call::Part, Call::Complete};
        row->largePart = true;
    }
    FaultRow early = onWire(u"413 while the body is going out"_s, WireFault::EarlyAnswer);
    early.calls = {Call::Part};
    early.largePart = true;
    return {
        onWire(u"connection refused"_s, WireFault::Refused),
        onWire(u"reset before the body is read"_s, WireFault::ResetAtHead),
        midBody,
        onWire(u"reset after the body"_s, WireFault::ResetAfterBody),
        onWire(u"stall at the headers"_s, WireFault::StallAtHead),
        stalledBody,
        onWire(u"stall at the answer"_s, WireFault::StallAtAnswer),
        early,
        onTls(u"TLS cut in the handshake"_s, WireFault::HandshakeCut),
        onTls(u"TLS cut in the answer"_s, WireFault::AnswerCut),
        onTls(u"certificate expired"_s, WireFault::ExpiredCertificate),
        onTls(u"certificate of another host"_s, WireFault::WrongHostCertificate),
        onTls(u"certificate self-signed"_s, WireFault::SelfSignedCertificate),
    };
}

QList<FaultRow> statusRows()
{
    FaultRow date = slowDown(
        u"429, Retry-After a date"_s,
        [](const FaultSurroundings &surroundings) {
            Headers headers{{"Retry-After"_ba, surroundings.inHalfAMinute}};
            if (!surroundings.now.isEmpty())
                headers.emplace_back("Date"_ba, surroundings.now);
            return headers;
        },
        30s);
    date.isRetryAfterDate = true;
    return {
        status(u"408"_s, 408, errorBody("request_timeout")),
        status(u"409"_s, 409, errorBody("conflict")),
        status(u"429"_s, 429, errorBody("rate_limit_exceeded")),
        slowDown(u"429, Retry-After in seconds"_s, "Retry-After"_ba, "30"_ba, 30s),
        slowDown(u"429, Retry-After a fraction"_s, "Retry-After"_ba, "11.5"_ba, 11500ms),
        date,
        slowDown(u"429, retry-after-ms"_s, "retry-after-ms"_ba, "12345"_ba, 12345ms),
        slowDown(u"429, Retry-After a year"_s, "Retry-After"_ba, "31536000"_ba, {}),
        slowDown(u"429, Retry-After negative"_s, "Retry-After"_ba, "-30"_ba, {}),
        slowDown(u"429, Retry-After a word"_s, "Retry-After"_ba, "later"_ba, {}),
        status(u"500"_s, 500, errorBody("server_error")),
        status(u"502 with HTML"_s, 502, "<html><body><h1>502 Bad Gateway</h1></body></html>"_ba),
        status(u"503"_s, 503, errorBody("server_is_overloaded")),
    };
}

QList<FaultRow> answerRows()
{
    FaultRow repeated = action(u"id of the part before"_s, FaultAction::RepeatId);
    repeated.calls = {Call::Part};
    repeated.nth = 2;
    return {
        answer(u"200 with an error"_s, errorBody("server_error")),
        answer(u"broken JSON"_s, R"({"id":"upload_1",)"_ba),
        inService(u"huge JSON"_s,
                  [](const FaultSurroundings &) {
                      FaultRule rule;
                      rule.action = FaultAction::Huge;
                      rule.bytes = kHugeAnswer;
                      return rule;
                  }),
        inService(u"deep JSON"_s,
                  [](const FaultSurroundings &) {
                      FaultRule rule;
                      rule.action = FaultAction::Deep;
                      rule.levels = kDeepAnswer;
                      return rule;
                  }),
        answer(u"wrong types"_s,
               R"({"id":7,"object":[],"upload_id":{},"status":1,"expires_at":true,"file":"a"})"_ba),
        action(u"id of another upload"_s, FaultAction::WrongId),
        answer(u"empty id"_s,
               R"({"id":"","object":"upload","status":"completed","file":{"id":""}})"_ba),
        repeated,
        action(u"answer lost"_s, FaultAction::Lost),
        inService(u"answer truncated"_s,
                  [](const FaultSurroundings &) {
                      FaultRule rule;
                      rule.action = FaultAction::Truncate;
                      rule.afterBytes = kTruncatedAt;
                      return rule;
                  }),
        inService(u"redirect to another host"_s,
                  [](const FaultSurroundings &surroundings) {
                      FaultRule rule;
                      rule.action = FaultAction::Redirect;
                      rule.status = 307;
                      rule.location = surroundings.elsewhere;
                      return rule;
                  }),
    };
}

} // namespace

QString matrixCallName(Call call)
{
    switch (call) {
    case Call::Create:
        return u"create"_s;
    case Call::Part:
        return u"part"_s;
    case Call::Complete:
        return u"complete"_s;
    case Call::Cancel:
        return u"cancel"_s;
    case Call::Files:
        return u"files"_s;
    }
    Q_UNREACHABLE();
}

QList<FaultRow> matrixRows()
{
    return wireRows() + statusRows() + answerRows();
}

} // namespace longshore
