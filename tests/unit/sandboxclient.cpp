#include "sandboxclient.h"

#include "sandbox/sandbox.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

using namespace Qt::StringLiterals;

namespace {

constexpr int TimeoutMs = 20'000;

QByteArray jsonBytes(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace

QByteArray RawReply::header(const QByteArray &name) const
{
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [&](const auto &header) { return header.first == name; });
    return found == headers.end() ? QByteArray() : found->second;
}

QJsonObject RawReply::json() const
{
    return QJsonDocument::fromJson(body).object();
}

QJsonValue RawReply::error(const char *field) const
{
    return json().value("error"_L1).toObject().value(QLatin1StringView(field));
}

SandboxClient::SandboxClient(const longshore::sandbox::SandboxServer &server)
    : m_port(server.port())
    , m_key(server.apiKey())
{
}

bool SandboxClient::connect()
{
    if (m_socket.state() == QAbstractSocket::ConnectedState)
        return true;
    m_received.clear();
    m_socket.abort();
    m_socket.connectToHost(u"127.0.0.1"_s, m_port);
    return m_socket.waitForConnected(TimeoutMs);
}

bool SandboxClient::send(const QByteArray &bytes)
{
    if (!connect())
        return false;
    m_socket.write(bytes);
    while (m_socket.bytesToWrite() > 0) {
        if (!m_socket.waitForBytesWritten(TimeoutMs))
            return false;
    }
    return true;
}

bool SandboxClient::waitForMore()
{
    if (m_socket.bytesAvailable() == 0 && !m_socket.waitForReadyRead(TimeoutMs)
        && m_socket.bytesAvailable() == 0)
        return false;
    m_received += m_socket.readAll();
    return true;
}

RawReply SandboxClient::receive()
{
    RawReply reply;
    qsizetype end = -1;
    while ((end = m_received.indexOf("\r\n\r\n")) < 0) {
        if (!waitForMore())
            return reply;
    }
    const QList<QByteArray> lines = m_received.left(end).replace("\r\n", "\n").split('\n');
    m_received.remove(0, end + 4);
    reply.status = lines.at(0).mid(9, 3).toInt();
    for (const QByteArray &line : lines.mid(1)) {
        const qsizetype colon = line.indexOf(':');
        reply.headers.emplace_back(line.left(colon).toLower(), line.mid(colon + 1).trimmed());
    }
    const qsizetype length = reply.header("content-length").toLongLong();
    while (m_received.size() < length && !reply.isCut)
        reply.isCut = !waitForMore();
    reply.body = m_received.left(length);
    m_received.remove(0, length);
    return reply;
}

bool SandboxClient::isClosedByServer()
{
    while (waitForMore())
        continue;
    return m_socket.state() == QAbstractSocket::UnconnectedState;
}

/// Qt does not tell a reset from an orderly end, so this asks the system.
bool SandboxClient::isReset()
{
    const int descriptor = static_cast<int>(m_socket.socketDescriptor());
    pollfd state{descriptor, POLLIN, 0};
    char byte = 0;
    return poll(&state, 1, TimeoutMs) > 0 && recv(descriptor, &byte, 1, 0) < 0
        && errno == ECONNRESET;
}

bool SandboxClient::hasAnswer(int timeoutMs)
{
    return !m_received.isEmpty() || m_socket.bytesAvailable() > 0
        || m_socket.waitForReadyRead(timeoutMs);
}

void SandboxClient::abort()
{
    m_socket.abort();
}

QByteArray SandboxClient::head(const QByteArray &method, const QByteArray &path,
                               const QByteArray &headerLines) const
{
    return method + ' ' + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + m_key
        + "\r\n" + headerLines + "\r\n";
}

RawReply SandboxClient::request(const QByteArray &method, const QByteArray &path,
                                const QByteArray &body, const QByteArray &contentType)
{
    QByteArray lines = "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    if (!body.isEmpty())
        lines += "Content-Type: " + contentType + "\r\n";
    if (!send(head(method, path, lines) + body))
        return {};
    return receive();
}

RawReply SandboxClient::create(qint64 bytes)
{
    return request("POST", "/v1/uploads",
                   jsonBytes({{u"filename"_s, u"a.bin"_s},
                              {u"purpose"_s, u"user_data"_s},
                              {u"bytes"_s, bytes},
                              {u"mime_type"_s, u"application/octet-stream"_s}}));
}

RawReply SandboxClient::addPart(const QString &uploadId, const QByteArray &data)
{
    return request("POST", partPath(uploadId), form(data), "multipart/form-data; boundary=Bound");
}

RawReply SandboxClient::complete(const QString &uploadId, const QStringList &partIds)
{
    return request("POST", "/v1/uploads/" + uploadId.toLatin1() + "/complete",
                   jsonBytes({{u"part_ids"_s, QJsonArray::fromStringList(partIds)}}));
}

QByteArray SandboxClient::form(const QByteArray &data)
{
    return "--Bound\r\nContent-Disposition: form-data; name=\"data\"; filename=\"data\"\r\n"
           "Content-Type: application/octet-stream\r\n\r\n"
        + data + "\r\n--Bound--\r\n";
}

QByteArray SandboxClient::partPath(const QString &uploadId)
{
    return "/v1/uploads/" + uploadId.toLatin1() + "/parts";
}
