// Two network namespaces joined by a bad line: real TCP over delay, loss, a rate and a queue, on
// kernels without netem too. Needs root, or user namespaces and a /dev/net/tun that all may open.
//
// Prints "PID FD FD": /proc/PID/fd/FD are the namespaces. The line's device is called line0 in both
// and has no address yet. Everything goes both ways alike and is set on stdin, a command a line:
//   rate BYTES_PER_SECOND (0: boundless) | queue BYTES | delay MILLISECONDS | loss PERCENT
//   cut | join | count (prints packets and bytes by direction as JSON)
// Ends when stdin does. The namespaces end with the last process in them, so nothing is left.

#include "ownnamespace.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <iostream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace longshore;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr const char *deviceName = "line0";
// Larger than any packet that a device with the usual MTU gives.
constexpr std::size_t packetRoom = 65536;
// Packets taken from a device before the other one gets its turn.
constexpr int packetsAtOnce = 64;

/// What the line is like, both ways.
struct LineQuality
{
    double bytesPerSecond = 0; ///< 0: boundless
    double queueBytes = 100'000;
    Clock::duration delay{};
    double lossProbability = 0;
    bool cut = false;
};

/// One way of the line: packets wait for the line, then travel.
class Direction
{
public:
    /// `target`: the device at the far end.
    explicit Direction(int target)
        : m_target(target)
    {
    }

    void take(const char *data, std::size_t size, const LineQuality &line, std::mt19937_64 &random)
    {
        if (line.cut) {
            ++m_cut;
            return;
        }
        const Clock::time_point now = Clock::now();
        m_lineFree = std::max(m_lineFree, now);
        if (line.bytesPerSecond > 0) {
            if (Seconds(m_lineFree - now).count() * line.bytesPerSecond > line.queueBytes) {
                ++m_overflowed;
                return;
            }
            m_lineFree += std::chrono::duration_cast<Clock::duration>(
                Seconds(static_cast<double>(size) / line.bytesPerSecond));
        }
        // A packet that is lost has used the line all the same.
        if (std::bernoulli_distribution(line.lossProbability)(random)) {
            ++m_lost;
            return;
        }
        m_travelling.push_back({m_lineFree + line.delay, {data, data + size}});
    }

    void deliverDue()
    {
        const Clock::time_point now = Clock::now();
        for (; !m_travelling.empty() && m_travelling.front().due <= now; m_travelling.pop_front()) {
            const std::vector<char> &data = m_travelling.front().data;
            // A device that is down or full loses it, as they do.
            if (write(m_target, data.data(), data.size()) < 0)
                continue;
            ++m_delivered;
            m_deliveredBytes += data.size();
        }
    }

    /// What is on its way is lost.
    void cut()
    {
        m_cut += m_travelling.size();
        m_travelling.clear();
        m_lineFree = {};
    }

    Clock::time_point nextDue() const
    {
        return m_travelling.empty() ? Clock::time_point::max() : m_travelling.front().due;
    }

    std::string counts() const
    {
        std::ostringstream text;
        text << R"({"delivered":)" << m_delivered << R"(,"bytes":)" << m_deliveredBytes
             << R"(,"lost":)" << m_lost << R"(,"overflowed":)" << m_overflowed << R"(,"cut":)"
             << m_cut << '}';
        return text.str();
    }

private:
    struct Packet
    {
        Clock::time_point due;
        std::vector<char> data;
    };

    int m_target;
    Clock::time_point m_lineFree; ///< when all that was taken has left
    std::deque<Packet> m_travelling;
    std::size_t m_delivered = 0;
    std::size_t m_deliveredBytes = 0;
    std::size_t m_lost = 0;
    std::size_t m_overflowed = 0;
    std::size_t m_cut = 0;
};

/// One end: a namespace and the device in it.
struct End
{
    int space = -1;
    int device = -1;
};

