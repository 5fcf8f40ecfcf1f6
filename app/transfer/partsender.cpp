#include "transfer/partsender.h"

#include "transfer/retire.h"
#include "transfer/transport/partaccessmanager.h"

#include <QCoreApplication>
#include <QRandomGenerator>

#include <algorithm>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// How often a disk that hangs is looked at.
constexpr std::chrono::milliseconds kDiskLook = 10s;
// Each keeps a thread or two of the pool that all uploads share.
constexpr std::size_t kMostHungParts = 4;
// So many bytes acknowledged (those of a part) can't have been in buffers alone.
constexpr qint64 kBytesThatTellOfALine = 256 * 1024;

} // namespace

PartSender::PartSender(const TransferContext &context, const UploadSpec &spec,
                       std::shared_ptr<PageCacheUse> pageCache, std::function<bool()> isExpired,
                       QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_spec(spec)
    , m_pageCache(std::move(pageCache))
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
    m_hung.clear();
    m_ids.clear();
    m_confirmedParts = 0;
    m_confirmedBytes = 0;
    m_recordingBytes = 0;
    m_startedAt.clear();
    m_mayHaveDoubled = false;
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

void PartSender::assumeDoubled()
{
    m_mayHaveDoubled = true;
}

void PartSender::pump()
{
    while (startNext()) { }
    armRetryTimer();
    if (!m_hung.empty() && !m_diskTimer) {
        m_nextDiskLook = m_context.clock.monotonic() + kDiskLook;
        m_diskTimer = m_context.clock.startTimer(kDiskLook, [this] { lookAtDisk(); });
    }
    if (waitingUntil())
        Q_EMIT waiting();
}

bool PartSender::startNext()
{
    const std::optional<int> index = nextPart();
    if (!index)
        return false;
    if (!m_context.lanes.hasFree())
        return false;
    auto pass = m_context.gate.enter();
    if (!pass)
        return false;
    startPart(*index, *m_context.lanes.take(), std::move(pass));
    return true;
}

std::optional<int> PartSender::nextPart()
{
    if (isTooMuchHung())
        return std::nullopt;
    const auto now = m_context.clock.monotonic();
    for (const int index : m_retrying) {
        if (m_parts[static_cast<std::size_t>(index)].notBefore <= now)
            return index;
    }
    if (!m_unsent.empty())
        return *m_unsent.begin();
    return std::nullopt;
}

void PartSender::startPart(int index, int lane, std::unique_ptr<HostGate::Pass> pass)
{
    m_unsent.erase(index);
    m_retrying.erase(index);
    Part &part = m_parts[static_cast<std::size_t>(index)];
    part.state = PartState::Sending;
    ++part.attempt;
    m_startedAt[index] = m_context.clock.monotonic();

    auto attempt = std::make_unique<PartAttempt>(m_context, *m_context.managerForLane(lane), m_spec,
                                                 index, m_uploadId, laneRate(), m_pageCache);
    connect(attempt.get(), &PartAttempt::progressed, this,
            [this, pass = pass.get(), attempt = attempt.get()] {
                if (PartAccessManager::reportsAcknowledgedBytes()
                    && attempt->sent() >= kBytesThatTellOfALine)
                    pass->moved();
                Q_EMIT progressed();
            });
    connect(attempt.get(), &PartAttempt::finished, this,
            [this, index](const PartResult &result) { onAttemptFinished(index, result); });
    m_lanes.push_back({lane, index, std::move(pass), std::move(attempt)});
    Q_EMIT happened(eventOf(index));
}

void PartSender::onAttemptFinished(int index, const PartResult &result)
{
    const auto lane = laneOf(index);
    Q_ASSERT(lane != m_lanes.end());
    // We are inside one of its signals.
    retire(lane->attempt, this);
    if (!result.fileProblem.isProblem() && !result.hung)
        lane->pass->report(result.error);
    lane->pass.reset();
    m_mayHaveDoubled = m_mayHaveDoubled || result.mayHaveDoubled;
    if (!result.error.isError() && !result.fileProblem.isProblem()) {
        onConfirmed(index, result.partId);
        return;
    }
    freeLane(lane);
    if (result.hung) {
        onHung(index, result);
    } else if (result.fileProblem.isProblem()) {
        m_parts[static_cast<std::size_t>(index)].state = PartState::Failed;
        stop();
        Q_EMIT fileProblem(result.fileProblem);
    } else {
        onFailed(index, result.error, result.stalled);
    }
}

void PartSender::freeLane(std::vector<Lane>::iterator lane)
{
    const int number = lane->lane;
    m_lanes.erase(lane);
    m_context.lanes.giveBack(number);
}

std::vector<PartSender::Lane>::iterator PartSender::laneOf(int index)
{
    return std::find_if(m_lanes.begin(), m_lanes.end(),
                        [index](const Lane &lane) { return lane.index == index; });
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
        m_mayHaveDoubled = true;
        freeLane(laneOf(index));
        onFailed(index, error, false);
        return;
    }
    m_ids.insert(partId);
    Part &part = m_parts[static_cast<std::size_t>(index)];
    part.id = partId;
    part.recording = true;
    m_maybeCancelled = false;
    m_recordingBytes += m_spec.parts[index].bytes();
    const auto now = m_context.clock.monotonic();
    m_lastLaneTime = now - m_startedAt[index];
    m_lastLaneBytes = m_spec.parts[index].bytes();
    m_context.pace.confirmed(m_lastLaneBytes, m_startedAt[index], now);
    // The lane is kept until it is on record: a crash loses no more than the lanes hold.
    Q_EMIT answered(index, partId);
}

