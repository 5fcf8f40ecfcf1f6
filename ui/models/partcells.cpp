#include "ui/models/partcells.h"

#include <algorithm>

namespace longshore {

namespace {

int dividedUp(int number, int by)
{
    return (number + by - 1) / by;
}

int weight(PartState state)
{
    switch (state) {
    case PartState::Confirmed:
        return 0;
    case PartState::Waiting:
        return 1;
    case PartState::Sending:
        return 2;
    case PartState::Retrying:
        return 3;
    case PartState::Failed:
        return 4;
    }
    Q_UNREACHABLE();
}

} // namespace

PartCells::PartCells(int rows, int width, const PartCellSizes &sizes)
    : m_sizes(sizes)
    , m_rows(rows)
    , m_width(std::max(width, sizes.smallestWidth))
{
    if (rows <= 0)
        return;
    const int mostColumns = m_width / sizes.smallestWidth;
    m_rowsPerCell = dividedUp(rows, mostColumns * sizes.mostRows);
    m_count = dividedUp(rows, m_rowsPerCell);
    m_lines = 1;
    while (m_lines < sizes.mostRows && m_width / dividedUp(m_count, m_lines) < sizes.goodWidth)
        ++m_lines;
    m_columns = dividedUp(m_count, m_lines);
    m_lines = dividedUp(m_count, m_columns);
}

int PartCells::height() const
{
    return m_lines * m_sizes.height;
}

int PartCells::lastRow(int cell) const
{
    return std::min(firstRow(cell) + m_rowsPerCell, m_rows) - 1;
}

QRect PartCells::rect(int cell) const
{
    const int column = cell % m_columns;
    const int line = cell / m_columns;
    // The edges are computed and not the widths, so that the last column ends where all do.
    return QRect(left(column), line * m_sizes.height, left(column + 1) - left(column),
                 m_sizes.height)
        .adjusted(0, 0, -m_sizes.gap, -m_sizes.gap);
}

int PartCells::cellAt(const QPoint &point) const
{
    if (m_count == 0 || point.x() < 0 || point.y() < 0 || point.x() >= m_width)
        return -1;
    const int line = point.y() / m_sizes.height;
    int column = static_cast<int>(qint64(point.x()) * m_columns / m_width);
    if (column + 1 < m_columns && point.x() >= left(column + 1))
        ++column;
    const int cell = line * m_columns + column;
    return cell < m_count ? cell : -1;
}

void CellSum::add(const PartSnapshot &part, qint64 bytes)
{
    if (m_isEmpty || weight(part.state) > weight(m_look.state))
        m_look.state = part.state;
    m_isEmpty = false;
    m_look.attempt = std::max(m_look.attempt, part.attempt);
    m_bytes += bytes;
    if (part.state == PartState::Confirmed)
        m_confirmed += bytes;
    else if (part.state == PartState::Sending)
        m_sent += std::min(part.sent, bytes);
}

CellLook CellSum::look() const
{
    CellLook look = m_look;
    if (m_bytes > 0) {
        look.confirmed = static_cast<double>(m_confirmed) / static_cast<double>(m_bytes);
        look.sent = static_cast<double>(m_sent) / static_cast<double>(m_bytes);
    }
    return look;
}

} // namespace longshore
