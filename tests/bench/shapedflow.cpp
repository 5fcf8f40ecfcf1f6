#include "shapedflow.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// A flow that waits is looked at again so soon.
constexpr auto tick = 1ms;
// A program that was not woken for longer has a machine that can't be measured on.
constexpr std::chrono::duration<double> longestMadeUp = 100ms;
constexpr std::chrono::duration<double> kept = 2 * tick;
constexpr std::int64_t largestLoad = 256 * 1024;
constexpr std::int64_t answersAtOnce = 64 * 1024;

bool wouldBlock()
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

void closeWithReset(int socket)
{
    const linger none{1, 0};
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    close(socket);
}

} // namespace

void Credit::earn(LineClock::time_point now)
{
    const std::chrono::duration<double> passed = now - m_last;
    m_last = now;
    m_bytes += m_rate * std::min(passed, longestMadeUp).count();
}

std::int64_t Credit::available() const
{
    if (m_rate <= 0)
        return std::numeric_limits<std::int64_t>::max();
    return std::max<std::int64_t>(0, static_cast<std::int64_t>(m_bytes));
}

void Credit::forfeit()
{
    m_bytes = std::min(m_bytes, m_rate * kept.count());
}

ShapedFlow::ShapedFlow(int client, int server, const Quality &quality)
    : m_quality(quality)
    , m_credit(quality.bytesPerSecond)
    , m_opens(LineClock::now() + 2 * quality.oneWay)
{
    m_up.from = m_down.to = client;
    m_up.to = m_down.from = server;
}

ShapedFlow::~ShapedFlow()
{
    if (m_up.from < 0)
        return;
    if (m_isBroken) {
        reset();
        return;
    }
    close(m_up.from);
    close(m_up.to);
}

short ShapedFlow::clientEvents() const
{
    const bool reads = !m_up.hasEnded && !m_up.isReadable;
    return static_cast<short>((reads ? POLLIN : 0) | (m_down.isBlocked ? POLLOUT : 0));
}

short ShapedFlow::serverEvents() const
{
    const bool reads = !m_down.hasEnded && !m_down.isReadable;
    return static_cast<short>((reads ? POLLIN : 0) | (m_up.isBlocked ? POLLOUT : 0));
}

void ShapedFlow::setReady(short clientEvents, short serverEvents)
{
    m_isBroken |= ((clientEvents | serverEvents) & (POLLERR | POLLNVAL)) != 0;
    m_up.isReadable |= (clientEvents & (POLLIN | POLLHUP)) != 0 && !m_up.hasEnded;
    m_down.isReadable |= (serverEvents & (POLLIN | POLLHUP)) != 0 && !m_down.hasEnded;
    if (clientEvents & POLLOUT)
        m_down.isBlocked = false;
    if (serverEvents & POLLOUT)
        m_up.isBlocked = false;
}

bool ShapedFlow::isWaiting(LineClock::time_point now) const
{
    return m_up.isReadable && now >= m_opens && m_up.undelivered < m_quality.mostUndelivered;
}

std::int64_t ShapedFlow::depart(std::int64_t most, LineClock::time_point now)
{
    const std::int64_t taken = take(m_up, std::min({most, available(), largestLoad}), now);
    m_credit.spend(taken);
    return taken;
}

void ShapedFlow::endTurn(LineClock::time_point now)
{
    if (!isWaiting(now))
        m_credit.forfeit();
    if (m_down.isReadable)
        take(m_down, answersAtOnce, now);
}

std::int64_t ShapedFlow::take(Way &way, std::int64_t most, LineClock::time_point now)
{
    if (most <= 0)
        return 0;
    Load load{now + m_quality.oneWay, std::vector<char>(static_cast<std::size_t>(most)), 0};
    const ssize_t count = recv(way.from, load.bytes.data(), load.bytes.size(), 0);
    if (count < 0) {
        way.isReadable = false;
        m_isBroken |= !wouldBlock();
        return 0;
    }
    if (count == 0) {
        way.isReadable = false;
        way.hasEnded = true;
    } else if (count < most) {
        way.isReadable = false;
    }
    load.bytes.resize(static_cast<std::size_t>(count));
    load.bytes.shrink_to_fit();
    way.undelivered += count;
    way.loads.push_back(std::move(load));
    return count;
}

std::int64_t ShapedFlow::deliver(LineClock::time_point now)
{
    deliver(m_down, now);
    return deliver(m_up, now);
}

std::int64_t ShapedFlow::deliver(Way &way, LineClock::time_point now)
{
    std::int64_t delivered = 0;
    while (!way.isBlocked && !m_isBroken && !way.loads.empty()
           && way.loads.front().arrival <= now) {
        Load &load = way.loads.front();
        if (load.bytes.empty()) {
            shutdown(way.to, SHUT_WR);
            way.isDone = true;
            way.loads.pop_front();
            continue;
        }
        const ssize_t count = send(way.to, load.bytes.data() + load.delivered,
                                   load.bytes.size() - load.delivered, MSG_NOSIGNAL);
        if (count < 0) {
            way.isBlocked = wouldBlock();
            m_isBroken |= !way.isBlocked;
            break;
        }
        load.delivered += static_cast<std::size_t>(count);
        delivered += count;
        if (load.delivered == load.bytes.size())
            way.loads.pop_front();
    }
    way.undelivered -= delivered;
    return delivered;
}

LineClock::time_point ShapedFlow::nextTime(LineClock::time_point now) const
{
    LineClock::time_point next = LineClock::time_point::max();
    if (isWaiting(now))
        next = now + tick;
    else if (m_up.isReadable && now < m_opens)
        next = m_opens;
    for (const Way *way : {&m_up, &m_down}) {
        if (!way->isBlocked && !way->loads.empty())
            next = std::min(next, way->loads.front().arrival);
    }
    return next;
}

bool ShapedFlow::isOver() const
{
    return m_isBroken || (m_up.isDone && m_down.isDone) || m_up.from < 0;
}

void ShapedFlow::reset()
{
    closeWithReset(m_up.from);
    closeWithReset(m_up.to);
    m_up.from = m_up.to = m_down.from = m_down.to = -1;
}

} // namespace longshore
