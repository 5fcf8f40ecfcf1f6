#pragma once

#include "transfer/cancellation.h"
#include "transfer/creation.h"
#include "transfer/finisher.h"
#include "transfer/holdwatch.h"
#include "transfer/pagecacheuse.h"
#include "transfer/partsender.h"
#include "transfer/transfercontext.h"
#include "transfer/uploaddeadline.h"
#include "transfer/uploadreport.h"
#include "transfer/uploadspec.h"
#include "transfer/uploadstate.h"

#include <QObject>

#include <chrono>
#include <memory>
#include <optional>

namespace longshore {

/// One upload from queued to its end. Engine thread; every public function may be called in any
/// state.
///
///                      ┌──────────── gone (once more from the start) ───────────┐
///                      ▼                                                        │
///   queued ─start()─▶ creating ─id on record─▶ sending ─all confirmed─▶ ready ──┤
///                      │                        │    (held: until complete(),   │
///                      │                        │     or near its end: HoldEnd) │
///                      │                        │          └─────────┬──────────┘
///                      │                        │                    ▼
///                      │                        │               completing ─▶ completed
///                      │                        │                    │ ╲────▶ unknown
///                      └─── error ──▶ failed ◀──┴────────────────────┘
///
///   pause():  queued, creating, sending, ready ─▶ paused ─resume()─▶ where it was
///   cancel(): any of these ─▶ cancelling ─▶ cancelled; while creating the id is awaited for 5 s,
///             while completing the service's answer decides
///   waiting:  creating, sending or completing, while nothing can be done before a retry is due
///
/// Before each act that depends on it the change is on record (UploadRecorder). Exactly one
/// finished(), never from inside start(). A failed, cancelled or unknown upload is gone on with by
/// a new controller that begins with progress().
class UploadController final : public QObject
{
    Q_OBJECT

public:
    /// `context` outlives the controller.
    UploadController(const TransferContext &context, UploadSpec spec, StoredProgress stored,
                     QObject *parent = nullptr);
    ~UploadController() override;

    /// Shows an end that an earlier run recorded; no signal.
    void restoreEnd(const StoredEnd &end);
    /// Ends it with an error that is not its own, such as a proxy that can't be used.
    void fail(const ApiError &error);
    /// Leaves queued. Call when a lane is free.
    void start();
    /// Starts what can be started; for whoever shares out the lanes.
    void pump();

    void pause();
    /// Also the user's answer to askToBegin().
    void resume();
    /// Pauses it before it is begun: the user decides, because by this forecast it will expire.
    void askToBegin(const QString &forecast);
    void cancel();
    void retryNow();
    /// The machine slept or its network is another one.
    void networkChanged();
    /// Ignored once completing or cancelling began.
    void setHold(bool hold, HoldEnd end);
    /// Ignored if it is no permutation of all parts, or once complete is under way.
    void setOrder(const QList<int> &order);
    /// Completes as soon as all parts are confirmed, held or not.
    void complete();
    void skipChecksum();

    UploadState state() const;
    UploadSnapshot snapshot() const;
    QList<PartSnapshot> parts() const { return m_sender.snapshots(); }
    QList<int> order() const { return m_order; }
    /// With the hold as it is now.
    const UploadSpec &spec() const { return m_spec; }
    /// What a new controller can begin with.
    StoredProgress progress() const;
    /// Wants lanes now: what the engine counts as an upload under way.
    bool isActive() const;
    /// Parts that it has to send yet, or is sending; 0 unless it is active.
    qsizetype partsToSend() const;
    /// Nothing of its files can be read for now.
    bool isWaitingForDisk() const;
    /// Will hardly be done before it expires.
    bool isLate() const { return !m_paused && !m_forecast.isEmpty(); }
    /// The service has something of it.
    bool isCreated() const { return m_created.has_value(); }
    /// The user wants it begun whatever the forecast.
    bool isForecastAccepted() const { return m_forecastAccepted; }

Q_SIGNALS:
    void happened(const longshore::UploadEvent &event);
    /// Something of snapshot() or parts() changed. Often: coalesce.
    void changed();
    void finished();

private:
    enum class Phase { Queued, Creating, Sending, Ready, Completing, Cancelling, Ended };

