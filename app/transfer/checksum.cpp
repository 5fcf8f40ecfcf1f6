#include "transfer/checksum.h"

#include "transfer/pagecacheuse.h"
#include "transfer/pooljob.h"

#include <QCryptographicHash>
#include <QFile>
#include <QSet>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <vector>

namespace longshore {

namespace {

// As much as is hashed between two looks at whether anybody still wants it: less than 1 ms.
constexpr qint64 bufferBytes = 256 * 1024;

struct ChecksumResult
{
    QByteArray md5;
    FileProblem problem;
};

} // namespace

struct Checksum::Job
{
    Job(const QList<SourceFile> &uploadSources, const QList<PlannedPart> &uploadParts,
        const QList<int> &partOrder, const std::shared_ptr<PageCacheUse> &use, Checksum *checksum)
        : sources(uploadSources)
        , parts(uploadParts)
        , order(partOrder)
        , pageCache(use)
        , answer(checksum)
        , m_isReleased(static_cast<std::size_t>(parts.size()), false)
    {
    }

    const QList<SourceFile> sources;
    const QList<PlannedPart> parts;
    const QList<int> order;
    const std::shared_ptr<PageCacheUse> pageCache; ///< may be null
    PoolAnswer<Checksum, ChecksumResult> answer;
    std::atomic<qint64> hashed = 0;

    /// Whether run() has to be called now: there is a part for it, and it is not under way.
    bool release(const QList<int> &indices);
    /// Goes on as far as parts are released; the answer comes once all are done.
    void run();

private:
    bool isNextReleased() const;
    /// False: nothing is released, and run() will be called again.
    bool keepRunning();
    /// Stops early, without a problem, when nobody wants the answer.
    FileProblem addPart(int index);
    FileProblem openSource(int source);
    void closeSource();
    void add(const QByteArray &bytes);

    mutable std::mutex m_mutex; ///< never held while the disk is read
    std::vector<bool> m_isReleased; ///< by index
    qsizetype m_done = 0; ///< parts of the order
    bool m_isRunning = false;

    QCryptographicHash m_hash{QCryptographicHash::Md5};
    QByteArray m_buffer;
    std::unique_ptr<QFile> m_file;
    int m_source = -1; ///< of m_file
    QSet<int> m_sourcesUsed;
};

bool Checksum::Job::release(const QList<int> &indices)
{
    {
        const std::lock_guard lock(m_mutex);
        for (const int index : indices)
            m_isReleased[static_cast<std::size_t>(index)] = true;
        if (m_isRunning)
            return false;
    }
    return keepRunning();
}

bool Checksum::Job::isNextReleased() const
{
    const std::lock_guard lock(m_mutex);
    return m_isReleased[static_cast<std::size_t>(order.at(m_done))];
}

bool Checksum::Job::keepRunning()
{
    const std::lock_guard lock(m_mutex);
    m_isRunning = m_isReleased[static_cast<std::size_t>(order.at(m_done))];
    return m_isRunning;
}

void Checksum::Job::run()
{
    FileProblem problem;
    while (m_done < order.size() && !problem.isProblem() && !answer.isUnwanted()) {
        if (!isNextReleased()) {
            closeSource();
            if (!keepRunning())
                return;
        }
        problem = addPart(order.at(m_done));
        const std::lock_guard lock(m_mutex);
        ++m_done;
    }
    // What was hashed first may have changed since.
    for (auto source = m_sourcesUsed.cbegin();
         source != m_sourcesUsed.cend() && !problem.isProblem() && !answer.isUnwanted(); ++source) {
        problem = checkUnchanged(sources.at(*source).path, sources.at(*source).stamp);
    }
    const QByteArray md5 = problem.isProblem() ? QByteArray() : m_hash.result().toHex();
    closeSource();
    answer.give({md5, problem});
}

FileProblem Checksum::Job::addPart(int index)
{
    const PlannedPart &part = parts.at(index);
    const PartPages pages{pageCache, PageCacheUse::Reader::Checksum, index};
    if (part.source != m_source) {
        if (const FileProblem problem = openSource(part.source); problem.isProblem())
            return problem;
    }
    pages.lookAt(part.source, m_file->handle());
    m_buffer.reserve(bufferBytes);
    for (qint64 done = 0; done < part.sourceBytes && !answer.isUnwanted();
         done += m_buffer.size()) {
        m_buffer.resize(std::min(bufferBytes, part.sourceBytes - done));
        const SourceFile &source = sources.at(m_source);
        const FileProblem problem =
            readUnchanged(*m_file, source.path, source.stamp, part.sourceOffset + done, &m_buffer);
        if (problem.isProblem())
            return problem;
        add(m_buffer);
    }
    pages.wasRead(m_file->handle());
    if (part.newlineAdded)
        add(QByteArrayLiteral("\n"));
    return {};
}

FileProblem Checksum::Job::openSource(int source)
{
    m_source = source;
    m_sourcesUsed.insert(source);
    m_file = std::make_unique<QFile>();
    return openUnchanged(*m_file, sources.at(source).path, sources.at(source).stamp);
}

void Checksum::Job::closeSource()
{
    m_file.reset();
    m_source = -1;
    m_buffer = {};
}

void Checksum::Job::add(const QByteArray &bytes)
{
    m_hash.addData(bytes);
    hashed += bytes.size();
}

Checksum::Checksum(const QList<SourceFile> &sources, const QList<PlannedPart> &parts,
                   const QList<int> &order, QThreadPool &pool,
                   const std::shared_ptr<PageCacheUse> &pageCache, QObject *parent)
    : QObject(parent)
    , m_job(std::make_shared<Job>(sources, parts, order, pageCache, this))
    , m_pool(pool)
{
}

Checksum::~Checksum()
{
    m_job->answer.leave();
}

void Checksum::release(const QList<int> &indices)
{
    if (m_job->release(indices))
        PoolJob<Job>::start(m_pool, m_job);
}

void Checksum::releaseAll()
{
    release(m_job->order);
}

void Checksum::deliver()
{
    const ChecksumResult result = m_job->answer.take();
    Q_EMIT finished(result.md5, result.problem);
}

qint64 Checksum::hashed() const
{
    return m_job->hashed;
}

struct FileCheck::Job
{
    Job(const QList<SourceFile> &uploadSources, FileCheck *check)
        : sources(uploadSources)
        , answer(check)
    {
    }

    void run()
    {
        FileProblem problem;
        for (auto source = sources.begin();
             source != sources.end() && !problem.isProblem() && !answer.isUnwanted(); ++source) {
            problem = checkUnchanged(source->path, source->stamp);
        }
        answer.give(problem);
    }

    const QList<SourceFile> sources;
    PoolAnswer<FileCheck, FileProblem> answer;
};

FileCheck::FileCheck(const QList<SourceFile> &sources, QThreadPool &pool, QObject *parent)
    : QObject(parent)
    , m_job(std::make_shared<Job>(sources, this))
{
    PoolJob<Job>::start(pool, m_job);
}

FileCheck::~FileCheck()
{
    m_job->answer.leave();
}

void FileCheck::deliver()
{
    Q_EMIT finished(m_job->answer.take());
}

} // namespace longshore
