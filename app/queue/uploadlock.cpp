#include "queue/uploadlock.h"

#include "queue/datadirectory.h"
#include "queue/openfiles.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QLockFile>
#include <QSysInfo>
#include <QTimeZone>

#include <atomic>
#include <chrono>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// A lock file is filled a moment after it was created; one that is still empty after this time was
// left by a crash.
constexpr std::chrono::milliseconds kFillTime = 60s;

// Of the files that the process may have open so many are left for connections, journal and parts.
constexpr qint64 kOtherFiles = 256;

// Locks that this process holds.
std::atomic<qint64> heldLocks = 0;

struct Holder
{
    qint64 process = 0; ///< 0: the lock file doesn't say
    QString host;
    QString program;
};

Holder holderOf(const QLockFile &file)
{
    Holder holder;
    if (!file.getLockInfo(&holder.process, &holder.host, &holder.program))
        holder.process = 0;
    return holder;
}

bool isOurs(const Holder &holder)
{
    return holder.process == QCoreApplication::applicationPid()
        && holder.host == QSysInfo::machineHostName();
}

bool isFilled(const QLockFile &file)
{
    if (holderOf(file).process != 0)
        return true;
    const QDateTime changed = QFileInfo(file.fileName()).lastModified();
    return changed.msecsTo(QDateTime::currentDateTime()) > kFillTime.count();
}

/// Removes the file if nobody holds it, although its process id is that of a running Longshore: in
/// a container, ids and host names come back, and a crashed upload would be locked for ever. The
/// system's own lock on the file tells, except on network file systems. True if it is gone.
bool removeAbandoned(QLockFile &file)
{
    if (isOnNetworkFileSystem(QFileInfo(file.fileName()).absolutePath()))
        return false;
    // Of two processes that find the file abandoned the second must not remove the first one's new
    // file. QLockFile itself uses a file of this name for this.
    QLockFile removal(file.fileName() + u".rmlock"_s);
    return removal.tryLock(0) && isFilled(file) && file.removeStaleLockFile();
}

QString refusal(const QLockFile &file)
{
    if (file.error() == QLockFile::PermissionError)
        return u"The lock file %1 can't be written: no permission."_s.arg(file.fileName());
    if (file.error() != QLockFile::LockFailedError)
        return u"The lock file %1 can't be written."_s.arg(file.fileName());
    const Holder holder = holderOf(file);
    if (holder.process == 0)
        return u"Another process is at work on this upload (%1)."_s.arg(file.fileName());
    return u"%1 (process %2 on %3) is already at work on this upload."_s.arg(
        holder.program, QString::number(holder.process), holder.host);
}

} // namespace

UploadLock::UploadLock() = default;

UploadLock::~UploadLock()
{
    release();
}

void UploadLock::release()
{
    if (m_file)
        --heldLocks;
    m_file.reset();
}

QString UploadLock::take(const QString &dataDir, const QString &matchKey)
{
    release();
    m_heldElsewhere = false;
    m_heldHere = false;
    if (heldLocks >= allowOpenFiles() - kOtherFiles)
        return u"The system allows no more open files, so that this upload is not locked."_s;
    const QString folder = QDir(QFileInfo(dataDir).absoluteFilePath()).filePath(u"locks"_s);
    QString problem = makePrivateDirectory(dataDir);
    if (problem.isEmpty())
        problem = makePrivateDirectory(folder);
    if (!problem.isEmpty())
        return problem;

    auto file = std::make_unique<QLockFile>(folder + u'/' + matchKey + u".lock"_s);
    // An upload may take days: no lock is too old.
    file->setStaleLockTime(0);
    if (!file->tryLock(0)) {
        const bool again = file->error() == QLockFile::LockFailedError && removeAbandoned(*file);
        if (!again || !file->tryLock(0)) {
            m_heldElsewhere = file->error() == QLockFile::LockFailedError;
            m_heldHere = m_heldElsewhere && isOurs(holderOf(*file));
            return refusal(*file);
        }
    }
    m_file = std::move(file);
    ++heldLocks;
    return {};
}

} // namespace longshore
