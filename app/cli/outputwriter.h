#pragma once

#include "cli/standardstreams.h"

#include <QByteArray>
#include <QObject>
#include <QString>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace longshore {

/// Writes to the standard streams, in order, from a thread of its own: a reader that is slow, or
/// has stopped the terminal, does not keep the program from hearing Ctrl-C. All functions belong to
/// the thread that made it.
class OutputWriter final : public QObject
{
    Q_OBJECT

public:
    explicit OutputWriter(QObject *parent = nullptr);
    /// Waits until all is written.
    ~OutputWriter() override;

    void write(Stream stream, const QByteArray &bytes);
    /// Bytes that wait for their reader.
    qint64 backlog() const;
    /// Waits until all is written, at most this long; false if time ran out.
    bool drain(std::chrono::milliseconds atMost);
    /// Calls back, in the thread that made this, once all that was written until now is: with
    /// false if standard output could not be written.
    void whenWritten(std::function<void(bool written)> then);

Q_SIGNALS:
    /// Standard output can't be written any more; said once. Whatever else is written to it is
    /// dropped.
    void outputFailed(const QString &reason);

private:
    struct Chunk
    {
        Stream stream;
        QByteArray bytes;
        std::function<void(bool written)> then; ///< instead of bytes
    };

    void run();
    bool writeChunk(const Chunk &chunk, bool outputFailedBefore);

    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Chunk> m_chunks; ///< the first stays until it is written
    qint64 m_backlog = 0;
    bool m_ending = false;
    std::thread m_thread; ///< last, so that it starts when all else is there
};

} // namespace longshore
