#include "listener.h"

#include "connection.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

namespace longshore::sandbox {

namespace {

/// More than cores, for a write to the disk may hold a thread up.
constexpr int ServingThreads = 4;
constexpr std::size_t BackgroundThreads = 2;
/// Without a free descriptor, accepting would fail again and again at once.
constexpr auto AcceptRetry = 50ms;

} // namespace

struct Listener::Network
{
    asio::io_context context{ServingThreads};
    Tcp::acceptor acceptor{context};
    asio::steady_timer retry{context};
    asio::thread_pool background{BackgroundThreads};
};

Listener::Listener(const Services &services)
    : m_services(services)
    , m_worker([this](std::function<void()> work) { runInBackground(std::move(work)); })
    , m_network(std::make_unique<Network>())
{
}

Listener::~Listener()
{
    stop();
}

bool Listener::start(quint16 port, QString *error)
{
    boost::system::error_code failure;
    Tcp::acceptor &acceptor = m_network->acceptor;
    const Tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    acceptor.open(endpoint.protocol(), failure);
#ifndef Q_OS_WIN // where it would let two servers have one port
    if (!failure)
        acceptor.set_option(Tcp::acceptor::reuse_address(true), failure);
#endif
    if (!failure)
        acceptor.bind(endpoint, failure);
    if (!failure)
        acceptor.listen(asio::socket_base::max_listen_connections, failure);
    if (failure) {
        *error = u"The sandbox cannot listen on port %1 of 127.0.0.1: %2."_s.arg(port).arg(
            QString::fromLocal8Bit(failure.message().c_str()));
        return false;
    }
    m_port = acceptor.local_endpoint().port();
    accept();
    for (int i = 0; i < ServingThreads; ++i)
        m_threads.emplace_back([this] { m_network->context.run(); });
    return true;
}

void Listener::stop()
{
    if (!m_network)
        return;
    m_network->context.stop();
    for (std::thread &thread : m_threads)
        thread.join();
    m_threads.clear();
    std::unique_ptr<Network> network;
    {
        const std::lock_guard lock(m_mutex);
        network = std::move(m_network);
    }
    network->background.join();
    network.reset(); // and with their handlers the connections
}

void Listener::runInBackground(std::function<void()> work)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_network) {
            asio::post(m_network->background, std::move(work));
            return;
        }
    }
    work();
}

void Listener::accept()
{
    m_network->acceptor.async_accept(
        asio::make_strand(m_network->context),
        [this](boost::system::error_code error, Tcp::socket socket) {
            if (!error) {
                const auto executor = socket.get_executor();
                const auto connection =
                    std::make_shared<Connection>(std::move(socket), m_services, m_worker);
                asio::post(executor, [connection] { connection->run(); });
                accept();
                return;
            }
            m_network->retry.expires_after(AcceptRetry);
            m_network->retry.async_wait([this](boost::system::error_code) { accept(); });
        });
}

} // namespace longshore::sandbox
