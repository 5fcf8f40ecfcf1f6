#include "queue/queueorder.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace longshore {

namespace {

/// Behind `place`, and before the next whole number, which an upload still to come may have.
double beforeTheNext(double place)
{
    return std::midpoint(place, std::floor(place) + 1);
}

/// Below zero, so that uploads that are still to come stay behind them. Where their order stays, so
/// does that of the sets.
template <typename Entries> void number(const Entries &entries)
{
    auto place = -static_cast<double>(entries.size());
    for (const auto &entry : entries)
        entry->place = place++;
}

} // namespace

void QueueOrder::insert(const QString &key, double place)
{
    if (find(key))
        return;
    auto position = positionOf(place);
    for (; position != m_all.end() && (*position)->place == place; ++position)
        place = std::nextafter(place, place + 1);
    const auto entry = m_all.insert(position, std::make_unique<Entry>());
    (*entry)->key = key;
    (*entry)->place = place;
    m_entries.emplace(key, entry->get());
}

void QueueOrder::remove(const QString &key)
{
    Entry *entry = find(key);
    if (!entry)
        return;
    leave(entry);
    m_entries.erase(key);
    entry->isGap = true;
    ++m_gaps;
    if (m_gaps > m_entries.size())
        closeGaps();
}

void QueueOrder::closeGaps()
{
    if (std::exchange(m_gaps, 0) > 0)
        std::erase_if(m_all, [](const auto &entry) { return entry->isGap; });
}

void QueueOrder::move(const QString &key, int index)
{
    Entry *entry = find(key);
    if (!entry)
        return;
    closeGaps(); // which have no index
    leave(entry);
    const auto from = positionOf(entry->place);
    std::unique_ptr<Entry> moved = std::move(*from);
    m_all.erase(from);
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
    m_all.insert(after, std::move(moved));
    if (isTaken)
        number(m_all); // after some forty moves to one place no number is left between two
    join(entry);
}

void QueueOrder::moveAll(const QStringList &keys, int position)
{
    closeGaps();
    std::vector<Entry *> moving;
    for (const QString &key : keys) {
        if (Entry *entry = find(key); entry && !std::exchange(entry->isMoving, true)) {
            leave(entry);
            moving.push_back(entry);
        }
    }
    std::vector<Entry *> order;
    order.reserve(m_all.size());
    for (const auto &entry : m_all) {
        if (!entry->isMoving)
            order.push_back(entry.get());
    }
    const auto behind = std::clamp(position, 0, static_cast<int>(order.size()));
    order.insert(order.begin() + behind, moving.begin(), moving.end());
    number(order);
    std::sort(m_all.begin(), m_all.end(),
              [](const auto &left, const auto &right) { return left->place < right->place; });
    for (Entry *entry : moving) {
        entry->isMoving = false;
        join(entry);
    }
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
    keys.reserve(static_cast<qsizetype>(m_entries.size()));
    for (const auto &entry : m_all) {
        if (!entry->isGap)
            keys.append(entry->key);
    }
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
    return found == m_entries.end() ? nullptr : found->second;
}

/// Of the first with this place or one behind it.
std::vector<std::unique_ptr<QueueOrder::Entry>>::iterator QueueOrder::positionOf(double place)
{
    return std::lower_bound(m_all.begin(), m_all.end(), place,
                            [](const auto &entry, double wanted) { return entry->place < wanted; });
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
