#include "queue/datadirectory.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#if defined(Q_OS_LINUX)
#include <sys/statfs.h>
#elif defined(Q_OS_WIN)
#include <qt_windows.h>
#elif defined(Q_OS_MACOS)
#include <sys/mount.h>
#include <sys/param.h>
#endif

namespace longshore {

using namespace Qt::StringLiterals;

QString makePrivateDirectory(const QString &path)
{
    const QString absolute = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
    if (QFileInfo(absolute).isDir())
        return {};
    constexpr QFile::Permissions ownerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
    QDir().mkpath(QFileInfo(absolute).absolutePath());
    QDir().mkdir(absolute, ownerOnly);
    // Another process may have been faster.
    if (QFileInfo(absolute).isDir())
        return {};
    if (QFileInfo::exists(absolute))
        return u"%1 is not a folder."_s.arg(absolute);
    return u"The folder %1 can't be created."_s.arg(absolute);
}

bool isOnNetworkFileSystem(const QString &path)
{
#if defined(Q_OS_LINUX)
    struct statfs fileSystem;
    if (statfs(QFile::encodeName(path).constData(), &fileSystem) != 0)
        return false;
    // f_type as statfs(2) and <linux/magic.h> list it; truncated because its type differs between
    // architectures.
    switch (static_cast<quint32>(fileSystem.f_type)) {
    case 0x6969: // NFS
    case 0x517b: // SMB
    case 0xff534d42: // CIFS
    case 0xfe534d42: // SMB2
    case 0x65735546: // FUSE
    case 0x01021997: // 9P, folders of the host in a virtual machine
    case 0x5346414f: // AFS
    case 0x00c36400: // Ceph
    case 0x0bd00bd0: // Lustre
        return true;
    default:
        return false;
    }
#elif defined(Q_OS_WIN)
    const QString native = QDir::toNativeSeparators(QFileInfo(path).absoluteFilePath());
    if (native.startsWith(u"\\\\"_s))
        return true;
    const QString root = native.left(3);
    return GetDriveTypeW(reinterpret_cast<const wchar_t *>(root.utf16())) == DRIVE_REMOTE;
#elif defined(Q_OS_MACOS)
    struct statfs fileSystem;
    return statfs(QFile::encodeName(path).constData(), &fileSystem) == 0
        && (fileSystem.f_flags & MNT_LOCAL) == 0;
#else
    Q_UNUSED(path);
    return false;
#endif
}

} // namespace longshore
