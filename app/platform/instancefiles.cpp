#include "platform/instancefiles.h"

#include "platform/peeruser.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLockFile>
#include <QSaveFile>

#include <chrono>

#ifdef Q_OS_UNIX
#include <sys/un.h>
#endif

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr QLatin1StringView kAddressFile = "instance.address"_L1;

/// Far longer than any path that a socket can have.
constexpr qint64 kMaxAddressBytes = 4096;

/// Of the hash of the data directory's path, in the socket's name.
constexpr qsizetype kHashCharacters = 16;

/// A lock file is filled a moment after it was created; one that is still empty after this time was
/// left by a crash.
constexpr std::chrono::milliseconds kFillTime = 5s;

QString addressFile(const QString &dataDirectory)
{
    return QDir(dataDirectory).filePath(kAddressFile);
}

bool isFilled(const QLockFile &lock)
{
    qint64 process = 0;
    QString host;
    QString program;
    if (lock.getLockInfo(&process, &host, &program) && process != 0)
        return true;
    const QDateTime changed = QFileInfo(lock.fileName()).lastModified();
    return changed.msecsTo(QDateTime::currentDateTime()) > kFillTime.count();
}

#ifdef Q_OS_UNIX
bool isShortEnough(const QString &path)
{
    // One byte for the NUL at the end.
    return QFile::encodeName(path).size() < qsizetype{sizeof(sockaddr_un::sun_path)};
}

/// XDG_RUNTIME_DIR, if it is what the specification wants; else empty.
QString runtimeDirectory()
{
    const QString path = qEnvironmentVariable("XDG_RUNTIME_DIR");
    const QFileInfo info(path);
    const bool isUsable =
        info.isAbsolute() && info.isDir() && info.isWritable() && info.ownerId() == ownUser();
    return isUsable ? path : QString();
}
#endif

} // namespace

bool makeDataDirectory(const QString &path)
{
    const QFileInfo info(path);
    if (info.isDir())
        return true;
    const QDir parent = info.dir();
    // Another process may create it at the same moment.
    return parent.mkpath(u"."_s)
        && (parent.mkdir(info.fileName(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner)
            || QFileInfo(path).isDir());
}

bool removeAbandonedLock(QLockFile &lock)
{
    // Of two processes that find the file abandoned the second must not remove the first one's new
    // file. QLockFile itself uses a file of this name for this.
    QLockFile removal(lock.fileName() + u".rmlock"_s);
    return removal.tryLock(0) && isFilled(lock) && lock.removeStaleLockFile();
}

QStringList instanceAddresses(const QString &dataDirectory)
{
    const QByteArray hash =
        QCryptographicHash::hash(dataDirectory.toUtf8(), QCryptographicHash::Sha256).toHex();
    const QString name = u"longshore-"_s + QString::fromLatin1(hash.first(kHashCharacters));
#ifdef Q_OS_UNIX
    QStringList addresses;
    for (const QString &folder : {runtimeDirectory(), dataDirectory, QDir::tempPath()}) {
        const QString path = folder + u'/' + name + u".socket"_s;
        if (!folder.isEmpty() && isShortEnough(path))
            addresses.append(path);
    }
    return addresses;
#else
    return {name};
#endif
}

QString recordedAddress(const QString &dataDirectory)
{
    QFile file(addressFile(dataDirectory));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QString::fromUtf8(file.read(kMaxAddressBytes));
}

bool recordAddress(const QString &dataDirectory, const QString &address)
{
    QSaveFile file(addressFile(dataDirectory));
    return file.open(QIODevice::WriteOnly) && file.write(address.toUtf8()) >= 0 && file.commit();
}

void removeRecordedAddress(const QString &dataDirectory)
{
    QFile::remove(addressFile(dataDirectory));
}

} // namespace longshore
