#include "transfer/partattempt.h"

#include "api/answers.h"
#include "api/translated.h"
#include "transfer/partbody.h"
#include "transfer/transport/partaccessmanager.h"

#include <QNetworkAccessManager>

#include <algorithm>
#include <cmath>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// No byte acknowledged for this long, where the transport knows of acknowledgements: the line is
// dead.
constexpr std::chrono::milliseconds kStall = 60s;
// Where only buffers are seen, silence follows from their size (51 s at 32 kB/s were measured).
constexpr std::chrono::milliseconds kBlindStall = 600s;
constexpr double kBlindFactor = 3;
// Everything has arrived and the service thinks: the official clients wait as long.
constexpr std::chrono::milliseconds kAnswerPatience = 600s;

} // namespace

PartAttempt::PartAttempt(const TransferContext &context, QNetworkAccessManager &manager,
                         const UploadSpec &spec, int index, const QString &uploadId,
                         double laneRate, QObject *parent)
    : QObject(parent)
    , m_clock(context.clock)
    , m_uploadId(uploadId)
    , m_partBytes(spec.parts[index].bytes())
    , m_laneRate(laneRate)
    , m_movedAt(context.clock.monotonic())
{
    const PlannedPart &part = spec.parts[index];
    m_body = new PartBody(spec.sources[part.source], part, context.pool, &context.limiter);
    m_bodyBytes = m_body->size();
    QNetworkRequest request =
        context.api.addPartRequest(uploadId, m_body->contentType(), m_bodyBytes);
    request.setAttribute(PartAccessManager::PartBodyAttribute, true);
    QNetworkReply *reply = manager.post(request, m_body);
    // Qt's own HTTP may look at the device even after abort().
    m_body->setParent(reply);
    m_acknowledgedKnown = reply->attribute(PartAccessManager::AcknowledgedBytesAttribute).toBool();
    m_call = std::make_unique<ApiCall>(reply);
    connect(m_call.get(), &ApiCall::progressed, this, &PartAttempt::onProgress);
    connect(m_call.get(), &ApiCall::finished, this, &PartAttempt::onFinished);
    watch();
}

PartAttempt::~PartAttempt() = default;

void PartAttempt::onProgress(qint64 bodyBytesSent)
{
    if (bodyBytesSent == m_bodySent)
        return;
    m_bodySent = bodyBytesSent;
    m_movedAt = m_clock.monotonic();
    // Prologue and epilogue are a few hundred bytes: counted as sent before the part's own.
    m_sent = std::clamp(bodyBytesSent - (m_bodyBytes - m_partBytes), qint64(0), m_partBytes);
    Q_EMIT progressed();
}

void PartAttempt::onFinished(const ApiAnswer &answer)
{
    m_watch.reset();
    PartResult result;
    if (m_body->problem().isProblem()) {
        result.fileProblem = m_body->problem();
    } else {
        const ApiResult<PartObject> part = parsePart(answer, m_uploadId);
        result.error = part.error;
        result.partId = part.value.id;
        if (part.ok() && m_body->pos() < m_bodyBytes) {
            // A part that is confirmed before it was sent can't be whole.
            result.error.kind = ErrorKind::BadAnswer;
            result.error.status = answer.status;
            result.error.requestId = answer.requestId;
            result.error.message = QCoreApplication::translate(
                "longshore", "The service confirmed a part before it had been sent.");
        }
    }
    Q_EMIT finished(result);
}

std::chrono::milliseconds PartAttempt::patience() const
{
    if (m_bodySent >= m_bodyBytes && m_acknowledgedKnown)
        return kAnswerPatience;
    if (m_acknowledgedKnown)
        return kStall;
    if (m_laneRate <= 0)
        return kBlindStall;
    const double seconds = kBlindFactor * static_cast<double>(m_bodyBytes) / m_laneRate;
    const auto byRate = std::chrono::milliseconds(std::llround(seconds * 1000));
    const auto least = m_bodySent >= m_bodyBytes ? kAnswerPatience : kStall;
    return std::max(byRate, least);
}

void PartAttempt::watch()
{
    const auto due = m_movedAt + patience();
    const auto now = m_clock.monotonic();
    if (now < due) {
        m_watch = m_clock.startTimer(due - now, [this] { watch(); });
        return;
    }
    if (m_body->isWaitingForFile()) {
        // The line has nothing to do: a disk that hangs is not a line that stands still.
        m_movedAt = now;
        watch();
        return;
    }
    m_call.reset();
    PartResult result;
    result.stalled = true;
    result.error.kind = ErrorKind::Network;
    result.error.networkError = QNetworkReply::TimeoutError;
    const auto seconds = static_cast<int>((now - m_movedAt) / 1s);
    result.error.message = longshore::tr("The connection stood still for %n s.", nullptr, seconds);
    Q_EMIT finished(result);
}

} // namespace longshore
