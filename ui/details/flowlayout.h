#pragma once

#include <QLayout>

#include <memory>
#include <vector>

namespace longshore {

/// Puts its items side by side in lines, as words in a paragraph; each is centred in the height of
/// its line. Hidden ones take no room.
class FlowLayout final : public QLayout
{
    Q_OBJECT

public:
    explicit FlowLayout(QWidget *parent = nullptr);
    ~FlowLayout() override;

    void addItem(QLayoutItem *item) override;
    int count() const override { return static_cast<int>(m_items.size()); }
    QLayoutItem *itemAt(int index) const override;
    QLayoutItem *takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSize() const override;
    void setGeometry(const QRect &rect) override;

private:
    int arrange(const QRect &rect, bool apply) const;
    QSize framed(const QSize &size) const;

    std::vector<std::unique_ptr<QLayoutItem>> m_items;
};

} // namespace longshore
