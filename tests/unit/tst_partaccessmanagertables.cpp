#include "transfer/transport/answerhead.h"
#include "transfer/transport/curlerrors.h"
#include "transfer/transport/curlrequest.h"

#include <QTest>

#include <cerrno>

using longshore::AnswerHead;
using longshore::CurlFailure;

/// The pure parts of the libcurl transport.
class TestPartAccessManagerTables : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mapsFailures_data();
    void mapsFailures();
    void readsHeads_data();
    void readsHeads();
    void limitsHeads();
    void makesHeaderLists();
};

Q_DECLARE_METATYPE(CurlFailure)

void TestPartAccessManagerTables::mapsFailures_data()
{
    QTest::addColumn<CurlFailure>("failure");
    QTest::addColumn<QNetworkReply::NetworkError>("error");
    using E = QNetworkReply::NetworkError;
    const auto row = [](const char *name, CurlFailure failure, E error) {
        QTest::newRow(name) << failure << error;
    };
    row("ok", {}, E::NoError);
    row("host", {.code = CURLE_COULDNT_RESOLVE_HOST}, E::HostNotFoundError);
    row("proxy host", {.code = CURLE_COULDNT_RESOLVE_PROXY}, E::ProxyNotFoundError);
    row("refused", {.code = CURLE_COULDNT_CONNECT, .systemError = ECONNREFUSED},
        E::ConnectionRefusedError);
    row("connect timeout", {.code = CURLE_COULDNT_CONNECT, .systemError = ETIMEDOUT},
        E::TimeoutError);
    row("connect reset", {.code = CURLE_COULDNT_CONNECT, .systemError = ECONNRESET},
        E::RemoteHostClosedError);
    row("unreachable", {.code = CURLE_COULDNT_CONNECT, .systemError = ENETUNREACH},
        E::UnknownNetworkError);
    row("proxy refused",
        {.code = CURLE_COULDNT_CONNECT, .systemError = ECONNREFUSED, .throughProxy = true},
        E::ProxyConnectionRefusedError);
    row("proxy timeout",
        {.code = CURLE_COULDNT_CONNECT, .systemError = ETIMEDOUT, .throughProxy = true},
        E::ProxyTimeoutError);
    row("proxy reset",
        {.code = CURLE_COULDNT_CONNECT, .systemError = ECONNRESET, .throughProxy = true},
        E::ProxyConnectionClosedError);
    row("CONNECT 407", {.code = CURLE_RECV_ERROR, .connectStatus = 407, .throughProxy = true},
        E::ProxyAuthenticationRequiredError);
    row("CONNECT 502", {.code = CURLE_RECV_ERROR, .connectStatus = 502, .throughProxy = true},
        E::UnknownProxyError);
    row("reset behind CONNECT",
        {.code = CURLE_RECV_ERROR, .connectStatus = 200, .throughProxy = true},
        E::RemoteHostClosedError);
    row("SOCKS password", {.code = CURLE_PROXY, .proxyCode = CURLPX_USER_REJECTED},
        E::ProxyAuthenticationRequiredError);
    row("SOCKS refused", {.code = CURLE_PROXY, .proxyCode = CURLPX_REPLY_CONNECTION_REFUSED},
        E::ConnectionRefusedError);
    row("SOCKS host", {.code = CURLE_PROXY, .proxyCode = CURLPX_REPLY_HOST_UNREACHABLE},
        E::HostNotFoundError);
    row("SOCKS expired", {.code = CURLE_PROXY, .proxyCode = CURLPX_REPLY_TTL_EXPIRED},
        E::TimeoutError);
    row("SOCKS closed", {.code = CURLE_PROXY, .proxyCode = CURLPX_CLOSED},
        E::ProxyConnectionClosedError);
    row("SOCKS other", {.code = CURLE_PROXY, .proxyCode = CURLPX_BAD_VERSION},
        E::UnknownProxyError);
    row("timeout", {.code = CURLE_OPERATION_TIMEDOUT}, E::TimeoutError);
    row("send", {.code = CURLE_SEND_ERROR}, E::RemoteHostClosedError);
    row("receive", {.code = CURLE_RECV_ERROR, .systemError = ECONNRESET}, E::RemoteHostClosedError);
    row("no acknowledgement", {.code = CURLE_SEND_ERROR, .systemError = ETIMEDOUT},
        E::TimeoutError);
    row("nothing", {.code = CURLE_GOT_NOTHING}, E::RemoteHostClosedError);
    row("partial", {.code = CURLE_PARTIAL_FILE}, E::RemoteHostClosedError);
    row("handshake",
        {.code = CURLE_SSL_CONNECT_ERROR, .detail = "error:0A00042E:tlsv1 alert protocol version"},
        E::SslHandshakeFailedError);
    row("handshake reset", {.code = CURLE_SSL_CONNECT_ERROR, .systemError = ECONNRESET},
        E::RemoteHostClosedError);
    row("handshake closed",
        {.code = CURLE_SSL_CONNECT_ERROR, .detail = "SSL routines::unexpected eof while reading"},
        E::RemoteHostClosedError);
    row("certificate", {.code = CURLE_PEER_FAILED_VERIFICATION, .systemError = ECONNRESET},
        E::SslHandshakeFailedError);
    row("URL", {.code = CURLE_URL_MALFORMAT}, E::ProtocolUnknownError);
    row("not HTTP", {.code = CURLE_UNSUPPORTED_PROTOCOL}, E::ProtocolFailure);
    row("weird", {.code = CURLE_WEIRD_SERVER_REPLY}, E::ProtocolFailure);
    row("other", {.code = CURLE_FAILED_INIT}, E::UnknownNetworkError);
}

