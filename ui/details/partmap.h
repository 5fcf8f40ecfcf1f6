#pragma once

#include "ui/models/partcells.h"

#include <QList>
#include <QWidget>

class QItemSelection;
class QItemSelectionModel;
class QModelIndex;

namespace longshore {

class PartModel;

/// All parts of an upload at a glance, in the order of the model. Shares its selection with the
/// list. Fills its width; its height follows, and never exceeds a few lines of text.
class PartMap final : public QWidget
{
    Q_OBJECT

public:
    /// Neither is owned; both outlive this.
    PartMap(PartModel *model, QItemSelectionModel *selection, QWidget *parent = nullptr);

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    /// Where its cells are now.
    const PartCells &cells() const { return m_cells; }

protected:
    bool event(QEvent *event) override;
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;

private:
    PartCellSizes sizes() const;
    void layOut();
    void onRowsReset();
    void updateRows(int first, int last);
    void updateSelection(const QItemSelection &selected, const QItemSelection &deselected);
    void updateDescription();
    CellLook lookOf(int cell) const;
    QList<bool> selectedCells() const;
    int currentCell() const;
    void select(int cell, Qt::KeyboardModifiers modifiers);
    QString toolTipOf(int cell) const;

    PartModel *m_model;
    QItemSelectionModel *m_selection;
    PartCells m_cells;
    int m_anchor = 0; ///< cell at which a selection with Shift begins
};

} // namespace longshore
