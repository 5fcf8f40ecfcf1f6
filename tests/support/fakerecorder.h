#pragma once

#include "transfer/uploadchange.h"

#include <QList>
#include <QObject>

#include <deque>
#include <functional>

namespace longshore {

/// Keeps what was recorded; answers from the event loop, or when released.
class FakeRecorder final : public UploadRecorder
{
public:
    void record(const QString &key, const UploadChange &change,
                std::function<void(const QString &)> done) override;
    /// Answers wait from now on.
    void hold() { m_held = true; }
    /// Answers what waits, and everything from now on.
    void release();

    template <typename Change> int count() const
    {
        int found = 0;
        for (const UploadChange &change : changes)
            found += std::holds_alternative<Change>(change) ? 1 : 0;
        return found;
    }

    QList<UploadChange> changes;

private:
    void answer();

    QObject m_context;
    bool m_held = false;
    std::deque<std::function<void(const QString &)>> m_waiting;
};

} // namespace longshore
