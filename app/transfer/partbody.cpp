#include "transfer/partbody.h"

#include "transfer/pooljob.h"
#include "transfer/ratelimiter.h"

#include <QFile>
#include <QRandomGenerator>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <utility>

#ifdef Q_OS_LINUX
#include <fcntl.h>
#endif

namespace longshore {

namespace {

// Two of these are held by a body under way, so that one is filled while the other is sent: large
// enough that a disk's latency is paid 250 times a part and not thousands of times. Measured with
// eight lanes: 1 MiB took 12 MB more, and as much time.
constexpr qint64 chunkBytes = 256 * 1024;
// Ahead of checksums waiting in the same pool: an idle line costs more than a late checksum.
constexpr int readPriority = 1;

QByteArray randomBoundary()
{
    std::array<quint32, 4> words{};
    QRandomGenerator::system()->fillRange(words.data(), words.size());
    QByteArray boundary = QByteArrayLiteral("longshore-");
    for (const quint32 word : words)
        boundary += QByteArray::number(word, 16).rightJustified(8, '0');
    return boundary;
}

} // namespace

/// What a body shares with the job that reads for it. At most one job at a time; it alone touches
/// the file. The body's calls return at once: a job holds the mutex to swap only.
class PartBody::ReadAhead : public std::enable_shared_from_this<ReadAhead>
{
public:
    ReadAhead(const SourceFile &source, const PlannedPart &part, QThreadPool &pool,
              const PartPages &pages, PartBody *body)
        : m_pool(pool)
        , m_pages(pages)
        , m_path(source.path)
        , m_stamp(source.stamp)
        , m_part(part)
        , m_body(body)
    {
    }

    /// Reads on from `offset` of the range; what was read for another one is dropped.
    void restart(qint64 offset)
    {
        const std::lock_guard lock(m_mutex);
        ++m_generation;
        m_fetched = false;
        m_problem = {};
        m_nextOffset = offset;
        startJob();
    }

    /// What the last job came to, as far as it wasn't taken.
    struct Fetched
    {
        bool isChunk = false;
        FileProblem problem;
    };
    Fetched fetched()
    {
        const std::lock_guard lock(m_mutex);
        return {m_fetched, m_problem};
    }

    /// Gives the chunk that was fetched for the one before, whose memory is used again, and reads
    /// on.
    void take(QByteArray *chunk)
    {
        const std::lock_guard lock(m_mutex);
        m_fetched = false;
        m_chunk.swap(*chunk);
        if (m_nextOffset < m_part.sourceBytes)
            startJob();
        else
            m_chunk = {};
    }

    /// The body is about to go. Its file is closed in the pool, too: closing may hang like reading.
    void abandon()
    {
        const std::lock_guard lock(m_mutex);
        ++m_generation;
        m_body = nullptr;
        m_chunk = {};
        if (m_fileOpen)
            startJob();
    }

    /// The job.
    void run()
    {
        std::unique_lock lock(m_mutex);
        while (m_body) {
            const quint64 generation = m_generation;
            const qint64 offset = m_nextOffset;
            QByteArray chunk = std::exchange(m_chunk, {});
            lock.unlock();
            // Reserved before, because growing would take twice the memory.
            chunk.reserve(std::min(chunkBytes, m_part.sourceBytes));
            chunk.resize(std::min(chunkBytes, m_part.sourceBytes - offset));
            const FileProblem problem = read(offset, &chunk);
            const bool open = m_file.isOpen();
            lock.lock();
            m_chunk.swap(chunk);
            m_fileOpen = open;
            // Otherwise the body wants other bytes, or none.
            if (generation == m_generation) {
                m_problem = problem;
                m_fetched = !problem.isProblem();
                m_nextOffset = offset + m_chunk.size();
                QMetaObject::invokeMethod(m_body, "onFetched", Qt::QueuedConnection);
                m_jobRunning = false;
                return;
            }
        }
        lock.unlock();
        m_file.close();
    }

private:
    void startJob()
    {
        if (std::exchange(m_jobRunning, true))
            return;
        PoolJob<ReadAhead>::start(m_pool, shared_from_this(), readPriority);
    }

    FileProblem read(qint64 offset, QByteArray *chunk)
    {
        if (!m_file.isOpen()) {
            if (const FileProblem problem = openUnchanged(m_file, m_path, m_stamp);
                problem.isProblem()) {
                m_file.close();
                return problem;
            }
            m_pages.lookAt(m_part.source, m_file.handle());
            adviseSequential();
        }
        const FileProblem problem =
            readUnchanged(m_file, m_path, m_stamp, m_part.sourceOffset + offset, chunk);
        const bool atEnd = offset + chunk->size() == m_part.sourceBytes;
        if (atEnd && !problem.isProblem())
            m_pages.wasRead(m_file.handle());
        if (atEnd || problem.isProblem())
            m_file.close();
        return problem;
    }

    void adviseSequential()
    {
#ifdef Q_OS_LINUX
        posix_fadvise(m_file.handle(), m_part.sourceOffset, m_part.sourceBytes,
                      POSIX_FADV_SEQUENTIAL);
#endif
    }

    QThreadPool &m_pool;
    const PartPages m_pages;
    const QString m_path;
    const FileStamp m_stamp;
    const PlannedPart m_part;

