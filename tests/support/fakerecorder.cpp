#include "support/fakerecorder.h"

namespace longshore {

void FakeRecorder::record(const QString &key, const UploadChange &change,
                          std::function<void(const QString &)> done)
{
    Q_UNUSED(key)
    changes.append(change);
    m_waiting.push_back(std::move(done));
    if (!m_held)
        QMetaObject::invokeMethod(
            &m_context, [this] { answer(); }, Qt::QueuedConnection);
}

void FakeRecorder::release()
{
    m_held = false;
    QMetaObject::invokeMethod(
        &m_context, [this] { answer(); }, Qt::QueuedConnection);
}

void FakeRecorder::answer()
{
    while (!m_held && !m_waiting.empty()) {
        const auto done = std::move(m_waiting.front());
        m_waiting.pop_front();
        if (done)
            done({});
    }
}

} // namespace longshore
