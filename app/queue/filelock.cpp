#include "queue/filelock.h"

#include <QFile>
#include <QMutex>
#include <QMutexLocker>

#include <map>
#include <set>
#include <utility>

#ifdef Q_OS_WIN
#include <QDir>
#include <qt_windows.h>
#else
#include <sys/stat.h>

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#endif

namespace longshore {

using namespace Qt::StringLiterals;

#ifdef Q_OS_WIN
namespace {

using Identity = QString;
using Handle = HANDLE;
const Handle kNone = INVALID_HANDLE_VALUE;

Identity identityOf(const QString &path)
{
    return QDir::cleanPath(path).toLower();
}

Handle openFile(const QString &path)
{
    return CreateFileW(reinterpret_cast<const wchar_t *>(QDir::toNativeSeparators(path).utf16()),
                       GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                       OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
}

void closeFile(Handle handle)
{
    CloseHandle(handle);
}

OVERLAPPED placeOf(qint64 byte)
{
    OVERLAPPED place = {};
    place.Offset = static_cast<DWORD>(byte);
    place.OffsetHigh = static_cast<DWORD>(byte >> 32);
    return place;
}

bool lockByte(Handle handle, qint64 byte)
{
    OVERLAPPED place = placeOf(byte);
    return LockFileEx(handle, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &place);
}

bool isConflict()
{
    return GetLastError() == ERROR_LOCK_VIOLATION;
}

QString lastError()
{
    return qt_error_string();
}

void unlockByte(Handle handle, qint64 byte)
{
    OVERLAPPED place = placeOf(byte);
    UnlockFileEx(handle, 0, 1, 0, &place);
}

qint64 holderOf(Handle, qint64)
{
    return 0;
}

} // namespace
#else
namespace {

using Identity = std::pair<dev_t, ino_t>;
using Handle = int;
constexpr Handle kNone = -1;

/// Found without opening it, because closing it again would give up this process's locks.
Identity identityOf(const QString &path)
{
    struct stat status = {};
    if (::stat(QFile::encodeName(path).constData(), &status) != 0)
        return {};
    return {status.st_dev, status.st_ino};
}

Handle openFile(const QString &path)
{
    return ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC,
                  S_IRUSR | S_IWUSR);
}

void closeFile(Handle handle)
{
    ::close(handle);
}

struct flock rangeOf(qint64 byte, short type)
{
    struct flock range = {};
    range.l_type = type;
    range.l_whence = SEEK_SET;
    range.l_start = static_cast<off_t>(byte);
    range.l_len = 1;
    return range;
}

bool lockByte(Handle handle, qint64 byte)
{
    struct flock range = rangeOf(byte, F_WRLCK);
    return ::fcntl(handle, F_SETLK, &range) == 0;
}

bool isConflict()
{
    return errno == EACCES || errno == EAGAIN;
}

QString lastError()
{
    return qt_error_string(errno);
}

void unlockByte(Handle handle, qint64 byte)
{
    struct flock range = rangeOf(byte, F_UNLCK);
    ::fcntl(handle, F_SETLK, &range);
}

qint64 holderOf(Handle handle, qint64 byte)
{
    struct flock range = rangeOf(byte, F_WRLCK);
    const bool told = ::fcntl(handle, F_GETLK, &range) == 0 && range.l_type != F_UNLCK;
    return told && range.l_pid > 0 ? range.l_pid : 0;
}

} // namespace
#endif

struct FileLock::File
{
    explicit File(Handle opened)
        : handle(opened)
    {
    }
    ~File() { closeFile(handle); }
    Q_DISABLE_COPY_MOVE(File)

    const Handle handle;
    std::set<qint64> held;
};

/// Each file is open once in the process. Locked by its mutex while any file is opened or closed.
class FileLock::Files
{
public:
    static Files &instance()
    {
        static Files files;
        return files;
    }

    /// Null if it can't be opened.
    std::shared_ptr<File> open(const QString &path)
    {
        if (const auto known = m_files[identityOf(path)].lock())
            return known;
        const Handle handle = openFile(path);
        if (handle == kNone)
            return nullptr;
        auto file = std::make_shared<File>(handle);
        std::erase_if(m_files, [](const auto &entry) { return entry.second.expired(); });
        m_files[identityOf(path)] = file;
        return file;
    }

    QMutex mutex;

private:
    std::map<Identity, std::weak_ptr<File>> m_files;
};

FileLock::FileLock() = default;

FileLock::~FileLock()
{
    release();
}

FileLock::Outcome FileLock::refuse(const QString &path, const QString &reason)
{
    m_problem = u"The lock file %1 can't be used: %2."_s.arg(path, reason);
    return Outcome::Impossible;
}

FileLock::Outcome FileLock::take(const QString &path, qint64 byte)
{
    release();
    m_holder = 0;
    m_problem.clear();
    const QMutexLocker locker(&Files::instance().mutex);
    std::shared_ptr<File> file = Files::instance().open(path);
    if (!file)
        return refuse(path, lastError());
    if (file->held.contains(byte))
        return Outcome::HeldHere;
    if (!lockByte(file->handle, byte)) {
        if (!isConflict())
            return refuse(path, lastError());
        m_holder = holderOf(file->handle, byte);
        return Outcome::HeldElsewhere;
    }
    file->held.insert(byte);
    m_file = std::move(file);
    m_byte = byte;
    return Outcome::Taken;
}

void FileLock::release()
{
    if (!m_file)
        return;
    const QMutexLocker locker(&Files::instance().mutex);
    unlockByte(m_file->handle, m_byte);
    m_file->held.erase(m_byte);
    m_file.reset();
}

} // namespace longshore