    std::mutex m_mutex; // for what follows
    PartBody *m_body; ///< null when it is gone
    quint64 m_generation = 0; ///< of the bytes that the body wants
    qint64 m_nextOffset = 0;
    bool m_jobRunning = false;
    bool m_fileOpen = false;
    bool m_fetched = false; ///< m_chunk holds the bytes before m_nextOffset
    QByteArray m_chunk;
    FileProblem m_problem;

    QFile m_file; // the job's, without the mutex
};

PartBody::PartBody(const SourceFile &source, const PlannedPart &part, QThreadPool &pool,
                   RateLimiter *limiter, const PartPages &pages, QObject *parent)
    : QIODevice(parent)
    , m_boundary(randomBoundary())
    , m_rangeBytes(part.sourceBytes)
    , m_addedBytes(part.newlineAdded ? 1 : 0)
    , m_limiter(limiter)
    , m_readAhead(std::make_shared<ReadAhead>(source, part, pool, pages, this))
{
    // Azure refuses a part without a Content-Type of its own.
    m_prologue = "--" + m_boundary
        + "\r\nContent-Disposition: form-data; name=\"data\"; filename=\"data\"\r\n"
          "Content-Type: application/octet-stream\r\n\r\n";
    m_epilogue = (part.newlineAdded ? "\n\r\n--" : "\r\n--") + m_boundary + "--\r\n";
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    m_readAhead->restart(0);
}

PartBody::~PartBody()
{
    m_readAhead->abandon();
}

std::weak_ptr<const void> PartBody::reading() const
{
    return m_readAhead;
}

QByteArray PartBody::contentType() const
{
    return "multipart/form-data; boundary=" + m_boundary;
}

qint64 PartBody::overhead() const
{
    return m_prologue.size() + m_epilogue.size() - m_addedBytes;
}

qint64 PartBody::size() const
{
    return m_prologue.size() + m_rangeBytes + m_epilogue.size();
}

bool PartBody::seek(qint64 position)
{
    if (position > size() || !QIODevice::seek(position))
        return false;
    if (m_position >= size() && position < m_position)
        m_sentAgain = true;
    m_position = position;
    const qint64 offset = offsetInRange();
    if (offset < m_nextOffset - m_chunk.size() || offset > m_nextOffset) {
        m_chunk.resize(0);
        m_nextOffset = offset;
        m_allTaken = false;
        m_readAhead->restart(offset);
    }
    return true;
}

qint64 PartBody::readData(char *data, qint64 maxSize)
{
    m_waitingForFile = false;
    qint64 done = 0;
    while (done < maxSize && !m_problem.isProblem()) {
        const QByteArrayView ready = readyBytes();
        const qint64 bytes = allowedBytes(std::min(maxSize - done, qint64(ready.size())));
        if (bytes == 0)
            break;
        std::memcpy(data + done, ready.data(), static_cast<size_t>(bytes));
        done += bytes;
        m_position += bytes;
    }
    return done == 0 && m_problem.isProblem() ? -1 : done;
}

qint64 PartBody::writeData(const char *, qint64)
{
    return -1;
}

QByteArrayView PartBody::readyBytes()
{
    if (m_position < m_prologue.size())
        return QByteArrayView(m_prologue).sliced(m_position);
    const qint64 offset = offsetInRange();
    if (offset == m_nextOffset && !m_allTaken && !takeChunk())
        return {};
    if (offset < m_rangeBytes)
        return QByteArrayView(m_chunk).sliced(offset - (m_nextOffset - m_chunk.size()));
    m_chunk = {};
    return QByteArrayView(m_epilogue).sliced(m_position - m_prologue.size() - m_rangeBytes);
}

bool PartBody::takeChunk()
{
    const ReadAhead::Fetched fetched = m_readAhead->fetched();
    if (fetched.problem.isProblem()) {
        setProblem(fetched.problem);
        return false;
    }
    if (!fetched.isChunk) {
        m_waitingForFile = true;
        return false;
    }
    m_readAhead->take(&m_chunk);
    m_nextOffset += m_chunk.size();
    m_allTaken = m_nextOffset == m_rangeBytes;
    return true;
}

qint64 PartBody::allowedBytes(qint64 wanted)
{
    if (!m_limiter || wanted == 0)
        return wanted;
    if (m_grantedBytes == 0 && !m_limiterWait)
        m_grantedBytes = m_limiter->take(wanted);
    const qint64 allowed = std::min(wanted, m_grantedBytes);
    m_grantedBytes -= allowed;
    if (allowed == 0 && !m_limiterWait) {
        m_awaitedBytes = wanted;
        m_limiterWait = connect(m_limiter, &RateLimiter::available, this, &PartBody::takeGrant);
    }
    return allowed;
}

void PartBody::takeGrant()
{
    // Here and not when it is read: the order of connection is the order of the queue, and who is
    // read first is the transport's choice.
    m_grantedBytes = m_limiter->take(m_awaitedBytes);
    if (m_grantedBytes == 0)
        return;
    disconnect(m_limiterWait);
    Q_EMIT readyRead();
}

qint64 PartBody::offsetInRange() const
{
    return std::clamp(m_position - m_prologue.size(), qint64(0), m_rangeBytes);
}

void PartBody::onFetched()
{
    const ReadAhead::Fetched fetched = m_readAhead->fetched();
    if (fetched.problem.isProblem())
        setProblem(fetched.problem);
    else if (!m_waitingForFile || !fetched.isChunk)
        return;
    m_waitingForFile = false;
    Q_EMIT readyRead();
}

void PartBody::setProblem(const FileProblem &problem)
{
    m_problem = problem;
    setErrorString(problem.message);
}

} // namespace longshore
