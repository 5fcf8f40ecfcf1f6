#pragma once

#include "support/fakerecorder.h"
#include "support/virtualclock.h"
#include "transfer/transfercontext.h"
#include "transfer/uploadcontroller.h"

#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QThreadPool>

#include <functional>
#include <memory>

namespace longshore {

/// One controller on a real file and a virtual clock, with whatever service it is given.
class UploadHarness
{
public:
    using ManagerForLane = std::function<QNetworkAccessManager *(int lane)>;

    /// `control` outlives the harness.
    UploadHarness(const Endpoint &endpoint, QNetworkAccessManager &control,
                  ManagerForLane managerForLane, int lanes);
    ~UploadHarness();
    Q_DISABLE_COPY_MOVE(UploadHarness)

    /// A file of `bytes` random bytes cut into parts of `partSize`.
    UploadSpec makeSpec(qint64 bytes, qint64 partSize);
    void make(const UploadSpec &spec, const StoredProgress &stored = {});

    template <typename Event> QList<Event> eventsOf() const
    {
        QList<Event> found;
        for (const UploadEvent &event : events) {
            if (const auto *one = std::get_if<Event>(&event))
                found.append(*one);
        }
        return found;
    }
    int partEvents(PartState state) const;
    UploadState state() const { return controller->state(); }
    QByteArray content() const { return m_content; }
    QString path() const { return m_dir.filePath(QStringLiteral("data.bin")); }

    VirtualClock clock;
    QRandomGenerator random{1};
    QThreadPool pool;
    LanePool lanes;
    RateLimiter limiter{clock};
    FakeRecorder recorder;
    HostGate gate{clock, random};
    ServiceClock serviceClock{clock};
    LinePace pace{lanes};
    UploadsApi api;
    TransferContext context;
    std::unique_ptr<UploadController> controller;
    QList<UploadEvent> events;
    int finished = 0;

private:
    QTemporaryDir m_dir;
    QByteArray m_content;
};

} // namespace longshore
