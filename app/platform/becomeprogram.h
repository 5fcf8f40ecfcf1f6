#pragma once

class QString;

namespace longshore {

/// Turns this process into the program at `path`: with the same id, environment, folder and
/// standard streams, and with `arguments` as main() has them (the name first, a null pointer last).
/// Returns only where that can't be done: why, in the system's words. Where a process can't be
/// replaced (Windows) the program runs as a child, and this one ends with its exit code.
QString becomeProgram(const QString &path, char **arguments);

} // namespace longshore
