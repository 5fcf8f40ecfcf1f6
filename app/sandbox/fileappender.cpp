#include "fileappender.h"

#include <algorithm>

#ifdef Q_OS_LINUX
#include <unistd.h>
#endif

namespace longshore::sandbox {

namespace {

constexpr qint64 BufferBytes = 1024 * 1024;
/// Between two looks at whether to give up: some milliseconds' worth.
constexpr qint64 KernelCopyBytes = 16 * 1024 * 1024;

} // namespace

FileAppender::FileAppender(const QString &path, const std::atomic<bool> &isAborted)
    : m_file(path)
    , m_isAborted(isAborted)
{
}

FileAppender::~FileAppender()
{
    if (m_wasOpened && !m_isMoved)
        m_file.resize(m_originalSize);
}

bool FileAppender::open(bool withMd5)
{
    if (!m_file.open(QIODevice::ReadWrite | QIODevice::ExistingOnly | QIODevice::Unbuffered))
        return false;
    m_wasOpened = true;
    m_hashes = withMd5;
    m_originalSize = m_file.size();
    if (m_hashes && !readThrough(m_file, false))
        return false;
    return m_file.seek(m_originalSize);
}

bool FileAppender::append(const QString &path)
{
    QFile source(path);
    if (!source.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return false;
    if (!m_hashes && copyInKernel(source))
        return true;
    return readThrough(source, true);
}

bool FileAppender::moveTo(const QString &path)
{
    m_isMoved = m_file.rename(path);
    return m_isMoved;
}

bool FileAppender::readThrough(QFile &source, bool writes)
{
    if (m_buffer.isEmpty())
        m_buffer.resize(BufferBytes);
    while (!m_isAborted) {
        const qint64 length = source.read(m_buffer.data(), m_buffer.size());
        if (length <= 0)
            return length == 0;
        const QByteArrayView bytes(m_buffer.constData(), length);
        if (m_hashes)
            m_hash.addData(bytes);
        if (writes && m_file.write(bytes.data(), bytes.size()) != bytes.size())
            return false;
    }
    return false;
}

/// False if some or all is left to be copied, as when the file system cannot do it.
bool FileAppender::copyInKernel([[maybe_unused]] QFile &source)
{
#ifdef Q_OS_LINUX
    qint64 left = source.size();
    while (left > 0 && !m_isAborted) {
        const auto length = static_cast<std::size_t>(std::min(left, KernelCopyBytes));
        const ssize_t copied =
            copy_file_range(source.handle(), nullptr, m_file.handle(), nullptr, length, 0);
        if (copied <= 0)
            break;
        left -= copied;
    }
    // QFile does not see what went past it: the rest is copied from where the kernel stopped.
    source.seek(source.size() - left);
    m_file.seek(m_file.size());
    return left == 0;
#else
    return false;
#endif
}

} // namespace longshore::sandbox
