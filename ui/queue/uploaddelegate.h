#pragma once

#include <QStyledItemDelegate>

#include <functional>

namespace longshore {

struct UploadSnapshot;

/// Paints all cells of the queue: two lines of name and state with the one action that helps, the
/// bar of confirmed and in-flight bytes, and plain values.
class UploadDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    /// `now` is Unix ms, for countdowns.
    explicit UploadDelegate(std::function<qint64()> now, QObject *parent = nullptr);

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

    /// Where the button of a row is; empty if it has none.
    QRect buttonRect(const QStyleOptionViewItem &option, const QModelIndex &index) const;

Q_SIGNALS:
    void buttonPressed(const QString &key);

protected:
    bool editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option,
                     const QModelIndex &index) override;

private:
    void paintName(QPainter *painter, const QStyleOptionViewItem &option,
                   const QModelIndex &index) const;
    void paintBar(QPainter *painter, const QStyleOptionViewItem &option,
                  const UploadSnapshot &upload) const;

    std::function<qint64()> m_now;
    QString m_pressed; ///< key of the row whose button the mouse is down on
};

} // namespace longshore
