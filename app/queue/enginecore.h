#pragma once

#include "api/uploadsapi.h"
#include "queue/admission.h"
#include "queue/journal.h"
#include "queue/queueorder.h"
#include "queue/reportingrecorder.h"
#include "queue/uploadrequest.h"
#include "transfer/clock.h"
#include "transfer/lanepool.h"
#include "transfer/ratelimiter.h"
#include "transfer/transfercontext.h"
#include "transfer/transport/controlmanagers.h"
#include "transfer/transport/partmanagers.h"
#include "transfer/uploadcontroller.h"

#include <QObject>
#include <QRandomGenerator>
#include <QSet>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace longshore {

/// What Engine is a front for: lives in the engine's thread, where everything here runs. Signals as
/// in Engine.
class EngineCore final : public QObject
{
    Q_OBJECT

public:
    explicit EngineCore(const EngineSettings &settings);
    ~EngineCore() override;

    /// First call in the thread that it lives in from then on: opens the journal and looks up the
    /// proxy.
    void init();

    void add(quint64 number, const UploadRequest &request);
    void restoreAll();
    void pause(const QString &key);
    void resume(const QString &key);
    void pauseAll();
    void resumeAll();
    void cancel(const QString &key);
    void cancelAll();
    void retry(const QString &key);
    void completeAgain(const QString &key);
    void startAgain(const QString &key);
    void told(const QString &key);
    void retryAll();
    void retryNow();
    void setOnline(bool online);
    void dropConnections();
    void moveTo(const QString &key, int position);
    void moveAllTo(const QStringList &keys, int position);
    void setHold(const QString &key, bool hold, HoldEnd end);
    void setDetails(const QString &key, const QString &purpose, const QString &mimeType);
    void setOrder(const QString &key, const QList<int> &order);
    void complete(const QString &key);
    void skipChecksum(const QString &key);
    void remove(const QString &key);
    void setLanes(int lanes);
    void setRateLimit(qint64 bytesPerSecond);
    void setLinePercent(int percent);
    void watchParts(const QString &key);
    /// What was published() has been read.
    void onPublicationRead();
    Q_INVOKABLE void stop();

Q_SIGNALS:
    void queued(quint64 request, const longshore::QueuedUpload &upload);
    void refused(quint64 request, const QString &path, const longshore::ApiError &error);
    void happened(const QString &key, const longshore::UploadEvent &event);
    void changed(const QList<longshore::UploadSnapshot> &uploads);
    void orderChanged(const QStringList &keys);
    void planned(const QString &key, const longshore::UploadPlan &plan);
    void partsChanged(const QString &key, const QList<longshore::PartSnapshot> &parts,
                      const QList<int> &order);
    void restored();
    void journalProblem(const QString &message);
    void journalRecovered();
    void journalNotice(const QString &message);
    /// Comes behind what is told now and then; more of it waits for onPublicationRead(), so that
    /// it never piles up before a reader that is slower.
    void published();
    /// `threadsLeft`: some hang on a disk or a proxy script and could not be waited for.
    void stopped(bool threadsLeft);

private:
    struct Item
    {
        StoredUpload upload;
        std::shared_ptr<UploadLock> lock;
        std::unique_ptr<UploadController> controller;
        /// Its files or its lock are being taken anew: it is not started.
        bool changing = false;
        // As its controller last said.
        bool active = false; ///< an upload under way
        bool waitsForDisk = false;
        /// What has to wait for the change, or for an end to be on record.
        std::vector<std::function<void()>> afterwards;
    };

    /// What is under way.
    struct Demand
    {
        int uploads = 0;
        qsizetype parts = 0; ///< that the lanes are wanted for

        void add(const UploadController &controller);
    };

    void becomeReady();
    void lookUpProxy();
    void admitRequests();
    void onAdmitted(quint64 number, double place, const Admitted &admitted);
    void onAdmittedAgain(const Admitted &again);
    void onRefusedAgain(const QString &key, const ApiError &error);
    void install(Item &item);
    bool isRetriable(const Item &item) const;
    bool isEndKept(const Item &item) const;
    void startAnew(Item &item);
    static void forgetProgress(Item &item);
    void admitAgain(Item &item);
    bool areDetailsOpen(const Item &item) const;
    void refuseDetails(const QString &key, const QString &reason);
    void applyDetails(Item &item, const QString &purpose, const QString &mimeType);
    void endChange(Item &item);
    /// Puts it where its state belongs.
    void settle(Item &item);
    void schedulePump();
    void pump();
    bool hasRoom(const Demand &demand) const;
    void startUploads(Demand demand);
    bool mayBegin(Item &item);
    void noteHungDisks();
    bool isOnHungDisk(const Item &item) const;
    void keepRate();
    void onChanged(const QString &key);
    void onFinished(const QString &key);
    void touch(const QString &key);
    void schedulePublish();
    void publish();
    /// Which ones.
    QSet<QString> publishSnapshots();
    void publishParts(const Item &item);
    void publishOrder();
    void keepPositions();
    Item *find(const QString &key);

    EngineSettings m_settings;
    int m_notReady = 0; ///< answers that init() still waits for
    bool m_rateKnown = false; ///< as far as the journal knows it
    QList<std::pair<quint64, UploadRequest>> m_requests; ///< not admitted yet
    bool m_stopped = false;
    ApiError m_proxyError;

    std::unique_ptr<QThreadPool> m_pool;
    SystemClock m_clock;
    QRandomGenerator m_random = QRandomGenerator::securelySeeded();
    std::unique_ptr<Journal> m_journal;
    std::unique_ptr<ReportingRecorder> m_recorder;
    std::unique_ptr<Admission> m_admission;
    std::unique_ptr<ControlManagers> m_controlManagers;
    std::unique_ptr<PartManagers> m_partManagers;
    std::unique_ptr<UploadsApi> m_api;
    std::unique_ptr<LanePool> m_lanes;
    std::unique_ptr<RateLimiter> m_limiter;
    std::unique_ptr<HostGate> m_gate;
    std::unique_ptr<ServiceClock> m_serviceClock;
    std::unique_ptr<LinePace> m_pace;
    std::unique_ptr<TransferContext> m_context;

    std::unordered_map<QString, Item> m_items;
    QueueOrder m_order;
    QSet<quint64> m_hungDevices; ///< where reads of an upload do not come back
    bool m_pumpScheduled = false;
    QSet<QString> m_changed;
    bool m_orderChanged = false;
    bool m_positionsChanged = false; ///< the journal doesn't know the order yet
    QString m_watched;
    bool m_planTold = false; ///< of the watched upload
    std::unique_ptr<ClockTimer> m_publishTimer;
    bool m_publicationUnread = false;
};

} // namespace longshore
