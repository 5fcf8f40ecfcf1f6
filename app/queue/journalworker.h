#pragma once

#include "queue/journalrequest.h"
#include "queue/journalstore.h"

#include <QObject>

#include <mutex>
#include <span>
#include <vector>

namespace longshore {

/// The journal's side in its own thread: carries out requests in their order, those that wait at
/// the time in one transaction.
class JournalWorker final : public QObject
{
    Q_OBJECT

public:
    JournalWorker();
    /// Carries out what waits.
    ~JournalWorker() override;

    /// Any thread. True if work() has to be called for it.
    [[nodiscard]] bool post(JournalRequest &&request);
    /// Any thread. One for each request, in their order.
    std::vector<JournalOutcome> takeOutcomes();

    void work();

Q_SIGNALS:
    /// There are outcomes to take.
    void worked();

private:
    using Requests = std::span<const JournalRequest>;
    using Outcomes = std::span<JournalOutcome>;

    JournalOutcome open(const OpenRequest &request);
    void carryOut(Requests requests, Outcomes outcomes);

    // std::mutex rather than Qt's, which ThreadSanitizer can't see into; signals only wake.
    std::mutex m_mutex;
    std::vector<JournalRequest> m_requests; ///< guarded by m_mutex
    std::vector<JournalOutcome> m_outcomes; ///< guarded by m_mutex

    JournalStore m_store;
    QString m_openProblem;
};

} // namespace longshore
