#include "transfer/partsender.h"

#include "transfer/retire.h"

#include <QCoreApplication>
#include <QRandomGenerator>

#include <algorithm>

namespace longshore {

PartSender::PartSender(const TransferContext &context, const UploadSpec &spec,
                       std::function<bool()> isExpired, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_spec(spec)
    , m_isExpired(std::move(isExpired))
{
    begin({}, {});
}

PartSender::~PartSender()
{
    stop();
}

void PartSender::begin(const QString &uploadId, const QHash<int, QString> &confirmed)
{
    stop();
    m_uploadId = uploadId;
    m_parts.assign(static_cast<std::size_t>(m_spec.parts.size()), Part{});
    m_unsent.clear();
    m_retrying.clear();
    m_ids.clear();
    m_confirmedParts = 0;
    m_confirmedBytes = 0;
    m_recording = 0;
    m_recordingBytes = 0;
    m_startedAt.clear();
    m_silentUntil = {};
    for (int index = 0; index < m_spec.parts.size(); ++index) {
        const QString id = confirmed.value(index);
        if (id.isEmpty()) {
            m_unsent.insert(m_unsent.end(), index);
            continue;
        }
        Part &part = m_parts[static_cast<std::size_t>(index)];
        part.state = PartState::Confirmed;
        part.id = id;
        m_ids.insert(id);
        ++m_confirmedParts;
        m_confirmedBytes += m_spec.parts[index].bytes();
    }
}

void PartSender::pump()
{
    while (startNext()) { }
    armRetryTimer();
    if (waitingUntil())
        Q_EMIT waiting();
}

bool PartSender::startNext()
{
    const std::optional<int> index = nextPart();
    if (!index)
        return false;
    const std::optional<int> lane = m_context.lanes.take();
    if (!lane)
        return false;
    startPart(*index, *lane);
    return true;
}

std::optional<int> PartSender::nextPart()
{
    const auto now = m_context.clock.monotonic();
    if (now < m_silentUntil)
        return std::nullopt;
    for (const int index : m_retrying) {
        if (m_parts[static_cast<std::size_t>(index)].notBefore <= now)
            return index;
    }
    if (!m_unsent.empty())
        return *m_unsent.begin();
    return std::nullopt;
}

void PartSender::startPart(int index, int lane)
{
    m_unsent.erase(index);
    m_retrying.erase(index);
    Part &part = m_parts[static_cast<std::size_t>(index)];
    part.state = PartState::Sending;
    ++part.attempt;
    m_startedAt[index] = m_context.clock.monotonic();

    auto attempt = std::make_unique<PartAttempt>(m_context, *m_context.managerForLane(lane), m_spec,
                                                 index, m_uploadId, laneRate());
    connect(attempt.get(), &PartAttempt::progressed, this, &PartSender::progressed);
    connect(attempt.get(), &PartAttempt::finished, this,
            [this, index](const PartResult &result) { onAttemptFinished(index, result); });
    m_lanes.push_back({lane, index, std::move(attempt)});
    Q_EMIT happened(eventOf(index));
}

void PartSender::onAttemptFinished(int index, const PartResult &result)
{
    const auto lane = std::find_if(m_lanes.begin(), m_lanes.end(),
                                   [index](const Lane &l) { return l.index == index; });
    Q_ASSERT(lane != m_lanes.end());
    // We are inside one of its signals.
    retire(lane->attempt, this);
    const int number = lane->lane;
    m_lanes.erase(lane);
    m_context.lanes.giveBack(number);

    if (result.fileProblem.isProblem()) {
        m_parts[static_cast<std::size_t>(index)].state = PartState::Failed;
        stop();
        Q_EMIT fileProblem(result.fileProblem);
    } else if (result.error.isError()) {
        onFailed(index, result.error, result.stalled);
    } else {
        onConfirmed(index, result.partId);
    }
}

void PartSender::onConfirmed(int index, const QString &partId)
{
    if (m_ids.contains(partId)) {
        ApiError error;
        error.kind = ErrorKind::BadAnswer;
        error.status = 200;
        error.message =
            QCoreApplication::translate("longshore", "The service gave two parts the same id (%1).")
                .arg(partId);
        onFailed(index, error, false);
        return;
    }
    m_ids.insert(partId);
    Part &part = m_parts[static_cast<std::size_t>(index)];
    part.id = partId;
    part.recording = true;
    ++m_recording;
    m_recordingBytes += m_spec.parts[index].bytes();
    m_lastLaneTime = m_context.clock.monotonic() - m_startedAt[index];
    m_lastLaneBytes = m_spec.parts[index].bytes();
    Q_EMIT answered(index, partId);
    pump();
}

void PartSender::confirm(int index)
{
    Part &part = m_parts[static_cast<std::size_t>(index)];
    if (!part.recording)
        return;
    part.recording = false;
    --m_recording;
    m_recordingBytes -= m_spec.parts[index].bytes();
    part.state = PartState::Confirmed;
    part.error = {};
    m_startedAt.erase(index);
    ++m_confirmedParts;
    m_confirmedBytes += m_spec.parts[index].bytes();
    Q_EMIT happened(eventOf(index));
}

void PartSender::onFailed(int index, const ApiError &error, bool stalled)
{
    Part &part = m_parts[static_cast<std::size_t>(index)];
    // Attempts start anew when something was confirmed: the line works.
    if (part.failuresEpoch != m_confirmedParts)
        part.failures = 0;
    part.failuresEpoch = m_confirmedParts;
    ++part.failures;
    if (isBadAnswer(error))
        ++part.badAnswers;
    part.error = error;
    part.error.part = index;
    m_lastError = part.error;

    FailureFacts facts;
    facts.call = CallKind::Part;
    facts.error = error;
    facts.stalled = stalled;
    facts.attempt = part.failures;
    facts.badAnswers = part.badAnswers;
    facts.expired = m_isExpired();
    facts.maybeCancelled = m_maybeCancelled;
    // The upload was created: the service is there.
    facts.answeredBefore = true;
    const FailureVerdict verdict = decide(facts, m_context.random.generateDouble());

    if (verdict.action == FailureAction::Retry) {
        retryLater(index, verdict.delay);
        return;
    }
    const bool isGone = verdict.action == FailureAction::Gone;
    part.state = PartState::Failed;
    Q_EMIT happened(eventOf(index));
    stop();
    if (isGone)
        Q_EMIT gone(m_lastError);
    else
        Q_EMIT failed(m_lastError);
}

void PartSender::retryLater(int index, std::chrono::milliseconds delay)
{
    Part &part = m_parts[static_cast<std::size_t>(index)];
    const auto now = m_context.clock.monotonic();
    part.state = PartState::Retrying;
    part.notBefore = now + delay;
    m_retrying.insert(index);
    // "Slow down" is meant for the client and not for one of its parts.
    if (part.error.retryDelay)
        m_silentUntil = std::max(m_silentUntil, part.notBefore);
    Q_EMIT happened(eventOf(index));
    pump();
}

void PartSender::stop()
{
    m_retryTimer.reset();
    auto lanes = std::move(m_lanes);
    m_lanes.clear();
    for (Lane &lane : lanes) {
        lane.attempt.reset();
        m_parts[static_cast<std::size_t>(lane.index)].state = PartState::Waiting;
        m_unsent.insert(lane.index);
        m_context.lanes.giveBack(lane.lane);
    }
}

void PartSender::retryNow()
{
    m_silentUntil = {};
    for (const int index : m_retrying)
        m_parts[static_cast<std::size_t>(index)].notBefore = {};
}

void PartSender::armRetryTimer()
{
    m_retryTimer.reset();
    if (m_retrying.empty() && m_unsent.empty())
        return;
    const auto now = m_context.clock.monotonic();
    auto due = std::chrono::milliseconds::max();
    for (const int index : m_retrying)
        due = std::min(due, m_parts[static_cast<std::size_t>(index)].notBefore);
    if (!m_unsent.empty() && m_silentUntil > now)
        due = std::min(due, m_silentUntil);
    due = std::max(due, m_silentUntil);
    // Due already: no lane is free, and the next free one pumps.
    if (due == std::chrono::milliseconds::max() || due <= now)
        return;
    m_retryTimer = m_context.clock.startTimer(due - now, [this] { pump(); });
}

std::optional<std::chrono::milliseconds> PartSender::waitingUntil() const
{
    if (!m_lanes.empty() || m_recording > 0)
        return std::nullopt;
    const auto now = m_context.clock.monotonic();
    if (now < m_silentUntil && (!m_unsent.empty() || !m_retrying.empty()))
        return m_silentUntil;
    if (!m_unsent.empty() || m_retrying.empty())
        return std::nullopt;
    auto due = std::chrono::milliseconds::max();
    for (const int index : m_retrying)
        due = std::min(due, m_parts[static_cast<std::size_t>(index)].notBefore);
    if (due <= now)
        return std::nullopt;
    return due;
}

qint64 PartSender::inFlightBytes() const
{
    qint64 bytes = m_recordingBytes;
    for (const Lane &lane : m_lanes)
        bytes += lane.attempt->sent();
    return bytes;
}

double PartSender::laneRate() const
{
    if (m_lastLaneTime <= std::chrono::milliseconds(0))
        return 0;
    return static_cast<double>(m_lastLaneBytes) * 1000.0
        / static_cast<double>(m_lastLaneTime.count());
}

QHash<int, QString> PartSender::confirmedIds() const
{
    QHash<int, QString> ids;
    for (std::size_t index = 0; index < m_parts.size(); ++index) {
        if (m_parts[index].state == PartState::Confirmed || m_parts[index].recording)
            ids.insert(static_cast<int>(index), m_parts[index].id);
    }
    return ids;
}

QList<PartSnapshot> PartSender::snapshots() const
{
    QList<PartSnapshot> list;
    list.reserve(static_cast<qsizetype>(m_parts.size()));
    for (const Part &part : m_parts)
        list.append({part.state, part.attempt, 0, part.id, part.error});
    for (const Lane &lane : m_lanes)
        list[lane.index].sent = lane.attempt->sent();
    return list;
}

PartEvent PartSender::eventOf(int index) const
{
    const Part &part = m_parts[static_cast<std::size_t>(index)];
    const PlannedPart &planned = m_spec.parts[index];
    PartEvent event;
    event.index = index;
    event.offset = planned.offset;
    event.bytes = planned.bytes();
    event.state = part.state;
    event.attempt = std::max(part.attempt, 1);
    if (part.state == PartState::Confirmed)
        event.partId = part.id;
    else if (part.error.isError() && part.state != PartState::Sending)
        event.error = part.error;
    return event;
}

} // namespace longshore
