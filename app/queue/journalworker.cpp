#include "queue/journalworker.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// Until what could not be written is tried anew, unless a request comes first.
constexpr std::chrono::seconds kRetryPause = 10s;
// Requests in one transaction: few enough to be done within a second, and for others to go on with
// those before meanwhile.
constexpr std::size_t kAtOnce = 1000;
// Between two steps of pruning, so that it doesn't keep the disk busy.
constexpr std::chrono::milliseconds kPrunePause = 20ms;
// The program may run for weeks.
constexpr std::chrono::hours kPruneInterval = 6h;
// For other processes when the program ends, which must not take long.
constexpr std::chrono::milliseconds kLastPatience = 300ms;

} // namespace

JournalWorker::JournalWorker()
{
    m_retryTimer.setSingleShot(true);
    m_pruneTimer.setSingleShot(true);
    connect(&m_retryTimer, &QTimer::timeout, this, &JournalWorker::tryAgain);
    connect(&m_pruneTimer, &QTimer::timeout, this, &JournalWorker::prune);
}

JournalWorker::~JournalWorker()
{
    m_store.setPatience(kLastPatience);
    work();
    writeBacklog();
}

bool JournalWorker::post(JournalRequest &&request)
{
    const std::scoped_lock lock(m_mutex);
    m_requests.push_back(std::move(request));
    return m_requests.size() == 1;
}

std::vector<JournalReport> JournalWorker::takeReports()
{
    const std::scoped_lock lock(m_mutex);
    return std::exchange(m_reports, {});
}

std::vector<JournalRequest> JournalWorker::takeRequests()
{
    const std::scoped_lock lock(m_mutex);
    if (m_requests.size() <= kAtOnce)
        return std::exchange(m_requests, {});
    const auto end = m_requests.begin() + kAtOnce;
    std::vector<JournalRequest> taken(std::make_move_iterator(m_requests.begin()),
                                      std::make_move_iterator(end));
    m_requests.erase(m_requests.begin(), end);
    return taken;
}

void JournalWorker::work()
{
    for (auto requests = takeRequests(); !requests.empty(); requests = takeRequests())
        carryOutAll(requests);
}

void JournalWorker::carryOutAll(const std::vector<JournalRequest> &requests)
{
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
    const bool written = !std::all_of(requests.cbegin(), requests.cend(), isReading)
        && std::all_of(outcomes.cbegin(), outcomes.cend(),
                       [](const JournalOutcome &outcome) { return outcome.problem.isEmpty(); });
    report(std::move(outcomes), written);
}

JournalOutcome JournalWorker::open(const OpenRequest &request)
{
    m_asked = true;
    const QString problem = m_store.open(request.dataDir);
    if (!problem.isEmpty())
        m_problem = problem;
    m_pruneTimer.start(kPrunePause);
    return {problem, {}, 0};
}

void JournalWorker::carryOut(Requests requests, Outcomes outcomes)
{
    if (!m_asked) {
        std::fill(outcomes.begin(), outcomes.end(),
                  JournalOutcome{u"The journal has not been opened."_s, {}, 0});
        return;
    }
    if (!std::all_of(requests.begin(), requests.end(), isReading))
        writeBacklog();
    if (!m_backlog.isEmpty()) {
        carryOutEach(requests, outcomes, false);
        return;
    }
    const JournalStore::Result together = m_store.carryOut(requests, outcomes);
    if (together == JournalStore::Result::Done)
        return;
    const bool isRefused = together == JournalStore::Result::Refused;
    if (!isRefused)
        m_problem = outcomes.front().problem;
    // One that can't be carried out must not take the others with it.
    if (!isRefused || requests.size() > 1)
        carryOutEach(requests, outcomes, isRefused);
}

void JournalWorker::carryOutEach(Requests requests, Outcomes outcomes, bool mayWrite)
{
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const bool reads = isReading(requests[i]);
        if (reads || mayWrite) {
            const JournalStore::Result result =
                m_store.carryOut(requests.subspan(i, 1), outcomes.subspan(i, 1));
            if (result == JournalStore::Result::Done || result == JournalStore::Result::Refused)
                continue;
            m_problem = outcomes[i].problem;
        }
        if (reads)
            continue;
        // What follows has to wait, too, for the sake of the order.
        mayWrite = false;
        outcomes[i] = {m_problem, {}, 0};
        m_backlog.keep(requests[i]);
    }
}

void JournalWorker::writeBacklog()
{
    std::size_t atMost = kAtOnce;
    while (!m_backlog.isEmpty()) {
        const std::vector<JournalRequest> requests = m_backlog.first(atMost);
        std::vector<JournalOutcome> outcomes(requests.size());
        const JournalStore::Result result = m_store.carryOut(requests, outcomes);
        const bool isRefused = result == JournalStore::Result::Refused;
        if (result != JournalStore::Result::Done && !isRefused) {
            m_problem = outcomes.front().problem;
            return;
        }
        // The one to blame is found by trying each.
        if (isRefused && requests.size() > 1) {
            atMost = 1;
            continue;
        }
        m_backlog.dropFirst(requests.size());
    }
}

void JournalWorker::tryAgain()
{
    writeBacklog();
    bool works = m_backlog.isEmpty();
    if (works) {
        // Changes nothing, but finds out whether anything could be changed.
        const JournalRequest request = PositionsRequest{};
        JournalOutcome outcome;
        works = m_store.carryOut({&request, 1}, {&outcome, 1}) == JournalStore::Result::Done;
    }
    report({}, works);
}

void JournalWorker::prune()
{
    if (m_store.pruneSome())
        m_pruneTimer.start(kPrunePause);
    else
        m_pruneTimer.start(kPruneInterval);
}

void JournalWorker::report(std::vector<JournalOutcome> &&outcomes, bool written)
{
    const bool hasRecovered = written && !m_problem.isEmpty() && m_backlog.isEmpty();
    if (hasRecovered)
        m_problem.clear();
    {
        const std::scoped_lock lock(m_mutex);
        for (const QString &notice : m_store.takeNotices())
            m_reports.emplace_back(JournalNotice{notice});
        std::move(outcomes.begin(), outcomes.end(), std::back_inserter(m_reports));
        if (hasRecovered)
            m_reports.emplace_back(JournalRecovered{});
    }
    if (m_problem.isEmpty())
        m_retryTimer.stop();
    else if (!m_retryTimer.isActive())
        m_retryTimer.start(kRetryPause);
    Q_EMIT worked();
}

} // namespace longshore
