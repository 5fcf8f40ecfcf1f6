#include "transfer/filestamp.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

#include <optional>

#ifdef Q_OS_UNIX
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#else
#include <io.h>
#include <qt_windows.h>
#endif

namespace longshore {

namespace {

QString nameOf(const QString &path)
{
    return QFileInfo(path).fileName();
}

FileProblem notRegular(const QString &path)
{
    return {
        FileProblem::Kind::Unreadable,
        QCoreApplication::translate("longshore", "“%1” is not a regular file.").arg(nameOf(path))};
}

FileProblem missing(const QString &path)
{
    return {FileProblem::Kind::Missing,
            QCoreApplication::translate("longshore", "“%1” does not exist.").arg(nameOf(path))};
}

FileProblem unreadable(const QString &path, const QString &reason)
{
    return {FileProblem::Kind::Unreadable,
            QCoreApplication::translate("longshore", "“%1” can't be read: %2.")
                .arg(nameOf(path), reason)};
}

/// What a path or descriptor shows; no stamp and no problem where there is no file.
struct Look
{
    std::optional<FileStamp> stamp;
    std::optional<FileProblem> problem;
};

#ifdef Q_OS_UNIX

Look lookAt(int error, const struct stat &status, const QString &path)
{
    if (error == ENOENT || error == ENOTDIR)
        return {};
    if (error != 0)
        return {{}, unreadable(path, qt_error_string(error))};
    if (!S_ISREG(status.st_mode))
        return {{}, notRegular(path)};
#ifdef Q_OS_DARWIN
    const struct timespec &modified = status.st_mtimespec;
#else
    const struct timespec &modified = status.st_mtim;
#endif
    FileStamp stamp;
    stamp.bytes = status.st_size;
    stamp.modifiedNs = qint64(modified.tv_sec) * 1'000'000'000 + modified.tv_nsec;
    stamp.device = static_cast<quint64>(status.st_dev);
    stamp.fileId = static_cast<quint64>(status.st_ino);
    return {stamp, {}};
}

Look lookAtPath(const QString &path)
{
    struct stat status = {};
    const int result = ::stat(QFile::encodeName(path).constData(), &status);
    return lookAt(result == 0 ? 0 : errno, status, path);
}

Look lookAtDescriptor(int descriptor, const QString &path)
{
    struct stat status = {};
    const int result = ::fstat(descriptor, &status);
    return lookAt(result == 0 ? 0 : errno, status, path);
}

bool openForReading(QFile &file, const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    constexpr int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY;
    // O_NONBLOCK: should the path have become a FIFO since it was looked at, this must not wait.
    int descriptor = ::open(name.constData(), flags | O_NONBLOCK);
    // Another program holds a lease (as file servers do), which only a regular file can bear. It
    // was asked to let go, and that is worth waiting for.
    if (descriptor < 0 && errno == EWOULDBLOCK)
        descriptor = ::open(name.constData(), flags);
    if (descriptor < 0)
        return false;
    if (file.open(descriptor, QIODevice::ReadOnly | QIODevice::Unbuffered,
                  QFileDevice::AutoCloseHandle)) {
        return true;
    }
    ::close(descriptor);
    return false;
}

bool hasWriter(int descriptor)
{
#ifdef Q_OS_LINUX
    // A lease for reading is refused while anybody has the file open for writing. Should somebody
    // open it in this moment, the signal must not be SIGIO, which ends the process.
    if (::fcntl(descriptor, F_SETSIG, SIGURG) != 0)
        return false;
    if (::fcntl(descriptor, F_SETLEASE, F_RDLCK) != 0)
        return errno == EAGAIN;
    ::fcntl(descriptor, F_SETLEASE, F_UNLCK);
#else
    Q_UNUSED(descriptor)
#endif
    return false;
}

QString openError(const QFile &)
{
    return qt_error_string(errno);
}

#else // Windows; written by its documentation, not yet tried there

Look lookAtHandle(HANDLE handle, const QString &path)
{
    BY_HANDLE_FILE_INFORMATION info = {};
    if (!GetFileInformationByHandle(handle, &info))
        return {{}, unreadable(path, qt_error_string())};
    if (info.dwFileAttributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_DEVICE))
        return {{}, notRegular(path)};
    // FILETIME counts 100 ns from 1601 on.
    constexpr qint64 ticksToEpoch = 116'444'736'000'000'000;
    const qint64 ticks = (qint64(info.ftLastWriteTime.dwHighDateTime) << 32)
        | qint64(info.ftLastWriteTime.dwLowDateTime);
    FileStamp stamp;
    stamp.bytes = (qint64(info.nFileSizeHigh) << 32) | qint64(info.nFileSizeLow);
    stamp.modifiedNs = (ticks - ticksToEpoch) * 100;
    stamp.device = info.dwVolumeSerialNumber;
    stamp.fileId = (quint64(info.nFileIndexHigh) << 32) | quint64(info.nFileIndexLow);
    return {stamp, {}};
}

Look lookAtPath(const QString &path)
{
    const QFileInfo file(path);
    if (!file.exists())
        return {};
    if (!file.isFile())
        return {{}, notRegular(path)};
    const HANDLE handle = CreateFileW(
        reinterpret_cast<const wchar_t *>(path.utf16()), FILE_READ_ATTRIBUTES,
        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING, 0, nullptr);
    if (handle == INVALID_HANDLE_VALUE)
        return {{}, unreadable(path, qt_error_string())};
    const Look look = lookAtHandle(handle, path);
    CloseHandle(handle);
    return look;
}

Look lookAtDescriptor(int descriptor, const QString &path)
{
    return lookAtHandle(reinterpret_cast<HANDLE>(_get_osfhandle(descriptor)), path);
}

bool openForReading(QFile &file, const QString &path)
{
    file.setFileName(path);
    return file.open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

bool hasWriter(int)
{
    // Opened without sharing for writing a file that is written could not be opened; then its
    // writer couldn't either, for as long.
    return false;
}

QString openError(const QFile &file)
{
    return file.errorString();
}

#endif

FileStampResult resultOf(const Look &look, const QString &path)
{
    if (look.stamp)
        return {*look.stamp, {}};
    return {{}, look.problem.value_or(missing(path))};
}

/// As compareStamps(); a file that can't be looked at is a problem of its own.
FileProblem compareLook(const QString &path, const FileStamp &expected, const Look &look)
{
    if (look.problem)
        return *look.problem;
    return compareStamps(path, expected, look.stamp.value_or(FileStamp()));
}

/// Empty if all bytes were read, otherwise the reason.
QString readFully(QFile &file, qint64 offset, QByteArray *bytes)
{
    if (!file.seek(offset))
        return file.errorString();
    for (qint64 done = 0; done < bytes->size();) {
        const qint64 count = file.read(bytes->data() + done, bytes->size() - done);
        if (count < 0)
            return file.errorString();
        if (count == 0)
            return QCoreApplication::translate("longshore", "it ends before its size");
        done += count;
    }
    return {};
}

} // namespace

FileStampResult stampOf(const QString &path)
{
    return resultOf(lookAtPath(path), path);
}

FileStampResult stampOf(int descriptor, const QString &path)
{
    return resultOf(lookAtDescriptor(descriptor, path), path);
}

bool isBeingWritten(const QFile &file)
{
    return hasWriter(file.handle());
}

FileProblem compareStamps(const QString &path, const FileStamp &expected, const FileStamp &now)
{
    const auto changed = [](const QString &message) {
        return FileProblem{FileProblem::Kind::Changed, message};
    };
    const bool sameContent = now.bytes == expected.bytes && now.modifiedNs == expected.modifiedNs;
    if (!now.isValid()) {
        return {FileProblem::Kind::Missing,
                QCoreApplication::translate("longshore", "“%1” is gone.").arg(nameOf(path))};
    }
    if (now.fileId != expected.fileId || (now.device != expected.device && !sameContent)) {
        return changed(QCoreApplication::translate(
                           "longshore", "“%1” was replaced by another file after it was added.")
                           .arg(nameOf(path)));
    }
    if (sameContent)
        return {};
    if (now.bytes == expected.bytes) {
        return changed(QCoreApplication::translate(
                           "longshore", "“%1” was modified after it was added (same size).")
                           .arg(nameOf(path)));
    }
    const QString sentence = now.bytes > expected.bytes
        ? QCoreApplication::translate("longshore",
                                      "“%1” grew from %2 to %3 bytes after it was added.")
        : QCoreApplication::translate("longshore",
                                      "“%1” shrank from %2 to %3 bytes after it was added.");
    return changed(
        sentence.arg(nameOf(path), QString::number(expected.bytes), QString::number(now.bytes)));
}

FileProblem checkUnchanged(const QString &path, const FileStamp &expected)
{
    return compareLook(path, expected, lookAtPath(path));
}

FileProblem openRegularFile(QFile &file, const QString &path)
{
    const FileStampResult result = stampOf(path);
    if (result.problem.isProblem())
        return result.problem;
    if (!openForReading(file, path))
        return unreadable(path, openError(file));
    // What was opened need not be what was looked at.
    return stampOf(file.handle(), path).problem;
}

FileProblem openUnchanged(QFile &file, const QString &path, const FileStamp &expected)
{
    if (const FileProblem problem = checkUnchanged(path, expected); problem.isProblem())
        return problem;
    if (!openForReading(file, path))
        return unreadable(path, openError(file));
    return compareLook(path, expected, lookAtDescriptor(file.handle(), path));
}

FileProblem readUnchanged(QFile &file, const QString &path, const FileStamp &expected,
                          qint64 offset, QByteArray *bytes)
{
    const QString readError = readFully(file, offset, bytes);
    const FileProblem change = compareLook(path, expected, lookAtDescriptor(file.handle(), path));
    // A file that was cut short is changed rather than unreadable.
    if (change.isProblem() || readError.isEmpty())
        return change;
    return unreadable(path, readError);
}

} // namespace longshore
