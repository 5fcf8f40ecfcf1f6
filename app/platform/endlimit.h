#pragma once

#include <chrono>

namespace longshore {

/// Ends the process with `exitCode` if it is still there after `limit`, whatever its threads are
/// busy with and without destructors. The first call counts. On POSIX systems a signal handler may
/// call it.
void endProcessWithin(std::chrono::seconds limit, int exitCode);

} // namespace longshore
