#pragma once

namespace longshore {

struct WindowCommand;

/// Turns `longshore` into the window's program, which is installed apart from it and parses the
/// same arguments once more. Returns only where that can't be done: it is said on stderr then, and
/// this is the exit code.
int becomeWindow(const WindowCommand &command, int &argc, char **argv);

} // namespace longshore
