#include "sandbox/requestrules.h"
#include "sandbox/route.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace longshore::sandbox;

namespace {

QJsonObject goodCreate()
{
    return {{u"filename"_s, u"a.jsonl"_s},
            {u"purpose"_s, u"fine-tune"_s},
            {u"bytes"_s, 8},
            {u"mime_type"_s, u"text/jsonl"_s}};
}

QByteArray json(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QJsonObject errorOf(const Answer &answer)
{
    return QJsonDocument::fromJson(answer.body).object().value("error"_L1).toObject();
}

QJsonObject expiry(const QJsonValue &anchor, const QJsonValue &seconds)
{
    return {{u"anchor"_s, anchor}, {u"seconds"_s, seconds}};
}

} // namespace

class TestSandboxRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void acceptsCreate_data();
    void acceptsCreate();
    void refusesCreate_data();
    void refusesCreate();
    void refusesCreateThatIsNoObject_data();
    void refusesCreateThatIsNoObject();
    void readsComplete();
    void refusesComplete_data();
    void refusesComplete();
    void readsList();
    void refusesList_data();
    void refusesList();
    void routes_data();
    void routes();
    void hasTheErrorShape();
};

void TestSandboxRules::acceptsCreate_data()
{
    QTest::addColumn<QString>("purpose");
    QTest::addColumn<QString>("type");
    const auto row = [](const char *purpose, const char *type) {
        QTest::addRow("%s %s", purpose, type)
            << QString::fromLatin1(purpose) << QString::fromLatin1(type);
    };
    row("assistants", "application/pdf");
    row("assistants", "image/png");
    row("assistants", "TEXT/Plain; charset=utf-8");
    row("vision", "image/webp");
    row("user_data", "video/x-whatever");
    for (const char *purpose : {"fine-tune", "batch", "evals"}) {
        for (const char *type : {"text/jsonl", "application/jsonl", "application/x-ndjson",
                                 "application/json", "text/plain", "application/octet-stream"})
            row(purpose, type);
    }
}

void TestSandboxRules::acceptsCreate()
{
    QFETCH(QString, purpose);
    QFETCH(QString, type);
    QJsonObject object = goodCreate();
    object[u"purpose"_s] = purpose;
    object[u"mime_type"_s] = type;
    object[u"bytes"_s] = MaximumUploadBytes;
    object[u"expires_after"_s] = expiry(u"created_at"_s, 2'592'000);
    const auto result = readCreateRequest(json(object));
    QVERIFY(std::holds_alternative<CreateRequest>(result));
    const CreateRequest request = std::get<CreateRequest>(result);
    QCOMPARE(request.filename, u"a.jsonl"_s);
    QCOMPARE(request.purpose, purpose);
    QCOMPARE(request.mimeType, type);
    QCOMPARE(request.bytes, MaximumUploadBytes);
    QVERIFY(request.fileLifetime == std::chrono::seconds(2'592'000));
}

void TestSandboxRules::refusesCreate_data()
{
    QTest::addColumn<QString>("property");
    QTest::addColumn<QJsonValue>("value"); // undefined: missing
    QTest::addColumn<QString>("param");
    const auto row = [](const char *name, const QString &property, const QJsonValue &value,
                        const QString &param) {
        QTest::addRow("%s", name) << property << value << param;
    };
    for (const QString &property : {u"filename"_s, u"purpose"_s, u"bytes"_s, u"mime_type"_s}) {
        row(qPrintable(property + u" missing"_s), property, QJsonValue::Undefined, property);
        row(qPrintable(property + u" null"_s), property, QJsonValue::Null, property);
        row(qPrintable(property + u" an array"_s), property, QJsonArray{1}, property);
    }
    row("filename a number", u"filename"_s, 5, u"filename"_s);
    row("filename empty", u"filename"_s, u""_s, u"filename"_s);
    row("filename long", u"filename"_s, QString(1025, u'x'), u"filename"_s);
    row("purpose unknown", u"purpose"_s, u"fun"_s, u"purpose"_s);
    row("purpose of results", u"purpose"_s, u"batch_output"_s, u"purpose"_s);
    row("bytes a string", u"bytes"_s, u"8"_s, u"bytes"_s);
    row("bytes a fraction", u"bytes"_s, 8.5, u"bytes"_s);
    row("bytes zero", u"bytes"_s, 0, u"bytes"_s);
    row("bytes negative", u"bytes"_s, -1, u"bytes"_s);
    row("bytes very negative", u"bytes"_s, -1e300, u"bytes"_s);
    row("bytes too many", u"bytes"_s, MaximumUploadBytes + 1, u"bytes"_s);
    row("bytes far too many", u"bytes"_s, 1e300, u"bytes"_s);
    row("type without subtype", u"mime_type"_s, u"text"_s, u"mime_type"_s);
    row("type without type", u"mime_type"_s, u"/plain"_s, u"mime_type"_s);
    row("type with a line", u"mime_type"_s, u"text/plain\r\nx"_s, u"mime_type"_s);
    row("type not for purpose", u"mime_type"_s, u"image/png"_s, u"mime_type"_s);
    row("additional", u"extra"_s, 1, u"extra"_s);
    const QString policy = u"expires_after"_s;
    row("expiry a number", policy, 3600, policy);
    row("expiry empty", policy, QJsonObject(), policy + u".anchor"_s);
    row("expiry without seconds", policy, QJsonObject{{u"anchor"_s, u"created_at"_s}},
        policy + u".seconds"_s);
    row("expiry's anchor", policy, expiry(u"now"_s, 3600), policy + u".anchor"_s);
    row("expiry short", policy, expiry(u"created_at"_s, 3599), policy + u".seconds"_s);
    row("expiry long", policy, expiry(u"created_at"_s, 2'592'001), policy + u".seconds"_s);
    row("expiry a string", policy, expiry(u"created_at"_s, u"3600"_s), policy + u".seconds"_s);
    QJsonObject additional = expiry(u"created_at"_s, 3600);
    additional[u"x"_s] = 1;
    row("expiry additional", policy, additional, policy + u".x"_s);
}

