#include "cli/datadir.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

#include <sys/stat.h>
#include <unistd.h>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

constexpr QFile::Permissions kOwnerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
constexpr mode_t kOthersMayAnything = S_IRWXG | S_IRWXO;

/// The folder in the user's home; empty if there is none that can be written.
QString homeDataDir()
{
    // Without HOME Qt takes the root folder for it, and a HOME that isn't there (a service's user)
    // is not ours to create.
    const QString home = qEnvironmentVariable("HOME");
    const bool hasHome = !home.isEmpty() && QFileInfo(home).isDir();
    if (!hasHome && qEnvironmentVariableIsEmpty("XDG_DATA_HOME"))
        return {};
    const QString parent = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    const QString path = parent + u"/longshore"_s;
    if (parent.isEmpty() || !QDir().mkpath(parent))
        return {};
    QDir().mkdir(path, kOwnerOnly);
    const QFileInfo info(path);
    return info.isDir() && info.isWritable() ? path : QString();
}

/// Anybody may write to the temporary folder, so that somebody may have been there before.
bool belongsToUsAlone(const QString &path)
{
    struct stat status
    {
    };
    if (::lstat(QFile::encodeName(path).constData(), &status) != 0)
        return false;
    return S_ISDIR(status.st_mode) && status.st_uid == ::geteuid()
        && (status.st_mode & kOthersMayAnything) == 0;
}

} // namespace

DataDir findDataDir(const QString &chosen)
{
    if (!chosen.isEmpty())
        return {QFileInfo(chosen).absoluteFilePath(), {}, {}};
    const QString home = homeDataDir();
    if (!home.isEmpty())
        return {home, {}, {}};

    const QString path = QDir::tempPath() + u"/longshore-%1"_s.arg(::geteuid());
    QDir().mkdir(path, kOwnerOnly);
    if (!belongsToUsAlone(path)) {
        return {{},
                {},
                u"There is no home folder, and '%1' does not belong to this user alone; "
                "name a folder with --data-dir."_s.arg(path)};
    }
    return {path,
            u"There is no home folder to write to; unfinished uploads are remembered in %1."_s.arg(
                path),
            {}};
}

} // namespace longshore
