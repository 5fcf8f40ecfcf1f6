#pragma once

#include "queue/journalbacklog.h"
#include "queue/journalrequest.h"
#include "queue/journalstore.h"

#include <QObject>
#include <QTimer>

#include <mutex>
#include <span>
#include <vector>

namespace longshore {

/// The journal's side in its own thread: carries out requests in their order, those that wait at
/// the time in one transaction or, if they are very many, in some. What can't be written is kept,
/// and written once it can be. Between requests it forgets uploads that ended long ago.
class JournalWorker final : public QObject
{
    Q_OBJECT

public:
    JournalWorker();
    /// Carries out what waits, without much patience for other processes.
    ~JournalWorker() override;

    /// Any thread. True if work() has to be called for it.
    [[nodiscard]] bool post(JournalRequest &&request);
    /// Any thread. An outcome for each request, in their order.
    std::vector<JournalReport> takeReports();

    void work();

Q_SIGNALS:
    /// There are reports to take.
    void worked();

private:
    using Requests = std::span<const JournalRequest>;
    using Outcomes = std::span<JournalOutcome>;

    /// Those that wait, or the first of very many.
    std::vector<JournalRequest> takeRequests();
    void carryOutAll(const std::vector<JournalRequest> &requests);
    JournalOutcome open(const OpenRequest &request);
    void carryOut(Requests requests, Outcomes outcomes);
    void carryOutEach(Requests requests, Outcomes outcomes, bool mayWrite);
    /// What has to wait, as far as it can be written now.
    void writeBacklog();
    void tryAgain();
    void prune();
    /// `written`: something, without a problem.
    void report(std::vector<JournalOutcome> &&outcomes, bool written);

    // std::mutex rather than Qt's, which ThreadSanitizer can't see into; signals only wake.
    std::mutex m_mutex;
    std::vector<JournalRequest> m_requests; ///< guarded by m_mutex
    std::vector<JournalReport> m_reports; ///< guarded by m_mutex

    JournalStore m_store;
    bool m_asked = false; ///< to open the journal
    JournalBacklog m_backlog;
    QString m_problem; ///< the last one with the journal itself; empty since it works again
    QTimer m_retryTimer{this};
    QTimer m_pruneTimer{this};
};

} // namespace longshore