void TestSandboxRules::refusesCreate()
{
    QFETCH(QString, property);
    QFETCH(QJsonValue, value);
    QFETCH(QString, param);
    QJsonObject object = goodCreate();
    QVERIFY(std::holds_alternative<CreateRequest>(readCreateRequest(json(object))));
    object[property] = value; // undefined removes it
    const auto result = readCreateRequest(json(object));
    QVERIFY(std::holds_alternative<Answer>(result));
    QCOMPARE(std::get<Answer>(result).status, 400);
    QCOMPARE(errorOf(std::get<Answer>(result)).value("param"_L1).toString(), param);
}

void TestSandboxRules::refusesCreateThatIsNoObject_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("an array") << QByteArray("[]");
    QTest::newRow("a string") << QByteArray("\"x\"");
    QTest::newRow("cut") << QByteArray("{\"filename\":\"a");
    QTest::newRow("not UTF-8") << QByteArray("{\"filename\":\"\xff\"}");
    QTest::newRow("deep") << QByteArray(500'000, '[');
}

void TestSandboxRules::refusesCreateThatIsNoObject()
{
    QFETCH(QByteArray, body);
    const auto result = readCreateRequest(body);
    QVERIFY(std::holds_alternative<Answer>(result));
    QCOMPARE(std::get<Answer>(result).status, 400);
}

void TestSandboxRules::readsComplete()
{
    const auto plain = readCompleteRequest(R"({"part_ids":["b","a","b"]})");
    QVERIFY(std::holds_alternative<CompleteRequest>(plain));
    QCOMPARE(std::get<CompleteRequest>(plain).partIds, QStringList({u"b"_s, u"a"_s, u"b"_s}));
    QVERIFY(std::get<CompleteRequest>(plain).md5.isNull());
    const auto checked = readCompleteRequest(R"({"part_ids":["a"],"md5":"ABC"})");
    QVERIFY(std::holds_alternative<CompleteRequest>(checked));
    QCOMPARE(std::get<CompleteRequest>(checked).md5, u"ABC"_s);
}

void TestSandboxRules::refusesComplete_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("param");
    QTest::newRow("none") << QByteArray("{}") << u"part_ids"_s;
    QTest::newRow("empty") << QByteArray(R"({"part_ids":[]})") << u"part_ids"_s;
    QTest::newRow("string") << QByteArray(R"({"part_ids":"a"})") << u"part_ids"_s;
    QTest::newRow("numbers") << QByteArray(R"({"part_ids":["a",1]})") << u"part_ids"_s;
    QTest::newRow("md5") << QByteArray(R"({"part_ids":["a"],"md5":1})") << u"md5"_s;
    QTest::newRow("additional") << QByteArray(R"({"part_ids":["a"],"x":1})") << u"x"_s;
    QTest::newRow("no object") << QByteArray("[]") << QString();
}

void TestSandboxRules::refusesComplete()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, param);
    const auto result = readCompleteRequest(body);
    QVERIFY(std::holds_alternative<Answer>(result));
    QCOMPARE(std::get<Answer>(result).status, 400);
    QCOMPARE(errorOf(std::get<Answer>(result)).value("param"_L1).toString(), param);
}

