#include "platform/processsignals.h"

#include "platform/endlimit.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace longshore {

namespace {

constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP};
constexpr int kInterruptsAtMost = 2;
/// Plus the signal's number: the exit code of a program that ends because of one.
constexpr int kSignalExit = 128;
/// Marks in the pipe a SIGINT that another process sent.
constexpr char kSentInterrupt = 'i';

// What the handler needs; it may touch nothing else.
std::atomic<int> writeEnd{-1};
std::atomic<int> interrupts{0};
std::atomic<bool> endsOnThird{false};
std::atomic<int> limitSeconds{0}; ///< 0: none
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

std::array<struct sigaction, kSignals.size()> actionsBefore;

void handle(int signal, siginfo_t *info, void *)
{
    const int errnoBefore = errno;
    if (signal == SIGINT && ++interrupts > kInterruptsAtMost && endsOnThird)
        ::_exit(kSignalExit + SIGINT);
    if (signal != SIGINT && limitSeconds > 0)
        endProcessWithin(std::chrono::seconds(limitSeconds), kSignalExit + signal);
    const bool sent = info->si_code == SI_USER || info->si_code == SI_QUEUE;
    const char mark = signal == SIGINT && sent ? kSentInterrupt : static_cast<char>(signal);
    // If the pipe is full, there is a signal in it already.
    [[maybe_unused]] const ssize_t written = ::write(writeEnd, &mark, 1);
    errno = errnoBefore;
}

} // namespace

ProcessSignals::ProcessSignals(QObject *parent)
    : QObject(parent)
{
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        qFatal("There is no pipe to be had for signals");
    m_readEnd = ends[0];
    writeEnd = ends[1];
    interrupts = 0;
    endsOnThird = false;
    limitSeconds = 0;
    m_notifier = std::make_unique<QSocketNotifier>(m_readEnd, QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &ProcessSignals::read);

    std::signal(SIGPIPE, SIG_IGN);
    for (std::size_t index = 0; index < kSignals.size(); ++index) {
        struct sigaction &before = actionsBefore.at(index);
        ::sigaction(kSignals.at(index), nullptr, &before);
        if (before.sa_handler == SIG_IGN)
            continue;
        struct sigaction action
        {
        };
        action.sa_sigaction = handle;
        action.sa_flags = SA_SIGINFO | SA_RESTART;
        sigemptyset(&action.sa_mask);
        ::sigaction(kSignals.at(index), &action, nullptr);
    }
}

ProcessSignals::~ProcessSignals()
{
    for (std::size_t index = 0; index < kSignals.size(); ++index)
        ::sigaction(kSignals.at(index), &actionsBefore.at(index), nullptr);
    m_notifier.reset();
    ::close(m_readEnd);
    ::close(writeEnd.exchange(-1));
}

void ProcessSignals::endOnThirdInterrupt()
{
    endsOnThird = true;
}

void ProcessSignals::limitTheEnd(std::chrono::seconds limit)
{
    limitSeconds = static_cast<int>(limit.count());
}

void ProcessSignals::read()
{
    char mark = 0;
    while (::read(m_readEnd, &mark, 1) == 1) {
        if (mark == SIGINT || mark == kSentInterrupt)
            Q_EMIT interrupted(mark == SIGINT);
        else if (mark == SIGTERM)
            Q_EMIT terminated();
        else
            Q_EMIT hungUp();
    }
}

} // namespace longshore
