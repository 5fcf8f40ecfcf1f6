#pragma once

#include "transfer/partbody.h"

#include <QObject>
#include <QSemaphore>
#include <QThreadPool>

#include <memory>

namespace longshore {

/// Keeps all threads of a pool busy until destroyed: a disk that hangs.
class BlockedPool
{
public:
    explicit BlockedPool(QThreadPool &pool)
        : m_pool(pool)
    {
        for (int thread = 0; thread < m_pool.maxThreadCount(); ++thread) {
            m_pool.start([this] {
                m_blocked.release();
                m_go.acquire();
                m_done.release();
            });
        }
        m_blocked.acquire(m_pool.maxThreadCount());
    }
    ~BlockedPool()
    {
        m_go.release(m_pool.maxThreadCount());
        m_done.acquire(m_pool.maxThreadCount());
    }
    Q_DISABLE_COPY_MOVE(BlockedPool)

private:
    QThreadPool &m_pool;
    QSemaphore m_blocked;
    QSemaphore m_go;
    QSemaphore m_done;
};

/// Reads a body on at each readyRead, as a transport does, and counts.
class BodyReader : public QObject
{
public:
    explicit BodyReader(PartBody &body, qint64 block = 16 * 1024)
        : m_body(body)
        , m_block(block)
    {
        connect(&body, &QIODevice::readyRead, this, [this] {
            ++wakeUps;
            read();
        });
        read();
    }

    bool isAtEnd() const { return data.size() == m_body.size() || failed; }

    QByteArray data;
    bool failed = false;
    int reads = 0;
    int emptyReads = 0;
    int wakeUps = 0;

private:
    void read()
    {
        QByteArray block(m_block, Qt::Uninitialized);
        while (!isAtEnd()) {
            const qint64 bytes = m_body.read(block.data(), block.size());
            ++reads;
            if (bytes == 0) {
                ++emptyReads;
                return;
            }
            if (bytes < 0)
                failed = true;
            else
                data += block.first(bytes);
        }
    }

    PartBody &m_body;
    qint64 m_block;
};

/// A body that sends the whole of a source.
inline std::unique_ptr<PartBody> wholeBody(const SourceFile &source, QThreadPool &pool,
                                           RateLimiter *limiter = nullptr)
{
    const PlannedPart part{0, 0, source.stamp.bytes, source.newlineAdded, 0};
    return std::make_unique<PartBody>(source, part, pool, limiter);
}

/// The part's own bytes of a body that was sent whole; "no part" where the framing isn't as it
/// should be.
inline QByteArray payloadOf(const PartBody &body, const QByteArray &sent)
{
    const QByteArray boundary = body.contentType().mid(qstrlen("multipart/form-data; boundary="));
    const QByteArray prologue = "--" + boundary
        + "\r\nContent-Disposition: form-data; name=\"data\"; filename=\"data\"\r\n"
          "Content-Type: application/octet-stream\r\n\r\n";
    const QByteArray epilogue = "\r\n--" + boundary + "--\r\n";
    if (!sent.startsWith(prologue) || !sent.endsWith(epilogue) || sent.size() != body.size()
        || body.overhead() != prologue.size() + epilogue.size()) {
        return "no part";
    }
    return sent.sliced(prologue.size(), sent.size() - prologue.size() - epilogue.size());
}

} // namespace longshore
