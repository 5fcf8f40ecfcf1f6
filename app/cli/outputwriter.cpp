#include "cli/outputwriter.h"

#include <QMetaObject>

#include <system_error>
#include <utility>

namespace longshore {

OutputWriter::OutputWriter(QObject *parent)
    : QObject(parent)
    , m_thread([this] { run(); })
{
}

OutputWriter::~OutputWriter()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ending = true;
    }
    m_changed.notify_all();
    m_thread.join();
}

void OutputWriter::write(Stream stream, const QByteArray &bytes)
{
    if (bytes.isEmpty())
        return;
    {
        const std::lock_guard lock(m_mutex);
        m_chunks.push_back({stream, bytes, {}});
        m_backlog += bytes.size();
    }
    m_changed.notify_all();
}

qint64 OutputWriter::backlog() const
{
    const std::lock_guard lock(m_mutex);
    return m_backlog;
}

bool OutputWriter::drain(std::chrono::milliseconds atMost)
{
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, atMost, [this] { return m_chunks.empty(); });
}

void OutputWriter::whenWritten(std::function<void(bool written)> then)
{
    {
        const std::lock_guard lock(m_mutex);
        m_chunks.push_back({Stream::Output, {}, std::move(then)});
    }
    m_changed.notify_all();
}

void OutputWriter::run()
{
    bool outputFailedBefore = false;
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [this] { return !m_chunks.empty() || m_ending; });
        if (m_chunks.empty())
            return;
        const Chunk chunk = m_chunks.front();
        lock.unlock();
        if (chunk.then) {
            QMetaObject::invokeMethod(
                this, [then = chunk.then, written = !outputFailedBefore] { then(written); },
                Qt::QueuedConnection);
        } else {
            outputFailedBefore = !writeChunk(chunk, outputFailedBefore);
        }
        lock.lock();
        m_chunks.pop_front();
        m_backlog -= chunk.bytes.size();
        m_changed.notify_all();
    }
}

/// Whether standard output can still be written.
bool OutputWriter::writeChunk(const Chunk &chunk, bool outputFailedBefore)
{
    if (chunk.stream == Stream::Error) {
        // Nobody can be told that nobody can be told.
        writeAll(chunk.stream, chunk.bytes);
        return !outputFailedBefore;
    }
    if (outputFailedBefore)
        return false;
    const int problem = writeAll(chunk.stream, chunk.bytes);
    if (problem == 0)
        return true;
    const QString reason = QString::fromStdString(std::generic_category().message(problem));
    QMetaObject::invokeMethod(
        this, [this, reason] { Q_EMIT outputFailed(reason); }, Qt::QueuedConnection);
    return false;
}

} // namespace longshore
