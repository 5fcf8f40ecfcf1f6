#include "cli/standardstreams.h"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace longshore {

namespace {

int descriptorOf(Stream stream)
{
    return static_cast<int>(stream);
}

} // namespace

void openMissingStreams()
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
        // open() takes the lowest free number, which is this one.
        if (::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF) {
            [[maybe_unused]] const int opened = ::open("/dev/null", O_RDWR);
        }
    }
}

int writeAll(Stream stream, const QByteArray &bytes)
{
    const int descriptor = descriptorOf(stream);
    const char *next = bytes.constData();
    qsizetype left = bytes.size();
    while (left > 0) {
        const ssize_t written = ::write(descriptor, next, static_cast<std::size_t>(left));
        if (written >= 0) {
            next += written;
            left -= written;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            // Whoever shares the pipe with us made it non-blocking.
            pollfd writable{descriptor, POLLOUT, 0};
            ::poll(&writable, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

bool canDrawOver(Stream stream)
{
    const QByteArray terminal = qgetenv("TERM");
    return ::isatty(descriptorOf(stream)) == 1 && !terminal.isEmpty() && terminal != "dumb";
}

ScreenSize screenSize(Stream stream)
{
    winsize size{};
    if (::ioctl(descriptorOf(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0
        || size.ws_row == 0)
        return {};
    return {size.ws_col, size.ws_row};
}

} // namespace longshore
