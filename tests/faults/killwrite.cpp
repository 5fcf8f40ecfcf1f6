// Preloaded into a program, kills it at its N-th write to its journal:
//   LONGSHORE_KILL_AT     N, counted from 1 over all files of the journal
//   LONGSHORE_KILL_HOW    "before" the write, "half" way through it, or "after" it (the default)
// What counts is whatever changes a file named journal.sqlite, or that with -wal, -shm or -journal
// behind it, or makes it durable. Pages that SQLite maps into memory are not seen.

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <dlfcn.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

using namespace std::string_view_literals;

enum class Moment { Before, Half, After };

bool isJournal(std::string_view path)
{
    for (const std::string_view suffix : {"-wal"sv, "-shm"sv, "-journal"sv}) {
        if (path.size() > suffix.size() && path.substr(path.size() - suffix.size()) == suffix) {
            path.remove_suffix(suffix.size());
            break;
        }
    }
    constexpr std::string_view name = "/journal.sqlite";
    return path.size() >= name.size() && path.substr(path.size() - name.size()) == name;
}

bool isJournal(int descriptor)
{
    constexpr std::string_view folder = "/proc/self/fd/";
    std::array<char, 32> link{};
    std::array<char, 4096> path{};
    std::memcpy(link.data(), folder.data(), folder.size());
    // At most ten digits, from the last on.
    std::size_t digits = 1;
    for (int rest = descriptor; rest >= 10; rest /= 10)
        ++digits;
    for (int rest = descriptor; digits-- > 0; rest /= 10)
        link.at(folder.size() + digits) = static_cast<char>('0' + rest % 10);
    const ssize_t length = ::readlink(link.data(), path.data(), path.size());
    return length > 0 && isJournal(std::string_view(path.data(), static_cast<std::size_t>(length)));
}

long numberFrom(const char *name)
{
    const char *text = std::getenv(name);
    return text ? std::atol(text) : 0;
}

Moment chosenMoment()
{
    const char *how = std::getenv("LONGSHORE_KILL_HOW");
    if (how && how == "before"sv)
        return Moment::Before;
    return how && how == "half"sv ? Moment::Half : Moment::After;
}

[[noreturn]] void die()
{
    ::kill(::getpid(), SIGKILL);
    for (;;)
        ::pause();
}

/// Whether this is the write.
bool isTheOne()
{
    static const long wanted = numberFrom("LONGSHORE_KILL_AT");
    static std::atomic<long> seen{0};
    return ++seen == wanted;
}

template <typename Function> Function next(const char *name)
{
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

/// Does `work`, and kills if this is the write; `half` does half of it.
template <typename Work, typename Half> auto counted(bool concerns, Work work, Half half)
{
    if (!concerns || !isTheOne())
        return work();
    static const Moment moment = chosenMoment();
    if (moment == Moment::Half)
        half();
    else if (moment == Moment::After)
        work();
    die();
}

template <typename Work> auto counted(bool concerns, Work work)
{
    return counted(concerns, work, [] {});
}

} // namespace

extern "C" {

ssize_t write(int descriptor, const void *data, size_t size)
{
    static const auto real = next<ssize_t (*)(int, const void *, size_t)>("write");
    return counted(
        isJournal(descriptor), [&] { return real(descriptor, data, size); },
        [&] { real(descriptor, data, size / 2); });
}

ssize_t pwrite(int descriptor, const void *data, size_t size, off_t offset)
{
    static const auto real = next<ssize_t (*)(int, const void *, size_t, off_t)>("pwrite");
    return counted(
        isJournal(descriptor), [&] { return real(descriptor, data, size, offset); },
        [&] { real(descriptor, data, size / 2, offset); });
}

ssize_t pwrite64(int descriptor, const void *data, size_t size, off64_t offset)
{
    static const auto real = next<ssize_t (*)(int, const void *, size_t, off64_t)>("pwrite64");
    return counted(
        isJournal(descriptor), [&] { return real(descriptor, data, size, offset); },
        [&] { real(descriptor, data, size / 2, offset); });
}

int ftruncate(int descriptor, off_t length) noexcept
{
    static const auto real = next<int (*)(int, off_t)>("ftruncate");
    return counted(isJournal(descriptor), [&] { return real(descriptor, length); });
}

int ftruncate64(int descriptor, off64_t length) noexcept
{
    static const auto real = next<int (*)(int, off64_t)>("ftruncate64");
    return counted(isJournal(descriptor), [&] { return real(descriptor, length); });
}

int fsync(int descriptor)
{
    static const auto real = next<int (*)(int)>("fsync");
    return counted(isJournal(descriptor), [&] { return real(descriptor); });
}

int fdatasync(int descriptor)
{
    static const auto real = next<int (*)(int)>("fdatasync");
    return counted(isJournal(descriptor), [&] { return real(descriptor); });
}

int unlink(const char *path) noexcept
{
    static const auto real = next<int (*)(const char *)>("unlink");
    return counted(isJournal(std::string_view(path)), [&] { return real(path); });
}

int rename(const char *from, const char *to) noexcept
{
    static const auto real = next<int (*)(const char *, const char *)>("rename");
    const bool concerns = isJournal(std::string_view(from)) || isJournal(std::string_view(to));
    return counted(concerns, [&] { return real(from, to); });
}

} // extern "C"
