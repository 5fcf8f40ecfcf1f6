#pragma once

#include "transfer/partattempt.h"
#include "transfer/retrypolicy.h"
#include "transfer/transfercontext.h"
#include "transfer/uploadspec.h"
#include "transfer/uploadstate.h"

#include <QHash>
#include <QObject>
#include <QSet>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace longshore {

/// Sends the parts of one upload that lives at the service, on as many of the shared lanes as it
/// can have. Every event ends in pump(). Knows nothing of create and complete.
class PartSender final : public QObject
{
    Q_OBJECT

public:
    /// `isExpired`: whether the upload's hour is over by the service's clock. The references
    /// outlive the sender.
    PartSender(const TransferContext &context, const UploadSpec &spec,
               std::shared_ptr<PageCacheUse> pageCache, std::function<bool()> isExpired,
               QObject *parent = nullptr);
    ~PartSender() override;

    /// Forgets all progress and begins with what is confirmed. Sends nothing before pump().
    void begin(const QString &uploadId, const QHash<int, QString> &confirmed);
    /// It may have been cancelled since an earlier run, here or elsewhere; until a part is
    /// confirmed.
    void setMaybeCancelled(bool maybe) { m_maybeCancelled = maybe; }
    /// An earlier run may have sent a cancel. The service can still come to it after it has taken
    /// parts of this run.
    void setCancelSent(bool sent) { m_cancelSent = sent; }
    /// An earlier run may have sent parts whose answers it did not live to see.
    void assumeDoubled();

    /// Starts what can be started now. Call when a lane became free.
    void pump();
    /// Aborts what is under way; what is confirmed stays. pump() goes on.
    void stop();
    /// Makes all waits before a retry end now.
    void retryNow();
    /// The network is another one: what does not move within seconds is sent again.
    void doubtConnections();
    /// The part's confirmation is on record: from now on it counts, and its lane is free.
    void confirm(int index);

    bool allConfirmed() const { return m_confirmedParts == m_spec.parts.size(); }
    qint64 confirmedBytes() const { return m_confirmedBytes; }
    int confirmedParts() const { return m_confirmedParts; }
    qint64 inFlightBytes() const;
    int lanesInUse() const { return static_cast<int>(m_lanes.size()); }
    /// Until when (monotonic) nothing can be done but wait; none while something is under way or
    /// could be.
    std::optional<std::chrono::milliseconds> waitingUntil() const;
    /// What is waited for.
    const ApiError &lastError() const;
    /// Reads of the file did not come back, and nothing else of it can be sent.
    bool isWaitingForDisk() const;
    /// The service may have a part twice, because an answer never came.
    bool mayHaveDoubled() const { return m_mayHaveDoubled; }
    /// Of all parts that the service has confirmed, those too that are about to be on record.
    QHash<int, QString> confirmedIds() const;
    QList<PartSnapshot> snapshots() const;

Q_SIGNALS:
    void happened(const longshore::PartEvent &event);
    void progressed();
    /// The service confirmed a part. It counts once confirm() is called.
    void answered(int index, const QString &partId);
    /// Nothing can be done before waitingUntil().
    void waiting();
    /// isWaitingForDisk() may be another.
    void diskChanged();
    // The ends: nothing is under way any more when one of these is emitted.
    void failed(const longshore::ApiError &error);
    void gone(const longshore::ApiError &error);
    void fileProblem(const longshore::FileProblem &problem);

private:
    struct Part
    {
        PartState state = PartState::Waiting;
        bool recording = false; ///< answered, not yet on record
        int attempt = 0;
        int failures = 0; ///< since a byte was last confirmed
        int badAnswers = 0;
        int failuresEpoch = 0; ///< m_confirmedParts when `failures` was last counted
        std::chrono::milliseconds notBefore{0};
        std::weak_ptr<const void> hungRead;
        QString id;
        ApiError error;
    };
    struct Lane
    {
        int lane = 0;
        int index = 0;
        std::unique_ptr<HostGate::Pass> pass;
        std::unique_ptr<PartAttempt> attempt; ///< null once answered, until that is on record
    };

    bool startNext();
    bool isTooMuchHung() const;
    std::optional<int> nextPart();
    void startPart(int index, int lane, std::unique_ptr<HostGate::Pass> pass);
    void onAttemptFinished(int index, const PartResult &result);
    void onConfirmed(int index, const QString &partId);
    void onFailed(int index, const ApiError &error, bool stalled);
    void onHung(int index, const PartResult &result);
    void lookAtDisk();
    void retryLater(int index, std::chrono::milliseconds delay);
    std::chrono::milliseconds firstRetry() const;
    void freeLane(std::vector<Lane>::iterator lane);
    std::vector<Lane>::iterator laneOf(int index);
    void armRetryTimer();
    PartEvent eventOf(int index) const;
    double laneRate() const;

    const TransferContext &m_context;
    const UploadSpec &m_spec;
    std::shared_ptr<PageCacheUse> m_pageCache;
    QString m_uploadId;
    std::function<bool()> m_isExpired;
    bool m_maybeCancelled = false;
    bool m_cancelSent = false;

    std::vector<Part> m_parts;
    std::set<int> m_unsent; ///< indices in state Waiting
    std::set<int> m_retrying; ///< indices in state Retrying
    std::vector<Lane> m_lanes;
    QSet<QString> m_ids;
    int m_confirmedParts = 0;
    qint64 m_confirmedBytes = 0;
    qint64 m_recordingBytes = 0;
    bool m_mayHaveDoubled = false;
    ApiError m_lastError;
    std::set<int> m_hung; ///< indices in state Retrying whose read has not come back
    std::chrono::milliseconds m_nextDiskLook{0};
    std::chrono::milliseconds m_lastLaneTime{0}; ///< that the last confirmed part took
    qint64 m_lastLaneBytes = 0;
    std::map<int, std::chrono::milliseconds> m_startedAt;
    std::unique_ptr<ClockTimer> m_retryTimer;
    std::unique_ptr<ClockTimer> m_diskTimer;
};

} // namespace longshore
