#pragma once

#include "transfer/partplan.h"

#include <QByteArray>
#include <QList>
#include <QObject>

#include <memory>

class QThreadPool;

namespace longshore {

class PageCacheUse;

/// The md5 of an upload's content with its parts in a given order, computed in pool threads. Reads
/// only parts that were released, so that it can stay near those that are sent, whose bytes are in
/// memory; without one it keeps neither a thread nor a file. Answers exactly once through
/// finished(); destroyed earlier it stops soon and answers never.
class Checksum final : public QObject
{
    Q_OBJECT

public:
    /// `order` is a permutation of all indices of `parts`.
    Checksum(const QList<SourceFile> &sources, const QList<PlannedPart> &parts,
             const QList<int> &order, QThreadPool &pool,
             const std::shared_ptr<PageCacheUse> &pageCache = {}, QObject *parent = nullptr);
    ~Checksum() override;

    /// These parts may be read from now on.
    void release(const QList<int> &indices);
    void releaseAll();

    /// Bytes hashed so far; cheap, any thread.
    qint64 hashed() const;

Q_SIGNALS:
    /// 32 lower-case hex digits, or the problem. Each source's stamp is compared when it is opened,
    /// while it is read, and once more at the end.
    void finished(const QByteArray &md5, const longshore::FileProblem &problem);

private Q_SLOTS:
    void deliver();

private:
    struct Job;
    std::shared_ptr<Job> m_job;
    QThreadPool &m_pool;
};

/// Compares the stamps of all sources in a pool thread. Answers exactly once; destroyed earlier
/// never.
class FileCheck final : public QObject
{
    Q_OBJECT

public:
    FileCheck(const QList<SourceFile> &sources, QThreadPool &pool, QObject *parent = nullptr);
    ~FileCheck() override;

Q_SIGNALS:
    void finished(const longshore::FileProblem &problem);

private Q_SLOTS:
    void deliver();

private:
    struct Job;
    std::shared_ptr<Job> m_job;
};

} // namespace longshore