void PartSender::confirm(int index)
{
    Part &part = m_parts[static_cast<std::size_t>(index)];
    if (!part.recording)
        return;
    part.recording = false;
    m_recordingBytes -= m_spec.parts[index].bytes();
    part.state = PartState::Confirmed;
    part.error = {};
    m_startedAt.erase(index);
    ++m_confirmedParts;
    m_confirmedBytes += m_spec.parts[index].bytes();
    Q_EMIT happened(eventOf(index));
    if (const auto lane = laneOf(index); lane != m_lanes.end())
        freeLane(lane);
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
    m_context.pace.failed(m_spec.parts[index].bytes(), error, stalled, m_context.clock.monotonic());

    FailureFacts facts;
    facts.call = CallKind::Part;
    facts.error = error;
    facts.stalled = stalled;
    facts.attempt = part.failures;
    facts.badAnswers = part.badAnswers;
    facts.expired = m_isExpired();
    facts.maybeCancelled = m_maybeCancelled || m_cancelSent;
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
    Q_EMIT happened(eventOf(index));
    pump();
}

void PartSender::onHung(int index, const PartResult &result)
{
    Part &part = m_parts[static_cast<std::size_t>(index)];
    part.error = result.error;
    part.error.kind = ErrorKind::File;
    part.error.part = index;
    part.state = PartState::Retrying;
    part.notBefore = {};
    part.hungRead = result.hungRead;
    m_hung.insert(index);
    m_lastError = part.error;
    Q_EMIT happened(eventOf(index));
    lookAtDisk();
}

void PartSender::lookAtDisk()
{
    m_diskTimer.reset();
    for (auto index = m_hung.begin(); index != m_hung.end();) {
        if (m_parts[static_cast<std::size_t>(*index)].hungRead.expired()) {
            m_retrying.insert(*index);
            index = m_hung.erase(index);
        } else {
            ++index;
        }
    }
    pump();
    Q_EMIT diskChanged();
}

void PartSender::stop()
{
    m_retryTimer.reset();
    m_diskTimer.reset();
    auto lanes = std::move(m_lanes);
    m_lanes.clear();
    for (Lane &lane : lanes) {
        Part &part = m_parts[static_cast<std::size_t>(lane.index)];
        if (lane.attempt) {
            m_mayHaveDoubled = m_mayHaveDoubled || lane.attempt->isHandedOver();
            lane.attempt.reset();
            part.state = PartState::Waiting;
            m_unsent.insert(lane.index);
        }
        lane.pass.reset();
        m_context.lanes.giveBack(lane.lane);
    }
}

void PartSender::doubtConnections()
{
    // Each may end, and with it its lane.
    std::vector<PartAttempt *> attempts;
    for (const Lane &lane : m_lanes) {
        if (lane.attempt)
            attempts.push_back(lane.attempt.get());
    }
    for (PartAttempt *attempt : attempts)
        attempt->doubtConnection();
}

void PartSender::retryNow()
{
    for (const int index : m_retrying)
        m_parts[static_cast<std::size_t>(index)].notBefore = {};
}

std::chrono::milliseconds PartSender::firstRetry() const
{
    auto due = std::chrono::milliseconds::max();
    for (const int index : m_retrying)
        due = std::min(due, m_parts[static_cast<std::size_t>(index)].notBefore);
    return due;
}

void PartSender::armRetryTimer()
{
    m_retryTimer.reset();
    const auto now = m_context.clock.monotonic();
    const auto due = firstRetry();
    // Due already: no lane is free or the host's gate is closed, and whichever opens pumps.
    if (isTooMuchHung() || due == std::chrono::milliseconds::max() || due <= now)
        return;
    m_retryTimer = m_context.clock.startTimer(due - now, [this] { pump(); });
}

bool PartSender::isTooMuchHung() const
{
    return !m_hung.empty() && m_hung.size() + m_lanes.size() >= kMostHungParts;
}

bool PartSender::isWaitingForDisk() const
{
    return !m_hung.empty() && m_lanes.empty()
        && (isTooMuchHung() || (m_unsent.empty() && m_retrying.empty()));
}

std::optional<std::chrono::milliseconds> PartSender::waitingUntil() const
{
    if (isWaitingForDisk())
        return m_nextDiskLook;
    if (!m_lanes.empty() || (m_unsent.empty() && m_retrying.empty()))
        return std::nullopt;
    const auto due = m_unsent.empty() ? firstRetry() : std::chrono::milliseconds(0);
    if (const auto closed = m_context.gate.closedUntil())
        return std::max(due, *closed);
    if (due <= m_context.clock.monotonic())
        return std::nullopt;
    return due;
}

const ApiError &PartSender::lastError() const
{
    return !isWaitingForDisk() && m_context.gate.closedUntil() ? m_context.gate.reason()
                                                               : m_lastError;
}

qint64 PartSender::inFlightBytes() const
{
    qint64 bytes = m_recordingBytes;
    for (const Lane &lane : m_lanes)
        bytes += lane.attempt ? lane.attempt->sent() : 0;
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
    for (const Lane &lane : m_lanes) {
        list[lane.index].sent =
            lane.attempt ? lane.attempt->sent() : m_spec.parts[lane.index].bytes();
    }
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
