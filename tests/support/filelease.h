#pragma once

#include <QFile>
#include <QString>

#ifdef Q_OS_LINUX

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace longshore {

/// Makes whoever opens a file wait until this is destroyed: a disk that hangs in mid-job. Linux,
/// and only with the right owner or privilege.
class FileLease
{
public:
    explicit FileLease(const QString &path)
        : m_descriptor(::open(QFile::encodeName(path).constData(), O_RDWR | O_CLOEXEC))
    {
        // The kernel tells by this signal that somebody waits; we ask it instead.
        std::signal(SIGIO, SIG_IGN);
        m_held = ::fcntl(m_descriptor, F_SETLEASE, F_WRLCK) == 0;
    }
    ~FileLease()
    {
        ::fcntl(m_descriptor, F_SETLEASE, F_UNLCK);
        ::close(m_descriptor);
    }
    Q_DISABLE_COPY_MOVE(FileLease)

    bool isHeld() const { return m_held; }
    bool isWaitedFor() const { return ::fcntl(m_descriptor, F_GETLEASE) != F_WRLCK; }

private:
    int m_descriptor;
    bool m_held = false;
};

} // namespace longshore

#endif
