#include "ui/models/partorder.h"

#include "queue/purposes.h"

#include <algorithm>
#include <functional>

namespace longshore {

namespace {

bool makesJsonl(const UploadPlan &plan, const QString &filename)
{
    return isJsonl(filename)
        || std::all_of(plan.sources.begin(), plan.sources.end(),
                       [](const SourceFile &source) { return isJsonl(source.path); });
}

} // namespace

PartOrder::PartOrder(const UploadPlan &plan)
    : m_plan(plan.parts)
    , m_sources(static_cast<int>(plan.sources.size()))
{
    apply(fileOrder(m_plan.size()));
}

bool PartOrder::isFileOrder() const
{
    return std::is_sorted(m_parts.begin(), m_parts.end());
}

bool PartOrder::set(const QList<int> &parts)
{
    const QList<int> wanted = parts.isEmpty() ? fileOrder(m_plan.size()) : parts;
    if (wanted == m_parts || !isPermutation(wanted, m_plan.size()))
        return false;
    apply(wanted);
    return true;
}

bool PartOrder::moveUp(const QList<int> &rows)
{
    QList<Unit> all = units(rows);
    for (qsizetype unit = 1; unit < all.size(); ++unit) {
        if (all.at(unit).chosen && !all.at(unit - 1).chosen)
            all.swapItemsAt(unit, unit - 1);
    }
    return arrange(all);
}

bool PartOrder::moveDown(const QList<int> &rows)
{
    QList<Unit> all = units(rows);
    for (qsizetype unit = all.size() - 2; unit >= 0; --unit) {
        if (all.at(unit).chosen && !all.at(unit + 1).chosen)
            all.swapItemsAt(unit, unit + 1);
    }
    return arrange(all);
}

bool PartOrder::moveToTop(const QList<int> &rows)
{
    return moveTo(rows, 0);
}

bool PartOrder::moveToBottom(const QList<int> &rows)
{
    return moveTo(rows, static_cast<int>(size()));
}

bool PartOrder::moveTo(const QList<int> &rows, int row)
{
    QList<Unit> all = units(rows);
    const auto isChosen = [](const Unit &unit) { return unit.chosen; };
    // Dropped into the middle of a file's block they go in front of it.
    const auto place = std::find_if(
        all.begin(), all.end(), [row](const Unit &unit) { return unit.row + unit.count > row; });
    std::stable_partition(all.begin(), place, std::not_fn(isChosen));
    std::stable_partition(place, all.end(), isChosen);
    return arrange(all);
}

bool PartOrder::reverse()
{
    QList<Unit> all = units({});
    std::reverse(all.begin(), all.end());
    return arrange(all);
}

bool PartOrder::reset()
{
    return set({});
}

bool PartOrder::setMovesWholeFiles(bool wholeFiles)
{
    m_wholeFiles = wholeFiles;
    if (!wholeFiles)
        return false;
    QList<int> firstRows(m_sources, static_cast<int>(size()));
    for (int row = 0; row < size(); ++row) {
        int &first = firstRows[m_plan.at(m_parts.at(row)).source];
        first = std::min(first, row);
    }
    QList<int> grouped = fileOrder(size());
    std::stable_sort(grouped.begin(), grouped.end(), [&](int left, int right) {
        return firstRows.at(m_plan.at(left).source) < firstRows.at(m_plan.at(right).source);
    });
    return set(grouped);
}

QList<PartOrder::Unit> PartOrder::units(const QList<int> &rows) const
{
    QList<bool> chosen(size(), false);
    for (const int row : rows) {
        if (row >= 0 && row < size())
            chosen[row] = true;
    }
    const auto sourceAt = [this](int row) { return m_plan.at(m_parts.at(row)).source; };
    QList<Unit> all;
    all.reserve(size());
    for (int row = 0; row < size(); ++row) {
        if (m_wholeFiles && row > 0 && sourceAt(row) == sourceAt(row - 1)) {
            ++all.last().count;
            all.last().chosen |= chosen.at(row);
        } else {
            all.append({row, 1, chosen.at(row)});
        }
    }
    return all;
}

bool PartOrder::arrange(const QList<Unit> &units)
{
    QList<int> parts;
    parts.reserve(size());
    for (const Unit &unit : units)
        parts.append(m_parts.sliced(unit.row, unit.count));
    return set(parts);
}

void PartOrder::apply(const QList<int> &parts)
{
    m_parts = parts;
    m_rows.resize(parts.size());
    m_offsets.resize(parts.size());
    qint64 offset = 0;
    for (int row = 0; row < parts.size(); ++row) {
        const int part = parts.at(row);
        m_rows[part] = row;
        m_offsets[row] = offset;
        offset += m_plan.at(part).bytes();
    }
}

bool cutsLines(const UploadPlan &plan, const QString &filename, const QList<int> &order)
{
    if (plan.cutAtLines || !makesJsonl(plan, filename) || !isPermutation(order, plan.parts.size()))
        return false;
    const auto sourceOf = [&plan](int part) {
        return part >= 0 && part < plan.parts.size() ? plan.parts.at(part).source : -1;
    };
    // In front of the first part and behind the last there is no file.
    const auto beginsFile = [&](int part) { return sourceOf(part) != sourceOf(part - 1); };
    int previous = -1;
    for (const int part : order) {
        const bool previousEndsFile = previous < 0 || beginsFile(previous + 1);
        if (part != previous + 1 && !(previousEndsFile && beginsFile(part)))
            return true;
        previous = part;
    }
    return !order.isEmpty() && !beginsFile(previous + 1);
}

} // namespace longshore
