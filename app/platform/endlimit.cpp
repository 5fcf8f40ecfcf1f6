#include "platform/endlimit.h"

#include <QtGlobal>

#include <atomic>

#ifdef Q_OS_WIN
#include <cstdlib>
#include <thread>
#else
#include <csignal>
#include <unistd.h>
#endif

namespace longshore {

namespace {

std::atomic_flag limited = ATOMIC_FLAG_INIT;

#ifndef Q_OS_WIN
// What the handler needs; it may touch nothing else.
std::atomic<int> codeAtTheLimit{0};
static_assert(std::atomic<int>::is_always_lock_free);

void endNow(int)
{
    ::_exit(codeAtTheLimit);
}
#endif

} // namespace

#ifdef Q_OS_WIN
// Untested.
void endProcessWithin(std::chrono::seconds limit, int exitCode)
{
    if (limited.test_and_set())
        return;
    std::thread([limit, exitCode] {
        std::this_thread::sleep_for(limit);
        std::_Exit(exitCode);
    }).detach();
}
#else
void endProcessWithin(std::chrono::seconds limit, int exitCode)
{
    if (limited.test_and_set())
        return;
    codeAtTheLimit = exitCode;
    struct sigaction action
    {
    };
    action.sa_handler = endNow;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGALRM, &action, nullptr);
    ::alarm(static_cast<unsigned int>(limit.count()));
}
#endif

} // namespace longshore
