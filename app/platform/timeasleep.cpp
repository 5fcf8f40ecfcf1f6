#include "platform/timeasleep.h"

#include <QtGlobal>

#if defined(Q_OS_WIN)
#include <windows.h>
#else
#include <ctime>
#endif

namespace longshore {

namespace {

#if defined(Q_OS_LINUX)
std::chrono::nanoseconds timeOf(clockid_t clock)
{
    timespec time{};
    ::clock_gettime(clock, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}
#endif

} // namespace

std::chrono::milliseconds timeAsleep()
{
    using std::chrono::duration_cast;
    using std::chrono::milliseconds;
#if defined(Q_OS_LINUX)
    return duration_cast<milliseconds>(timeOf(CLOCK_BOOTTIME) - timeOf(CLOCK_MONOTONIC));
#elif defined(Q_OS_MACOS)
    // Untested.
    const std::chrono::nanoseconds whole(clock_gettime_nsec_np(CLOCK_MONOTONIC_RAW));
    const std::chrono::nanoseconds awake(clock_gettime_nsec_np(CLOCK_UPTIME_RAW));
    return duration_cast<milliseconds>(whole - awake);
#elif defined(Q_OS_WIN)
    // Untested. The second clock counts in steps of 100 ns.
    ULONGLONG awake = 0;
    QueryUnbiasedInterruptTime(&awake);
    return milliseconds(GetTickCount64()) - milliseconds(awake / 10'000);
#else
    return {};
#endif
}

} // namespace longshore
