#include "transfer/contentchecksum.h"

#include "transfer/pagecacheuse.h"
#include "transfer/retire.h"

namespace longshore {

ContentChecksum::ContentChecksum(const TransferContext &context, const UploadSpec &spec,
                                 std::shared_ptr<PageCacheUse> pageCache, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_spec(spec)
    , m_pageCache(std::move(pageCache))
    , m_wanted(spec.sendMd5)
{
}

ContentChecksum::~ContentChecksum() = default;

void ContentChecksum::start(const QList<int> &order)
{
    m_md5.clear();
    m_job.reset();
    m_pageCache->expectChecksum(m_wanted);
    if (!m_wanted)
        return;
    m_job = std::make_unique<Checksum>(m_spec.sources, m_spec.parts, order, m_context.pool,
                                       m_pageCache);
    connect(m_job.get(), &Checksum::finished, this,
            [this](const QByteArray &md5, const FileProblem &problem) {
                retire(m_job, this);
                if (problem.isProblem()) {
                    Q_EMIT fileProblem(problem);
                    return;
                }
                m_md5 = md5;
                Q_EMIT settled();
            });
    if (order == fileOrder(order.size()))
        m_job->release(m_sent.values());
    else
        m_job->releaseAll();
}

void ContentChecksum::sent(const QList<int> &indices)
{
    if (!m_wanted)
        return;
    for (const int index : indices)
        m_sent.insert(index);
    if (m_job)
        m_job->release(indices);
}

void ContentChecksum::hurry()
{
    if (m_job)
        m_job->releaseAll();
}

void ContentChecksum::forget()
{
    stop();
    m_md5.clear();
    m_sent.clear();
}

void ContentChecksum::stop()
{
    retire(m_job, this);
}

void ContentChecksum::skip()
{
    if (isSettled())
        return;
    m_wanted = false;
    m_job.reset();
    m_pageCache->expectChecksum(false);
    Q_EMIT settled();
}

qint64 ContentChecksum::hashed() const
{
    if (m_job)
        return m_job->hashed();
    return m_md5.isEmpty() ? 0 : m_spec.bytes();
}

} // namespace longshore
