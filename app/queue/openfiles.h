#pragma once

#include <QtGlobal>

namespace longshore {

/// Lets this process have as many files open at once as the system grants it, and says how many
/// that are. Many systems begin with 1,024, and the lock of each queued upload is one. Any thread.
qint64 allowOpenFiles();

} // namespace longshore
