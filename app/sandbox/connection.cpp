#include "connection.h"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>

#include <algorithm>
#include <limits>

namespace http = boost::beast::http;
namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace longshore::sandbox {

namespace {

constexpr std::uint32_t MaximumHeadBytes = 16 * 1024;
/// Large reads are what makes a fast client fast; a connection needs one buffer.
constexpr std::size_t ReadBytes = 512 * 1024;
/// With a rate, so small that the flow looks even.
constexpr std::size_t SlowestReadBytes = 1;
constexpr std::size_t SlowReadBytes = 16 * 1024;
constexpr int SlowReadsPerSecond = 20;
/// What the kernel takes for a stalled or slow reader, so that the client notices.
constexpr int SmallReceiveBuffer = 64 * 1024;

constexpr auto HeadTimeout = 120s; ///< of an idle connection too
constexpr auto TransferTimeout = 300s; ///< without a byte
/// Of a refused body, what is still read to keep the connection.
constexpr std::uint64_t CheapBodyBytes = 64 * 1024;

constexpr std::string_view Continue = "HTTP/1.1 100 Continue\r\n\r\n";

} // namespace

Connection::Connection(asio::ip::tcp::socket socket, const Services &services, const Worker &worker)
    : m_stream(std::move(socket))
    , m_timer(m_stream.get_executor())
    , m_services(services)
    , m_worker(worker)
{
    ErrorCode ignored;
    m_stream.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
}

void Connection::readHead()
{
    m_exchange.reset();
    m_earlyRefusal.reset();
    m_isKeptAlive = false;
    m_parser.emplace();
    m_parser->header_limit(MaximumHeadBytes);
    // What is too much depends on the request. Boost 1.74 takes boost::none for a limit of 0.
    m_parser->body_limit(std::numeric_limits<std::uint64_t>::max());
    m_stream.expires_after(HeadTimeout);
    http::async_read_header(
        m_stream, m_buffer, *m_parser,
        bound([](Connection *self, ErrorCode error, std::size_t) { self->headArrived(error); }));
}

void Connection::headArrived(ErrorCode error)
{
    m_arrival = std::chrono::steady_clock::now();
    const bool hasLeft =
        error == http::error::end_of_stream || error == http::error::partial_message;
    if (!hasLeft && error.category() == make_error_code(http::error::bad_method).category()) {
        const bool isTooLong = error == http::error::header_limit;
        sendAnswer(refusal(isTooLong ? 431 : 400,
                           isTooLong ? QStringLiteral("The request's headers are too long.")
                                     : QStringLiteral("The request is not valid HTTP.")));
        return;
    }
    if (error)
        return close();
    m_isKeptAlive = m_parser->keep_alive();
    m_exchange = std::make_unique<Exchange>(m_services, head());
    m_parser->eager(true);
    m_parser->get().body() = [this](std::string_view bytes) { return takeBody(bytes); };
    if (hasFault(FaultAction::Reset))
        return reset();
    if (stallsAt(StallPoint::Headers))
        return stall();
    if (hasFault(FaultAction::Slow) || stallsAt(StallPoint::Body)) {
        ErrorCode ignored;
        m_stream.socket().set_option(asio::socket_base::receive_buffer_size(SmallReceiveBuffer),
                                     ignored);
    }
    if (!hasFault(FaultAction::Delay))
        return headUnderstood();
    m_timer.expires_after(m_exchange->fault()->delay);
    m_timer.async_wait(bound([](Connection *self, ErrorCode) { self->headUnderstood(); }));
}

RequestHead Connection::head() const
{
    const auto &request = m_parser->get();
    const auto bytes = [](boost::beast::string_view text) {
        return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
    };
    RequestHead head{bytes(request.method_string()),
                     bytes(request.target()),
                     bytes(request[http::field::content_type]),
                     bytes(request[http::field::authorization]),
                     bytes(request["api-key"]),
                     {}};
    if (const auto length = m_parser->content_length(); length)
        head.contentLength = static_cast<qint64>(
            std::min<std::uint64_t>(*length, std::uint64_t(std::numeric_limits<qint64>::max())));
    return head;
}

void Connection::headUnderstood()
{
    const bool waitsForContinue =
        boost::beast::iequals(m_parser->get()[http::field::expect], "100-continue");
    if (const auto refused = m_exchange->begin()) {
        // A client that waits has sent nothing yet, and is spared to.
        if (waitsForContinue)
            return workDone(*refused);
        return refuse(*refused);
    }
    if (!waitsForContinue || m_parser->is_done())
        return parseBody(); // what came with the head may be the beginning of the body
    m_stream.expires_after(TransferTimeout);
    asio::async_write(m_stream, asio::buffer(Continue),
                      bound([](Connection *self, ErrorCode error, std::size_t) {
                          error ? self->close() : self->parseBody();
                      }));
}

void Connection::readBody()
{
    m_stream.expires_after(TransferTimeout);
    m_stream.async_read_some(m_buffer.prepare(readSize()),
                             bound([](Connection *self, ErrorCode error, std::size_t length) {
                                 self->bodyArrived(error, length);
                             }));
}

std::size_t Connection::readSize() const
{
    const FaultRule *fault = m_exchange->fault();
    if (hasFault(FaultAction::Slow))
        return std::clamp(static_cast<std::size_t>(fault->rate / SlowReadsPerSecond),
                          SlowestReadBytes, SlowReadBytes);
    if (hasFault(FaultAction::ResetMid)) {
        const qint64 left = fault->afterBytes - m_exchange->bodyBytes();
        return static_cast<std::size_t>(std::clamp<qint64>(left, 1, ReadBytes));
    }
    return stallsAt(StallPoint::Body) ? SlowReadBytes : ReadBytes;
}

void Connection::bodyArrived(ErrorCode error, std::size_t length)
{
    if (error)
        return close(); // the client left
    m_buffer.commit(length);
    if (!hasFault(FaultAction::Slow))
        return parseBody();
    // At the pace of the rate from the head on, whatever the network's own is.
    const auto due = std::chrono::duration<double>(
        static_cast<double>(m_exchange->bodyBytes() + static_cast<qint64>(length))
        / static_cast<double>(m_exchange->fault()->rate));
    m_timer.expires_at(m_arrival
                       + std::chrono::duration_cast<std::chrono::steady_clock::duration>(due));
    m_timer.async_wait(bound([](Connection *self, ErrorCode) { self->parseBody(); }));
}

bool Connection::takeBody(std::string_view bytes)
{
    if (!m_earlyRefusal)
        m_earlyRefusal = m_exchange->takeBody(bytes);
    return true;
}

void Connection::parseBody()
{
    while (m_buffer.size() > 0 && !m_parser->is_done()) {
        ErrorCode error;
        const std::size_t parsed = m_parser->put(m_buffer.data(), error);
        m_buffer.consume(parsed);
        if (error == http::error::need_more)
            break;
        if (error)
            return workDone(refusal(400, QStringLiteral("The request is not valid HTTP.")));
    }
    const FaultRule *fault = m_exchange->fault();
    if (hasFault(FaultAction::ResetMid)
        && (m_exchange->bodyBytes() >= fault->afterBytes || m_parser->is_done()))
        return reset();
    if (stallsAt(StallPoint::Body) && (m_exchange->bodyBytes() > 0 || m_parser->is_done()))
        return stall();
    if (m_parser->is_done())
        return bodyEnded();
    if (m_earlyRefusal) {
        const auto left = m_parser->content_length_remaining();
        if (!left || *left > CheapBodyBytes)
            return workDone(*m_earlyRefusal);
    }
    readBody();
}

/// Answers at once, unless the rest of the body is so small that the connection can be kept.
void Connection::refuse(const Answer &answer)
{
    m_earlyRefusal = answer;
    parseBody();
}

void Connection::bodyEnded()
{
    if (m_earlyRefusal)
        return workDone(*m_earlyRefusal);
    if (!m_exchange->takesLong())
        return workDone(m_exchange->finish());
    m_stream.expires_never();
    m_worker([self = shared_from_this()] {
        const auto answer = std::make_shared<Answer>(self->m_exchange->finish());
        asio::post(self->m_stream.get_executor(), [self, answer] { self->workDone(*answer); });
    });
}

void Connection::workDone(Answer answer)
{
    if (hasFault(FaultAction::Lost))
        return close();
    if (stallsAt(StallPoint::Answer))
        return stall();
    sendAnswer(std::move(answer));
}

} // namespace longshore::sandbox
