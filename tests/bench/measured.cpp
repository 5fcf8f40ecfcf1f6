// Runs a command and tells what it took: measured --result FILE [--timeout SECONDS] -- COMMAND…
//
// FILE gets one JSON object: wall, user and system in seconds, peak_bytes of memory, exit (or null)
// and signal (or null). User and system time are those of the command and of the children it waited
// for; the memory is that of the largest of them. This program is small so that the command, which
// begins as its copy, does not begin with somebody's memory.

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

constexpr int usageError = 2;
// As shells tell of a command that can't be run.
constexpr int cannotRun = 127;

volatile pid_t child = 0;

/// Ends the command with all that it started: a signal to its group.
void passOn(int signal)
{
    if (child > 0)
        kill(-child, signal == SIGALRM ? SIGKILL : signal);
}

double seconds(const timeval &time)
{
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

[[noreturn]] void become(char **command)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execvp(command[0], command);
    std::fprintf(stderr, "measured: %s: %s\n", command[0], std::strerror(errno));
    _exit(cannotRun);
}

[[noreturn]] void usage()
{
    std::fputs("Usage: measured --result FILE [--timeout SECONDS] -- COMMAND…\n", stderr);
    std::exit(usageError);
}

std::string orNull(bool isThere, int value)
{
    return isThere ? std::to_string(value) : "null";
}

} // namespace

int main(int argc, char **argv)
{
    const char *result = nullptr;
    unsigned timeout = 0;
    int next = 1;
    for (; next + 1 < argc && std::strcmp(argv[next], "--") != 0; next += 2) {
        if (std::strcmp(argv[next], "--result") == 0)
            result = argv[next + 1];
        else if (std::strcmp(argv[next], "--timeout") == 0)
            timeout = static_cast<unsigned>(std::strtoul(argv[next + 1], nullptr, 10));
        else
            usage();
    }
    if (result == nullptr || next + 1 >= argc)
        usage();

    const auto start = std::chrono::steady_clock::now();
    const pid_t pid = fork();
    if (pid < 0) {
        std::perror("measured: fork");
        return 1;
    }
    if (pid == 0)
        become(argv + next + 1);
    setpgid(pid, pid); // whoever of the two comes first
    child = pid;
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGALRM})
        std::signal(signal, passOn);
    alarm(timeout);

    int status = 0;
    rusage used{};
    while (wait4(pid, &status, 0, &used) < 0 && errno == EINTR) { }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;

    std::FILE *file = std::fopen(result, "w");
    if (file == nullptr) {
        std::fprintf(stderr, "measured: %s: %s\n", result, std::strerror(errno));
        return 1;
    }
    std::fprintf(file,
                 "{\"wall\": %.6f, \"user\": %.6f, \"system\": %.6f, \"peak_bytes\": %ld, "
                 "\"exit\": %s, \"signal\": %s}\n",
                 wall.count(), seconds(used.ru_utime), seconds(used.ru_stime),
                 used.ru_maxrss * 1024, orNull(WIFEXITED(status), WEXITSTATUS(status)).c_str(),
                 orNull(WIFSIGNALED(status), WTERMSIG(status)).c_str());
    return std::fclose(file) == 0 ? 0 : 1;
}