End makeEnd()
{
    End end;
    unshareAsRoot(CLONE_NEWNET);
    end.space = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (end.space < 0)
        failWithErrno("/proc/self/ns/net");
    end.device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (end.device < 0)
        failWithErrno("/dev/net/tun");
    ifreq request{};
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    std::strncpy(request.ifr_name, deviceName, sizeof request.ifr_name - 1);
    if (ioctl(end.device, TUNSETIFF, &request) != 0)
        failWithErrno("no tun device");
    return end;
}

class Line
{
public:
    Line(const End &first, const End &second, std::uint64_t seed)
        : m_devices{first.device, second.device}
        , m_directions{Direction(second.device), Direction(first.device)}
        , m_random(seed)
    {
    }

    /// Returns when stdin has ended.
    void run()
    {
        std::array<pollfd, 3> sources{
            {{m_devices[0], POLLIN, 0}, {m_devices[1], POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
        for (;;) {
            wait(sources);
            for (std::size_t i = 0; i < m_devices.size(); ++i) {
                if (sources[i].revents)
                    takeFrom(i);
            }
            if (sources[2].revents && !readCommands())
                return;
            for (Direction &direction : m_directions)
                direction.deliverDue();
        }
    }

private:
    void wait(std::array<pollfd, 3> &sources) const
    {
        const auto due = std::min(m_directions[0].nextDue(), m_directions[1].nextDue());
        timespec left{};
        timespec *timeout = nullptr;
        if (due != Clock::time_point::max()) {
            const auto time = std::max(due - Clock::now(), Clock::duration::zero());
            const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
            left.tv_sec = seconds.count();
            left.tv_nsec = std::chrono::nanoseconds(time - seconds).count();
            timeout = &left;
        }
        if (ppoll(sources.data(), sources.size(), timeout, nullptr) < 0 && errno != EINTR)
            failWithErrno("ppoll");
    }

    void takeFrom(std::size_t i)
    {
        std::array<char, packetRoom> packet;
        for (int count = 0; count < packetsAtOnce; ++count) {
            const ssize_t size = read(m_devices[i], packet.data(), packet.size());
            if (size <= 0)
                return;
            m_directions[i].take(packet.data(), static_cast<std::size_t>(size), m_quality,
                                 m_random);
        }
    }

    bool readCommands()
    {
        std::array<char, 4096> text;
        const ssize_t size = read(STDIN_FILENO, text.data(), text.size());
        if (size <= 0)
            return false;
        m_input.append(text.data(), static_cast<std::size_t>(size));
        for (std::size_t end; (end = m_input.find('\n')) != std::string::npos;) {
            obey(m_input.substr(0, end));
            m_input.erase(0, end + 1);
        }
        return true;
    }

    void obey(const std::string &command)
    {
        std::istringstream words(command);
        std::string name;
        double value = 0;
        words >> name >> value;
        if (name == "rate") {
            m_quality.bytesPerSecond = value;
        } else if (name == "queue") {
            m_quality.queueBytes = value;
        } else if (name == "delay") {
            m_quality.delay = std::chrono::duration_cast<Clock::duration>(Seconds(value / 1000));
        } else if (name == "loss") {
            m_quality.lossProbability = value / 100;
        } else if (name == "cut") {
            m_quality.cut = true;
            for (Direction &direction : m_directions)
                direction.cut();
        } else if (name == "join") {
            m_quality.cut = false;
        } else if (name == "count") {
            std::cout << '[' << m_directions[0].counts() << ',' << m_directions[1].counts() << ']'
                      << std::endl;
        } else {
            std::cerr << "lossylink: no such command: " << command << '\n';
            std::exit(EXIT_FAILURE);
        }
    }

    std::array<int, 2> m_devices;
    std::array<Direction, 2> m_directions;
    LineQuality m_quality;
    std::mt19937_64 m_random;
    std::string m_input;
};

} // namespace

int main(int argumentCount, char **arguments)
{
    if (argumentCount != 2) {
        std::cerr << "Usage: lossylink SEED\n";
        return 2;
    }
    const End first = makeEnd();
    const End second = makeEnd();
    std::cout << getpid() << ' ' << first.space << ' ' << second.space << std::endl;
    Line(first, second, std::strtoull(arguments[1], nullptr, 10)).run();
    return 0;
}
