#pragma once

#include <QDeadlineTimer>
#include <QObject>
#include <QPointer>

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>

namespace longshore {

/// Calls functions in the thread that it lives in, from the event loop, in the order in which they
/// were posted; many with one event, but no longer than a slice of time, so that thousands of them
/// don't keep the thread's other events waiting. Its own mutex hands the values over, so that
/// ThreadSanitizer sees it, which it does not in Qt's event queue.
class Mailbox final : public QObject
{
    Q_OBJECT

public:
    /// What an event of the event loop may take before others get their turn.
    static constexpr std::chrono::milliseconds kSlice{8};

    using QObject::QObject;

    ~Mailbox() override
    {
        const std::lock_guard lock(m_mutex);
        m_calls.clear();
    }

    /// Any thread. What is not called by the time the mailbox is destroyed never is.
    void post(std::function<void()> call)
    {
        const std::lock_guard lock(m_mutex);
        m_calls.push_back(std::move(call));
        if (!std::exchange(m_coming, true))
            QMetaObject::invokeMethod(this, "deliver", Qt::QueuedConnection);
    }

private Q_SLOTS:
    void deliver()
    {
        // A call may delete the mailbox.
        const QPointer<Mailbox> alive(this);
        const QDeadlineTimer sliceEnd(kSlice, Qt::PreciseTimer);
        while (fetch()) {
            const std::function<void()> call = std::move(m_due.front());
            m_due.pop_front();
            call();
            if (!alive)
                return;
            if (sliceEnd.hasExpired()) {
                QMetaObject::invokeMethod(this, "deliver", Qt::QueuedConnection);
                return;
            }
        }
    }

private:
    /// Whether something is due.
    bool fetch()
    {
        if (!m_due.empty())
            return true;
        const std::lock_guard lock(m_mutex);
        m_due.swap(m_calls);
        m_coming = !m_due.empty();
        return m_coming;
    }

    std::mutex m_mutex;
    std::deque<std::function<void()>> m_calls;
    bool m_coming = false; ///< deliver() is, or is at work
    std::deque<std::function<void()>> m_due; ///< taken out of m_calls; of this thread only
};

} // namespace longshore
