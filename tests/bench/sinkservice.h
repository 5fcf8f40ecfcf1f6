#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace longshore {

/// What is sent back for a request.
struct SinkAnswer
{
    int status = 200;
    std::string body; ///< JSON
};

/// The Uploads service as far as uploads need it, without their content: it knows how many bytes
/// came. An upload completes only if its listed parts were as many bytes as it said, give or take
/// what multipart needs around them. Any thread may call any function.
class SinkService
{
public:
    /// True if the body of such a request is needed to answer it; that of a part is counted only.
    static bool needsBody(std::string_view method, std::string_view path);

    /// Answers a request. `body` is that of one that needsBody(), `bytes` how long it was.
    SinkAnswer answer(std::string_view method, std::string_view path, std::string_view body,
                      std::int64_t bytes);

    /// Notes how many bytes came by now. From the first time on the answers to parts are noted too.
    void sample();

    /// Counts bytes of bodies as they come in.
    void count(std::int64_t bytes) { m_bytes.fetch_add(bytes, std::memory_order_relaxed); }
    void countConnection() { m_connections.fetch_add(1, std::memory_order_relaxed); }

private:
    struct Upload
    {
        std::int64_t bytes = 0;
        std::map<std::string, std::int64_t, std::less<>> parts; ///< by id
    };

    template <typename Value> struct Moment
    {
        std::int64_t time; ///< ms since 1970, which clients can read too
        Value value;
    };

    SinkAnswer create(std::string_view body);
    SinkAnswer addPart(std::string_view id, std::int64_t bytes);
    SinkAnswer complete(std::string_view id, std::string_view body);
    SinkAnswer cancel(std::string_view id);
    SinkAnswer file(std::string_view id) const;
    SinkAnswer figures() const;
    SinkAnswer history() const;

    mutable std::mutex m_mutex; ///< for those below
    std::map<std::string, Upload, std::less<>> m_uploads;
    std::map<std::string, std::int64_t, std::less<>> m_files;
    std::int64_t m_lastId = 0;
    std::int64_t m_parts = 0;
    std::int64_t m_completed = 0;
    std::vector<Moment<std::int64_t>> m_received;
    std::vector<Moment<std::string>> m_answered; ///< ids of parts

    std::atomic<std::int64_t> m_bytes = 0;
    std::atomic<std::int64_t> m_connections = 0;
};

} // namespace longshore
