#include "queue/queueorder.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace longshore {

namespace {

/// Behind `place`, and before the next whole number, which an upload still to come may have.
double beforeTheNext(double place)
{
    return std::midpoint(place, std::floor(place) + 1);
}

} // namespace

void QueueOrder::insert(const QString &key, double place)
{
    if (find(key))
        return;
    auto position = positionOf(place);
    for (; position != m_all.end() && (*position)->place == place; ++position)
        place = std::nextafter(place, place + 1);
    Entry *entry = &m_entries.emplace(key, Entry{key, place, Part::Neither}).first->second;
    m_all.insert(position, entry);
}

void QueueOrder::remove(const QString &key)
{
    Entry *entry = find(key);
    if (!entry)
        return;
    leave(entry);
    m_all.erase(positionOf(entry->place));
    m_entries.erase(key);
}

void QueueOrder::move(const QString &key, int index)
{
    Entry *entry = find(key);
    if (!entry)
        return;
    leave(entry);
    m_all.erase(positionOf(entry->place));
    const auto after = m_all.begin() + std::clamp(index, 0, static_cast<int>(m_all.size()));
    const bool isFirst = after == m_all.begin();
    const bool isLast = after == m_all.end();
    if (!isFirst && !isLast)
        entry->place = std::midpoint((*std::prev(after))->place, (*after)->place);
    else if (!isLast)
        entry->place = (*after)->place - 1;
    else if (!isFirst)
        entry->place = beforeTheNext((*std::prev(after))->place);
    const bool isTaken = (!isFirst && (*std::prev(after))->place == entry->place)
        || (!isLast && (*after)->place == entry->place);
    m_all.insert(after, entry);
    if (isTaken) {
        // After some forty moves to one place no number is left between two. Below zero, so that
        // uploads that are still to come stay behind them. Their order stays, and with it that of
        // the sets.
        auto place = -static_cast<double>(m_all.size());
        for (Entry *other : m_all)
            other->place = place++;
    }
    join(entry);
}

void QueueOrder::setPart(const QString &key, Part part)
{
    Entry *entry = find(key);
    if (!entry || entry->part == part)
        return;
    leave(entry);
    entry->part = part;
    join(entry);
}

QStringList QueueOrder::keys() const
{
    QStringList keys;
    keys.reserve(static_cast<qsizetype>(m_all.size()));
    for (const Entry *entry : m_all)
        keys.append(entry->key);
    return keys;
}

QStringList QueueOrder::running() const
{
    QStringList keys;
    keys.reserve(static_cast<qsizetype>(m_running.size()));
    for (const Entry *entry : m_running)
        keys.append(entry->key);
    return keys;
}

QueueOrder::Entry *QueueOrder::find(const QString &key)
{
    const auto found = m_entries.find(key);
    return found == m_entries.end() ? nullptr : &found->second;
}

/// Of the first with this place or one behind it.
std::vector<QueueOrder::Entry *>::iterator QueueOrder::positionOf(double place)
{
    return std::lower_bound(
        m_all.begin(), m_all.end(), place,
        [](const Entry *entry, double wanted) { return entry->place < wanted; });
}

void QueueOrder::join(Entry *entry)
{
    if (entry->part == Part::Startable)
        m_startable.insert(entry);
    else if (entry->part == Part::Running)
        m_running.insert(entry);
}

void QueueOrder::leave(Entry *entry)
{
    if (entry->part == Part::Startable)
        m_startable.erase(entry);
    else if (entry->part == Part::Running)
        m_running.erase(entry);
}

} // namespace longshore
