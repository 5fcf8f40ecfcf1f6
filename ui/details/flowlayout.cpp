#include "ui/details/flowlayout.h"

#include <QStyle>
#include <QWidget>

#include <algorithm>

namespace longshore {

FlowLayout::FlowLayout(QWidget *parent)
    : QLayout(parent)
{
}

FlowLayout::~FlowLayout() = default;

void FlowLayout::addItem(QLayoutItem *item)
{
    m_items.emplace_back(item);
}

QLayoutItem *FlowLayout::itemAt(int index) const
{
    return index >= 0 && index < count() ? m_items[static_cast<std::size_t>(index)].get() : nullptr;
}

QLayoutItem *FlowLayout::takeAt(int index)
{
    if (index < 0 || index >= count())
        return nullptr;
    const auto place = m_items.begin() + index;
    QLayoutItem *item = place->release();
    m_items.erase(place);
    return item;
}

int FlowLayout::heightForWidth(int width) const
{
    return arrange(QRect(0, 0, width, 0), false);
}

QSize FlowLayout::sizeHint() const
{
    QSize size;
    for (const auto &item : m_items) {
        if (item->isEmpty())
            continue;
        const QSize hint = item->sizeHint();
        size = {size.width() + hint.width() + (size.width() > 0 ? std::max(spacing(), 0) : 0),
                std::max(size.height(), hint.height())};
    }
    return framed(size);
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const auto &item : m_items) {
        if (!item->isEmpty())
            size = size.expandedTo(item->minimumSize());
    }
    return framed(size);
}

void FlowLayout::setGeometry(const QRect &rect)
{
    QLayout::setGeometry(rect);
    arrange(rect, true);
}

/// Returns the height that is needed.
int FlowLayout::arrange(const QRect &rect, bool apply) const
{
    const QRect inside = rect.marginsRemoved(contentsMargins());
    const int gap = std::max(spacing(), 0);
    const QWidget *widget = parentWidget();
    const Qt::LayoutDirection direction = widget ? widget->layoutDirection() : Qt::LeftToRight;
    int top = inside.top();
    std::size_t first = 0;
    bool isFirstLine = true;
    while (first < m_items.size()) {
        // What fits into one line: at least one item.
        int width = 0;
        int height = 0;
        std::size_t behind = first;
        for (; behind < m_items.size(); ++behind) {
            if (m_items[behind]->isEmpty())
                continue;
            const QSize size = m_items[behind]->sizeHint();
            const int widthWithIt = width + (width > 0 ? gap : 0) + size.width();
            if (width > 0 && widthWithIt > inside.width())
                break;
            width = widthWithIt;
            height = std::max(height, size.height());
        }
        if (width > 0) {
            top += isFirstLine ? 0 : gap;
            isFirstLine = false;
        }
        int left = inside.left();
        for (; first < behind; ++first) {
            QLayoutItem &item = *m_items[first];
            if (item.isEmpty())
                continue;
            const QSize hint = item.sizeHint();
            const QSize size(std::min(hint.width(), inside.width()), hint.height());
            const QRect place(QPoint(left, top + (height - size.height()) / 2), size);
            if (apply)
                item.setGeometry(QStyle::visualRect(direction, inside, place));
            left += size.width() + gap;
        }
        top += height;
    }
    return top - rect.top() + contentsMargins().bottom();
}

QSize FlowLayout::framed(const QSize &size) const
{
    return size.grownBy(contentsMargins());
}

} // namespace longshore
