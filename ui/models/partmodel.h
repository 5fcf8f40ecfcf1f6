#pragma once

#include "ui/models/partorder.h"

#include "transfer/uploadstate.h"

#include <QAbstractTableModel>

namespace longshore {

/// The parts of one upload, a row each, in the order in which they are put together. An update
/// touches the rows that changed and no others. GUI thread.
class PartModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        Number, ///< from 1 in file order, which a part keeps wherever it is moved
        File, ///< says something in a combined upload only
        Progress,
        State, ///< or the last error
        Size,
        SourceRange, ///< bytes in its file
        ResultRange, ///< bytes in the result
        Attempts,
        PartId,
        ColumnCount,
    };
    enum Role {
        RawRole = Qt::UserRole, ///< what the text is made of: an int, qint64, double or QString
        IndexRole, ///< int: the part's index in file order
        StateRole, ///< int: its PartState
    };

    explicit PartModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    QStringList mimeTypes() const override;
    QMimeData *mimeData(const QModelIndexList &indexes) const override;
    bool canDropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                         const QModelIndex &parent) const override;
    /// Chooses the new order.
    bool dropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                      const QModelIndex &parent) override;

    void clear();
    /// Another plan takes away all that is known of the parts.
    void setPlan(const UploadPlan &plan);
    /// As the engine tells them; left alone if they are not those of the plan.
    void setParts(const QList<PartSnapshot> &parts, const QList<int> &order);
    /// Whether the user may move rows. Switched off, the engine's order is shown.
    void setReorderable(bool reorderable);
    bool isReorderable() const { return m_reorderable; }

    const UploadPlan &plan() const { return m_plan; }
    const PartOrder &order() const { return m_order; }
    /// Shows the order at once and says orderChosen(). Until the engine's answer has it, its older
    /// orders are not shown.
    void choose(const PartOrder &order);

    /// The part in a row; a waiting one before the engine told of any.
    PartSnapshot partInRow(int row) const { return m_parts.value(m_order.partAt(row)); }
    qint64 bytesInRow(int row) const;

Q_SIGNALS:
    void orderChosen(const QList<int> &order);
    /// The rows are in another order, by whomever, or are those of another plan.
    void orderChanged();
    void reorderableChanged(bool reorderable);

private:
    void show(const PartOrder &order);
    void tellChanged(const QList<int> &rows);
    QVariant raw(int row, int column) const;
    QString text(int row, int column) const;

    UploadPlan m_plan;
    QList<PartSnapshot> m_parts; ///< by part
    PartOrder m_order; ///< as shown
    QList<int> m_engineOrder;
    bool m_awaitsOrder = false; ///< chosen here, and not yet told by the engine
    bool m_reorderable = false;
};

} // namespace longshore
