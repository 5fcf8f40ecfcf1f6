#include "queue/openfiles.h"

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#endif

#include <algorithm>
#include <limits>
#include <utility>

namespace longshore {

namespace {

// More would serve nobody, and where there is no limit a number is needed all the same.
#ifdef Q_OS_DARWIN
constexpr qint64 kMostOpenFiles = 10'240; // its OPEN_MAX: it grants no more
#else
constexpr qint64 kMostOpenFiles = 65'536;
#endif

} // namespace

qint64 allowOpenFiles()
{
#ifdef Q_OS_UNIX
    struct rlimit limit = {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    const rlim_t wanted = std::min(limit.rlim_max, static_cast<rlim_t>(kMostOpenFiles));
    if (limit.rlim_cur < wanted) {
        const rlim_t before = std::exchange(limit.rlim_cur, wanted);
        if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
            limit.rlim_cur = before;
    }
    return static_cast<qint64>(
        std::min(limit.rlim_cur, static_cast<rlim_t>(std::numeric_limits<qint64>::max())));
#else
    return kMostOpenFiles;
#endif
}

} // namespace longshore
