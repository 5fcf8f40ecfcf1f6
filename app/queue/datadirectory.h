#pragma once

#include <QString>

namespace longshore {

/// Creates the folder with mode 0700 unless it is there (its parents with the usual mode). A
/// sentence if that can't be.
QString makePrivateDirectory(const QString &path);

/// True on NFS, SMB, FUSE and the like, where neither memory shared between processes nor locks can
/// be relied on. A folder that can't be asked counts as local.
bool isOnNetworkFileSystem(const QString &path);

} // namespace longshore
