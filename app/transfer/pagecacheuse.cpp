#include "transfer/pagecacheuse.h"

#include <algorithm>

#ifdef Q_OS_LINUX
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace longshore {

namespace {

#ifdef Q_OS_LINUX

/// Whether at least half of the range is in memory. Also where the system doesn't tell: it does
/// only to those who may write to the file (mincore(2)).
bool isInMemory(int descriptor, qint64 offset, qint64 bytes)
{
    const qint64 pageBytes = ::sysconf(_SC_PAGESIZE);
    const qint64 begin = offset / pageBytes * pageBytes;
    const auto length = static_cast<std::size_t>(offset + bytes - begin);
    if (bytes <= 0)
        return true;
    void *const mapped = ::mmap(nullptr, length, PROT_NONE, MAP_SHARED, descriptor, begin);
    if (mapped == MAP_FAILED)
        return true;
    std::vector<unsigned char> pages((length + static_cast<std::size_t>(pageBytes) - 1)
                                     / static_cast<std::size_t>(pageBytes));
    const bool known = ::mincore(mapped, length, pages.data()) == 0;
    ::munmap(mapped, length);
    const auto inMemory = std::ranges::count_if(pages, [](unsigned char page) { return page & 1; });
    return !known || 2 * inMemory >= std::ssize(pages);
}

void giveBack(int descriptor, qint64 offset, qint64 bytes)
{
    if (bytes > 0)
        ::posix_fadvise(descriptor, offset, bytes, POSIX_FADV_DONTNEED);
}

#else

bool isInMemory(int, qint64, qint64)
{
    return true;
}

void giveBack(int, qint64, qint64) { }

#endif

} // namespace

PageCacheUse::PageCacheUse(const QList<PlannedPart> &parts)
    : m_planned(parts)
    , m_looks(parts.isEmpty() ? 0 : static_cast<std::size_t>(parts.last().source) + 1)
    , m_parts(static_cast<std::size_t>(parts.size()))
{
}

void PageCacheUse::expectBodies(const QList<int> &except)
{
    const std::lock_guard lock(m_mutex);
    for (Part &part : m_parts)
        part.awaitsBody = true;
    for (const int index : except)
        at(index).awaitsBody = false;
}

void PageCacheUse::expectChecksum(bool comes)
{
    const std::lock_guard lock(m_mutex);
    for (Part &part : m_parts)
        part.awaitsChecksum = comes;
}

void PageCacheUse::lookAt(int source, int descriptor)
{
    std::call_once(m_looks.at(static_cast<std::size_t>(source)), [&] {
        for (int index = 0; index < m_planned.size(); ++index) {
            const PlannedPart &part = m_planned.at(index);
            if (part.source != source)
                continue;
            const bool inMemory = isInMemory(descriptor, part.sourceOffset, part.sourceBytes);
            const std::lock_guard lock(m_mutex);
            at(index).wasInMemory = inMemory;
        }
    });
}

void PageCacheUse::wasRead(Reader reader, int index, int descriptor)
{
    {
        const std::lock_guard lock(m_mutex);
        Part &part = at(index);
        (reader == Reader::Body ? part.awaitsBody : part.awaitsChecksum) = false;
        if (part.awaitsBody || part.awaitsChecksum || part.wasInMemory)
            return;
    }
    giveBack(descriptor, m_planned.at(index).sourceOffset, m_planned.at(index).sourceBytes);
}

} // namespace longshore
