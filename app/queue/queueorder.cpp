#include "queue/queueorder.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace longshore {

namespace {

QStringList keysOf(const std::map<double, QString> &places)
{
    QStringList keys;
    keys.reserve(static_cast<qsizetype>(places.size()));
    for (const auto &[place, key] : places)
        keys.append(key);
    return keys;
}

} // namespace

void QueueOrder::insert(const QString &key, double place)
{
    while (m_all.contains(place))
        place = std::nextafter(place, place + 1);
    put(key, place, Part::Neither);
}

void QueueOrder::remove(const QString &key)
{
    take(key);
}

void QueueOrder::move(const QString &key, int index)
{
    if (!m_places.contains(key))
        return;
    const Entry entry = take(key);
    const auto count = static_cast<int>(m_all.size());
    const auto after = std::next(m_all.begin(), std::clamp(index, 0, count));
    double place = entry.place;
    if (after != m_all.begin() && after != m_all.end())
        place = std::midpoint(std::prev(after)->first, after->first);
    else if (after != m_all.end())
        place = after->first - 1;
    else if (after != m_all.begin())
        place = std::prev(after)->first + 0.5;
    const bool isFree = !m_all.contains(place);
    if (isFree) {
        put(key, place, entry.part);
        return;
    }
    // After some fifty moves to one place no number is left between two.
    QStringList keys = keysOf(m_all);
    keys.insert(std::clamp(index, 0, count), key);
    m_places.insert(key, entry);
    renumber(keys);
}

void QueueOrder::renumber(const QStringList &keys)
{
    QHash<QString, Entry> entries;
    entries.swap(m_places);
    m_all.clear();
    m_startable.clear();
    m_running.clear();
    // Below zero, so that uploads that are still to come stay behind them.
    auto place = -static_cast<double>(keys.size());
    for (const QString &key : keys)
        put(key, place++, entries.value(key).part);
}

void QueueOrder::setPart(const QString &key, Part part)
{
    if (m_places.contains(key))
        put(key, take(key).place, part);
}

QStringList QueueOrder::keys() const
{
    return keysOf(m_all);
}

QStringList QueueOrder::running() const
{
    return keysOf(m_running);
}

void QueueOrder::put(const QString &key, double place, Part part)
{
    m_places.insert(key, {place, part});
    m_all.emplace(place, key);
    if (part == Part::Startable)
        m_startable.emplace(place, key);
    else if (part == Part::Running)
        m_running.emplace(place, key);
}

QueueOrder::Entry QueueOrder::take(const QString &key)
{
    const Entry entry = m_places.take(key);
    for (Places *places : {&m_all, &m_startable, &m_running}) {
        const auto found = places->find(entry.place);
        if (found != places->end() && found->second == key)
            places->erase(found);
    }
    return entry;
}

} // namespace longshore
