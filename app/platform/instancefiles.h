#pragma once

#include <QString>
#include <QStringList>

class QLockFile;

namespace longshore {

/// Creates the folder for its owner alone, unless it is there, and its parents. False if that can't
/// be.
bool makeDataDirectory(const QString &path);

/// Removes a lock file that nobody holds although the process id in it is that of a running
/// process: in a container ids and host names come back. Asks the system's own lock on the file,
/// and so is not for network file systems. True if the file is gone.
bool removeAbandonedLock(QLockFile &lock);

/// The places for the socket of a data directory (its canonical path), the best first: in the
/// user's run-time folder, in the data directory, in the folder for temporary files. Only those
/// whose paths are short enough for a socket. On Windows the name of a pipe.
QStringList instanceAddresses(const QString &dataDirectory);

/// Where the first process of a data directory listens, as it wrote down; empty if it did not.
QString recordedAddress(const QString &dataDirectory);
bool recordAddress(const QString &dataDirectory, const QString &address);
void removeRecordedAddress(const QString &dataDirectory);

} // namespace longshore
