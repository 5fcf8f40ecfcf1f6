#pragma once

#include <QByteArray>
#include <QCryptographicHash>
#include <QFile>
#include <QString>

#include <atomic>

namespace longshore::sandbox {

/// Makes one file of several by appending to the first, which gets its old length back unless it
/// is moved away in the end. One thread.
class FileAppender
{
public:
    /// Gives up, as if the disk failed, soon after `isAborted` becomes true.
    FileAppender(const QString &path, const std::atomic<bool> &isAborted);
    ~FileAppender();
    FileAppender(const FileAppender &) = delete;
    FileAppender &operator=(const FileAppender &) = delete;

    /// With `withMd5` the whole content is read.
    bool open(bool withMd5);
    bool append(const QString &path);
    [[nodiscard]] QByteArray md5() const { return m_hash.result(); }
    bool moveTo(const QString &path);

private:
    bool readThrough(QFile &source, bool writes);
    bool copyInKernel(QFile &source);

    QFile m_file;
    const std::atomic<bool> &m_isAborted;
    QCryptographicHash m_hash{QCryptographicHash::Md5};
    QByteArray m_buffer;
    qint64 m_originalSize = 0;
    bool m_hashes = false;
    bool m_wasOpened = false;
    bool m_isMoved = false;
};

} // namespace longshore::sandbox
