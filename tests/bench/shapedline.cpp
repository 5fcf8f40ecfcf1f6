// A line to a server that is as slow as asked: what clients send to it goes there at a rate that
// all connections share, after a delay, and none faster than its own ceiling.
//
//   shapedline --to PORT [--rate BYTES_S] [--flow-rate BYTES_S] [--rtt MS] [--buffer BYTES]
//              [--reset-every BYTES] [--halve-after BYTES]
//
// Prints its port on 127.0.0.1, ends when stdin does, and then prints what passed as JSON. The
// buffer is what waits at the line's beginning, for each connection. --reset-every cuts the
// connection by which so many bytes were reached again and again; --halve-after makes the rate half
// of what it was, once. There is no loss and no slow start: a flow's ceiling stands for what those
// leave of it.

#include "shapedflow.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <list>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace longshore;

// An Ethernet's: with the loopback's own of 64 KB a small buffer holds hardly one segment, and a
// sender waits for timers.
constexpr int segmentBytes = 1460;
// What a flow may read in one turn of all, so that a round is fair.
constexpr std::int64_t smallestShare = 1460;
// Of a connection to a line that delays only.
constexpr std::int64_t mostUnshaped = 64 * 1024 * 1024;

struct Options
{
    unsigned short serverPort = 0;
    double rate = 0;
    double flowRate = 0;
    double roundTripMs = 0;
    double buffer = 256 * 1024;
    double resetEvery = 0;
    double halveAfter = 0;
};

[[noreturn]] void fail(const char *what)
{
    std::perror(what);
    std::exit(1);
}

Options readOptions(int argc, char **argv)
{
    Options options;
    std::map<std::string, double> values;
    for (int i = 1; i + 1 < argc; i += 2)
        values[argv[i]] = std::strtod(argv[i + 1], nullptr);
    const auto take = [&](const char *name, double &value) {
        if (const auto found = values.extract(name))
            value = found.mapped();
    };
    double port = 0;
    take("--to", port);
    take("--rate", options.rate);
    take("--flow-rate", options.flowRate);
    take("--rtt", options.roundTripMs);
    take("--buffer", options.buffer);
    take("--reset-every", options.resetEvery);
    take("--halve-after", options.halveAfter);
    options.serverPort = static_cast<unsigned short>(port);
    if (argc % 2 == 0 || !values.empty() || options.serverPort == 0) {
        std::fputs("shapedline: bad options; see the head of shapedline.cpp\n", stderr);
        std::exit(2);
    }
    return options;
}

