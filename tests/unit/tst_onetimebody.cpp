#include "api/onetimebody.h"
#include "api/uploadsapi.h"
#include "support/wireserver.h"

#include <QNetworkAccessManager>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

/// Answers so many requests, all on one connection if the client likes, and ends the connection
/// after each further one.
class SilentServer final : public QTcpServer
{
    Q_OBJECT

public:
    explicit SilentServer(int answers)
        : m_answers(answers)
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(*socket); });
        });
    }

    int requests() const { return m_requests; }
    QUrl url() const { return QUrl(u"http://127.0.0.1:%1/v1"_s.arg(serverPort())); }

private:
    void read(QTcpSocket &socket)
    {
        m_received += socket.readAll();
        if (!m_received.endsWith('}')) // the bodies are JSON objects
            return;
        m_received.clear();
        if (++m_requests <= m_answers)
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"id\":\"u_1\"}");
        else
            socket.disconnectFromHost();
    }

    const int m_answers;
    int m_requests = 0;
    QByteArray m_received;
};

ApiAnswer answerTo(ApiCall &call)
{
    ApiAnswer given;
    bool finished = false;
    QObject::connect(&call, &ApiCall::finished, &call, [&](const ApiAnswer &answer) {
        given = answer;
        finished = true;
    });
    [&finished] { QTRY_VERIFY(finished); }();
    return given;
}

} // namespace

class OneTimeBodyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsOnce();
    void noRequestIsRepeated_data();
    void noRequestIsRepeated();
    void redirectsAreSeen_data();
    void redirectsAreSeen();
};

void OneTimeBodyTest::readsOnce()
{
    OneTimeBody body("0123456789"_ba);
    QVERIFY(!body.isSequential());
    QCOMPARE(body.size(), 10);
    QVERIFY(body.seek(0));
    QCOMPARE(body.read(4), "0123"_ba);
    QVERIFY(body.seek(4));
    QVERIFY(!body.seek(0));
    QVERIFY(!body.reset());
    QCOMPARE(body.pos(), 4);
    QCOMPARE(body.readAll(), "456789"_ba);
    QVERIFY(body.atEnd());
    QVERIFY(!body.seek(11));
}

void OneTimeBodyTest::noRequestIsRepeated_data()
{
    QTest::addColumn<int>("answers");

    QTest::newRow("new connection") << 0;
    QTest::newRow("connection used before") << 1;
}

void OneTimeBodyTest::noRequestIsRepeated()
{
    QFETCH(int, answers);
    SilentServer server(answers);
    QNetworkAccessManager manager;
    Endpoint endpoint = Endpoint::openAi("sk-test"_ba);
    endpoint.baseUrl = server.url();
    const UploadsApi api(endpoint, [&manager] { return &manager; });
    for (int i = 0; i < answers; ++i)
        QVERIFY(!answerTo(*api.createUpload({u"a"_s, u"batch"_s, 7, u"text/plain"_s, {}}))
                     .error.isError());

    const ApiError lost = answerTo(*api.completeUpload(u"u_1"_s, {u"part_1"_s}, {})).error;
    QCOMPARE(lost.kind, ErrorKind::Network);
    QCOMPARE(lost.status, 0);
    QVERIFY(!lost.message.isEmpty());
    // The service may have done the work: it is for us to look.
    QCOMPARE(server.requests(), answers + 1);
}

void OneTimeBodyTest::redirectsAreSeen_data()
{
    QTest::addColumn<int>("status");

    for (const int status : {301, 302, 303, 307, 308})
        QTest::newRow(QByteArray::number(status).constData()) << status;
}

void OneTimeBodyTest::redirectsAreSeen()
{
    QFETCH(int, status);
    // With 307 and 308 Qt prepares to send the body once more, whatever the policy.
    WireServer server("HTTP/1.1 "_ba + QByteArray::number(status)
                      + " Elsewhere\r\nLocation: http://other.example/\r\n"
                        "Content-Length: 0\r\n\r\n");
    QNetworkAccessManager manager;
    Endpoint endpoint = Endpoint::openAi("sk-test"_ba);
    endpoint.baseUrl = server.url(u"/v1"_s);
    const UploadsApi api(endpoint, [&manager] { return &manager; });
    const ApiError error = answerTo(*api.completeUpload(u"u_1"_s, {u"part_1"_s}, {})).error;
    QCOMPARE(error.kind, ErrorKind::Refused);
    QCOMPARE(error.status, status);
    QVERIFY2(error.message.contains("other.example"_L1), qPrintable(error.message));
    QCOMPARE(server.requests().size(), 1);
}

QTEST_GUILESS_MAIN(OneTimeBodyTest)
#include "tst_onetimebody.moc"
