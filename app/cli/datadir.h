#pragma once

#include <QString>

namespace longshore {

struct DataDir
{
    QString path;
    QString note; ///< for the user where it is not the usual one
    QString problem; ///< a sentence where none can be had; `path` is empty then
};

/// Where unfinished uploads are remembered: `chosen` if given, else the user's data folder, else
/// (no HOME, or none that can be written) a folder of this user alone in the system's temporary
/// one. Creates the latter two, for their owner only.
DataDir findDataDir(const QString &chosen);

} // namespace longshore
