#pragma once

#include "support/faultrelay.h"

#include <QObject>
#include <QTcpSocket>

class QSslSocket;

namespace longshore {

/// One connection of a FaultRelay's client and the one to the service that it makes.
///
///   head ──▶ body ──▶ answer ──▶ closed
///     ╲───────┴─────────┴──────▶ stalled, until the client leaves
class RelayConnection final : public QObject
{
    Q_OBJECT

public:
    /// Owns `client`; deletes itself when both sides have left.
    RelayConnection(FaultRelay &relay, QSslSocket *client);
    ~RelayConnection() override;

    /// Resets the connection as soon as the client has spoken.
    void cutHandshake() { m_cutsHandshake = true; }

private:
    void onClientSpoke();
    void readHead();
    void begin();
    void passBody();
    void onServiceAnswered();
    void passAnswer();
    void onServiceLeft();
    void stall();
    void reset();

    FaultRelay &m_relay;
    QSslSocket *m_client;
    QTcpSocket m_service;
    bool m_cutsHandshake = false;
    bool m_isStalled = false;
    QByteArray m_head;
    qint64 m_bodyLeft = -1; ///< of the request's, to be read; -1 before its head is there
    qint64 m_bodyRead = 0;
    qsizetype m_number = 0; ///< in the relay's log
    WireFault m_fault = WireFault::None;
    QByteArray m_answerHead;
    bool m_isAnswering = false;
};

} // namespace longshore
