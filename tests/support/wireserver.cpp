#include "support/wireserver.h"

#include <QHostAddress>
#include <QSslSocket>
#include <QTcpSocket>

#include <memory>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

const QByteArray kEndOfHead = "\r\n\r\n"_ba;

} // namespace

WireServer::WireServer(const QByteArray &answer, QObject *parent)
    : QTcpServer(parent)
    , m_answer(answer)
{
    connect(this, &QTcpServer::newConnection, this, &WireServer::accept);
    listen(QHostAddress::LocalHost);
}

void WireServer::encrypt(const QSslCertificate &certificate, const QSslKey &key)
{
    m_certificate = certificate;
    m_key = key;
}

QUrl WireServer::url(const QString &path) const
{
    QUrl url(u"http://127.0.0.1"_s);
    if (!m_key.isNull())
        url.setScheme(u"https"_s);
    url.setPort(serverPort());
    url.setPath(path);
    return url;
}

QByteArray WireServer::jsonAnswer(const QByteArray &json)
{
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "_ba
        + QByteArray::number(json.size()) + kEndOfHead + json;
}

void WireServer::incomingConnection(qintptr descriptor)
{
    if (m_key.isNull()) {
        QTcpServer::incomingConnection(descriptor);
        return;
    }
    auto *socket = new QSslSocket(this);
    socket->setSocketDescriptor(descriptor);
    socket->setLocalCertificate(m_certificate);
    socket->setPrivateKey(m_key);
    socket->startServerEncryption();
    addPendingConnection(socket);
}

void WireServer::accept()
{
    while (QTcpSocket *socket = nextPendingConnection()) {
        auto received = std::make_shared<QByteArray>();
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QTcpSocket::readyRead, this, [this, socket, received] {
            *received += socket->readAll();
            takeRequests(*received, *socket);
        });
    }
}

void WireServer::takeRequests(QByteArray &received, QTcpSocket &socket)
{
    for (;;) {
        const qsizetype end = received.indexOf(kEndOfHead);
        if (end < 0)
            return;
        const QByteArray head = received.left(end + kEndOfHead.size());
        const QList<QByteArray> lengths = headerLines(head, "Content-Length"_ba);
        const qsizetype body = lengths.isEmpty()
            ? 0
            : lengths.first().mid(lengths.first().indexOf(':') + 1).trimmed().toLongLong();
        if (received.size() < head.size() + body)
            return;
        m_requests.append(received.left(head.size() + body));
        received.remove(0, head.size() + body);
        socket.write(m_answer);
        if (headerLines(head, "Connection"_ba) == QList{"Connection: close"_ba})
            socket.disconnectFromHost();
    }
}

QList<QByteArray> headerLines(const QByteArray &request, const QByteArray &name)
{
    QList<QByteArray> found;
    const QByteArray head = request.left(request.indexOf(kEndOfHead));
    const QList<QByteArray> lines = head.split('\n');
    for (const QByteArray &line : lines) {
        if (line.left(name.size() + 1).compare(name + ':', Qt::CaseInsensitive) == 0)
            found.append(line.trimmed());
    }
    return found;
}

} // namespace longshore
