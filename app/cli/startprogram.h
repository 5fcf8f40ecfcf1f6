#pragma once

namespace longshore {

struct WindowCommand;

/// How a program comes by the window: makes the application object, returns the exit code.
using WindowStart = int (*)(const WindowCommand &command, int &argc, char **argv);

/// What main() is in each program of ours: settings of the process, the command line, and whatever
/// command it names. `longshore` and the window's program differ in `startWindow` alone. Returns
/// the exit code.
int startProgram(int argc, char **argv, WindowStart startWindow);

} // namespace longshore
