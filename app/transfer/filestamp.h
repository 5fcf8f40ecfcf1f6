#pragma once

#include <QByteArray>
#include <QString>

class QFile;

namespace longshore {

/// What tells one content of a file from another without reading it. Access and status-change times
/// are left out on purpose: backups and permission changes alter them.
struct FileStamp
{
    qint64 bytes = -1;
    /// Nanoseconds since the epoch, UTC; on FAT and the like as coarse as the file system's.
    qint64 modifiedNs = 0;
    quint64 device = 0;
    quint64 fileId = 0; ///< inode, or Windows' file index

    bool isValid() const { return bytes >= 0; }
    bool operator==(const FileStamp &) const = default;
};

/// Why a file can't be uploaded or can't be read on; `message` is a sentence, empty if all is well.
struct FileProblem
{
    enum class Kind { None, Missing, Unreadable, Changed };
    Kind kind = Kind::None;
    QString message;

    bool isProblem() const { return kind != Kind::None; }
};

/// A stamp, or why there is none.
struct FileStampResult
{
    FileStamp stamp;
    FileProblem problem;
};

/// Follows symbolic links. Blocks: for pool threads. Not a regular file, or no such file: a
/// problem.
FileStampResult stampOf(const QString &path);
/// The same of an open descriptor (as of QFile::handle()).
FileStampResult stampOf(int descriptor, const QString &path);

/// Whether some program has a file that is open here for reading open to write to it, such as a log
/// that grows; false where the system does not tell (it tells on Linux, of files of our own).
/// Blocks.
bool isBeingWritten(const QFile &file);

/// Says in a sentence how `now` differs from `expected`; no problem if it doesn't. An invalid `now`
/// means that the file is gone. A device number that alone differs is no change: network and
/// multi-device file systems get a new one at each mount.
FileProblem compareStamps(const QString &path, const FileStamp &expected, const FileStamp &now);

/// Compares the file at `path` as it is now. Blocks.
FileProblem checkUnchanged(const QString &path, const FileStamp &expected);

/// Opens `path` with `file`, read-only and unbuffered, if it is a regular file; never waits for the
/// writer of a FIFO. Blocks.
FileProblem openRegularFile(QFile &file, const QString &path);
/// The same, comparing the stamps of the path and of what was opened.
FileProblem openUnchanged(QFile &file, const QString &path, const FileStamp &expected);
/// Fills `bytes` from `offset` on, then compares the stamp of the open file. Blocks.
FileProblem readUnchanged(QFile &file, const QString &path, const FileStamp &expected,
                          qint64 offset, QByteArray *bytes);

} // namespace longshore
