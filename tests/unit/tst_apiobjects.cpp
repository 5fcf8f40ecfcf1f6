#include "api/answers.h"

#include <QJsonDocument>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

const QString kUploadId = u"upload_1"_s;

ApiAnswer answerOf(const QByteArray &json)
{
    RawAnswer raw;
    raw.status = 200;
    raw.headers = {{"x-request-id"_ba, "req_7"_ba}};
    raw.body = json;
    return understand(raw, QDateTime());
}

ApiAnswer refused(int status)
{
    RawAnswer raw;
    raw.status = status;
    raw.body = "{\"error\":{\"message\":\"No.\",\"code\":\"no\"}}"_ba;
    return understand(raw, QDateTime());
}

template <typename T> void verifyBad(const ApiResult<T> &result)
{
    QVERIFY(!result.ok());
    QCOMPARE(result.error.kind, ErrorKind::BadAnswer);
    QCOMPARE(result.error.status, 200);
    QCOMPARE(result.error.requestId, u"req_7"_s);
    QVERIFY(!result.error.message.isEmpty());
}

} // namespace

/// The strict readers of what each call answers.
class ApiObjectsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void created_data();
    void created();
    void recordedCreate();
    void createAtTheWrongAddress();
    void part_data();
    void part();
    void completed_data();
    void completed();
    void recordedComplete();
    void filePage_data();
    void filePage();
    void file_data();
    void file();
    void numbersThatCanNotBe_data();
    void numbersThatCanNotBe();
    void errorsAreHandedThrough();
};

void ApiObjectsTest::created_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<bool>("good");
    QTest::addColumn<qint64>("expiresAt"); // -1: none

    const qint64 none = -1;
    QTest::newRow("id only") << R"({"id":"upload_1"})"_ba << true << none;
    QTest::newRow("nulls")
        << R"({"id":"upload_1","status":null,"expires_at":null,"created_at":null,"file":null})"_ba
        << true << none;
    QTest::newRow("unknown keys")
        << R"({"id":"upload_1","status":"pending","x":[{"y":1}],"azure_block_id":"b"})"_ba << true
        << none;
    QTest::newRow("expiry") << R"({"id":"u","created_at":100,"expires_at":3700})"_ba << true
                            << Q_INT64_C(3700);
    QTest::newRow("expiry as 1.0")
        << R"({"id":"u","created_at":1758145149.0,"expires_at":1758148749.0})"_ba << true
        << Q_INT64_C(1758148749);
    QTest::newRow("expiry as 1e3")
        << R"({"id":"u","expires_at":1e3})"_ba << true << Q_INT64_C(1000);
    QTest::newRow("unreadable creation")
        << R"({"id":"u","created_at":"2026","expires_at":3700})"_ba << true << Q_INT64_C(3700);
    QTest::newRow("empty object") << "{}"_ba << false << none;
    QTest::newRow("no id") << R"({"status":"pending"})"_ba << false << none;
    QTest::newRow("null id") << R"({"id":null})"_ba << false << none;
    QTest::newRow("number id") << R"({"id":7})"_ba << false << none;
    QTest::newRow("empty id") << R"({"id":""})"_ba << false << none;
    QTest::newRow("path in id") << R"({"id":"../files"})"_ba << false << none;
    QTest::newRow("long id") << QByteArray("{\"id\":\"" + QByteArray(201, 'a') + "\"}") << false
                             << none;
    QTest::newRow("completed") << R"({"id":"u","status":"completed"})"_ba << false << none;
    QTest::newRow("expired") << R"({"id":"u","status":"expired"})"_ba << false << none;
    QTest::newRow("status as number") << R"({"id":"u","status":1})"_ba << false << none;
    QTest::newRow("status in capitals") << R"({"id":"u","status":"Pending"})"_ba << false << none;
    QTest::newRow("expiry as text") << R"({"id":"u","expires_at":"3700"})"_ba << false << none;
    QTest::newRow("expiry with fraction") << R"({"id":"u","expires_at":1.5})"_ba << false << none;
    QTest::newRow("expiry before creation")
        << R"({"id":"u","created_at":100,"expires_at":99})"_ba << false << none;
    QTest::newRow("expiry at creation")
        << R"({"id":"u","created_at":100,"expires_at":100})"_ba << false << none;
    QTest::newRow("expiry negative") << R"({"id":"u","expires_at":-5})"_ba << false << none;
    QTest::newRow("expiry in ms") << R"({"id":"u","expires_at":1758148749000})"_ba << false << none;
    QTest::newRow("expiry huge") << R"({"id":"u","expires_at":1e300})"_ba << false << none;
    QTest::newRow("array") << R"([{"id":"u"}])"_ba << false << none;
}

