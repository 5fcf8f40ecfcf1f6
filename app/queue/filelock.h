#pragma once

#include <QString>

#include <memory>

namespace longshore {

/// One byte of a file, locked against other processes and against other locks of this one. The
/// system gives it back when the process ends, however it ends, so that nothing is ever left
/// behind; the file stays, empty. Any thread. On Windows untested.
///
/// Nothing else in the process may open the file: POSIX gives up all of a process's locks on a file
/// when it closes any of its descriptors of it.
class FileLock
{
public:
    enum class Outcome {
        Taken,
        HeldHere, ///< by another lock of this process
        HeldElsewhere, ///< holder() may tell by which process
        Impossible, ///< the file can't be opened or locked: problem() is a sentence
    };

    FileLock();
    ~FileLock();
    Q_DISABLE_COPY_MOVE(FileLock)

    /// After giving back what this object held. `path` is created with mode 0600; `byte` may lie
    /// behind its end.
    Outcome take(const QString &path, qint64 byte);
    void release();

    /// Id of the process that has it; 0: unknown.
    qint64 holder() const { return m_holder; }
    QString problem() const { return m_problem; }

private:
    struct File;
    class Files;

    Outcome refuse(const QString &path, const QString &reason);

    std::shared_ptr<File> m_file; ///< set while it is held
    qint64 m_byte = 0;
    qint64 m_holder = 0;
    QString m_problem;
};

} // namespace longshore
