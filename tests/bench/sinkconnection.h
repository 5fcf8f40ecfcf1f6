#pragma once

#include "sinkservice.h"

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

namespace longshore {

/// One connection of a client, served by the thread that calls serve(). Of the body of a part over
/// plain HTTP the kernel throws the bytes away without copying them.
class SinkConnection
{
public:
    /// Takes the connected socket. `tls`: its context, or null for plain HTTP.
    SinkConnection(int socket, SSL_CTX *tls, SinkService &service);
    ~SinkConnection();
    SinkConnection(const SinkConnection &) = delete;
    SinkConnection &operator=(const SinkConnection &) = delete;

    /// Answers requests until the client leaves.
    void serve();

private:
    struct Request
    {
        std::string method;
        std::string path;
        std::int64_t length = 0;
        bool isChunked = false;
        bool wantsContinue = false;
        bool closes = false;
    };

    bool readHead(Request &request);
    /// Reads a body of `length` bytes; into `kept`, or if that is null, into nothing.
    bool readBytes(std::int64_t length, std::string *kept);
    /// Reads a chunked body; gives its length, or -1.
    std::int64_t readChunks(std::string *kept);
    bool readLine(std::string &line);
    /// Reads what there is behind what is read already. False at the end of the connection.
    bool fill();
    std::int64_t discard(std::int64_t most);
    bool write(const std::string &text);
    std::size_t buffered() const { return m_end - m_begin; }

    const int m_socket;
    SinkService &m_service;
    std::unique_ptr<SSL, decltype(&SSL_free)> m_tls;
    std::vector<char> m_buffer;
    std::size_t m_begin = 0; ///< what is read and not used yet
    std::size_t m_end = 0;
};

} // namespace longshore