void ApiObjectsTest::created()
{
    QFETCH(QByteArray, json);
    QFETCH(bool, good);
    QFETCH(qint64, expiresAt);
    const auto result = parseCreated(answerOf(json));
    if (!good) {
        verifyBad(result);
        return;
    }
    QVERIFY2(result.ok(), qPrintable(result.error.message));
    QVERIFY(!result.value.id.isEmpty());
    QCOMPARE(result.value.expiresAt.value_or(-1), expiresAt);
}

void ApiObjectsTest::recordedCreate()
{
    const auto result = parseCreated(answerOf(
        R"({"id":"upload_68cb2a7db1008191a9fc811a39b4a95b","object":"upload","bytes":8,
            "created_at":1758145149,"filename":"x.jsonl","purpose":"fine-tune","status":"pending",
            "expires_at":1758148749})"_ba));
    QVERIFY(result.ok());
    QCOMPARE(result.value.id, u"upload_68cb2a7db1008191a9fc811a39b4a95b"_s);
    QCOMPARE(result.value.status, u"pending"_s);
    QCOMPARE(result.value.createdAt, std::optional<qint64>(1758145149));
    QCOMPARE(result.value.expiresAt, std::optional<qint64>(1758148749));
}

void ApiObjectsTest::createAtTheWrongAddress()
{
    for (const int status : {404, 405}) {
        const auto result = parseCreated(refused(status));
        QCOMPARE(result.error.message, u"No."_s);
        QVERIFY(result.error.advice.contains(u"base URL"_s));
    }
    QVERIFY(parseCreated(refused(400)).error.advice.isEmpty());
    QVERIFY(parsePart(refused(404), kUploadId).error.advice.isEmpty());
}

void ApiObjectsTest::part_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<bool>("good");

    QTest::newRow("recorded") << R"({"id":"part_1","object":"upload.part","created_at":1758145150,
                                     "upload_id":"upload_1"})"_ba
                              << true;
    QTest::newRow("id only") << R"({"id":"part_1"})"_ba << true;
    QTest::newRow("null upload") << R"({"id":"part_1","upload_id":null})"_ba << true;
    QTest::newRow("azure") << R"({"id":"uplprt-1","azure_block_id":"x"})"_ba << true;
    QTest::newRow("other upload") << R"({"id":"part_1","upload_id":"upload_2"})"_ba << false;
    QTest::newRow("number upload") << R"({"id":"part_1","upload_id":1})"_ba << false;
    QTest::newRow("empty upload") << R"({"id":"part_1","upload_id":""})"_ba << false;
    QTest::newRow("no id") << R"({"upload_id":"upload_1"})"_ba << false;
    QTest::newRow("bad id") << R"({"id":"part 1"})"_ba << false;
    QTest::newRow("object id") << R"({"id":{}})"_ba << false;
}

void ApiObjectsTest::part()
{
    QFETCH(QByteArray, json);
    QFETCH(bool, good);
    const auto result = parsePart(answerOf(json), kUploadId);
    if (!good) {
        verifyBad(result);
        return;
    }
    QVERIFY2(result.ok(), qPrintable(result.error.message));
    QCOMPARE(result.value.uploadId, kUploadId);
    QVERIFY(isUsableId(result.value.id));
}

