#pragma once

#include "sandbox/faults.h"

#include <QByteArray>
#include <QList>
#include <QObject>
#include <QTcpServer>
#include <QUrl>

#include <array>
#include <chrono>
#include <functional>
#include <memory>

namespace longshore {

/// What goes wrong on the way to a service that is well.
enum class WireFault {
    None,
    Refused, ///< nobody listens
    ResetAtHead, ///< the connection is reset once the headers have come
    ResetMidBody,
    ResetAfterBody, ///< all of it came, nothing was done
    StallAtHead, ///< from here on nothing is read and nothing said
    StallMidBody,
    StallAtAnswer, ///< the work is done and nobody told
    EarlyAnswer, ///< RelayPlan::earlyAnswer while the body is going out, of which no more is read
    HandshakeCut, ///< the connection is reset in the middle of the TLS handshake
    AnswerCut, ///< the connection is reset in the middle of the answer; the work is done
    ExpiredCertificate,
    WrongHostCertificate,
    SelfSignedCertificate,
};

/// What a FaultRelay does. One that goes wrong with the connection happens from when the call is
/// due, since nobody can know what a connection will ask for; all others to the call's request.
struct RelayPlan
{
    WireFault fault = WireFault::None;
    sandbox::Call call = sandbox::Call::Create;
    bool forEver = false; ///< and not only once
    bool tls = false; ///< the relay speaks TLS to the client
    int parts = 1; ///< how many answers of 2xx to parts make the complete due
    qint64 bodyBytes = 10; ///< of the body are read where a fault is in the middle of it
    QByteArray earlyAnswer; ///< whole, with its head
};

/// One request that came to the relay.
struct RelayedRequest
{
    sandbox::Call call = sandbox::Call::Create;
    bool isList = false; ///< GET /files, and not GET /files/{id}
    std::chrono::milliseconds at{0}; ///< when its head came
    int status = 0; ///< of the answer that was passed on; 0: none was
};

/// Stands on loopback between one client and the sandbox, and misbehaves as it is told. A
/// connection carries one request. Lives in the client's thread and needs its event loop.
class FaultRelay final : public QObject
{
    Q_OBJECT

public:
    using Now = std::function<std::chrono::milliseconds()>;

    /// `now`: for the log.
    FaultRelay(quint16 servicePort, RelayPlan plan, Now now);
    ~FaultRelay() override;

    /// The base URL to be told to the client.
    QUrl url() const;
    const QList<RelayedRequest> &log() const { return m_log; }
    int count(sandbox::Call call) const;

    /// The next request will be this call. The relay knows by itself but for the cancel.
    void becomesDue(sandbox::Call call);
    /// What was wrong with connections is over, if it was to happen once.
    void heal();
    /// How many requests began to stall since the last call of this.
    int takeStalls();

private:
    friend class RelayConnection;
    class Listener;

    /// The head of a request came: its number in the log, and what happens to it.
    std::pair<qsizetype, WireFault> arrived(const QByteArray &method, const QByteArray &target);
    /// An answer is about to be passed on.
    void answering(qsizetype number, int status);
    void stalled() { ++m_stalls; }
    const RelayPlan &plan() const { return m_plan; }
    quint16 servicePort() const { return m_servicePort; }

    void reservePort();
    void listen();
    void take(qintptr descriptor);
    bool isOfConnections() const;

    quint16 m_servicePort;
    RelayPlan m_plan;
    Now m_now;
    int m_reserved = -1; ///< a socket that keeps the port while nobody listens
    quint16 m_port = 0;
    std::unique_ptr<Listener> m_listener;
    bool m_isArmed = false; ///< connections are treated badly now
    bool m_isHealed = false;
    int m_partsAnswered = 0;
    int m_stalls = 0;
    QList<RelayedRequest> m_log;
};

} // namespace longshore
