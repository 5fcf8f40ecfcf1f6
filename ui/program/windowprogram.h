#pragma once

namespace longshore {

struct WindowCommand;

/// `longshore [FILE…]`: the window, or handing the files over to the one that is already there.
/// Makes the application object; returns the exit code. Without a display it says so and answers 2.
int runWindow(const WindowCommand &command, int &argc, char **argv);

} // namespace longshore
