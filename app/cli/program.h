#pragma once

#include "cli/commandline.h"

class QCoreApplication;

namespace longshore {

// Each does what one command of the command line says, and returns the exit code. They run the
// application's event loop as long as that takes.

int runCommand(const UploadCommand &command, QCoreApplication &application);
int runCommand(const SandboxCommand &command, QCoreApplication &application);
int runCommand(const TextToShow &text, QCoreApplication &application);
int runCommand(const UsageProblem &problem, QCoreApplication &application);

} // namespace longshore
