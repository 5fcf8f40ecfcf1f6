#include "support/faultrelay.h"

#include "sandbox/route.h"
#include "support/relayconnection.h"
#include "support/testcertificates.h"

#include <QSslSocket>

#include <algorithm>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace longshore {

using namespace Qt::StringLiterals;
using sandbox::Call;

namespace {

// What the kernel takes while nothing is read: so little that a body of megabytes stands still.
constexpr int kReceiveBuffer = 64 * 1024;
constexpr int kBacklog = 50;

/// A socket bound to the port of 127.0.0.1 (0: a free one) beside others of ours that are.
int boundSocket(quint16 port)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        qFatal("no port to be had");
    return descriptor;
}

QString certificateFor(WireFault fault)
{
    switch (fault) {
    case WireFault::ExpiredCertificate:
        return u"expired"_s;
    case WireFault::WrongHostCertificate:
        return u"otherhost"_s;
    case WireFault::SelfSignedCertificate:
        return u"selfsigned"_s;
    default:
        return u"server"_s;
    }
}

} // namespace

class FaultRelay::Listener final : public QTcpServer
{
public:
    Listener(FaultRelay &relay, int descriptor)
        : m_relay(relay)
    {
        setSocketDescriptor(descriptor);
    }

protected:
    void incomingConnection(qintptr descriptor) override { m_relay.take(descriptor); }

private:
    FaultRelay &m_relay;
};

FaultRelay::FaultRelay(quint16 servicePort, RelayPlan plan, Now now)
    : m_servicePort(servicePort)
    , m_plan(std::move(plan))
    , m_now(std::move(now))
{
    reservePort();
    listen();
    becomesDue(Call::Create);
}

FaultRelay::~FaultRelay()
{
    m_listener.reset();
    ::close(m_reserved);
}

void FaultRelay::reservePort()
{
    m_reserved = boundSocket(0);
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(m_reserved, reinterpret_cast<sockaddr *>(&address), &size);
    m_port = ntohs(address.sin_port);
}

void FaultRelay::listen()
{
    const int descriptor = boundSocket(m_port);
    ::listen(descriptor, kBacklog);
    m_listener = std::make_unique<Listener>(*this, descriptor);
}

QUrl FaultRelay::url() const
{
    QUrl url(m_plan.tls ? u"https://127.0.0.1/v1"_s : u"http://127.0.0.1/v1"_s);
    url.setPort(m_port);
    return url;
}

int FaultRelay::count(Call call) const
{
    return static_cast<int>(std::count_if(
        m_log.begin(), m_log.end(), [call](const auto &request) { return request.call == call; }));
}

bool FaultRelay::isOfConnections() const
{
    switch (m_plan.fault) {
    case WireFault::Refused:
    case WireFault::HandshakeCut:
    case WireFault::ExpiredCertificate:
    case WireFault::WrongHostCertificate:
    case WireFault::SelfSignedCertificate:
        return true;
    default:
        return false;
    }
}

void FaultRelay::becomesDue(Call call)
{
    if (call != m_plan.call || m_isHealed || !isOfConnections())
        return;
    m_isArmed = true;
    if (m_plan.fault == WireFault::Refused)
        m_listener.reset();
}

void FaultRelay::heal()
{
    if (!m_isArmed || m_plan.forEver)
        return;
    m_isArmed = false;
    m_isHealed = true;
    if (!m_listener)
        listen();
}

int FaultRelay::takeStalls()
{
    return std::exchange(m_stalls, 0);
}

void FaultRelay::take(qintptr descriptor)
{
    auto *socket = new QSslSocket;
    socket->setSocketDescriptor(descriptor);
    auto *connection = new RelayConnection(*this, socket);
    if (!m_plan.tls)
        return;
    if (m_isArmed && m_plan.fault == WireFault::HandshakeCut) {
        connection->cutHandshake();
        return;
    }
    const QString name = certificateFor(m_isArmed ? m_plan.fault : WireFault::None);
    socket->setLocalCertificate(testCertificates(name).constFirst());
    socket->setPrivateKey(testKey(name));
    socket->setPeerVerifyMode(QSslSocket::VerifyNone);
    socket->startServerEncryption();
}

std::pair<qsizetype, WireFault> FaultRelay::arrived(const QByteArray &method,
                                                    const QByteArray &target)
{
    const sandbox::Route route = sandbox::route(method, target);
    const auto *operation = std::get_if<sandbox::Operation>(&route.operation);
    if (!route.call || !operation)
        qFatal("not a call of the service: %s %s", method.constData(), target.constData());
    const bool isFirst = count(*route.call) == 0;
    m_log.append({*route.call, *operation == sandbox::Operation::ListFiles, m_now()});
    const bool isHit =
        *route.call == m_plan.call && (isFirst || m_plan.forEver) && !isOfConnections();
    return {m_log.size() - 1, isHit ? m_plan.fault : WireFault::None};
}

void FaultRelay::answering(qsizetype number, int status)
{
    RelayedRequest &request = m_log[number];
    request.status = status;
    if (status / 100 != 2)
        return;
    if (request.call == Call::Create)
        becomesDue(Call::Part);
    else if (request.call == Call::Part && ++m_partsAnswered == m_plan.parts)
        becomesDue(Call::Complete);
}

} // namespace longshore