void TestPartAccessManagerTables::mapsFailures()
{
    QFETCH(CurlFailure, failure);
    QFETCH(QNetworkReply::NetworkError, error);
    QCOMPARE(longshore::errorForCurl(failure), error);
}

void TestPartAccessManagerTables::readsHeads_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("reason");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<bool>("complete");
    const auto row = [](const char *name, const char *text, int status, const char *reason,
                        const char *headers, bool complete) {
        QTest::newRow(name) << QByteArray(text) << status << QByteArray(reason)
                            << QByteArray(headers) << complete;
    };
    row("nothing", "", 0, "", "", false);
    row("plain", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n", 200, "OK", "A=b;", true);
    row("unfinished", "HTTP/1.1 200 OK\r\nA: b\r\n", 200, "OK", "A=b;", false);
    row("no reason", "HTTP/1.1 204\r\n\r\n", 204, "", "", true);
    row("long reason", "HTTP/1.1 413 Content Too Large\r\n\r\n", 413, "Content Too Large", "",
        true);
    row("no status", "HTTP/1.1\r\n\r\n", 0, "", "", false);
    row("interim", "HTTP/1.1 100 Continue\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nC: d\r\n\r\n", 200,
        "OK", "C=d;", true);
    row("only interim", "HTTP/1.1 103 Hints\r\nA: b\r\n\r\n", 103, "Hints", "A=b;", false);
    row("switching", "HTTP/1.1 101 Switching\r\n\r\n", 101, "Switching", "", true);
    row("repeated", "HTTP/1.1 200 OK\r\nA: 1\r\na: 2\r\nSet-Cookie: x\r\nSet-Cookie: y\r\n\r\n",
        200, "OK", "A=1, 2;Set-Cookie=x\ny;", true);
    row("trailer", "HTTP/1.1 200 OK\r\n\r\nA: late\r\n", 200, "OK", "", true);
    row("bare line feeds", "HTTP/1.1 200 OK\nA: b\n\n", 200, "OK", "A=b;", true);
    row("odd lines", "HTTP/1.1 200 OK\r\nno colon\r\n: nameless\r\nA:b:c\r\n\r\n", 200, "OK",
        "A=b:c;", true);
}

void TestPartAccessManagerTables::readsHeads()
{
    QFETCH(QByteArray, text);
    AnswerHead head;
    const QList<QByteArray> lines = text.split('\n');
    for (const QByteArray &line : lines.first(lines.size() - 1))
        QVERIFY(head.addLine(line + '\n'));
    QTEST(head.status(), "status");
    QTEST(head.reason(), "reason");
    QTEST(head.isComplete(), "complete");
    QByteArray headers;
    for (const auto &header : head.headers())
        headers += header.first + '=' + header.second + ';';
    QTEST(headers, "headers");
}

void TestPartAccessManagerTables::limitsHeads()
{
    AnswerHead head;
    QVERIFY(head.addLine("HTTP/1.1 103 Hints\r\n"));
    const QByteArray line = "A: " + QByteArray(1019, 'x') + "\r\n";
    int lines = 0;
    while (head.addLine(line))
        QVERIFY(++lines < 256);
    // Interim answers don't reset it.
    QVERIFY(!head.addLine("HTTP/1.1 200 OK\r\n"));
}

void TestPartAccessManagerTables::makesHeaderLists()
{
    QNetworkRequest request;
    request.setRawHeader("Content-Length", "17");
    request.setRawHeader("expect", "100-continue");
    request.setRawHeader("Transfer-Encoding", "chunked");
    request.setRawHeader("X-Value", "a b");
    request.setRawHeader("X-Empty", "");
    const longshore::CurlList list = longshore::headersFor(request);
    QList<QByteArray> lines;
    for (const curl_slist *item = list.get(); item; item = item->next)
        lines.append(item->data);
    std::sort(lines.begin(), lines.end());
    const QList<QByteArray> expected{
        "Accept:", "Content-Type:", "Expect:", "Transfer-Encoding:", "X-Empty;", "X-Value: a b"};
    QCOMPARE(lines, expected);

    for (const char *bad : {"a\r\nB: c", "a\nb", "a\rb"}) {
        QNetworkRequest broken;
        broken.setRawHeader("X", bad);
        QVERIFY(!longshore::headersFor(broken));
    }
    QNetworkRequest broken;
    broken.setRawHeader("X: y\r\nZ", "a");
    QVERIFY(!longshore::headersFor(broken));
}

QTEST_GUILESS_MAIN(TestPartAccessManagerTables)
#include "tst_partaccessmanagertables.moc"
