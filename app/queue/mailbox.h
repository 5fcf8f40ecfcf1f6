#pragma once

#include <QObject>

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace longshore {

/// Calls functions in the thread that it lives in, from the event loop, in the order in which they
/// were posted; many with one event. Its own mutex hands the values over, so that ThreadSanitizer
/// sees it, which it does not in Qt's event queue.
class Mailbox final : public QObject
{
    Q_OBJECT

public:
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
        if (m_calls.size() == 1)
            QMetaObject::invokeMethod(this, "deliver", Qt::QueuedConnection);
    }

private Q_SLOTS:
    void deliver()
    {
        std::vector<std::function<void()>> calls;
        {
            const std::lock_guard lock(m_mutex);
            calls.swap(m_calls);
        }
        for (const auto &call : calls)
            call();
    }

private:
    std::mutex m_mutex;
    std::vector<std::function<void()>> m_calls;
};

} // namespace longshore