sockaddr_in loopback(unsigned short port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

/// All connections and the line that they share.
class ShapedLine
{
public:
    explicit ShapedLine(const Options &options)
        : m_options(options)
        , m_credit(options.rate)
        , m_nextReset(options.resetEvery)
    {
        m_quality.bytesPerSecond = options.flowRate;
        m_quality.oneWay = std::chrono::duration_cast<LineClock::duration>(
            std::chrono::duration<double, std::milli>(options.roundTripMs / 2));
        const double travelling =
            std::max(options.flowRate, options.rate) * options.roundTripMs / 2000;
        m_quality.mostUndelivered = travelling > 0
            ? static_cast<std::int64_t>(travelling + 2 * options.buffer)
            : mostUnshaped;
        listen();
    }

    void run()
    {
        std::vector<pollfd> watched;
        for (;;) {
            watched.assign({{STDIN_FILENO, POLLIN, 0}, {m_listener, POLLIN, 0}});
            for (const ShapedFlow &flow : m_flows) {
                watched.push_back(watch(flow.clientSocket(), flow.clientEvents()));
                watched.push_back(watch(flow.serverSocket(), flow.serverEvents()));
            }
            const timespec wait = untilNext();
            if (ppoll(watched.data(), watched.size(), wait.tv_sec < 0 ? nullptr : &wait, nullptr)
                < 0)
                fail("shapedline: poll");
            if (watched[0].revents != 0)
                return;
            std::size_t next = 2;
            for (ShapedFlow &flow : m_flows) {
                flow.setReady(watched[next].revents, watched[next + 1].revents);
                next += 2;
            }
            if (watched[1].revents != 0)
                accept();
            turn(LineClock::now());
        }
    }

    void report() const
    {
        rusage used{};
        getrusage(RUSAGE_SELF, &used);
        const auto seconds = [](const timeval &time) {
            return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
        };
        std::printf("{\"passed\": %.0f, \"connections\": %d, \"peak_connections\": %zu, "
                    "\"resets\": %d, \"cpu_seconds\": %.3f}\n",
                    m_passed, m_connections, m_peak, m_resets,
                    seconds(used.ru_utime) + seconds(used.ru_stime));
    }

private:
    /// A socket of which nothing is wanted would tell of its end all the time.
    static pollfd watch(int socket, short events) { return {events == 0 ? -1 : socket, events, 0}; }

    void listen()
    {
        m_listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof address;
        // The kernel doubles it and uses half for itself. Connections inherit both.
        const int buffer = static_cast<int>(m_options.buffer);
        setsockopt(m_listener, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
        setsockopt(m_listener, IPPROTO_TCP, TCP_MAXSEG, &segmentBytes, sizeof segmentBytes);
        if (m_listener < 0 || bind(m_listener, reinterpret_cast<sockaddr *>(&address), size) < 0
            || ::listen(m_listener, SOMAXCONN) < 0
            || getsockname(m_listener, reinterpret_cast<sockaddr *>(&address), &size) < 0)
            fail("shapedline: listen");
        std::printf("%d\n", ntohs(address.sin_port));
        std::fflush(stdout);
    }

    void accept()
    {
        const int client = accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (client < 0)
            return;
        const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_in address = loopback(m_options.serverPort);
        if (connect(server, reinterpret_cast<const sockaddr *>(&address), sizeof address) < 0)
            fail("shapedline: connect");
        fcntl(server, F_SETFL, O_NONBLOCK);
        const int on = 1;
        for (const int each : {client, server})
            setsockopt(each, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        m_flows.emplace_back(client, server, m_quality);
        ++m_connections;
        m_peak = std::max(m_peak, m_flows.size());
    }

    void turn(LineClock::time_point now)
    {
        m_credit.earn(now);
        for (ShapedFlow &flow : m_flows)
            flow.earn(now);
        departInTurn(now);
        for (ShapedFlow &flow : m_flows) {
            flow.endTurn(now);
            m_passed += static_cast<double>(flow.deliver(now));
            if (m_nextReset > 0 && m_passed >= m_nextReset) {
                m_nextReset += m_options.resetEvery;
                ++m_resets;
                flow.reset();
            }
        }
        m_flows.remove_if([](const ShapedFlow &flow) { return flow.isOver(); });
        if (m_options.halveAfter > 0 && m_passed >= m_options.halveAfter) {
            m_options.halveAfter = 0;
            m_credit.setRate(m_credit.rate() / 2);
        }
    }

    /// Shares out what the line may take now, the same to each flow that waits and may take it.
    void departInTurn(LineClock::time_point now)
    {
        std::vector<ShapedFlow *> waiting;
        const auto gather = [&] {
            waiting.clear();
            for (ShapedFlow &flow : m_flows) {
                if (flow.isWaiting(now) && flow.available() > 0)
                    waiting.push_back(&flow);
            }
        };
        for (gather(); !waiting.empty() && m_credit.available() > 0; gather()) {
            // Whom the last byte of a round goes to must not always be the same one.
            std::rotate(waiting.begin(),
                        waiting.begin() + static_cast<std::ptrdiff_t>(m_turns++ % waiting.size()),
                        waiting.end());
            const auto count = static_cast<std::int64_t>(waiting.size());
            const std::int64_t share = std::max(smallestShare, m_credit.available() / count);
            for (ShapedFlow *flow : waiting)
                m_credit.spend(flow->depart(std::min(share, m_credit.available()), now));
        }
        if (waiting.empty())
            m_credit.forfeit();
    }

    timespec untilNext() const
    {
        const LineClock::time_point now = LineClock::now();
        LineClock::time_point next = LineClock::time_point::max();
        for (const ShapedFlow &flow : m_flows)
            next = std::min(next, flow.nextTime(now));
        if (next == LineClock::time_point::max())
            return {-1, 0};
        const auto wait = std::max(next - now, LineClock::duration::zero());
        const auto whole = std::chrono::duration_cast<std::chrono::seconds>(wait);
        return {whole.count(), std::chrono::nanoseconds(wait - whole).count()};
    }

    Options m_options;
    ShapedFlow::Quality m_quality;
    Credit m_credit;
    int m_listener = -1;
    std::list<ShapedFlow> m_flows;
    std::size_t m_turns = 0;
    double m_passed = 0;
    double m_nextReset;
    int m_connections = 0;
    int m_resets = 0;
    std::size_t m_peak = 0;
};

} // namespace

int main(int argc, char **argv)
{
    ShapedLine line(readOptions(argc, argv));
    line.run();
    line.report();
    return 0;
}
