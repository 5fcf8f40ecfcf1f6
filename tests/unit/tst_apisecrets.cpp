#include "api/answers.h"
#include "api/uploadsapi.h"
#include "support/fakeaccessmanager.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkProxy>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

const QByteArray kKey = "sk-proj-Abcd_1234-efGH5678ijkl"_ba;
const QByteArray kPassword = "pa55 w/rd"_ba;

Secrets bothSecrets()
{
    Secrets secrets;
    secrets.add(kKey);
    secrets.add(kPassword);
    return secrets;
}

/// All that is kept or shown of an answer.
QString everything(const ApiAnswer &answer)
{
    const ApiError &error = answer.error;
    return QStringList{answer.requestId, error.requestId,
                       error.code,       error.message,
                       error.advice,     QString::fromUtf8(QJsonDocument(answer.object).toJson())}
        .join(u'\n');
}

} // namespace

/// What a service echoes of a request is not shown.
class ApiSecretsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void masked_data();
    void masked();
    void shortWordsStay();
    void answers_data();
    void answers();
    void shortKeysSpoilNoAnswer();
    void callsKnowTheirSecrets_data();
    void callsKnowTheirSecrets();
};

void ApiSecretsTest::masked_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("masked");

    const QString key = QString::fromLatin1(kKey);
    QTest::newRow("none") << u"Nothing to hide"_s << u"Nothing to hide"_s;
    QTest::newRow("plain") << u"Incorrect API key provided: %1."_s.arg(key)
                           << u"Incorrect API key provided: ***."_s;
    QTest::newRow("twice") << key + u' ' + key << u"*** ***"_s;
    QTest::newRow("other case") << u"https://%1.example"_s.arg(key.toLower())
                                << u"https://***.example"_s;
    QTest::newRow("percent") << u"pw=pa55%20w%2Frd&x"_s << u"pw=***&x"_s;
    QTest::newRow("percent, lower case") << u"pw=pa55%20w%2frd&x"_s << u"pw=***&x"_s;
    QTest::newRow("base64") << u"Basic "_s + QString::fromLatin1(kKey.toBase64()) << u"Basic ***"_s;
}

void ApiSecretsTest::masked()
{
    QFETCH(QString, text);
    QTEST(bothSecrets().masked(text), "masked");
    // Whatever is before and behind it.
    for (const QByteArray &before : {"a:"_ba, "ab:"_ba, "abc:"_ba}) {
        const QByteArray encoded = (before + kKey + "\n"_ba).toBase64();
        const QString rest = bothSecrets().masked(QString::fromLatin1(encoded));
        QVERIFY2(rest.size() < 16 && rest.contains("***"_L1), qPrintable(rest));
    }
}

void ApiSecretsTest::shortWordsStay()
{
    Secrets secrets;
    secrets.add({});
    secrets.add("abc"_ba);
    QCOMPARE(secrets.masked(u"abcabc"_s), u"abcabc"_s);
    secrets.add("a b c"_ba); // its base64 is too short to be told from words
    QCOMPARE(secrets.masked(u"a b cd YSBiI"_s), u"***d YSBiI"_s);
}

void ApiSecretsTest::answers_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");

    const auto row = [](const char *name, int status, const QByteArray &body) {
        QTest::newRow(name) << status << body;
    };
    const QByteArray quoted = '"' + kKey + '"';
    const QByteArray escaped = "\"\\u0073k-"_ba + kKey.mid(3) + '"';
    row("message", 401, R"({"error":{"message":)" + quoted + "}}");
    row("escaped", 401, R"({"error":{"message":)" + escaped + "}}");
    row("code", 500, R"({"error":{"message":"x","code":)" + quoted + "}}");
    row("param", 400, R"({"error":{"message":"x","param":)" + quoted + "}}");
    row("list", 422, R"({"detail":[{"msg":)" + quoted + "}]}");
    row("plain text", 502, "Authorization: Bearer "_ba + kKey);
    row("where a text is cut", 502, QByteArray(499 - kKey.size() / 2, 'x') + kKey);
    row("where a message is cut", 500,
        R"({"error":{"message":")" + QByteArray(490, 'x') + kKey + "\"}}");
    row("error in a good answer", 200, R"({"error":{"message":)" + quoted + "}}");
    row("id", 200, R"({"id":"part_)" + kKey + "\"}");
    row("deep", 200, R"({"id":"a","x":[{"y":[)" + quoted + "]}]}");
    row("redirect", 307, {});
}

void ApiSecretsTest::answers()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    RawAnswer raw;
    raw.status = status;
    raw.body = body;
    raw.headers = {{"x-request-id"_ba, "req-"_ba + kKey},
                   {"Location"_ba, "https://"_ba + kKey + ".example/"_ba + kKey}};
    raw.networkErrorText = QString::fromLatin1(kKey);
    raw.secrets = bothSecrets();
    const QString shown = everything(understand(raw, QDateTime()));
    for (qsizetype from = 0; from + 8 <= kKey.size(); ++from) {
        const QString piece = QString::fromLatin1(kKey.mid(from, 8));
        QVERIFY2(!shown.contains(piece, Qt::CaseInsensitive), qPrintable(shown));
    }
}

void ApiSecretsTest::shortKeysSpoilNoAnswer()
{
    RawAnswer raw;
    raw.status = 200;
    raw.body = R"({"id":"file-test","filename":"test.txt"})"_ba;
    raw.secrets.add("test"_ba);
    QCOMPARE(understand(raw, QDateTime()).object.value("filename"_L1).toString(), u"test.txt"_s);
}

void ApiSecretsTest::callsKnowTheirSecrets_data()
{
    QTest::addColumn<bool>("azure");

    QTest::newRow("authorization") << false;
    QTest::newRow("api-key") << true;
}

void ApiSecretsTest::callsKnowTheirSecrets()
{
    QFETCH(bool, azure);
    FakeAccessManager manager([](const FakeRequest &) {
        FakeAnswer answer;
        answer.status = 400;
        answer.body = kKey + " someone:" + kPassword + ' ' + ("someone:" + kPassword).toBase64();
        return answer;
    });
    QNetworkProxy proxy(QNetworkProxy::HttpProxy, u"proxy.example"_s, 3128);
    proxy.setUser(u"someone"_s);
    proxy.setPassword(QString::fromLatin1(kPassword));
    manager.setProxy(proxy);
    Endpoint endpoint = azure ? Endpoint::azure(QUrl(u"https://x.example"_s), u"1"_s, kKey)
                              : Endpoint::openAi(kKey);
    const UploadsApi api(endpoint, [&manager] { return &manager; });
    const auto call = api.getFile(u"file-1"_s);
    QString message;
    connect(call.get(), &ApiCall::finished, this,
            [&message](const ApiAnswer &answer) { message = answer.error.message; });
    QTRY_VERIFY(!message.isEmpty());
    QCOMPARE(message, u"*** someone:*** ***"_s);
}

QTEST_GUILESS_MAIN(ApiSecretsTest)
#include "tst_apisecrets.moc"
