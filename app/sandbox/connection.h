#pragma once

#include "exchange.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace longshore::sandbox {

/// Hands a body's bytes, without their chunks' framing, to a function as they are parsed.
struct StreamedBody
{
    /// False ends the parsing.
    using value_type = std::function<bool(std::string_view)>;

    class reader
    {
    public:
        template <bool isRequest, class Fields>
        reader(boost::beast::http::header<isRequest, Fields> &, value_type &sink)
            : m_sink(sink)
        {
        }

        void init(const boost::optional<std::uint64_t> &, boost::beast::error_code &error)
        {
            error = {};
        }

        template <class Buffers>
        std::size_t put(const Buffers &buffers, boost::beast::error_code &error)
        {
            error = {};
            std::size_t length = 0;
            for (const boost::asio::const_buffer buffer :
                 boost::beast::buffers_range_ref(buffers)) {
                length += buffer.size();
                if (!m_sink({static_cast<const char *>(buffer.data()), buffer.size()}))
                    error = boost::asio::error::operation_aborted;
            }
            return length;
        }

        void finish(boost::beast::error_code &error) { error = {}; }

    private:
        value_type &m_sink;
    };
};

/// A client's connection: HTTP/1.1, one request after the other, and what faults do to it.
///
///     headers -> [delay] -> body -> work -> answer -> headers
///         |                  |                 |----> linger -> closed
///         `---- refusal -----`---- early ------`
///
/// Everything runs in the connection's strand. It lives as long as something is under way.
class Connection : public std::enable_shared_from_this<Connection>
{
public:
    using Worker = std::function<void(std::function<void()>)>;

    Connection(boost::asio::ip::tcp::socket socket, const Services &services, const Worker &worker);

    /// In the connection's strand, once.
    void run() { readHead(); }

private:
    using ErrorCode = boost::beast::error_code;
    using Parser = boost::beast::http::request_parser<StreamedBody>;

    void readHead();
    void headArrived(ErrorCode error);
    [[nodiscard]] RequestHead head() const;
    void headUnderstood();
    void readBody();
    void bodyArrived(ErrorCode error, std::size_t length);
    [[nodiscard]] bool takeBody(std::string_view bytes);
    [[nodiscard]] std::size_t readSize() const;
    void parseBody();
    void refuse(const Answer &answer);
    void bodyEnded();
    void workDone(Answer answer);

    void sendAnswer(Answer answer);
    void sendMore();
    void answerSent();
    void linger();
    void close();
    void reset();
    void stall();

    /// A handler that keeps the connection alive.
    template <typename Handler> auto bound(Handler handler)
    {
        return [self = shared_from_this(), handler](auto &&...arguments) {
            handler(self.get(), std::forward<decltype(arguments)>(arguments)...);
        };
    }
    [[nodiscard]] bool hasFault(FaultAction action) const;
    [[nodiscard]] bool stallsAt(StallPoint point) const;
    [[nodiscard]] bool isClientGone();

    boost::beast::tcp_stream m_stream;
    boost::asio::steady_timer m_timer;
    boost::beast::flat_buffer m_buffer;
    const Services &m_services;
    const Worker &m_worker;

    // The current request.
    std::optional<Parser> m_parser;
    std::unique_ptr<Exchange> m_exchange;
    std::chrono::steady_clock::time_point m_arrival;
    std::optional<Answer> m_earlyRefusal;
    bool m_isKeptAlive = false; ///< whether another request may follow

    // The current answer.
    QByteArray m_head;
    Answer m_answer;
    qint64 m_bodyLeft = 0; ///< of the answer's, to be sent
    QByteArray m_block;
    qint64 m_lingerLeft = 0;
};

} // namespace longshore::sandbox
