#include "transfer/uploadcontroller.h"

#include "transfer/retire.h"
#include "transfer/uploadends.h"

#include <algorithm>
#include <utility>

namespace longshore {

using namespace std::chrono_literals;

UploadController::UploadController(const TransferContext &context, UploadSpec spec,
                                   StoredProgress stored, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_spec(std::move(spec))
    , m_paused(stored.paused)
    , m_completeAgain(stored.completeAgain)
    , m_resumed(stored.created.has_value())
    , m_cancelSent(stored.cancelling)
    , m_completeMaybeSent(stored.completing)
    , m_order(isPermutation(stored.order, m_spec.parts.size()) ? stored.order
                                                               : fileOrder(m_spec.parts.size()))
    , m_deadline(context.clock, context.serviceClock)
    , m_pageCache(std::make_shared<PageCacheUse>(m_spec.parts))
    , m_sender(context, m_spec, m_pageCache, [this] { return m_deadline.isPast(); })
    , m_finisher(context, m_spec, m_pageCache, [this] { return m_deadline.isPast(); })
    , m_report(context.clock,
               [this] {
                   return ProgressEvent{m_sender.confirmedBytes(), m_sender.inFlightBytes(),
                                        m_spec.bytes()};
               })
    , m_holdWatch(context.clock, m_deadline)
{
    setCreated(stored.created);
    if (stored.completing)
        m_finisher.checksum().restore(stored.completingMd5);
    m_sender.begin(m_created ? m_created->uploadId : QString(), stored.confirmedParts);
    m_sender.setCancelSent(m_cancelSent);
    connect(&m_report, &UploadReport::happened, this, &UploadController::happened);
    connectSender();
    connectFinisher();
    connect(&context.serviceClock, &ServiceClock::changed, this, &UploadController::onClockChanged);
    connect(&m_holdWatch, &HoldWatch::expiresSoon, this, &UploadController::onHoldExpiresSoon);
    connect(&m_holdWatch, &HoldWatch::completeNow, this, &UploadController::onHoldCompletes);
    connect(&m_holdWatch, &HoldWatch::ended, this, &UploadController::onHoldEnded);
    watchHold();
}

void UploadController::connectSender()
{
    connect(&m_sender, &PartSender::happened, this, [this](const PartEvent &event) {
        m_report.say(event);
        if (event.state == PartState::Sending)
            m_finisher.checksum().sent({event.index});
        Q_EMIT changed();
    });
    connect(&m_sender, &PartSender::progressed, this, [this] {
        m_report.progress();
        updateForecast();
        Q_EMIT changed();
    });
    connect(&m_sender, &PartSender::diskChanged, this, &UploadController::changed);
    connect(&m_sender, &PartSender::answered, this, &UploadController::onPartAnswered);
    connect(&m_sender, &PartSender::waiting, this,
            [this] { sayWaiting(m_sender.waitingUntil(), m_sender.lastError()); });
    connect(&m_sender, &PartSender::failed, this, &UploadController::fail);
    connect(&m_sender, &PartSender::gone, this, &UploadController::onGone);
    connect(&m_sender, &PartSender::fileProblem, this,
            [this](const FileProblem &problem) { fail(errorOfFile(problem)); });
}

void UploadController::connectFinisher()
{
    connect(&m_finisher, &Finisher::unchanged, this, [this] {
        m_phase = Phase::Ready;
        if (!m_spec.hold)
            startCompleting();
        watchHold();
        Q_EMIT changed();
    });
    connect(&m_finisher, &Finisher::waiting, this,
            [this] { sayWaiting(m_finisher.waitingUntil(), m_finisher.lastError()); });
    connect(&m_finisher, &Finisher::committed, this, [this] {
        m_completeMaybeSent = true;
        Q_EMIT changed();
    });
    connect(&m_finisher, &Finisher::completed, this,
            [this](const FileObject &file, const QString &doubt) {
                if (!doubt.isEmpty())
                    m_report.say(WarningEvent{doubt, QStringLiteral("file-not-seen")});
                onFileCreated(file);
            });
    connect(&m_finisher, &Finisher::spoilt, this, &UploadController::onSpoilt);
    connect(&m_finisher, &Finisher::failed, this, &UploadController::onCompleteRefused);
    connect(&m_finisher, &Finisher::gone, this, &UploadController::onGone);
    connect(&m_finisher, &Finisher::unknown, this, &UploadController::becomeUnknown);
    connect(&m_finisher, &Finisher::notCompleted, this,
            [this] { startCancelling(m_finisher.mayHaveCompleted()); });
    connect(&m_finisher, &Finisher::fileProblem, this,
            [this](const FileProblem &problem) { fail(errorOfFile(problem)); });
}

UploadController::~UploadController()
{
    dropAll();
}

// ---- Commands

void UploadController::restoreEnd(const StoredEnd &end)
{
    m_phase = Phase::Ended;
    m_outcome = end.state;
    m_fileId = end.fileId;
    m_restoredParts = end.partCount;
    if (end.state == UploadState::Unknown)
        m_reason = end.error.message;
    else
        m_error = end.error;
    m_holdWatch.stop();
}

void UploadController::start()
{
    if (m_phase != Phase::Queued || m_paused)
        return;
    m_startedAt = m_context.clock.monotonic();
    if (!m_created) {
        beginCreating();
        return;
    }
    if (m_completeMaybeSent) {
        m_phase = Phase::Completing;
        m_report.say(resumedEvent());
        m_finisher.startMaybeSent(finisherPlan(), std::exchange(m_completeAgain, false));
    } else if (!m_context.serviceClock.isHeard() && m_deadline.left() == 0s) {
        m_phase = Phase::Creating;
        askTime([this] { goOn(); });
    } else {
        goOn();
    }
    Q_EMIT changed();
}

ResumedEvent UploadController::resumedEvent() const
{
    ResumedEvent resumed;
    resumed.uploadId = m_created->uploadId;
    resumed.confirmed = m_sender.confirmedBytes();
    resumed.partsConfirmed = m_sender.confirmedParts();
    resumed.expiresAt = m_created->expiresAt;
    return resumed;
}

/// With an upload of an earlier run.
void UploadController::goOn()
{
    if (m_deadline.isPast() && mayExpireHeld()) {
        expireHeld();
    } else if (m_deadline.isPast()) {
        beginAgain(tr("The upload expired while it was not being sent."));
    } else {
        m_report.say(resumedEvent());
        startSending(m_sender.confirmedIds());
    }
}

void UploadController::pump()
{
    if (m_paused || m_recording || m_cancelRequested)
        return;
    switch (m_phase) {
    case Phase::Creating:
        beginCreating();
        break;
    case Phase::Sending:
        // What is all there may be completed at the last moment: the service decides.
        if (m_sender.allConfirmed())
            onAllConfirmed();
        else if (m_deadline.isPast())
            onGone({});
        else
            m_sender.pump();
        break;
    case Phase::Ready:
        // The hold may have been switched off while it was paused.
        if (!m_spec.hold)
            startCompleting();
        break;
    case Phase::Queued:
    case Phase::Completing:
    case Phase::Cancelling:
    case Phase::Ended:
        break;
    }
}

void UploadController::pause()
{
    // A complete that was sent can't be taken back: its answer decides.
    if (m_paused || m_cancelRequested || m_phase == Phase::Ended || m_finisher.isCommitted())
        return;
    m_paused = true;
    m_sender.stop();
    m_finisher.stop();
    m_report.stopProgress();
    m_forecast.clear();
    if (m_phase == Phase::Completing)
        m_phase = Phase::Sending;
    if (m_timeCall) {
        retire(m_timeCall, this);
        if (m_phase == Phase::Creating)
            m_phase = Phase::Queued;
    }
    if (m_creation && m_creation->waitingUntil()) {
        m_creation.reset();
        releaseLane();
    }
    m_context.recorder.record(m_spec.key, PauseChanged{true}, {});
    watchHold();
    Q_EMIT changed();
}

void UploadController::resume()
{
    if (!m_paused)
        return;
    m_paused = false;
    // A pause says nothing of the line.
    m_sendingSince = m_context.clock.monotonic();
    m_confirmedBefore = m_sender.confirmedBytes();
    if (std::exchange(m_asksToBegin, false)) {
        m_forecastAccepted = true;
        m_forecast.clear();
    }
    m_context.recorder.record(m_spec.key, PauseChanged{false}, {});
    pump();
    watchHold();
    Q_EMIT changed();
}

void UploadController::cancel()
{
    if (m_cancelRequested || m_phase == Phase::Ended)
        return;
    m_cancelRequested = true;
    m_paused = false;
    m_asksToBegin = false;
    m_holdWatch.stop();
    m_sender.stop();
    // What takes until an answer comes is on record before.
    if (m_creation || m_finisher.isCommitted())
        m_context.recorder.record(m_spec.key, CancellingStarted{}, {});
    if (m_creation)
        m_creation->cancel();
    else if (m_finisher.isCommitted())
        m_finisher.cancel();
    else if (m_created)
        startCancelling(m_completeMaybeSent);
    else
        becomeCancelled();
    Q_EMIT changed();
}

void UploadController::retryNow()
{
    m_context.gate.open();
    hurry();
}

void UploadController::hurry()
{
    if (m_creation)
        m_creation->retryNow();
    m_finisher.retryNow();
    m_sender.retryNow();
    pump();
}

void UploadController::setHold(bool hold, HoldEnd end)
{
    const bool frozen = m_phase == Phase::Completing || m_cancelRequested || m_completeMaybeSent
        || (m_phase == Phase::Ended && m_outcome == UploadState::Completed);
    if (frozen || (m_spec.hold == hold && m_spec.holdEnd == end))
        return;
    m_spec.hold = hold;
    m_spec.holdEnd = end;
    // A cancelled upload has no record any more; a retry writes a new one.
    if (m_phase != Phase::Ended || m_outcome != UploadState::Cancelled)
        m_context.recorder.record(m_spec.key, HoldChanged{hold, end}, {});
    if (!hold && m_phase == Phase::Ready && !m_paused)
        startCompleting();
    watchHold();
    Q_EMIT changed();
}

void UploadController::setOrder(const QList<int> &order)
{
    const bool frozen = m_phase == Phase::Completing || m_phase == Phase::Cancelling
        || m_phase == Phase::Ended || m_completeMaybeSent;
    if (frozen || order == m_order || !isPermutation(order, m_spec.parts.size()))
        return;
    m_order = order;
    m_context.recorder.record(m_spec.key, OrderChosen{order}, {});
    if (m_phase == Phase::Sending || m_phase == Phase::Ready)
        m_finisher.checksum().start(m_order);
    Q_EMIT changed();
}

void UploadController::complete()
{
    if (m_phase == Phase::Ended)
        return;
    resume();
    setHold(false, m_spec.holdEnd);
}

void UploadController::skipChecksum()
{
    m_finisher.checksum().skip();
}

// ---- What others see

std::optional<std::chrono::milliseconds> UploadController::waitingUntil() const
{
    if (m_paused || m_cancelRequested)
        return std::nullopt;
    if (m_creation)
        return m_creation->waitingUntil();
    if (m_finisher.isBusy())
        return m_finisher.waitingUntil();
    if (m_phase == Phase::Sending)
        return m_sender.waitingUntil();
    return std::nullopt;
}

UploadState UploadController::state() const
{
    if (m_phase == Phase::Ended)
        return m_outcome;
    if (m_cancelRequested)
        return UploadState::Cancelling;
    if (m_paused && !(m_creation || m_recording))
        return UploadState::Paused;
    if (waitingUntil())
        return UploadState::Waiting;
    switch (m_phase) {
    case Phase::Queued:
        return UploadState::Queued;
    case Phase::Creating:
        return UploadState::Creating;
    case Phase::Sending:
        return UploadState::Sending;
    case Phase::Ready:
        return UploadState::Ready;
    case Phase::Completing:
        return UploadState::Completing;
    case Phase::Cancelling:
    case Phase::Ended:
        break;
    }
    return UploadState::Cancelling;
}

bool UploadController::isActive() const
{
    return !m_paused && m_phase != Phase::Queued && m_phase != Phase::Ready
        && m_phase != Phase::Ended && !isWaitingForDisk();
}

qsizetype UploadController::partsToSend() const
{
    const bool sends = m_phase == Phase::Creating || m_phase == Phase::Sending;
    return sends && isActive() ? m_spec.parts.size() - m_sender.confirmedParts() : 0;
}

bool UploadController::isWaitingForDisk() const
{
    return m_phase == Phase::Sending && m_sender.isWaitingForDisk();
}

StoredProgress UploadController::progress() const
{
    StoredProgress stored;
    stored.created = m_created;
    stored.confirmedParts = m_sender.confirmedIds();
    stored.order = m_order;
    stored.completing = m_completeMaybeSent;
    stored.completingMd5 = m_completeMaybeSent ? m_finisher.checksum().md5() : QByteArray();
    stored.cancelling = m_cancelSent || m_phase == Phase::Cancelling;
    stored.paused = m_paused;
    return stored;
}

UploadSnapshot UploadController::snapshot() const
{
    UploadSnapshot snapshot;
    snapshot.key = m_spec.key;
    snapshot.state = state();
    for (const SourceFile &source : m_spec.sources)
        snapshot.paths.append(source.path);
    snapshot.filename = m_spec.filename;
    snapshot.purpose = m_spec.purpose;
    snapshot.mimeType = m_spec.mimeType;
    snapshot.bytes = m_spec.bytes();
    const bool completed = m_phase == Phase::Ended && m_outcome == UploadState::Completed;
    snapshot.confirmed = completed ? snapshot.bytes : m_sender.confirmedBytes();
    snapshot.inFlight = m_sender.inFlightBytes();
    snapshot.hashed = m_finisher.checksum().hashed();
    snapshot.hashing = m_finisher.checksum().isRunning();
    snapshot.rate = m_report.rate();
    snapshot.partCount = std::max(static_cast<int>(m_spec.parts.size()), m_restoredParts);
    snapshot.partsConfirmed = completed ? snapshot.partCount : m_sender.confirmedParts();
    snapshot.lanes = m_sender.lanesInUse();
    snapshot.held = m_spec.hold;
    snapshot.holdEnd = m_spec.holdEnd;
    snapshot.uploadId = m_created ? m_created->uploadId : QString();
    snapshot.fileId = m_fileId;
    snapshot.expiresAt = m_deadline.inOurTime();
    if (const auto until = waitingUntil())
        snapshot.waitingUntil = m_report.wallClock(*until);
    snapshot.reason = m_reason;
    snapshot.forecast = m_forecast;
    snapshot.asksToBegin = m_asksToBegin;
    snapshot.error = m_error;
    return snapshot;
}

} // namespace longshore