void ApiObjectsTest::completed_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<bool>("good");

    QTest::newRow("upload") << R"({"id":"upload_1","status":"completed","file":{"id":"file-1"}})"_ba
                            << true;
    QTest::newRow("upload without id")
        << R"({"status":"completed","file":{"id":"file-1"}})"_ba << true;
    QTest::newRow("nulls in the file")
        << R"({"id":"upload_1","object":"upload","status":"completed","file":{"id":"file-1",
             "bytes":null,"created_at":null,"filename":null,"purpose":null,"status":null,
             "status_details":null,"object":null}})"_ba
        << true;
    QTest::newRow("file") << R"({"id":"file-1","object":"file","status":"processed"})"_ba << true;
    QTest::newRow("file without object") << R"({"id":"file-1","bytes":8})"_ba << true;
    QTest::newRow("file with null file")
        << R"({"id":"file-1","object":"file","file":null})"_ba << true;
    QTest::newRow("pending") << R"({"id":"upload_1","status":"pending","file":{"id":"file-1"}})"_ba
                             << false;
    QTest::newRow("cancelled") << R"({"id":"upload_1","status":"cancelled"})"_ba << false;
    QTest::newRow("no status") << R"({"id":"upload_1","file":{"id":"file-1"}})"_ba << false;
    QTest::newRow("null file") << R"({"id":"upload_1","status":"completed","file":null})"_ba
                               << false;
    QTest::newRow("no file") << R"({"id":"upload_1","status":"completed"})"_ba << false;
    QTest::newRow("file as text") << R"({"id":"upload_1","status":"completed","file":"file-1"})"_ba
                                  << false;
    QTest::newRow("file without id")
        << R"({"id":"upload_1","status":"completed","file":{"bytes":8}})"_ba << false;
    QTest::newRow("file with bad id")
        << R"({"id":"upload_1","status":"completed","file":{"id":"a/b"}})"_ba << false;
    QTest::newRow("other upload")
        << R"({"id":"upload_2","status":"completed","file":{"id":"file-1"}})"_ba << false;
    QTest::newRow("number id") << R"({"id":2,"status":"completed","file":{"id":"file-1"}})"_ba
                               << false;
    QTest::newRow("upload that calls itself a file")
        << R"({"id":"upload_1","object":"file"})"_ba << false;
    QTest::newRow("other upload, bare") << R"({"id":"upload_2"})"_ba << false;
    QTest::newRow("empty object") << "{}"_ba << false;
    QTest::newRow("other object") << R"({"id":"part_1","object":"upload.part"})"_ba << false;
}

void ApiObjectsTest::completed()
{
    QFETCH(QByteArray, json);
    QFETCH(bool, good);
    const auto result = parseCompleted(answerOf(json), kUploadId);
    if (!good) {
        verifyBad(result);
        return;
    }
    QVERIFY2(result.ok(), qPrintable(result.error.message));
    QCOMPARE(result.value.id, u"file-1"_s);
}

void ApiObjectsTest::recordedComplete()
{
    const auto result = parseCompleted(
        answerOf(R"({"id":"upload_1","object":"upload","status":"completed","expires_at":1758148749,
            "file":{"object":"file","id":"file-RRx32Mws4VZG3ZUnsU6Dvf","purpose":"fine-tune",
            "filename":"x.jsonl","bytes":8,"created_at":1758145149,"expires_at":null,
            "status":"processed","status_details":null}})"_ba),
        kUploadId);
    QVERIFY(result.ok());
    QCOMPARE(result.value.id, u"file-RRx32Mws4VZG3ZUnsU6Dvf"_s);
    QCOMPARE(result.value.bytes, std::optional<qint64>(8));
    QCOMPARE(result.value.createdAt, std::optional<qint64>(1758145149));
    QCOMPARE(result.value.filename, u"x.jsonl"_s);
    QCOMPARE(result.value.purpose, u"fine-tune"_s);
    QCOMPARE(result.value.status, u"processed"_s);
    QVERIFY(result.value.statusDetails.isEmpty());
}

void ApiObjectsTest::filePage_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QStringList>("ids");
    QTest::addColumn<bool>("hasMore");
    QTest::addColumn<bool>("good");

    QTest::newRow("two") << R"({"object":"list","data":[{"id":"file-2"},{"id":"file-1"}],
                                "has_more":true})"_ba
                         << QStringList{u"file-2"_s, u"file-1"_s} << true << true;
    QTest::newRow("last") << R"({"data":[{"id":"file-2"}],"has_more":false})"_ba
                          << QStringList{u"file-2"_s} << false << true;
    QTest::newRow("no has_more") << R"({"data":[{"id":"file-2"}]})"_ba << QStringList{u"file-2"_s}
                                 << false << true;
    QTest::newRow("empty") << R"({"data":[]})"_ba << QStringList() << false << true;
    QTest::newRow("empty but more")
        << R"({"data":[],"has_more":true})"_ba << QStringList() << false << true;
    QTest::newRow("unusable entries") << R"({"data":[1,null,{"id":"a/b"},{},{"id":"file-1"}]})"_ba
                                      << QStringList{u"file-1"_s} << false << true;
    QTest::newRow("no data") << R"({"object":"list"})"_ba << QStringList() << false << false;
    QTest::newRow("data as object") << R"({"data":{}})"_ba << QStringList() << false << false;
    QTest::newRow("null data") << R"({"data":null})"_ba << QStringList() << false << false;
}

