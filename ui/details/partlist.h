#pragma once

#include <QTreeView>

namespace longshore {

class PartModel;

/// The parts with all their figures. Rows can be dragged to another place while the model lets
/// them.
class PartList final : public QTreeView
{
    Q_OBJECT

public:
    explicit PartList(PartModel *model, QWidget *parent = nullptr);

    /// Of the columns.
    QByteArray saveState() const;
    void restoreState(const QByteArray &state);

protected:
    void startDrag(Qt::DropActions supportedActions) override;

private:
    void setColumnWidths();
    void showFileColumn();
    void copyRows() const;
};

} // namespace longshore
