// How a request ends on the connection: with an answer, with one that is cut, or without any.

#include "answerhead.h"
#include "connection.h"

#include <boost/asio/write.hpp>

#ifdef Q_OS_LINUX
#include <poll.h>
#endif

#include <algorithm>
#include <array>

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace longshore::sandbox {

namespace {

constexpr qint64 BlockBytes = 256 * 1024;
constexpr auto TransferTimeout = 300s; ///< without a byte
/// After the last answer: what is read and dropped so that the client is not cut off (a reset
/// would take the answer from it), and for how long.
constexpr qint64 LingerBytes = 2 * MaximumPartBytes;
constexpr auto LingerTimeout = 10s;
constexpr std::size_t LingerReadBytes = 64 * 1024;
constexpr auto StallPollInterval = 50ms;

} // namespace

void Connection::sendAnswer(Answer answer)
{
    using namespace std::chrono;
    m_answer = std::move(answer);
    AnswerFrame frame;
    frame.contentLength = m_answer.source ? m_answer.source->size() : m_answer.body.size();
    frame.date = m_services.clock.now();
    frame.processing = duration_cast<milliseconds>(steady_clock::now() - m_arrival);
    m_isKeptAlive = m_isKeptAlive && m_parser->is_done() && !hasFault(FaultAction::Truncate)
        && !closesConnection(m_answer);
    frame.isKeptAlive = m_isKeptAlive;
    m_head = answerHead(m_answer, frame);

    const bool hasNoBody = m_parser->get().method() == boost::beast::http::verb::head
        || m_answer.status == 204 || m_answer.status == 304;
    m_bodyLeft = hasNoBody ? 0 : frame.contentLength;
    if (hasFault(FaultAction::Truncate))
        m_bodyLeft = std::min(m_bodyLeft, m_exchange->fault()->afterBytes);
    if (m_exchange)
        m_exchange->answerBegins(m_answer);
    sendMore();
}

/// The head goes out with the body, or with the first block of a body that has a source.
void Connection::sendMore()
{
    if (m_answer.source) {
        m_block.resize(std::min(m_bodyLeft, BlockBytes));
        const qint64 length = m_answer.source->read(m_block.data(), m_block.size());
        if (length < m_block.size())
            return close(); // the disk failed, and the length has been promised
    } else {
        m_block = m_answer.body.left(m_bodyLeft);
    }
    m_bodyLeft -= m_block.size();
    const std::array<asio::const_buffer, 2> buffers{
        asio::buffer(m_head.constData(), static_cast<std::size_t>(m_head.size())),
        asio::buffer(m_block.constData(), static_cast<std::size_t>(m_block.size()))};
    m_stream.expires_after(TransferTimeout);
    asio::async_write(m_stream, buffers, bound([](Connection *self, ErrorCode error, std::size_t) {
                          self->m_head.clear();
                          if (error)
                              self->close();
                          else if (self->m_bodyLeft > 0)
                              self->sendMore();
                          else
                              self->answerSent();
                      }));
}

void Connection::answerSent()
{
    m_answer = {};
    m_block.clear();
    if (m_isKeptAlive)
        return readHead();
    m_exchange.reset(); // what was received of a refused part goes from the disk
    ErrorCode ignored;
    m_stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    m_buffer.clear();
    m_lingerLeft = LingerBytes;
    m_stream.expires_after(LingerTimeout);
    linger();
}

void Connection::linger()
{
    m_stream.async_read_some(m_buffer.prepare(LingerReadBytes),
                             bound([](Connection *self, ErrorCode error, std::size_t length) {
                                 self->m_lingerLeft -= static_cast<qint64>(length);
                                 if (error || self->m_lingerLeft < 0)
                                     self->close();
                                 else
                                     self->linger();
                             }));
}

void Connection::close()
{
    m_exchange.reset();
    m_stream.close();
}

void Connection::reset()
{
    ErrorCode ignored;
    m_stream.socket().set_option(asio::socket_base::linger(true, 0), ignored);
    close();
}

/// Neither reads nor writes until the client has left.
void Connection::stall()
{
    m_stream.expires_never();
    if (isClientGone())
        return close();
    m_timer.expires_after(StallPollInterval);
    m_timer.async_wait(bound([](Connection *self, ErrorCode) { self->stall(); }));
}

/// Where bytes of the body wait to be read, only Linux tells of a client that left behind them.
bool Connection::isClientGone()
{
    auto &socket = m_stream.socket();
#ifdef Q_OS_LINUX
    pollfd state{socket.native_handle(), POLLRDHUP, 0};
    if (poll(&state, 1, 0) > 0)
        return true;
#endif
    ErrorCode error;
    socket.non_blocking(true, error);
    char byte = 0;
    socket.receive(asio::buffer(&byte, 1), asio::socket_base::message_peek, error);
    return error && error != asio::error::would_block;
}

bool Connection::hasFault(FaultAction action) const
{
    return m_exchange && m_exchange->fault() && m_exchange->fault()->action == action;
}

bool Connection::stallsAt(StallPoint point) const
{
    return hasFault(FaultAction::Stall) && m_exchange->fault()->stallPoint == point;
}

} // namespace longshore::sandbox
