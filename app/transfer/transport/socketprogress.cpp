#include "socketprogress.h"

#ifdef Q_OS_LINUX
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#endif
#ifdef Q_OS_UNIX
#include <poll.h>
#endif

namespace longshore {

namespace {

#ifdef Q_OS_LINUX
// Bytes: enough to keep a fast line busy between two turns of the event loop, and little enough
// that an abort or an early answer finds almost nothing left to send.
constexpr int largestUnsent = 128 * 1024;
#endif

} // namespace

bool systemCountsUnacknowledgedBytes()
{
#ifdef Q_OS_LINUX
    return true;
#else
    return false;
#endif
}

std::optional<qint64> unacknowledgedBytes(curl_socket_t socket)
{
#ifdef Q_OS_LINUX
    int bytes = 0;
    if (socket != CURL_SOCKET_BAD && ::ioctl(socket, SIOCOUTQ, &bytes) == 0)
        return bytes;
#else
    Q_UNUSED(socket)
#endif
    return std::nullopt;
}

void limitUnsentBytes(curl_socket_t socket)
{
#ifdef Q_OS_LINUX
    // Failing costs only some precision of the progress.
    ::setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &largestUnsent, sizeof largestUnsent);
#else
    Q_UNUSED(socket)
#endif
}

int socketReadiness(curl_socket_t socket, int wanted)
{
#ifdef Q_OS_UNIX
    pollfd state{socket, 0, 0};
    if (wanted & CURL_CSELECT_IN)
        state.events = static_cast<short>(state.events | POLLIN);
    if (wanted & CURL_CSELECT_OUT)
        state.events = static_cast<short>(state.events | POLLOUT);
    if (::poll(&state, 1, 0) <= 0)
        return 0;
    int ready = 0;
    if (state.revents & (POLLIN | POLLHUP | POLLERR))
        ready |= CURL_CSELECT_IN;
    if (state.revents & (POLLOUT | POLLHUP | POLLERR))
        ready |= CURL_CSELECT_OUT;
    return ready & wanted;
#else
    Q_UNUSED(socket)
    return wanted;
#endif
}

} // namespace longshore
