#pragma once

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>

namespace longshore {

/// Ends the program with a sentence that ends in what errno says.
[[noreturn]] inline void failWithErrno(const std::string &what)
{
    std::cerr << what << ": " << std::strerror(errno) << '\n';
    std::exit(EXIT_FAILURE);
}

/// Ours alone from now on: what `flags` name (CLONE_NEWNET, CLONE_NEWNS). Who isn't root becomes
/// that in a user namespace first, which others enter through /proc/PID/ns/user.
inline void unshareAsRoot(int flags)
{
    const auto writeFile = [](const char *path, const std::string &text) {
        const int file = open(path, O_WRONLY | O_CLOEXEC);
        if (file < 0 || write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
            failWithErrno(path);
        close(file);
    };
    const uid_t user = geteuid();
    const gid_t group = getegid();
    if (user != 0) {
        if (unshare(CLONE_NEWUSER) != 0)
            failWithErrno("no user namespace");
        writeFile("/proc/self/setgroups", "deny");
        writeFile("/proc/self/uid_map", "0 " + std::to_string(user) + " 1");
        writeFile("/proc/self/gid_map", "0 " + std::to_string(group) + " 1");
        // Otherwise this process' folder in /proc is closed to the test that runs as the same user.
        prctl(PR_SET_DUMPABLE, 1);
    }
    if (unshare(flags) != 0)
        failWithErrno("no namespace of its own");
}

} // namespace longshore
