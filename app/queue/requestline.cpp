#include "queue/requestline.h"

#include "transfer/pooljob.h"

#include <QThreadPool>

#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace longshore {

namespace {

// A job goes back to the end of the pool's line then: a part that is to be read need not wait until
// thousands of files have been looked at.
constexpr int kRequestsPerJob = 16;
// One of so many of the pool's threads is for files that are added: were their disk to hang, as
// many are kept, and the others read the parts that are being sent.
constexpr int kOneThreadOf = 2;

} // namespace

struct RequestLine::Shared
{
    struct Waiting
    {
        quint64 number = 0;
        UploadRequest request;
    };
    struct Answer
    {
        Waiting asked;
        TakenRequest taken;
    };

    std::function<TakenRequest(const UploadRequest &)> take;
    std::mutex mutex;
    RequestLine *line = nullptr; ///< guarded; null: it is gone
    std::deque<Waiting> waiting; ///< guarded
    std::vector<Answer> answers; ///< guarded; deliver() is coming while there are some
    int jobs = 0; ///< guarded; in the pool

    /// False: nothing waits, and the job that asks has ended.
    bool next(Waiting *asked)
    {
        const std::lock_guard lock(mutex);
        if (waiting.empty()) {
            --jobs;
            return false;
        }
        *asked = std::move(waiting.front());
        waiting.pop_front();
        return true;
    }

    void give(Answer &&answer)
    {
        const std::lock_guard lock(mutex);
        if (!line)
            return;
        answers.push_back(std::move(answer));
        if (answers.size() == 1)
            QMetaObject::invokeMethod(line, "deliver", Qt::QueuedConnection);
    }
};

struct RequestLine::Job
{
    QThreadPool &pool;
    std::shared_ptr<Shared> shared;

    void run()
    {
        for (int i = 0; i < kRequestsPerJob; ++i) {
            Shared::Waiting asked;
            if (!shared->next(&asked))
                return;
            TakenRequest taken = shared->take(asked.request);
            shared->give({std::move(asked), std::move(taken)});
        }
        start(pool, shared);
    }

    static void start(QThreadPool &pool, const std::shared_ptr<Shared> &shared)
    {
        PoolJob<Job>::start(pool, std::make_shared<Job>(Job{pool, shared}));
    }
};

RequestLine::RequestLine(QThreadPool &pool, std::function<TakenRequest(const UploadRequest &)> take,
                         QObject *parent)
    : QObject(parent)
    , m_pool(pool)
    , m_shared(std::make_shared<Shared>())
{
    m_shared->take = std::move(take);
    m_shared->line = this;
}

RequestLine::~RequestLine()
{
    const std::lock_guard lock(m_shared->mutex);
    m_shared->line = nullptr;
    m_shared->waiting.clear();
    m_shared->answers.clear();
}

void RequestLine::add(quint64 number, const UploadRequest &request)
{
    bool needsJob = false;
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->waiting.push_back({number, request});
        needsJob = m_shared->jobs < std::max(1, m_pool.maxThreadCount() / kOneThreadOf);
        m_shared->jobs += needsJob ? 1 : 0;
    }
    if (needsJob)
        Job::start(m_pool, m_shared);
}

void RequestLine::deliver()
{
    std::vector<Shared::Answer> answers;
    {
        const std::lock_guard lock(m_shared->mutex);
        answers.swap(m_shared->answers);
    }
    for (const Shared::Answer &answer : answers)
        Q_EMIT taken(answer.asked.number, answer.asked.request, answer.taken);
}

} // namespace longshore
