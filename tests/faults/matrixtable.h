#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

namespace longshore {

/// The table of expected outcomes, tests/faults/matrix.md: one with each fault once, one with it
/// for ever. Names of cells are "once/ROW/CALL" and "for ever/ROW/CALL".
class MatrixTable
{
public:
    /// False if it can't be read, or isn't of this shape; then with the reason.
    bool read(const QString &path, QString *problem);

    static QString cellName(bool forEver, const QString &row, const QString &call);
    /// Of the build that is tested; empty if the table has no such cell.
    QString expected(const QString &cell) const;
    /// Those that are not marked as making no sense.
    QStringList cells() const;

    void setMeasured(const QString &cell, const QString &outcome);
    /// The whole file with what was measured in place of what was expected.
    QString text() const;

private:
    /// What a cell holds for both builds.
    struct Cell
    {
        QString usual;
        QString withoutCurl; ///< where it differs
    };
    static Cell parseCell(const QString &text);
    static Cell merged(Cell cell, const QString &measured);

    QString tableText(bool forEver) const;
    bool readRow(const QString &line, bool forEver, QString *problem);

    QStringList m_lines;
    QStringList m_order;
    QHash<QString, Cell> m_expected;
    QHash<QString, QString> m_measured;
};

} // namespace longshore
