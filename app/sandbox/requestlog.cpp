#include "requestlog.h"

#include <algorithm>

namespace longshore::sandbox {

namespace {

/// How many requests can be looked at afterwards: 5 MB at most.
constexpr std::size_t KeptRequests = 4096;
constexpr qsizetype KeptTargetBytes = 1024;

} // namespace

std::shared_ptr<LoggedRequest> RequestLog::arrived(Call call, const QByteArray &target)
{
    auto request = std::make_shared<LoggedRequest>();
    request->call = call;
    request->target = target.left(KeptTargetBytes);
    const std::lock_guard lock(m_mutex);
    request->number = ++m_counts[static_cast<std::size_t>(call)];
    if (call == Call::Part)
        m_peakParts = std::max(m_peakParts, ++m_parts);
    m_latest.push_back(request);
    if (m_latest.size() > KeptRequests)
        m_latest.pop_front();
    return request;
}

void RequestLog::left(const LoggedRequest &request)
{
    const std::lock_guard lock(m_mutex);
    if (request.call == Call::Part)
        --m_parts;
}

SandboxStatistics::Requests RequestLog::counts() const
{
    const std::lock_guard lock(m_mutex);
    const auto of = [this](Call call) { return m_counts[static_cast<std::size_t>(call)]; };
    return {of(Call::Create), of(Call::Part), of(Call::Complete), of(Call::Cancel),
            of(Call::Files)};
}

int RequestLog::peakParts() const
{
    const std::lock_guard lock(m_mutex);
    return m_peakParts;
}

std::vector<RequestView> RequestLog::views() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<RequestView> views;
    for (const auto &request : m_latest)
        views.push_back({request->call, request->number, request->target, request->bodyBytes.load(),
                         request->status.load()});
    return views;
}

} // namespace longshore::sandbox
