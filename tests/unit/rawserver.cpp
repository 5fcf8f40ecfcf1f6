#include "rawserver.h"

#include <QFile>
#include <QSemaphore>
#include <QSslConfiguration>
#include <QSslKey>
#include <QTcpServer>

#include <chrono>
#include <future>

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace {

// How soon a blocked script sees that its server stops; no test waits for it otherwise.
constexpr int stopInterval = 20;

class DescriptorServer final : public QTcpServer
{
public:
    std::vector<qintptr> m_waiting;

protected:
    void incomingConnection(qintptr descriptor) override { m_waiting.push_back(descriptor); }
};

QByteArray testFile(const QString &name)
{
    QFile file(QStringLiteral(TRANSPORT_TEST_DATA) + QLatin1Char('/') + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QList<QByteArray> linesOf(const QByteArray &head, const QByteArray &name)
{
    QList<QByteArray> values;
    const QList<QByteArray> lines = head.split('\n');
    for (const QByteArray &line : lines) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0 && line.first(colon).compare(name, Qt::CaseInsensitive) == 0)
            values.append(line.sliced(colon + 1).trimmed());
    }
    return values;
}

} // namespace

RawPeer::RawPeer(RawServer &server, qintptr descriptor, int number)
    : m_server(server)
    , m_number(number)
{
    m_socket.setReadBufferSize(256 * 1024);
    m_socket.setSocketDescriptor(descriptor);
}

RawPeer::~RawPeer() = default;

bool RawPeer::encrypt(const RawTls &tls)
{
    QSslConfiguration configuration = m_socket.sslConfiguration();
    configuration.setLocalCertificate(
        QSslCertificate(testFile(tls.certificate + QStringLiteral(".pem"))));
    configuration.setPrivateKey(
        QSslKey(testFile(tls.certificate + QStringLiteral(".key")), QSsl::Ec));
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    m_socket.setSslConfiguration(configuration);
    m_socket.startServerEncryption();
    while (!m_socket.isEncrypted()) {
        if (m_server.isStopping() || m_socket.state() != QAbstractSocket::ConnectedState)
            return false;
        m_socket.waitForEncrypted(stopInterval);
    }
    return true;
}

bool RawPeer::waitForMore()
{
    while (!m_socket.waitForReadyRead(stopInterval)) {
        if (m_server.isStopping() || m_socket.state() != QAbstractSocket::ConnectedState)
            return m_socket.bytesAvailable() > 0;
    }
    return true;
}

QByteArray RawPeer::readHead()
{
    QByteArray head;
    while (!head.endsWith("\r\n\r\n")) {
        if (m_socket.bytesAvailable() == 0 && !waitForMore())
            return {};
        char c = 0;
        while (!head.endsWith("\r\n\r\n") && m_socket.getChar(&c))
            head.append(c);
    }
    return head;
}

QByteArray RawPeer::read(qint64 count)
{
    QByteArray bytes;
    while (bytes.size() < count) {
        if (m_socket.bytesAvailable() == 0 && !waitForMore())
            break;
        bytes += m_socket.read(count - bytes.size());
    }
    return bytes;
}

bool RawPeer::readRequest()
{
    const QByteArray head = readHead();
    if (head.isEmpty())
        return false;
    const qint64 length = contentLength(head);
    const QByteArray body = read(length);
    m_server.record({m_number, head, body});
    return body.size() == length;
}

void RawPeer::write(const QByteArray &bytes)
{
    m_socket.write(bytes);
    while (m_socket.bytesToWrite() > 0 || m_socket.encryptedBytesToWrite() > 0) {
        if (!m_socket.waitForBytesWritten(stopInterval)
            && (m_server.isStopping() || m_socket.state() != QAbstractSocket::ConnectedState))
            return;
    }
}

void RawPeer::answer(const QByteArray &status, const QByteArray &body, const QByteArray &headers)
{
    write("HTTP/1.1 " + status + "\r\n" + headers
          + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
}

void RawPeer::drain()
{
    while (!read(1).isEmpty())
        m_socket.readAll();
}

void RawPeer::waitFor(QSemaphore &semaphore)
{
    while (!semaphore.tryAcquire(1, stopInterval) && !m_server.isStopping()) { }
}

void RawPeer::close()
{
    m_socket.disconnectFromHost();
    if (m_socket.state() != QAbstractSocket::UnconnectedState)
        m_socket.waitForDisconnected(stopInterval);
}

void RawPeer::reset()
{
    const linger hard{1, 0};
    ::setsockopt(static_cast<int>(m_socket.socketDescriptor()), SOL_SOCKET, SO_LINGER, &hard,
                 sizeof hard);
    // Not abort() alone: TLS would say good-bye first.
    m_socket.QAbstractSocket::abort();
}

qint64 RawPeer::arrivedAt(qintptr descriptor)
{
    tcp_info info{};
    socklen_t size = sizeof info;
    ::getsockopt(static_cast<int>(descriptor), IPPROTO_TCP, TCP_INFO, &info, &size);
    return static_cast<qint64>(info.tcpi_bytes_received);
}

bool RawPeer::isStopping() const
{
    return m_server.isStopping();
}

qint64 RawPeer::contentLength(const QByteArray &head)
{
    return linesOf(head, "content-length").value(0).toLongLong();
}

QByteArray RawServer::Request::header(const QByteArray &name) const
{
    return linesOf(head, name).value(0);
}

int RawServer::Request::count(const QByteArray &name) const
{
    return static_cast<int>(linesOf(head, name).size());
}

RawServer::RawServer(Script script)
    : m_script(std::move(script))
{
    listen();
}

RawServer::RawServer(const RawTls &tls, Script script)
    : m_script(std::move(script))
    , m_tls(std::make_unique<RawTls>(tls))
{
    listen();
}

RawServer::~RawServer()
{
    m_stop = true;
    m_listener.join();
    for (std::thread &peer : m_peers)
        peer.join();
}

void RawServer::listen()
{
    std::promise<quint16> ready;
    std::future<quint16> port = ready.get_future();
    m_listener = std::thread([this, ready = std::move(ready)]() mutable {
        DescriptorServer server;
        server.listen(QHostAddress::LocalHost);
        ready.set_value(server.serverPort());
        while (!m_stop) {
            server.waitForNewConnection(stopInterval);
            for (const qintptr descriptor : std::exchange(server.m_waiting, {})) {
                const int number = m_connections++;
                m_peers.emplace_back([this, descriptor, number] { serve(descriptor, number); });
            }
        }
    });
    m_port = port.get();
}

void RawServer::serve(qintptr descriptor, int number)
{
    RawPeer peer(*this, descriptor, number);
    if (!m_tls || peer.encrypt(*m_tls))
        m_script(peer);
    if (peer.socket().state() != QAbstractSocket::UnconnectedState)
        peer.close();
}

QUrl RawServer::url(const QString &host) const
{
    QUrl url;
    url.setScheme(m_tls ? QStringLiteral("https") : QStringLiteral("http"));
    url.setHost(host);
    url.setPort(m_port);
    url.setPath(QStringLiteral("/v1/uploads/upload_1/parts"));
    return url;
}

std::vector<RawServer::Request> RawServer::requests() const
{
    const std::lock_guard lock(m_mutex);
    return m_requests;
}

void RawServer::record(Request request)
{
    const std::lock_guard lock(m_mutex);
    m_requests.push_back(std::move(request));
}
