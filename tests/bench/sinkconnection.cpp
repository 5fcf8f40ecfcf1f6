#include "sinkconnection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string_view>

namespace longshore {

namespace {

constexpr std::size_t bufferBytes = 128 * 1024;
// A client that sends a longer head is none of those measured here.
constexpr std::size_t longestLine = 16 * 1024;
// Thrown away at once; enough that the calls weigh nothing.
constexpr std::int64_t discardedAtOnce = 4 * 1024 * 1024;

bool isHeader(const std::string &line, std::string_view name, std::string &value)
{
    if (line.size() <= name.size() || line[name.size()] != ':'
        || strncasecmp(line.data(), name.data(), name.size()) != 0)
        return false;
    const std::size_t start = line.find_first_not_of(" \t", name.size() + 1);
    value = start == std::string::npos ? std::string() : line.substr(start);
    return true;
}

std::string headOf(const SinkAnswer &answer, bool closes)
{
    char date[64];
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return "HTTP/1.1 " + std::to_string(answer.status) + (answer.status == 200 ? " OK" : " Refused")
        + "\r\nDate: " + date + "\r\nContent-Type: application/json\r\nContent-Length: "
        + std::to_string(answer.body.size()) + "\r\nx-request-id: req_bench\r\nConnection: "
        + (closes ? "close" : "keep-alive") + "\r\n\r\n";
}

} // namespace

SinkConnection::SinkConnection(int socket, SSL_CTX *tls, SinkService &service)
    : m_socket(socket)
    , m_service(service)
    , m_tls(tls ? SSL_new(tls) : nullptr, &SSL_free)
    , m_buffer(bufferBytes)
{
    const int on = 1;
    setsockopt(m_socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (m_tls)
        SSL_set_fd(m_tls.get(), m_socket);
}

SinkConnection::~SinkConnection()
{
    close(m_socket);
}

void SinkConnection::serve()
{
    if (m_tls && SSL_accept(m_tls.get()) != 1)
        return;
    m_service.countConnection();
    Request request;
    while (readHead(request)) {
        if (request.wantsContinue && !write("HTTP/1.1 100 Continue\r\n\r\n"))
            return;
        std::string body;
        std::string *kept = SinkService::needsBody(request.method, request.path) ? &body : nullptr;
        if (request.isChunked)
            request.length = readChunks(kept);
        else if (!readBytes(request.length, kept))
            return;
        if (request.length < 0)
            return;
        const SinkAnswer answer =
            m_service.answer(request.method, request.path, body, request.length);
        if (!write(headOf(answer, request.closes) + answer.body) || request.closes)
            return;
    }
}

bool SinkConnection::readHead(Request &request)
{
    request = {};
    std::string line;
    if (!readLine(line))
        return false;
    const std::size_t first = line.find(' ');
    const std::size_t second = line.find(' ', first + 1);
    if (first == std::string::npos || second == std::string::npos)
        return false;
    request.method = line.substr(0, first);
    request.path = line.substr(first + 1, second - first - 1);
    std::string value;
    while (readLine(line)) {
        if (line.empty())
            return true;
        if (isHeader(line, "content-length", value))
            request.length = std::strtoll(value.c_str(), nullptr, 10);
        else if (isHeader(line, "transfer-encoding", value))
            request.isChunked = strcasecmp(value.c_str(), "chunked") == 0;
        else if (isHeader(line, "expect", value))
            request.wantsContinue = true;
        else if (isHeader(line, "connection", value))
            request.closes = strcasecmp(value.c_str(), "close") == 0;
    }
    return false;
}

bool SinkConnection::readLine(std::string &line)
{
    line.clear();
    while (line.size() <= longestLine) {
        if (buffered() == 0 && !fill())
            return false;
        const char *from = m_buffer.data() + m_begin;
        const void *end = std::memchr(from, '\n', buffered());
        const std::size_t length =
            end ? static_cast<std::size_t>(static_cast<const char *>(end) - from) : buffered();
        line.append(from, length);
        m_begin += length + (end ? 1 : 0);
        if (end) {
            if (line.ends_with('\r'))
                line.pop_back();
            return true;
        }
    }
    return false;
}

bool SinkConnection::readBytes(std::int64_t length, std::string *kept)
{
    while (length > 0) {
        std::int64_t taken = 0;
        if (buffered() > 0 || kept || m_tls) {
            if (buffered() == 0 && !fill())
                return false;
            const std::size_t used =
                static_cast<std::size_t>(std::min(length, static_cast<std::int64_t>(buffered())));
            if (kept)
                kept->append(m_buffer.data() + m_begin, used);
            m_begin += used;
            taken = static_cast<std::int64_t>(used);
        } else {
            taken = discard(length);
            if (taken <= 0)
                return false;
        }
        m_service.count(taken);
        length -= taken;
    }
    return true;
}

std::int64_t SinkConnection::readChunks(std::string *kept)
{
    std::int64_t length = 0;
    std::string line;
    while (readLine(line)) {
        const std::int64_t chunk = std::strtoll(line.c_str(), nullptr, 16);
        if (chunk < 0 || !readBytes(chunk, kept) || !readLine(line))
            return -1;
        if (chunk == 0)
            return length;
        length += chunk;
    }
    return -1;
}

bool SinkConnection::fill()
{
    m_begin = m_end = 0;
    ssize_t count = 0;
    if (m_tls)
        count = SSL_read(m_tls.get(), m_buffer.data(), static_cast<int>(m_buffer.size()));
    else
        count = recv(m_socket, m_buffer.data(), m_buffer.size(), 0);
    if (count <= 0)
        return false;
    m_end = static_cast<std::size_t>(count);
    return true;
}

std::int64_t SinkConnection::discard(std::int64_t most)
{
    const auto size = static_cast<std::size_t>(std::min(most, discardedAtOnce));
    return recv(m_socket, nullptr, size, MSG_TRUNC);
}

bool SinkConnection::write(const std::string &text)
{
    std::size_t done = 0;
    while (done < text.size()) {
        const char *from = text.data() + done;
        const std::size_t left = text.size() - done;
        const ssize_t count = m_tls ? SSL_write(m_tls.get(), from, static_cast<int>(left))
                                    : send(m_socket, from, left, MSG_NOSIGNAL);
        if (count <= 0)
            return false;
        done += static_cast<std::size_t>(count);
    }
    return true;
}

} // namespace longshore
