#include "support/relayconnection.h"

#include "support/wireserver.h"

#include <QSslSocket>

#include <algorithm>
#include <tuple>

#include <sys/socket.h>

namespace longshore {

namespace {

const QByteArray kEndOfHead = QByteArrayLiteral("\r\n\r\n");
constexpr qint64 kBuffer = 64 * 1024; // bytes, each way
// Of an answer's body, where it is cut.
constexpr qint64 kAnswerBytes = 20;

} // namespace

RelayConnection::RelayConnection(FaultRelay &relay, QSslSocket *client)
    : QObject(&relay)
    , m_relay(relay)
    , m_client(client)
{
    m_client->setParent(this);
    m_client->setReadBufferSize(kBuffer);
    connect(m_client, &QIODevice::readyRead, this, &RelayConnection::onClientSpoke);
    connect(m_client, &QAbstractSocket::disconnected, this, [this] {
        m_service.disconnect(this);
        m_service.abort();
        deleteLater();
    });
    connect(&m_service, &QIODevice::bytesWritten, this, &RelayConnection::passBody);
    connect(&m_service, &QIODevice::readyRead, this, &RelayConnection::onServiceAnswered);
    connect(&m_service, &QAbstractSocket::disconnected, this, &RelayConnection::onServiceLeft);
}

RelayConnection::~RelayConnection()
{
    // Sockets that are destroyed say that they are disconnected.
    m_client->disconnect(this);
    m_service.disconnect(this);
}

void RelayConnection::onClientSpoke()
{
    if (m_cutsHandshake)
        reset();
    else if (m_isStalled)
        return;
    else if (m_bodyLeft < 0)
        readHead();
    else
        passBody();
}

void RelayConnection::readHead()
{
    while (m_client->canReadLine()) {
        m_head += m_client->readLine();
        if (m_head.endsWith(kEndOfHead)) {
            begin();
            return;
        }
    }
}

void RelayConnection::begin()
{
    const QList<QByteArray> words = m_head.left(m_head.indexOf("\r\n")).split(' ');
    const QList<QByteArray> lengths = headerLines(m_head, "Content-Length");
    m_bodyLeft = lengths.isEmpty() ? 0 : lengths.first().split(':').last().trimmed().toLongLong();
    std::tie(m_number, m_fault) = m_relay.arrived(words.value(0), words.value(1));
    switch (m_fault) {
    case WireFault::ResetAtHead:
        reset();
        return;
    case WireFault::StallAtHead:
        stall();
        return;
    case WireFault::EarlyAnswer:
        m_relay.answering(m_number, m_relay.plan().earlyAnswer.split(' ').value(1).toInt());
        m_client->write(m_relay.plan().earlyAnswer);
        stall();
        return;
    case WireFault::ResetMidBody:
    case WireFault::ResetAfterBody:
    case WireFault::StallMidBody:
        break;
    default:
        for (const QByteArray &line : headerLines(m_head, "Connection"))
            m_head.replace(line + "\r\n", {});
        m_head.insert(m_head.size() - 2, "Connection: close\r\n");
        m_service.connectToHost(QHostAddress::LocalHost, m_relay.servicePort());
        m_service.write(m_head);
    }
    passBody();
}

void RelayConnection::passBody()
{
    const bool isForwarding = m_service.state() != QAbstractSocket::UnconnectedState;
    while (m_bodyLeft > 0 && m_service.bytesToWrite() < kBuffer) {
        qint64 most = std::min(m_bodyLeft, kBuffer);
        if (m_fault == WireFault::ResetMidBody || m_fault == WireFault::StallMidBody)
            most = std::min(most, m_relay.plan().bodyBytes - m_bodyRead);
        const QByteArray bytes = most > 0 ? m_client->read(most) : QByteArray();
        if (bytes.isEmpty())
            break;
        m_bodyLeft -= bytes.size();
        m_bodyRead += bytes.size();
        if (isForwarding)
            m_service.write(bytes);
    }
    const bool isInTheMiddle = m_bodyRead >= m_relay.plan().bodyBytes;
    if (m_fault == WireFault::ResetMidBody && isInTheMiddle)
        reset();
    else if (m_fault == WireFault::StallMidBody && isInTheMiddle)
        stall();
    else if (m_fault == WireFault::ResetAfterBody && m_bodyLeft == 0)
        reset();
}

void RelayConnection::onServiceAnswered()
{
    if (m_isStalled) {
        m_service.readAll();
    } else if (m_fault == WireFault::StallAtAnswer) {
        stall();
    } else if (m_isAnswering) {
        passAnswer();
    } else {
        while (m_service.canReadLine() && !m_answerHead.endsWith(kEndOfHead))
            m_answerHead += m_service.readLine();
        if (!m_answerHead.endsWith(kEndOfHead))
            return;
        m_isAnswering = true;
        m_relay.answering(m_number, m_answerHead.split(' ').value(1).toInt());
        m_client->write(m_answerHead);
        passAnswer();
    }
}

void RelayConnection::passAnswer()
{
    if (m_fault == WireFault::AnswerCut) {
        if (m_service.bytesAvailable() < kAnswerBytes)
            return;
        m_client->write(m_service.read(kAnswerBytes));
        m_client->flush();
        reset();
        return;
    }
    m_client->write(m_service.readAll());
}

void RelayConnection::onServiceLeft()
{
    if (!m_isStalled)
        m_client->disconnectFromHost();
}

/// From here on nothing is read, so that the client's kernel is full sooner or later.
void RelayConnection::stall()
{
    m_isStalled = true;
    m_relay.stalled();
}

void RelayConnection::reset()
{
    const linger hard{1, 0};
    ::setsockopt(static_cast<int>(m_client->socketDescriptor()), SOL_SOCKET, SO_LINGER, &hard,
                 sizeof hard);
    // Not abort() alone: TLS would say good-bye first.
    m_client->QAbstractSocket::abort();
}

} // namespace longshore