    void connectSender();
    void connectFinisher();
    // Creating.
    void beginCreating();
    void onCreationWaits();
    void onCreated(const UploadCreated &created);
    void startSending(const QHash<int, QString> &confirmed);
    void hurry();
    ResumedEvent resumedEvent() const;
    void goOn();
    void askTime(std::function<void()> then);
    void releaseLane();
    // Sending.
    void onPartAnswered(int index, const QString &partId);
    void onAllConfirmed();
    // Completing.
    void startCompleting();
    void onCompleteRefused(const ApiError &error);
    void onSpoilt(const ApiError &error);
    Finisher::Plan finisherPlan() const;
    // Held.
    bool isHeldReady() const;
    bool mayExpireHeld() const;
    void watchHold();
    void onHoldExpiresSoon();
    void onHoldCompletes();
    void onHoldEnded();
    void onTimeOfHeld();
    void expireHeld();
    // Cancelling.
    void startCancelling(bool mayHaveCompleted);
    // Ends, and beginnings anew.
    void onGone(const ApiError &error);
    void beginAgain(const QString &reason);
    void forgetUpload();
    void onFileCreated(const FileObject &file);
    void becomeUnknown(const QString &reason);
    void becomeCancelled();
    void end(UploadState outcome, const UploadChange &change, const UploadEvent &event);
    void dropAll();
    // Whatever the state.
    void sayWaiting(std::optional<std::chrono::milliseconds> until, const ApiError &error);
    void recordThen(const UploadChange &change, std::function<void()> then);
    void setCreated(const std::optional<UploadCreated> &created);
    void armExpiry();
    void onClockChanged();
    QString whyLineIsTooSlow() const;
    void updateForecast();
    std::optional<std::chrono::milliseconds> waitingUntil() const;

    const TransferContext &m_context;
    UploadSpec m_spec; ///< only its hold ever changes
    Phase m_phase = Phase::Queued;
    UploadState m_outcome = UploadState::Queued; ///< once Ended
    bool m_paused = false;
    bool m_asksToBegin = false;
    bool m_forecastAccepted = false;
    bool m_completeAgain = false; ///< without a look first
    bool m_resumed = false; ///< an earlier run sent parts of what m_created names
    bool m_cancelRequested = false;
    bool m_cancelSent = false; ///< an earlier run may have sent cancel
    bool m_completeMaybeSent = false; ///< this run or an earlier one may have sent complete
    /// The next step waits for a change to be on record.
    bool m_recording = false;
    /// Raised when the upload begins again or ends: what was to follow a record is void then.
    int m_generation = 0;
    int m_restarts = 0;
    QList<int> m_order;
    std::optional<UploadCreated> m_created;
    UploadDeadline m_deadline;
    QString m_fileId;
    int m_restoredParts = 0; ///< of an end whose plan was not kept
    QString m_reason;
    QString m_forecast; ///< why it will hardly be done in time
    std::chrono::milliseconds m_forecastAt{0};
    bool m_forecastSaid = false;
    ApiError m_error;

    std::shared_ptr<PageCacheUse> m_pageCache;
    PartSender m_sender;
    Finisher m_finisher;
    UploadReport m_report;
    std::optional<int> m_lane; ///< reserved while creating
    std::chrono::milliseconds m_startedAt{0};
    std::chrono::milliseconds m_sendingSince{0};
    qint64 m_confirmedBefore = 0; ///< bytes confirmed when sending began

    std::unique_ptr<ControlCall> m_timeCall;
    std::unique_ptr<Creation> m_creation;
    std::unique_ptr<Cancellation> m_cancellation;
    std::unique_ptr<ClockTimer> m_expiryTimer;
    HoldWatch m_holdWatch;
    std::unique_ptr<ClockTimer> m_checksumTimer;
};

} // namespace longshore
