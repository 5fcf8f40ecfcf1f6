#pragma once

#include "transfer/pooljob.h"

#include <QFutureWatcher>
#include <QObject>
#include <QPromise>

#include <memory>
#include <type_traits>

namespace longshore {

template <typename Work>
struct PoolTask
{
    Work work;
    QPromise<std::invoke_result_t<Work>> promise;

    void run()
    {
        promise.addResult(work());
        promise.finish();
    }
};

/// Runs `work` in a pool thread and hands what it returns to `then` in the thread of `context`
/// (which calls this), unless `context` is gone by then. `work` must not touch `context`.
template <typename Work, typename Then>
void runInPool(QThreadPool &pool, QObject *context, Work work, Then then)
{
    using Result = std::invoke_result_t<Work>;
    auto task = std::make_shared<PoolTask<Work>>(std::move(work));
    auto *watcher = new QFutureWatcher<Result>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context,
                     [watcher, then = std::move(then)]() mutable {
                         watcher->deleteLater();
                         then(watcher->result());
                     });
    task->promise.start();
    watcher->setFuture(task->promise.future());
    PoolJob<PoolTask<Work>>::start(pool, std::move(task));
}

} // namespace longshore
