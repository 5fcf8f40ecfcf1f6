#pragma once

#include <QSet>
#include <QTimer>
#include <QTreeView>

#include <functional>

namespace longshore {

class QueueModel;
class UploadDelegate;

/// The queue on the screen: rows of two lines, columns that give way where it gets narrow (what
/// they say is in the line below the name too), and files dropped between rows left to the window.
class QueueView final : public QTreeView
{
    Q_OBJECT

public:
    /// `model` outlives the view; `now` is Unix ms.
    QueueView(QueueModel &model, std::function<qint64()> now, QWidget *parent = nullptr);

    /// Keys of the selected rows, from top to bottom.
    QStringList selectedKeys() const;
    /// Key of the selected row if it is the only one; else empty.
    QString onlySelectedKey() const;
    qsizetype selectedCount() const { return m_selected.size(); }
    void selectKey(const QString &key);
    /// Scrolls to the one that is furthest down; unknown ones are left out.
    void showLowest(const QStringList &keys);

    QByteArray saveColumns() const;
    void restoreColumns(const QByteArray &state);

Q_SIGNALS:
    /// These rows are selected now, and those no more.
    void selectedKeysChanged(const QStringList &selected, const QStringList &deselected);
    /// The button of a row, or Enter on it.
    void helpRequested(const QString &key);

protected:
    void dataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight,
                     const QList<int> &roles = {}) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void showColumnMenu(const QPoint &position);
    void fitColumns();
    void tick();
    void noteSelection(const QItemSelection &selected, const QItemSelection &deselected);
    void forgetSelection();

    QueueModel &m_model;
    UploadDelegate *m_delegate; ///< child
    /// Columns that the user doesn't want, whatever room there is.
    QSet<int> m_unwanted;
    QSet<QString> m_selected; ///< keys of the selected rows
    // Rows on the screen when it was last painted.
    int m_firstPainted = 0;
    int m_lastPainted = -1;
    QTimer m_countdown; ///< runs only while something counts down
};

} // namespace longshore
