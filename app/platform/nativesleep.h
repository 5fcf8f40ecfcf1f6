#pragma once

class QString;

namespace longshore {

/// Keeps an idle computer awake until told otherwise, or until the process ends, where the system
/// has a call for that (Windows, macOS). False where services are asked instead. GUI thread.
bool inhibitSleepNatively(bool inhibit, const QString &reason);

} // namespace longshore
