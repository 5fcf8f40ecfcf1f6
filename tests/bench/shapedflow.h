#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <vector>

namespace longshore {

using LineClock = std::chrono::steady_clock;

/// Bytes that may be sent by now: earned at a rate. What nobody wanted is lost but for a moment's
/// worth, while what a late wake-up kept back is made up for: over any while the rate is exact.
class Credit
{
public:
    /// `bytesPerSecond` 0: boundless.
    explicit Credit(double bytesPerSecond)
        : m_rate(bytesPerSecond)
    {
    }

    void setRate(double bytesPerSecond) { m_rate = bytesPerSecond; }
    double rate() const { return m_rate; }
    void earn(LineClock::time_point now);
    std::int64_t available() const;
    void spend(std::int64_t bytes) { m_bytes -= static_cast<double>(bytes); }
    /// Nobody could use what is left.
    void forfeit();

private:
    double m_rate;
    double m_bytes = 0;
    LineClock::time_point m_last = LineClock::now();
};

/// One connection over the line: a client's socket and one to the server. What the client sends
/// waits in its socket until the line takes it, then travels; what the server answers travels only.
class ShapedFlow
{
public:
    struct Quality
    {
        double bytesPerSecond = 0; ///< of this flow at most; 0: boundless
        LineClock::duration oneWay{}; ///< half a round trip
        std::int64_t mostUndelivered = 0; ///< the server reads no further: nothing more is taken
    };

    /// Takes both sockets, which must not block. Nothing leaves before a round trip is over: it is
    /// what opening a connection takes.
    ShapedFlow(int client, int server, const Quality &quality);
    ~ShapedFlow();
    ShapedFlow(const ShapedFlow &) = delete;
    ShapedFlow &operator=(const ShapedFlow &) = delete;

    int clientSocket() const { return m_up.from; }
    int serverSocket() const { return m_up.to; }
    /// What poll() should wait for on either.
    short clientEvents() const;
    short serverEvents() const;
    void setReady(short clientEvents, short serverEvents);

    /// True if there is something that the line could take now, were it fast enough.
    bool isWaiting(LineClock::time_point now) const;
    /// Of that, what this flow alone may take now.
    std::int64_t available() const { return m_credit.available(); }
    void earn(LineClock::time_point now) { m_credit.earn(now); }
    /// Lets the line take up to `most` bytes; gives how many it was.
    std::int64_t depart(std::int64_t most, LineClock::time_point now);
    void endTurn(LineClock::time_point now);

    /// Delivers what has arrived, both ways; gives the bytes that reached the server.
    std::int64_t deliver(LineClock::time_point now);
    /// When something arrives or may leave next.
    LineClock::time_point nextTime(LineClock::time_point now) const;
    bool isOver() const;
    /// Both ends see a reset and no orderly end.
    void reset();

private:
    struct Load
    {
        LineClock::time_point arrival;
        std::vector<char> bytes; ///< empty: the end
        std::size_t delivered = 0;
    };
    struct Way
    {
        int from = -1;
        int to = -1;
        bool isReadable = false;
        bool isBlocked = false; ///< `to` takes no more just now
        bool hasEnded = false; ///< `from` sends no more
        bool isDone = false; ///< and `to` knows
        std::int64_t undelivered = 0;
        std::deque<Load> loads;
    };

    std::int64_t take(Way &way, std::int64_t most, LineClock::time_point now);
    std::int64_t deliver(Way &way, LineClock::time_point now);

    const Quality m_quality;
    Credit m_credit;
    const LineClock::time_point m_opens;
    Way m_up;
    Way m_down;
    bool m_isBroken = false;
};

} // namespace longshore
