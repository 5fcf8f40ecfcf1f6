#include "platform/handoverserver.h"

#include "platform/peeruser.h"

#include <QLocalSocket>
#include <QPointer>
#include <QTimer>

namespace longshore {

namespace {

/// Peers at a time. Another one is hung up on, and tries again.
constexpr qsizetype kMaxPeers = 32;

/// Bytes that Qt keeps of a peer's message before we look at them.
constexpr qint64 kReadBuffer = qint64{256} * 1024;

} // namespace

HandoverServer::HandoverServer(quint32 user, std::chrono::milliseconds patience, QObject *parent)
    : QObject(parent)
    , m_user(user)
    , m_patience(patience)
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &HandoverServer::welcome);
}

HandoverServer::~HandoverServer()
{
    for (auto peer = m_peers.begin(); peer != m_peers.end(); ++peer)
        peer.key()->disconnect(this);
}

bool HandoverServer::listen(const QString &address)
{
    QLocalServer::removeServer(address);
    return m_server.listen(address);
}

void HandoverServer::welcome()
{
    while (QLocalSocket *socket = m_server.nextPendingConnection()) {
        if (m_peers.size() >= kMaxPeers || userOfPeer(*socket) != m_user) {
            drop(socket);
            continue;
        }
        m_peers.insert(socket, {});
        socket->setReadBufferSize(kReadBuffer);
        auto *limit = new QTimer(socket);
        limit->setSingleShot(true);
        connect(limit, &QTimer::timeout, this, [this, socket] { drop(socket); });
        connect(socket, &QLocalSocket::disconnected, this, [this, socket] { drop(socket); });
        connect(socket, &QLocalSocket::readyRead, this, [this, socket] { take(socket); });
        limit->start(m_patience);
        take(socket);
    }
}

void HandoverServer::take(QLocalSocket *socket)
{
    const auto peer = m_peers.find(socket);
    if (peer == m_peers.end() || peer->isAnswered)
        return;
    QByteArray &message = peer->message;
    message += socket->readAll();
    if (message.size() < kHandoverHeaderBytes)
        return;
    const auto length = handoverBodyBytes(QByteArrayView(message).first(kHandoverHeaderBytes));
    if (!length) {
        drop(socket);
        return;
    }
    if (message.size() < kHandoverHeaderBytes + *length)
        return;
    peer->isAnswered = true;
    const QByteArray body = message.mid(kHandoverHeaderBytes, *length);
    message.clear();
    answer(socket, body);
}

void HandoverServer::answer(QLocalSocket *socket, const QByteArray &body)
{
    const auto handover = decodedHandover(body);
    // A slot may run an event loop, or end us.
    const QPointer<HandoverServer> self(this);
    const QPointer<QLocalSocket> still(socket);
    if (handover)
        Q_EMIT received(*handover);
    if (!self || !still)
        return;
    socket->putChar(handover ? kHandoverTaken : kHandoverRefused);
    socket->flush();
    socket->disconnectFromServer();
}

void HandoverServer::drop(QLocalSocket *socket)
{
    m_peers.remove(socket);
    socket->disconnect(this);
    socket->abort();
    socket->deleteLater();
}

} // namespace longshore
