#include "api/onetimebody.h"

#include <algorithm>
#include <utility>

namespace longshore {

OneTimeBody::OneTimeBody(QByteArray content, QObject *parent)
    : QIODevice(parent)
    , m_content(std::move(content))
{
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

bool OneTimeBody::seek(qint64 pos)
{
    return pos >= m_given && pos <= size() && QIODevice::seek(pos);
}

qint64 OneTimeBody::readData(char *data, qint64 maxSize)
{
    const qint64 from = pos();
    const qint64 bytes = std::min(maxSize, size() - from);
    if (bytes <= 0)
        return from >= size() && maxSize > 0 ? -1 : 0;
    std::copy_n(m_content.constData() + from, bytes, data);
    m_given = std::max(m_given, from + bytes);
    return bytes;
}

qint64 OneTimeBody::writeData(const char *, qint64)
{
    return -1;
}

} // namespace longshore