void TestSandboxRules::readsList()
{
    const auto none = readListRequest({});
    QVERIFY(std::holds_alternative<ListRequest>(none));
    QCOMPARE(std::get<ListRequest>(none).limit, 10'000);
    QVERIFY(!std::get<ListRequest>(none).ascending);
    const auto all = readListRequest("purpose=user%5Fdata&limit=3&order=asc&after=file-x&other=1");
    QVERIFY(std::holds_alternative<ListRequest>(all));
    const ListRequest request = std::get<ListRequest>(all);
    QCOMPARE(request.purpose, u"user_data"_s);
    QCOMPARE(request.limit, 3);
    QVERIFY(request.ascending);
    QCOMPARE(request.after, u"file-x"_s);
}

void TestSandboxRules::refusesList_data()
{
    QTest::addColumn<QByteArray>("query");
    for (const char *query : {"limit=0", "limit=10001", "limit=x", "limit=", "limit=-1",
                              "limit=99999999999999999999", "order=up", "order="})
        QTest::addRow("%s", query) << QByteArray(query);
}

void TestSandboxRules::refusesList()
{
    QFETCH(QByteArray, query);
    const auto result = readListRequest(query);
    QVERIFY(std::holds_alternative<Answer>(result));
    QCOMPARE(std::get<Answer>(result).status, 400);
}

void TestSandboxRules::routes_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<int>("call"); // -1: not counted
    QTest::addColumn<int>("outcome"); // the operation, or the status of a refusal
    QTest::addColumn<QString>("id");
    const auto row = [](const char *method, const char *target, int call, int outcome,
                        const QString &id = {}) {
        QTest::addRow("%s %s", method, target)
            << QByteArray(method) << QByteArray(target) << call << outcome << id;
    };
    row("POST", "/v1/uploads", int(Call::Create), int(Operation::CreateUpload));
    row("POST", "/openai/uploads?api-version=2024-10-21", int(Call::Create),
        int(Operation::CreateUpload));
    row("POST", "http://127.0.0.1:8/v1/uploads", int(Call::Create), int(Operation::CreateUpload));
    row("POST", "/v1/uploads/u/parts", int(Call::Part), int(Operation::AddPart), u"u"_s);
    row("POST", "/v1/uploads/u/complete", int(Call::Complete), int(Operation::CompleteUpload),
        u"u"_s);
    row("POST", "/v1/uploads/u/cancel", int(Call::Cancel), int(Operation::CancelUpload), u"u"_s);
    row("GET", "/v1/files?limit=3", int(Call::Files), int(Operation::ListFiles));
    row("GET", "/v1/files/f", int(Call::Files), int(Operation::DescribeFile), u"f"_s);
    row("DELETE", "/v1/files/f", int(Call::Files), int(Operation::DeleteFile), u"f"_s);
    row("GET", "/v1/files/f/content", int(Call::Files), int(Operation::FileContent), u"f"_s);
    row("POST", "/v1/files", int(Call::Files), 405);
    row("DELETE", "/v1/files", int(Call::Files), 405);
    row("DELETE", "/v1/files/f/content", int(Call::Files), 405, u"f"_s);
    row("GET", "/v1/files/../../etc/passwd/content", int(Call::Files), 404, u".."_s);
    row("GET", "/v1/files/%2e%2e/content", int(Call::Files), int(Operation::FileContent),
        u"%2e%2e"_s);
    row("GET", "/v1/uploads", -1, 405);
    row("PUT", "/v1/uploads/u/parts", -1, 405);
    row("POST", "/v1/uploads/u", -1, 404);
    row("POST", "/v1/uploads/u/other", -1, 404);
    row("POST", "/v1/uploads/u/parts/x", -1, 404);
    row("GET", "/", -1, 404);
    row("GET", "*", -1, 404);
    row("GET", "", -1, 404);
    row("GET", "http://127.0.0.1", -1, 404);
    row("GET", "/v1", -1, 404);
    row("POST", "/v2/uploads", -1, 404);
    row("POST", "v1/uploads", -1, 404);
    row("POST", "//v1/uploads", -1, 404);
}

void TestSandboxRules::routes()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(int, call);
    QFETCH(int, outcome);
    QFETCH(QString, id);
    const Route result = route(method, target);
    QCOMPARE(result.call ? int(*result.call) : -1, call);
    if (const Answer *answer = std::get_if<Answer>(&result.operation))
        QCOMPARE(answer->status, outcome);
    else
        QCOMPARE(int(std::get<Operation>(result.operation)), outcome);
    QCOMPARE(result.id, id);
}

void TestSandboxRules::hasTheErrorShape()
{
    const Answer answer = refusal(400, u"No."_s, u"purpose"_s);
    QCOMPARE(answer.body,
             QByteArray(R"({"error":{"code":null,"message":"No.","param":"purpose",)"
                        R"("type":"invalid_request_error"}})"));
    QCOMPARE(errorOf(refusal(500, u"x"_s)).value("type"_L1).toString(), u"server_error"_s);
    QVERIFY(errorOf(refusal(400, u"x"_s)).value("param"_L1).isNull());
}

QTEST_GUILESS_MAIN(TestSandboxRules)
#include "tst_sandboxrules.moc"
