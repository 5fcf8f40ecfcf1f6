#pragma once

#include <QMetaObject>
#include <QRunnable>
#include <QThreadPool>

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

namespace longshore {

/// Calls `job->run()` in a pool thread. Not a std::function: ThreadSanitizer can't see how Qt,
/// which isn't built with it, hands that over, and takes its captures for raced. It sees the
/// atomic.
template <typename Job> class PoolJob final : public QRunnable
{
public:
    static void start(QThreadPool &pool, std::shared_ptr<Job> job, int priority = 0)
    {
        pool.start(new PoolJob(std::move(job)), priority);
    }

    void run() override
    {
        if (m_complete.load(std::memory_order_acquire))
            m_job->run();
    }

private:
    explicit PoolJob(std::shared_ptr<Job> job)
        : m_job(std::move(job))
    {
        m_complete.store(true, std::memory_order_release);
    }

    std::shared_ptr<Job> m_job;
    std::atomic<bool> m_complete = false;
};

/// The way back from a pool job to the object that waits for its result: calls the object's slot
/// `deliver()` from the object's event loop, unless the object is gone by then.
template <typename Object, typename Result> class PoolAnswer
{
public:
    explicit PoolAnswer(Object *object)
        : m_object(object)
    {
    }

    /// For the job, which may stop then. Any thread.
    bool isUnwanted() const { return m_unwanted; }

    /// For the job, once.
    void give(Result result)
    {
        const std::lock_guard lock(m_mutex);
        m_result = std::move(result);
        if (m_object)
            QMetaObject::invokeMethod(m_object, "deliver", Qt::QueuedConnection);
    }

    /// For deliver().
    Result take()
    {
        const std::lock_guard lock(m_mutex);
        return std::move(m_result);
    }

    /// For the object's destructor.
    void leave()
    {
        const std::lock_guard lock(m_mutex);
        m_object = nullptr;
        m_unwanted = true;
    }

private:
    std::mutex m_mutex;
    Object *m_object;
    Result m_result;
    std::atomic<bool> m_unwanted = false;
};

} // namespace longshore