void ApiObjectsTest::filePage()
{
    QFETCH(QByteArray, json);
    QFETCH(bool, hasMore);
    QFETCH(bool, good);
    const auto result = parseFilePage(answerOf(json));
    if (!good) {
        verifyBad(result);
        return;
    }
    QVERIFY2(result.ok(), qPrintable(result.error.message));
    QStringList found;
    for (const FileObject &file : result.value.files)
        found.append(file.id);
    QTEST(found, "ids");
    QCOMPARE(result.value.hasMore, hasMore);
}

void ApiObjectsTest::file_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<bool>("good");
    QTest::addColumn<qint64>("bytes"); // -1: none

    QTest::newRow("bytes") << R"({"id":"file-1","bytes":8589934592})"_ba << true
                           << Q_INT64_C(8589934592);
    QTest::newRow("bytes as 8.0") << R"({"id":"file-1","bytes":8.0})"_ba << true << Q_INT64_C(8);
    QTest::newRow("bytes as text") << R"({"id":"file-1","bytes":"8"})"_ba << true << Q_INT64_C(-1);
    QTest::newRow("bytes as 1.5") << R"({"id":"file-1","bytes":1.5})"_ba << true << Q_INT64_C(-1);
    QTest::newRow("odd types") << R"({"id":"file-1","filename":5,"status":[],"purpose":{}})"_ba
                               << true << Q_INT64_C(-1);
    QTest::newRow("no id") << R"({"bytes":8})"_ba << false << Q_INT64_C(-1);
}

void ApiObjectsTest::file()
{
    QFETCH(QByteArray, json);
    QFETCH(bool, good);
    QFETCH(qint64, bytes);
    const auto result = parseFile(answerOf(json));
    if (!good) {
        verifyBad(result);
        return;
    }
    QVERIFY2(result.ok(), qPrintable(result.error.message));
    QCOMPARE(result.value.bytes.value_or(-1), bytes);
}

void ApiObjectsTest::numbersThatCanNotBe_data()
{
    QTest::addColumn<QByteArray>("number");
    QTest::newRow("negative") << "-1"_ba;
    QTest::newRow("smallest") << "-9223372036854775808"_ba;
    QTest::newRow("huge") << "1e300"_ba;
    QTest::newRow("fraction") << "0.5"_ba;
}

/// They count as absent: with some of them sums would overflow.
void ApiObjectsTest::numbersThatCanNotBe()
{
    QFETCH(QByteArray, number);
    const auto created = parseCreated(answerOf(R"({"id":"u","created_at":)" + number + "}"));
    QVERIFY2(created.ok(), qPrintable(created.error.message));
    QCOMPARE(created.value.createdAt, std::optional<qint64>());
    const auto file =
        parseFile(answerOf(R"({"id":"f","created_at":)" + number + ",\"bytes\":" + number + "}"));
    QVERIFY2(file.ok(), qPrintable(file.error.message));
    QCOMPARE(file.value.createdAt, std::optional<qint64>());
    QCOMPARE(file.value.bytes, std::optional<qint64>());
}

void ApiObjectsTest::errorsAreHandedThrough()
{
    const ApiAnswer answer = refused(400);
    QVERIFY(answer.error.isError());
    QCOMPARE(parseCreated(answer).error, answer.error);
    QCOMPARE(parsePart(answer, kUploadId).error, answer.error);
    QCOMPARE(parseCompleted(answer, kUploadId).error, answer.error);
    QCOMPARE(parseFilePage(answer).error, answer.error);
    QCOMPARE(parseFile(answer).error, answer.error);
}

QTEST_GUILESS_MAIN(ApiObjectsTest)
#include "tst_apiobjects.moc"
