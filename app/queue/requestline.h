#pragma once

#include "queue/intake.h"
#include "queue/uploadlock.h"
#include "queue/uploadrequest.h"

#include <QObject>

#include <functional>
#include <memory>

class QThreadPool;

namespace longshore {

/// What became of a request in the pool.
struct TakenRequest
{
    IntakeResult intake;
    std::shared_ptr<UploadLock> lock;
};

/// Requests on their way through the pool, in which each is taken by itself: one whose disk hangs
/// keeps a thread, not the others. Several are taken for each of the pool's jobs and told with each
/// event, so that thousands cost little more than their files do.
class RequestLine final : public QObject
{
    Q_OBJECT

public:
    /// `take` runs in pool threads, several at a time. `pool` outlives this.
    RequestLine(QThreadPool &pool, std::function<TakenRequest(const UploadRequest &)> take,
                QObject *parent = nullptr);
    /// What has not been told by then never is.
    ~RequestLine() override;

    void add(quint64 number, const UploadRequest &request);

Q_SIGNALS:
    /// From the event loop; in the order in which they are done.
    void taken(quint64 number, const longshore::UploadRequest &request,
               const longshore::TakenRequest &taken);

private Q_SLOTS:
    void deliver();

private:
    struct Shared;
    struct Job;

    QThreadPool &m_pool;
    std::shared_ptr<Shared> m_shared; ///< with the jobs, which may outlive this
};

} // namespace longshore
