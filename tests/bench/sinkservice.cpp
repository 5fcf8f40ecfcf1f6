#include "sinkservice.h"

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace longshore {

namespace {

constexpr std::string_view base = "/v1";
constexpr int life = 3600; // seconds, as at the service
// More than any client's multipart needs for its boundary and headers.
constexpr std::int64_t largestFrame = 2048;

std::string newId(std::string_view kind, std::int64_t number)
{
    std::string digits(32, '0');
    std::snprintf(digits.data(), digits.size() + 1, "%032llx",
                  static_cast<unsigned long long>(number));
    return std::string(kind) + digits;
}

SinkAnswer refusal(int status, const std::string &message)
{
    return {status,
            "{\"error\":{\"message\":\"" + message
                + "\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}"};
}

std::int64_t nowMs()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

/// The number after "bytes": in a JSON object, or -1.
std::int64_t bytesIn(std::string_view json)
{
    constexpr std::string_view name = "\"bytes\":";
    const std::size_t at = json.find(name);
    if (at == std::string_view::npos)
        return -1;
    return std::strtoll(std::string(json.substr(at + name.size(), 24)).c_str(), nullptr, 10);
}

std::string uploadJson(const std::string &id, std::int64_t bytes, std::string_view status,
                       const std::string &file)
{
    const std::time_t now = std::time(nullptr);
    return "{\"id\":\"" + id + "\",\"object\":\"upload\",\"bytes\":" + std::to_string(bytes)
        + ",\"created_at\":" + std::to_string(now) + ",\"filename\":\"f\",\"purpose\":\"user_data\""
        + ",\"status\":\"" + std::string(status) + "\",\"expires_at\":" + std::to_string(now + life)
        + (file.empty() ? "" : ",\"file\":" + file) + "}";
}

std::string fileJson(const std::string &id, std::int64_t bytes)
{
    return "{\"object\":\"file\",\"id\":\"" + id + "\",\"purpose\":\"user_data\",\"filename\":\"f\""
        + ",\"bytes\":" + std::to_string(bytes)
        + ",\"created_at\":" + std::to_string(std::time(nullptr))
        + ",\"expires_at\":null,\"status\":\"processed\",\"status_details\":null}";
}

/// Takes the path up to the next slash off its beginning.
std::string_view takeSegment(std::string_view &path)
{
    if (path.starts_with('/'))
        path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find_first_of("/?"));
    path.remove_prefix(segment.size());
    return segment;
}

double seconds(const timeval &time)
{
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

} // namespace

bool SinkService::needsBody(std::string_view method, std::string_view path)
{
    return method == "POST" && !path.ends_with("/parts");
}

SinkAnswer SinkService::answer(std::string_view method, std::string_view path,
                               std::string_view body, std::int64_t bytes)
{
    if (path.starts_with(base))
        path.remove_prefix(base.size());
    const std::string_view kind = takeSegment(path);
    const std::string_view id = takeSegment(path);
    const std::string_view what = takeSegment(path);
    if (method == "GET" && kind == "figures")
        return figures();
    if (method == "GET" && kind == "history")
        return history();
    if (method == "GET" && kind == "files" && id.empty())
        return {200, R"({"object":"list","data":[],"has_more":false})"};
    const std::lock_guard lock(m_mutex);
    if (method == "GET" && kind == "files")
        return file(id);
    if (method != "POST" || kind != "uploads")
        return refusal(404, "There is nothing at this address.");
    if (id.empty())
        return create(body);
    if (!m_uploads.contains(id))
        return refusal(404, "There is no such upload.");
    if (what == "parts")
        return addPart(id, bytes);
    if (what == "complete")
        return complete(id, body);
    if (what == "cancel")
        return cancel(id);
    return refusal(404, "There is nothing at this address.");
}

SinkAnswer SinkService::create(std::string_view body)
{
    Upload upload;
    upload.bytes = bytesIn(body);
    if (upload.bytes < 1)
        return refusal(400, "An upload has at least one byte.");
    const std::string id = newId("upload_", ++m_lastId);
    const std::string json = uploadJson(id, upload.bytes, "pending", {});
    m_uploads.emplace(id, std::move(upload));
    return {200, json};
}

SinkAnswer SinkService::addPart(std::string_view id, std::int64_t bytes)
{
    const std::string part = newId("part_", ++m_lastId);
    ++m_parts;
    m_uploads.find(id)->second.parts.emplace(part, bytes);
    if (!m_received.empty())
        m_answered.push_back({nowMs(), part});
    return {200,
            "{\"id\":\"" + part + "\",\"object\":\"upload.part\",\"created_at\":"
                + std::to_string(std::time(nullptr)) + ",\"upload_id\":\"" + std::string(id)
                + "\"}"};
}

SinkAnswer SinkService::complete(std::string_view id, std::string_view body)
{
    const auto upload = m_uploads.find(id);
    std::int64_t received = 0;
    std::int64_t count = 0;
    constexpr std::string_view opening = "\"part_";
    std::size_t at = body.find(opening);
    // The key part_ids begins alike; it is none of the ids.
    for (; at != std::string_view::npos; at = body.find(opening, at + 1)) {
        const std::string_view rest = body.substr(at + 1);
        const auto part = upload->second.parts.find(rest.substr(0, rest.find('"')));
        if (part == upload->second.parts.end())
            continue;
        received += part->second;
        ++count;
    }
    const std::int64_t bytes = upload->second.bytes;
    if (received < bytes || received > bytes + count * largestFrame) {
        return refusal(400,
                       "The upload has " + std::to_string(bytes) + " bytes, its parts "
                           + std::to_string(received) + ".");
    }
    const std::string file = newId("file-", ++m_lastId);
    const SinkAnswer answer{200,
                            uploadJson(upload->first, bytes, "completed", fileJson(file, bytes))};
    m_files.emplace(file, bytes);
    m_uploads.erase(upload);
    ++m_completed;
    return answer;
}

SinkAnswer SinkService::cancel(std::string_view id)
{
    const auto upload = m_uploads.find(id);
    const SinkAnswer answer{200, uploadJson(upload->first, upload->second.bytes, "cancelled", {})};
    m_uploads.erase(upload);
    return answer;
}

SinkAnswer SinkService::file(std::string_view id) const
{
    const auto found = m_files.find(id);
    if (found == m_files.end())
        return refusal(404, "There is no such file.");
    return {200, fileJson(found->first, found->second)};
}

void SinkService::sample()
{
    const std::lock_guard lock(m_mutex);
    m_received.push_back({nowMs(), m_bytes.load()});
}

SinkAnswer SinkService::history() const
{
    const std::lock_guard lock(m_mutex);
    std::string received;
    for (const auto &[time, bytes] : m_received) {
        received += received.empty() ? "" : ",";
        received += "[" + std::to_string(time) + "," + std::to_string(bytes) + "]";
    }
    std::string answered;
    for (const auto &[time, part] : m_answered) {
        answered += answered.empty() ? "" : ",";
        answered += "[" + std::to_string(time) + ",\"" + part + "\"]";
    }
    return {200, "{\"received\":[" + received + "],\"answered\":[" + answered + "]}"};
}

SinkAnswer SinkService::figures() const
{
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const std::lock_guard lock(m_mutex);
    return {200,
            "{\"bytes\":" + std::to_string(m_bytes.load()) + ",\"connections\":"
                + std::to_string(m_connections.load()) + ",\"parts\":" + std::to_string(m_parts)
                + ",\"completed\":" + std::to_string(m_completed) + ",\"cpu_seconds\":"
                + std::to_string(seconds(used.ru_utime) + seconds(used.ru_stime)) + "}"};
}

} // namespace longshore
