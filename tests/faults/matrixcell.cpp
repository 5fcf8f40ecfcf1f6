#include "matrixcell.h"

#include "support/testcertificates.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QLocale>
#include <QNetworkProxy>
#include <QTimer>

#include <algorithm>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using sandbox::Call;

namespace {

constexpr qint64 kPartSize = 30'000;
constexpr qint64 kBytes = 75'000; // three parts
constexpr int kParts = 3;
// More than the kernels of both ends take.
constexpr qint64 kLargePart = 8'000'000;
constexpr qint64 kMiddleOfLargePart = 1'000'000;
// Of an upload; for ever is shorter where every wait of a retry would be run through.
constexpr std::chrono::seconds kLife = 3600s;
constexpr std::chrono::seconds kShortLife = 900s;
// Real time in which the wire always comes to rest.
constexpr std::chrono::milliseconds kHang = 60s;
// How often the wire is looked at when no event comes.
constexpr std::chrono::milliseconds kLook = 2ms;
// Virtual time in which everything has an end: two lives, and in each a last stall.
constexpr std::chrono::seconds kLongest = 1h;

QByteArray httpDate(const QDateTime &time)
{
    return QLocale::c().toString(time.toUTC(), u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s).toLatin1();
}

QByteArray tooLarge()
{
    const QByteArray body = R"({"error":{"message":"Too large for the gateway."}})";
    return "HTTP/1.1 413 Content Too Large\r\nContent-Type: application/json\r\nConnection: close"
           "\r\nContent-Length: "
        + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

} // namespace

MatrixCell::MatrixCell(const FaultRow &row, Call call, bool forEver)
    : m_row(row)
    , m_call(call)
    , m_forEver(forEver)
    , m_parts(row.largePart && call == Call::Part ? 1 : kParts)
    , m_elsewhere(WireServer::jsonAnswer("{}"))
    , m_service(serviceOptions())
    , m_partManagers(row.lanes)
{
    QObject::connect(&m_elsewhere, &QTcpServer::newConnection, &m_elsewhere,
                     [this] { ++m_strayConnections; });
    QString problem;
    if (!m_service.start(&problem))
        qFatal("%s", qPrintable(problem));
    m_relay = std::make_unique<FaultRelay>(m_service.port(), relayPlan(),
                                           [this] { return m_upload->clock.monotonic(); });
    m_control.setProxy(QNetworkProxy::NoProxy);
    m_partManagers.setProxy(QNetworkProxy::NoProxy);
    m_upload = std::make_unique<UploadHarness>(
        endpoint(), m_control, [this](int lane) { return m_partManagers.managerForLane(lane); },
        row.lanes);
}

MatrixCell::~MatrixCell()
{
    m_upload->controller.reset();
}

sandbox::SandboxOptions MatrixCell::serviceOptions() const
{
    sandbox::SandboxOptions options;
    options.faults = serviceFaults();
    options.lifetime = m_forEver ? kShortLife : kLife;
    return options;
}

sandbox::FaultPlan MatrixCell::serviceFaults() const
{
    sandbox::FaultPlan plan;
    if (!m_row.service)
        return plan;
    const QDateTime now = QDateTime::currentDateTimeUtc();
    QUrl elsewhere = m_elsewhere.url(u"/v1/uploads"_s);
    elsewhere.setHost(u"localhost"_s);
    // A Date that is sent again and again would be a clock that stands still.
    sandbox::FaultRule rule =
        m_row.service({elsewhere.toEncoded(), m_forEver ? QByteArray() : httpDate(now),
                       httpDate(now.addSecs(30))});
    rule.call = m_call;
    if (!m_forEver)
        rule.nth = {m_row.nth};
    plan.rules.push_back(rule);
    return plan;
}

RelayPlan MatrixCell::relayPlan() const
{
    RelayPlan plan;
    plan.fault = m_row.wire;
    plan.call = m_call;
    plan.forEver = m_forEver;
    plan.tls = m_row.tls;
    plan.parts = m_parts;
    if (m_parts == 1)
        plan.bodyBytes = kMiddleOfLargePart;
    plan.earlyAnswer = tooLarge();
    return plan;
}

Endpoint MatrixCell::endpoint() const
{
    Endpoint endpoint = Endpoint::openAi(m_service.apiKey());
    endpoint.baseUrl = m_relay->url();
    endpoint.caCertificates = testCertificates(u"ca"_s);
    return endpoint;
}

// ---- Time

QList<QNetworkReply *> MatrixCell::runningReplies() const
{
    QList<QNetworkReply *> replies = m_control.findChildren<QNetworkReply *>();
    for (int lane = 0; lane < m_row.lanes; ++lane)
        replies += m_partManagers.managerForLane(lane)->findChildren<QNetworkReply *>();
    replies.removeIf([](const QNetworkReply *reply) { return !reply->isRunning(); });
    return replies;
}

/// Whether the transport has noticed how much of a part that stands still has left.
bool MatrixCell::isProgressKnown() const
{
    if (m_row.largePart)
        return true; // never all of it
    const QList<PartSnapshot> parts = m_upload->controller->parts();
    const QList<PlannedPart> planned = m_upload->controller->spec().parts;
    for (qsizetype index = 0; index < parts.size(); ++index) {
        if (parts[index].state == PartState::Sending && parts[index].sent < planned[index].bytes())
            return false;
    }
    return true;
}

/// Whether nothing is under way but requests that the relay lets stand still.
bool MatrixCell::isWireQuiet()
{
    QList<QNetworkReply *> running = runningReplies();
    running.removeIf([this](QNetworkReply *reply) { return m_stalled.contains(reply); });
    m_unassignedStalls += m_relay->takeStalls();
    if (running.size() == m_unassignedStalls) {
        m_stalled.append({running.begin(), running.end()});
        m_unassignedStalls = 0;
        return true;
    }
    if (running.isEmpty())
        m_unassignedStalls = 0;
    return running.isEmpty();
}

/// Runs the event loop until nothing is posted any more, the pool is idle and the wire quiet.
bool MatrixCell::settle()
{
    QTimer look;
    look.start(kLook);
    const QDeadlineTimer hang(kHang);
    // Readers answer through posted events, and an event may start a reader: quiet thrice is quiet.
    for (int quiet = 0; quiet < 3;) {
        m_upload->pool.waitForDone();
        const auto seen = [this] {
            return m_upload->events.size() + m_upload->recorder.changes.size()
                + m_relay->log().size();
        };
        const auto before = seen();
        for (int turn = 0; turn < 10; ++turn) {
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            QCoreApplication::processEvents();
        }
        const bool isQuiet = isWireQuiet() && isProgressKnown() && before == seen();
        quiet = isQuiet ? quiet + 1 : 0;
        if (hang.hasExpired()) {
            breach(u"The wire does not come to rest."_s);
            return false;
        }
        if (!isQuiet)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    return true;
}

bool MatrixCell::advanceToNextTimer()
{
    const auto due = m_upload->clock.nextDue();
    if (!due || *due > kLongest)
        return false;
    m_relay->heal();
    const auto serviceTime = std::chrono::floor<std::chrono::seconds>(*due);
    m_service.advanceClock(serviceTime - m_serviceTime);
    m_serviceTime = serviceTime;
    m_upload->clock.advance(*due - m_upload->clock.monotonic());
    if (!settle())
        return false;
    checkSnapshot();
    return true;
}

bool MatrixCell::runUntil(const std::function<bool()> &done)
{
    if (!settle())
        return false;
    while (!done()) {
        if (!advanceToNextTimer())
            return false;
    }
    return true;
}

void MatrixCell::run()
{
    UploadSpec spec = m_parts == 1 ? m_upload->makeSpec(kLargePart, kLargePart)
                                   : m_upload->makeSpec(kBytes, kPartSize);
    spec.hold = m_call == Call::Cancel;
    m_upload->make(spec);
    m_upload->controller->start();
    const auto hasEnded = [this] { return m_upload->finished > 0; };
    bool ended = true;
    if (m_call == Call::Cancel) {
        ended = runUntil([&] { return hasEnded() || m_upload->state() == UploadState::Ready; });
        m_relay->becomesDue(Call::Cancel);
        m_upload->controller->cancel();
    }
    if (!(ended && runUntil(hasEnded)))
        breach(u"It has no end after %1 s of virtual time, and stands at %2."_s
                   .arg(m_upload->clock.monotonic() / 1s)
                   .arg(uploadStateName(m_upload->state())));
    settle();
    checkEnd();
    checkFiles();
    checkError();
    checkRequests();
    checkRetryAfter();
}

} // namespace longshore
