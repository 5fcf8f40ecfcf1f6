#include "queue/journalworker.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

JournalWorker::JournalWorker()
    : m_openProblem(u"The journal has not been opened."_s)
{
}

JournalWorker::~JournalWorker()
{
    work();
}

bool JournalWorker::post(JournalRequest &&request)
{
    const std::scoped_lock lock(m_mutex);
    m_requests.push_back(std::move(request));
    return m_requests.size() == 1;
}

std::vector<JournalOutcome> JournalWorker::takeOutcomes()
{
    const std::scoped_lock lock(m_mutex);
    return std::exchange(m_outcomes, {});
}

void JournalWorker::work()
{
    std::vector<JournalRequest> requests;
    {
        const std::scoped_lock lock(m_mutex);
        requests.swap(m_requests);
    }
    if (requests.empty())
        return;

    const auto isOpenRequest = [](const JournalRequest &request) {
        return std::holds_alternative<OpenRequest>(request);
    };
    std::vector<JournalOutcome> outcomes(requests.size());
    for (auto from = requests.cbegin(); from != requests.cend();) {
        const auto index = std::distance(requests.cbegin(), from);
        if (const auto *openRequest = std::get_if<OpenRequest>(&*from)) {
            outcomes[static_cast<std::size_t>(index)] = open(*openRequest);
            ++from;
            continue;
        }
        const auto to = std::find_if(from, requests.cend(), isOpenRequest);
        carryOut(Requests(from, to), Outcomes(outcomes.begin() + index, Requests(from, to).size()));
        from = to;
    }

    {
        const std::scoped_lock lock(m_mutex);
        std::move(outcomes.begin(), outcomes.end(), std::back_inserter(m_outcomes));
    }
    Q_EMIT worked();
}

JournalOutcome JournalWorker::open(const OpenRequest &request)
{
    m_openProblem = m_store.open(request.dataDir);
    return {m_openProblem, {}};
}

void JournalWorker::carryOut(Requests requests, Outcomes outcomes)
{
    if (!m_openProblem.isEmpty()) {
        std::fill(outcomes.begin(), outcomes.end(), JournalOutcome{m_openProblem, {}});
        return;
    }
    const JournalStore::Result together = m_store.carryOut(requests, outcomes);
    // Where the journal is locked the next try would only wait once more.
    if (together != JournalStore::Result::Failed || requests.size() == 1)
        return;
    // One that can't be carried out must not take the others with it.
    for (std::size_t i = 0; i < requests.size(); ++i)
        m_store.carryOut(requests.subspan(i, 1), outcomes.subspan(i, 1));
}

} // namespace longshore
