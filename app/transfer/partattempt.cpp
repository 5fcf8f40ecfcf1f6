#include "transfer/partattempt.h"

#include "api/answers.h"
#include "api/translated.h"
#include "transfer/partbody.h"
#include "transfer/transport/partaccessmanager.h"
#include "transfer/uploadends.h"

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
// Nothing to send for this long, because no read of the file came back: another upload can use the
// lane.
constexpr std::chrono::milliseconds kDiskPatience = 30s;
// After a sleep or a change of network a connection that lives moves something within this time.
constexpr std::chrono::milliseconds kDoubtPatience = 3s;
// Where only buffers are seen they may take this long to let something in on a slow line.
constexpr std::chrono::milliseconds kBlindDoubtPatience = 20s;
// Everything has arrived and the service thinks: the official clients wait as long.
constexpr std::chrono::milliseconds kAnswerPatience = 600s;

} // namespace

PartAttempt::PartAttempt(const TransferContext &context, QNetworkAccessManager &manager,
                         const UploadSpec &spec, int index, const QString &uploadId,
                         double laneRate, const std::shared_ptr<PageCacheUse> &pageCache,
                         QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_uploadId(uploadId)
    , m_partBytes(spec.parts[index].bytes())
    , m_laneRate(laneRate)
    , m_movedAt(context.clock.monotonic())
{
    const PlannedPart &part = spec.parts[index];
    m_body = new PartBody(spec.sources[part.source], part, context.pool, &context.limiter,
                          {pageCache, PageCacheUse::Reader::Body, index});
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
    const qint64 moved = std::max(bodyBytesSent - m_bodySent, qint64(0));
    m_bodySent = bodyBytesSent;
    m_movedAt = m_context.clock.monotonic();
    m_context.pace.moved(moved, m_movedAt);
    m_doubted = false;
    // Prologue and epilogue are a few hundred bytes: counted as sent before the part's own.
    m_sent = std::clamp(bodyBytesSent - (m_bodyBytes - m_partBytes), qint64(0), m_partBytes);
    Q_EMIT progressed();
}

void PartAttempt::onFinished(const ApiAnswer &answer)
{
    m_watch.reset();
    m_context.serviceClock.observe(answer);
    PartResult result;
    result.mayHaveDoubled = m_body->wasSentAgain();
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
        if (result.error.isError() && isHandedOver())
            result.mayHaveDoubled = true;
        if (!result.error.isError()) // acknowledged, too, though nobody told
            m_context.pace.moved(m_bodyBytes - m_bodySent, m_context.clock.monotonic());
    }
    Q_EMIT finished(result);
}

std::chrono::milliseconds PartAttempt::patience() const
{
    if (m_doubted)
        return m_acknowledgedKnown ? kDoubtPatience : kBlindDoubtPatience;
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

bool PartAttempt::isHandedOver() const
{
    return m_body->wasSentAgain() || m_body->pos() >= m_bodyBytes;
}

void PartAttempt::doubtConnection()
{
    m_doubted = true;
    m_movedAt = m_context.clock.monotonic();
    m_watch.reset();
    watch();
}

void PartAttempt::watch()
{
    const auto now = m_context.clock.monotonic();
    const auto quiet = now - m_movedAt;
    PartResult result;
    if (m_body->isWaitingForFile()) {
        // The line has nothing to do: a disk that hangs is not a line that stands still.
        if (quiet >= kDiskPatience) {
            result.hung = true;
            result.hungRead = m_body->reading();
            giveUp(result,
                   longshore::tr("The disk has not answered for %n s.", nullptr,
                                 static_cast<int>(quiet / 1s)));
            return;
        }
    } else if (quiet >= patience()) {
        result.stalled = !m_doubted;
        giveUp(result,
               m_doubted ? connectionGivenUp()
                         : longshore::tr("The connection stood still for %n s.", nullptr,
                                         static_cast<int>(quiet / 1s)));
        return;
    }
    // The disk is looked at as often as it may be waited for.
    const auto next = m_body->isWaitingForFile() ? kDiskPatience - quiet
                                                 : std::min(patience() - quiet, kDiskPatience);
    m_watch = m_context.clock.startTimer(next, [this] { watch(); });
}

void PartAttempt::giveUp(PartResult result, const QString &message)
{
    m_watch.reset();
    result.mayHaveDoubled = isHandedOver();
    m_call.reset();
    result.error.kind = ErrorKind::Network;
    result.error.networkError = QNetworkReply::TimeoutError;
    result.error.message = message;
    Q_EMIT finished(result);
}

} // namespace longshore
