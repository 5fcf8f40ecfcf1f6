#pragma once

#include "support/fakerecorder.h"
#include "support/uploadrun.h"
#include "support/virtualclock.h"
#include "transfer/transfercontext.h"

#include <QHash>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <vector>

namespace longshore {

/// One controller on a real file and a virtual clock, with whatever service it is given; others
/// can be put beside it.
class UploadHarness : public UploadRun
{
public:
    using ManagerForLane = std::function<QNetworkAccessManager *(int lane)>;

    /// `control` outlives the harness.
    UploadHarness(const Endpoint &endpoint, QNetworkAccessManager &control,
                  ManagerForLane managerForLane, int lanes);
    ~UploadHarness();
    Q_DISABLE_COPY_MOVE(UploadHarness)

    /// A file of `bytes` random bytes cut into parts of `partSize`.
    UploadSpec makeSpec(qint64 bytes, qint64 partSize,
                        const QString &name = QStringLiteral("data.bin"));
    void make(const UploadSpec &spec, const StoredProgress &stored = {});
    /// One more upload with the same lanes, gate and clock; after the others in the queue.
    UploadRun &makeOther(const UploadSpec &spec, const StoredProgress &stored = {});
    const std::vector<std::unique_ptr<UploadRun>> &others() const { return m_others; }

    QByteArray content(const QString &name = QStringLiteral("data.bin")) const
    {
        return m_contents.value(name);
    }
    QString path(const QString &name = QStringLiteral("data.bin")) const
    {
        return m_dir.filePath(name);
    }

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

private:
    QTemporaryDir m_dir;
    QHash<QString, QByteArray> m_contents;
    std::vector<std::unique_ptr<UploadRun>> m_others;
};

} // namespace longshore
