#pragma once

class QCoreApplication;

namespace longshore {

/// Does what the application's arguments say; returns the exit code. Runs the application's event
/// loop as long as that takes.
int runProgram(QCoreApplication &application);

} // namespace longshore
