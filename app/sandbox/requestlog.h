#pragma once

#include "faults.h"
#include "sandbox.h"
#include "statistics.h"

#include <QByteArray>

#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace longshore::sandbox {

/// One request that was counted, while and after it is handled.
struct LoggedRequest
{
    Call call = Call::Create;
    qint64 number = 0;
    QByteArray target;
    std::atomic<qint64> bodyBytes{0};
    std::atomic<int> status{0};
};

/// Counts the requests by call. Thread-safe.
class RequestLog
{
public:
    /// Headers have arrived.
    std::shared_ptr<LoggedRequest> arrived(Call call, const QByteArray &target);
    /// A request's answer is about to be sent, or there will be none. Once for each request.
    void left(const LoggedRequest &request);

    [[nodiscard]] SandboxStatistics::Requests counts() const;
    [[nodiscard]] int peakParts() const;
    [[nodiscard]] std::vector<RequestView> views() const; ///< oldest first

private:
    mutable std::mutex m_mutex;
    std::array<qint64, CallCount> m_counts{};
    int m_parts = 0;
    int m_peakParts = 0;
    std::deque<std::shared_ptr<LoggedRequest>> m_latest;
};

} // namespace longshore::sandbox
