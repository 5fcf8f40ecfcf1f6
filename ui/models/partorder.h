#pragma once

#include "queue/uploadrequest.h"

#include <QList>
#include <QString>

namespace longshore {

/// The order in which the parts of an upload are put together, and all that can be done with it. A
/// row is a place in the order, a part is named by its index in file order. A value.
///
/// The operations take rows in any order and keep the moved ones in their sequence; each returns
/// whether the order changed. Once whole files are to be moved, a row stands for all its neighbours
/// of the same file.
class PartOrder
{
public:
    PartOrder() = default;
    /// In file order.
    explicit PartOrder(const UploadPlan &plan);

    qsizetype size() const { return m_parts.size(); }
    const QList<int> &parts() const { return m_parts; }
    int partAt(int row) const { return m_parts.value(row, -1); }
    int rowOf(int part) const { return m_rows.value(part, -1); }
    /// Where the row's bytes begin in the result.
    qint64 offset(int row) const { return m_offsets.value(row); }
    bool isFileOrder() const;
    /// Made of several files.
    bool isCombined() const { return m_sources > 1; }

    /// False, and nothing done, unless `parts` is another permutation. Empty: file order.
    bool set(const QList<int> &parts);

    bool moveUp(const QList<int> &rows);
    bool moveDown(const QList<int> &rows);
    bool moveToTop(const QList<int> &rows);
    bool moveToBottom(const QList<int> &rows);
    /// In front of what is in `row` now; size(): to the end.
    bool moveTo(const QList<int> &rows, int row);
    bool reverse();
    /// Back to file order.
    bool reset();

    bool movesWholeFiles() const { return m_wholeFiles; }
    /// Switched on it brings the parts of each file together, in file order, where the file's first
    /// one is.
    bool setMovesWholeFiles(bool wholeFiles);

private:
    /// Rows that are moved together.
    struct Unit
    {
        int row = 0;
        int count = 1;
        bool chosen = false;
    };

    QList<Unit> units(const QList<int> &rows) const;
    bool arrange(const QList<Unit> &units);
    void apply(const QList<int> &parts);

    QList<PlannedPart> m_plan; ///< in file order
    int m_sources = 0;
    QList<int> m_parts; ///< by row
    QList<int> m_rows; ///< by part
    QList<qint64> m_offsets; ///< by row
    bool m_wholeFiles = false;
};

/// Whether parts in this order would tear lines of a JSONL file apart, or join the pieces of two:
/// a part that does not end at the end of a line is followed by another than its own successor.
bool cutsLines(const UploadPlan &plan, const QString &filename, const QList<int> &order);

} // namespace longshore
