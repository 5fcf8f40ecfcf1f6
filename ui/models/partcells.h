#pragma once

#include "transfer/uploadstate.h"

#include <QPoint>
#include <QRect>

namespace longshore {

/// Sizes of the cells of a part map, in the widget's pixels.
struct PartCellSizes
{
    int smallestWidth = 6;
    int goodWidth = 18; ///< as soon as cells would be narrower, there is one more row of them
    int height = 18;
    int gap = 1;
    int mostRows = 5;
};

/// Where the cells of a part map are: a grid that fills the width, a cell a row of the order, or
/// several rows a cell where they would not fit. A value.
class PartCells
{
public:
    PartCells() = default;
    PartCells(int rows, int width, const PartCellSizes &sizes);

    int count() const { return m_count; }
    int columns() const { return m_columns; }
    int lines() const { return m_lines; }
    int height() const;
    /// Rows of the order that share a cell; 1: none do.
    int rowsPerCell() const { return m_rowsPerCell; }
    int cellOf(int row) const { return row / m_rowsPerCell; }
    int firstRow(int cell) const { return cell * m_rowsPerCell; }
    int lastRow(int cell) const;
    QRect rect(int cell) const;
    /// -1: none.
    int cellAt(const QPoint &point) const;

private:
    int left(int column) const { return static_cast<int>(qint64(m_width) * column / m_columns); }

    PartCellSizes m_sizes;
    int m_rows = 0;
    int m_width = 0;
    int m_rowsPerCell = 1;
    int m_count = 0;
    int m_columns = 1;
    int m_lines = 0;
};

/// What a cell shows of its parts.
struct CellLook
{
    /// The most important one: failed, waiting for a retry, under way, waiting, confirmed.
    PartState state = PartState::Waiting;
    double confirmed = 0; ///< share of the bytes, 0 … 1
    double sent = 0; ///< of those under way
    int attempt = 0; ///< the highest
};

/// Sums up the parts that share a cell.
class CellSum
{
public:
    void add(const PartSnapshot &part, qint64 bytes);
    CellLook look() const;

private:
    CellLook m_look;
    bool m_isEmpty = true;
    qint64 m_bytes = 0;
    qint64 m_confirmed = 0;
    qint64 m_sent = 0;
};

} // namespace longshore
