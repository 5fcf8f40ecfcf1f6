#include "transfer/checksum.h"

#include "transfer/pooljob.h"

#include <QCryptographicHash>
#include <QFile>
#include <QSet>

#include <algorithm>
#include <atomic>

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
        const QList<int> &partOrder, Checksum *checksum)
        : sources(uploadSources)
        , parts(uploadParts)
        , order(partOrder)
        , answer(checksum)
    {
    }

    const QList<SourceFile> sources;
    const QList<PlannedPart> parts;
    const QList<int> order;
    PoolAnswer<Checksum, ChecksumResult> answer;
    std::atomic<qint64> hashed = 0;

    void run();

private:
    /// Stops early, without a problem, when nobody wants the answer.
    FileProblem addParts();
    FileProblem addPart(const PlannedPart &part);
    FileProblem openSource(int source);
    void add(const QByteArray &bytes);

    QCryptographicHash m_hash{QCryptographicHash::Md5};
    QByteArray m_buffer;
    std::unique_ptr<QFile> m_file;
    int m_source = -1; ///< of m_file
    QSet<int> m_sourcesUsed;
};

void Checksum::Job::run()
{
    FileProblem problem = addParts();
    // What was hashed first may have changed since.
    for (auto source = m_sourcesUsed.cbegin();
         source != m_sourcesUsed.cend() && !problem.isProblem() && !answer.isUnwanted(); ++source) {
        problem = checkUnchanged(sources.at(*source).path, sources.at(*source).stamp);
    }
    const QByteArray md5 = problem.isProblem() ? QByteArray() : m_hash.result().toHex();
    m_file.reset();
    m_buffer = {};
    answer.give({md5, problem});
}

FileProblem Checksum::Job::addParts()
{
    for (const int index : order) {
        const FileProblem problem = addPart(parts.at(index));
        if (problem.isProblem() || answer.isUnwanted())
            return problem;
    }
    return {};
}

FileProblem Checksum::Job::addPart(const PlannedPart &part)
{
    if (part.source != m_source) {
        if (const FileProblem problem = openSource(part.source); problem.isProblem())
            return problem;
    }
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

void Checksum::Job::add(const QByteArray &bytes)
{
    m_hash.addData(bytes);
    hashed += bytes.size();
}

Checksum::Checksum(const QList<SourceFile> &sources, const QList<PlannedPart> &parts,
                   const QList<int> &order, QThreadPool &pool, QObject *parent)
    : QObject(parent)
    , m_job(std::make_shared<Job>(sources, parts, order, this))
{
    PoolJob<Job>::start(pool, m_job);
}

Checksum::~Checksum()
{
    m_job->answer.leave();
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
