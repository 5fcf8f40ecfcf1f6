// The stages of UploadController: what it does by itself. What it is told, and what it shows, is in
// uploadcontroller.cpp.

#include "transfer/uploadcontroller.h"

#include "transfer/retire.h"
#include "transfer/uploadends.h"

#include <QPointer>

#include <utility>

namespace longshore {

using namespace std::chrono_literals;

// ---- Creating

void UploadController::beginCreating()
{
    m_phase = Phase::Creating;
    if (m_creation || m_timeCall)
        return;
    if (!m_lane)
        m_lane = m_context.lanes.take();
    if (!m_lane)
        return;
    m_creation = std::make_unique<Creation>(m_context, m_spec);
    connect(m_creation.get(), &Creation::created, this, &UploadController::onCreated);
    connect(m_creation.get(), &Creation::failed, this, &UploadController::fail);
    connect(m_creation.get(), &Creation::cancelled, this, &UploadController::becomeCancelled);
    connect(m_creation.get(), &Creation::waiting, this, &UploadController::onCreationWaits);
    if (m_creation->waitingUntil())
        onCreationWaits();
    Q_EMIT changed();
}

void UploadController::onCreationWaits()
{
    // Others may need it meanwhile; the first part takes another one.
    releaseLane();
    if (!m_paused) {
        sayWaiting(m_creation->waitingUntil(), m_creation->lastError());
        return;
    }
    retire(m_creation, this);
    Q_EMIT changed();
}

void UploadController::onCreated(const UploadCreated &created)
{
    retire(m_creation, this);
    setCreated(created);
    m_cancelSent = false; // which was another upload's
    m_sender.setCancelSent(false);
    recordThen(created, [this] {
        m_report.say(CreatedEvent{m_created->uploadId, m_created->expiresAt});
        startSending({});
    });
    if (m_cancelRequested)
        startCancelling(false);
}

void UploadController::startSending(const QHash<int, QString> &confirmed)
{
    m_phase = Phase::Sending;
    m_pageCache->expectBodies(confirmed.keys());
    m_sender.begin(m_created->uploadId, confirmed);
    if (m_resumed) {
        m_sender.assumeDoubled();
        m_sender.setMaybeCancelled(true);
    }
    m_sendingSince = m_context.clock.monotonic();
    m_confirmedBefore = m_sender.confirmedBytes();
    releaseLane();
    armExpiry();
    m_finisher.checksum().sent(confirmed.keys());
    m_finisher.checksum().start(m_order);
    pump();
    Q_EMIT changed();
}

void UploadController::releaseLane()
{
    if (const auto lane = std::exchange(m_lane, std::nullopt))
        m_context.lanes.giveBack(*lane);
}

// ---- Sending

void UploadController::onPartAnswered(int index, const QString &partId)
{
    const int generation = m_generation;
    m_context.recorder.record(m_spec.key, PartConfirmed{index, partId},
                              [this, alive = QPointer(this), index, generation](const QString &) {
                                  if (!alive || generation != m_generation)
                                      return;
                                  m_sender.confirm(index);
                                  m_report.progress();
                                  updateForecast();
                                  if (m_sender.allConfirmed())
                                      pump();
                              });
}

void UploadController::onAllConfirmed()
{
    if (m_finisher.isBusy())
        return;
    m_report.sayProgress();
    m_forecast.clear();
    if (m_spec.hold)
        m_finisher.checkFiles();
    else
        startCompleting();
    Q_EMIT changed();
}

// ---- Completing

void UploadController::startCompleting()
{
    m_phase = Phase::Completing;
    m_holdWatch.stop();
    m_finisher.start(finisherPlan());
    Q_EMIT changed();
}

Finisher::Plan UploadController::finisherPlan() const
{
    return {*m_created, m_order, m_sender.confirmedIds(), m_cancelSent};
}

void UploadController::onCompleteRefused(const ApiError &error)
{
    m_completeMaybeSent = false;
    // Some services count every byte that they received, those of a repeated part too.
    if (error.status == 400 && m_sender.mayHaveDoubled() && m_restarts == 0) {
        beginAgain(tr("The service refused to complete the upload, perhaps because it counted a "
                      "part twice whose answer was lost: %1")
                       .arg(error.message));
        return;
    }
    fail(error);
}

void UploadController::onSpoilt(const ApiError &error)
{
    forgetUpload();
    m_context.recorder.record(m_spec.key, UploadRestarted{error.message}, {});
    fail(error);
}

// ---- Cancelling

void UploadController::startCancelling(bool mayHaveCompleted)
{
    dropAll();
    m_phase = Phase::Cancelling;
    recordThen(CancellingStarted{}, [this, mayHaveCompleted] {
        m_cancellation = std::make_unique<Cancellation>(
            m_context, m_spec,
            Cancellation::Plan{m_created->uploadId, m_created->createdAt, mayHaveCompleted});
        Cancellation *cancellation = m_cancellation.get();
        connect(cancellation, &Cancellation::cancelled, this, [this](bool told) {
            if (!told) {
                m_report.say(
                    WarningEvent{tr("The service could not be told of the cancel. The unfinished "
                                    "upload there expires by itself."),
                                 QStringLiteral("cancel-not-told")});
            }
            becomeCancelled();
        });
        connect(cancellation, &Cancellation::completed, this, &UploadController::onFileCreated);
        connect(cancellation, &Cancellation::unknown, this, &UploadController::becomeUnknown);
    });
    Q_EMIT changed();
}

// ---- Ends, and beginnings anew

void UploadController::onGone(const ApiError &error)
{
    if (m_cancelRequested) {
        dropAll();
        becomeCancelled();
        return;
    }
    const bool expired = m_deadline.isPast();
    if (expired && mayExpireHeld()) {
        expireHeld();
        return;
    }
    // When all was sent, what failed was not the line.
    const QString tooSlow = expired && !m_sender.allConfirmed() ? whyLineIsTooSlow() : QString();
    if (m_restarts == 0 && tooSlow.isEmpty())
        beginAgain(whatIsGone(error, expired));
    else
        fail(errorOfGone(error, expired, tooSlow));
}

/// Nothing of it is left at the service, or nothing that can be used.
void UploadController::forgetUpload()
{
    setCreated(std::nullopt);
    m_finisher.checksum().forget();
    m_cancelSent = false;
    m_completeMaybeSent = false;
    m_resumed = false;
    m_forecast.clear();
    m_sender.begin({}, {});
    m_sender.setMaybeCancelled(false);
    m_sender.setCancelSent(false);
}

void UploadController::beginAgain(const QString &reason)
{
    dropAll();
    ++m_restarts;
    forgetUpload();
    m_phase = Phase::Creating;
    m_reason = reason;
    recordThen(UploadRestarted{reason}, [this, reason] {
        m_report.say(RestartedEvent{reason});
        pump();
    });
    Q_EMIT changed();
}

void UploadController::onFileCreated(const FileObject &file)
{
    m_fileId = file.id;
    CompletedEvent event;
    event.uploadId = m_created->uploadId;
    event.fileId = file.id;
    event.bytes = m_spec.bytes();
    event.md5 = m_finisher.checksum().md5();
    const QHash<int, QString> ids = m_sender.confirmedIds();
    for (const int index : std::as_const(m_order))
        event.partIds.append(ids.value(index));
    event.seconds =
        std::chrono::duration<double>(m_context.clock.monotonic() - m_startedAt).count();
    if (m_cancelRequested) {
        m_report.say(
            WarningEvent{tr("The upload was completed before the cancel reached the service."),
                         QStringLiteral("completed-before-cancel")});
    }
    end(UploadState::Completed, UploadCompleted{file.id, m_finisher.checksum().md5()}, event);
}

void UploadController::fail(const ApiError &error)
{
    m_error = error;
    end(UploadState::Failed, UploadFailed{error}, FailedEvent{error});
}

void UploadController::becomeUnknown(const QString &reason)
{
    m_reason = reason;
    end(UploadState::Unknown, UploadUnknown{reason}, UnknownEvent{m_created->uploadId, reason});
}

void UploadController::becomeCancelled()
{
    end(UploadState::Cancelled, UploadCancelled{},
        CancelledEvent{m_created ? m_created->uploadId : QString()});
}

void UploadController::end(UploadState outcome, const UploadChange &change,
                           const UploadEvent &event)
{
    dropAll();
    m_phase = Phase::Ended;
    m_outcome = outcome;
    // So that a retry is not paused.
    if (std::exchange(m_paused, false))
        m_context.recorder.record(m_spec.key, PauseChanged{false}, {});
    // A completed one is told before it is on record: whoever was not told of its file would upload
    // it once more, while one that is not on record is looked for and found.
    const bool isTold = outcome == UploadState::Completed;
    if (isTold)
        m_report.say(event);
    recordThen(change, [this, event, isTold] {
        if (!isTold)
            m_report.say(event);
        Q_EMIT changed();
        Q_EMIT finished();
    });
}

void UploadController::dropAll()
{
    ++m_generation;
    m_recording = false;
    m_asksToBegin = false;
    m_forecast.clear();
    m_sender.stop();
    retire(m_timeCall, this);
    retire(m_creation, this);
    retire(m_cancellation, this);
    m_finisher.stop();
    m_finisher.checksum().stop();
    m_report.stopProgress();
    m_expiryTimer.reset();
    m_checksumTimer.reset();
    m_holdWatch.stop();
    releaseLane();
}

// ---- Whatever the state

void UploadController::sayWaiting(std::optional<std::chrono::milliseconds> until,
                                  const ApiError &error)
{
    if (!until || !m_report.sayWaiting(*until, error))
        return;
    m_reason = error.message;
    Q_EMIT changed();
}

void UploadController::recordThen(const UploadChange &change, std::function<void()> then)
{
    m_recording = true;
    const int generation = m_generation;
    // A journal that can't write is the engine's to report: the upload goes on without resume.
    m_context.recorder.record(
        m_spec.key, change,
        [this, alive = QPointer(this), generation, then = std::move(then)](const QString &) {
            if (!alive || generation != m_generation)
                return;
            m_recording = false;
            then();
        });
}

} // namespace longshore
