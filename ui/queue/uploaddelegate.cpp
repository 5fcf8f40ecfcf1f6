#include "ui/queue/uploaddelegate.h"

#include "ui/models/helpfulaction.h"
#include "ui/models/queuemodel.h"
#include "ui/models/uploadtext.h"
#include "ui/queue/progressbarpainter.h"
#include "ui/queue/typeicon.h"
#include "ui/semanticcolours.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QStyle>
#include <QTreeView>

namespace longshore {

namespace {

/// Room that a button leaves for the name, in line heights.
constexpr int kNameLines = 8;
/// Of the line below the name, against the name's own size.
constexpr qreal kStatusFontShare = 0.9;

UploadSnapshot snapshotOf(const QModelIndex &index)
{
    return index.data(QueueModel::SnapshotRole).value<UploadSnapshot>();
}

QFont statusFont(const QFont &font)
{
    QFont smaller = font;
    if (font.pointSizeF() > 0)
        smaller.setPointSizeF(font.pointSizeF() * kStatusFontShare);
    return smaller;
}

int marginOf(const QStyleOptionViewItem &option)
{
    return option.fontMetrics.height() / 3;
}

int iconSizeOf(const QStyleOptionViewItem &option)
{
    return option.fontMetrics.height() * 3 / 2;
}

QStyle *styleOf(const QStyleOptionViewItem &option)
{
    return option.widget ? option.widget->style() : QApplication::style();
}

QPalette::ColorGroup groupOf(const QStyleOptionViewItem &option)
{
    return option.state & QStyle::State_Active ? QPalette::Active : QPalette::Inactive;
}

QColor textColour(const QStyleOptionViewItem &option)
{
    const bool selected = option.state & QStyle::State_Selected;
    return option.palette.color(groupOf(option),
                                selected ? QPalette::HighlightedText : QPalette::Text);
}

RowTone toneOf(const QModelIndex &index)
{
    return static_cast<RowTone>(index.data(QueueModel::ToneRole).toInt());
}

QColor statusColour(const QStyleOptionViewItem &option, RowTone tone)
{
    if (option.state & QStyle::State_Selected)
        return textColour(option);
    switch (tone) {
    case RowTone::Quiet:
        return quietColour(option.palette);
    case RowTone::Notice:
        return noticeColour(option.palette);
    case RowTone::Trouble:
        return troubleColour(option.palette);
    }
    Q_UNREACHABLE();
}

bool isShown(const QStyleOptionViewItem &option, QueueModel::Column column)
{
    const auto *view = qobject_cast<const QTreeView *>(option.widget);
    return view == nullptr || !view->isColumnHidden(column);
}

} // namespace

UploadDelegate::UploadDelegate(std::function<qint64()> now, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_now(std::move(now))
{
}

QSize UploadDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QFontMetrics status(statusFont(option.font));
    const int height = option.fontMetrics.height() + status.height() + 2 * marginOf(option);
    const int width = option.fontMetrics.horizontalAdvance(index.data().toString());
    return {width + 3 * marginOf(option), height};
}

void UploadDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                           const QModelIndex &index) const
{
    painter->save();
    painter->setClipRect(option.rect);
    QStyleOptionViewItem background = option;
    styleOf(option)->drawPrimitive(QStyle::PE_PanelItemViewItem, &background, painter,
                                   option.widget);
    if (index.column() == QueueModel::Name) {
        paintName(painter, option, index);
    } else if (index.column() == QueueModel::Progress) {
        paintBar(painter, option, snapshotOf(index));
    } else {
        const QRect area = option.rect.adjusted(marginOf(option), 0, -marginOf(option), 0);
        const auto alignment = index.data(Qt::TextAlignmentRole).value<Qt::Alignment>();
        const QString text = index.data().toString();
        const bool isMarked =
            index.column() == QueueModel::Expires && toneOf(index) != RowTone::Quiet;
        QFont font = option.font;
        font.setBold(isMarked);
        painter->setPen(isMarked ? statusColour(option, toneOf(index)) : textColour(option));
        painter->setFont(font);
        painter->drawText(area, static_cast<int>(alignment) | Qt::TextSingleLine,
                          QFontMetrics(font).elidedText(text, Qt::ElideRight, area.width()));
    }
    painter->restore();
}

void UploadDelegate::paintName(QPainter *painter, const QStyleOptionViewItem &option,
                               const QModelIndex &index) const
{
    const UploadSnapshot upload = snapshotOf(index);
    const int margin = marginOf(option);
    const int iconSize = iconSizeOf(option);
    QRect area = option.rect.adjusted(margin, margin, -margin, -margin);

    QRect iconRect(area.left(), area.center().y() - iconSize / 2, iconSize, iconSize);
    iconRect = QStyle::visualRect(option.direction, option.rect, iconRect);
    const bool selected = option.state & QStyle::State_Selected;
    const bool combined = index.data(QueueModel::CombinedRole).toBool();
    typeIcon(upload.filename, upload.mimeType, combined)
        .paint(painter, iconRect, Qt::AlignCenter, selected ? QIcon::Selected : QIcon::Normal);
    area.setLeft(area.left() + iconSize + margin);

    if (const QRect button = buttonRect(option, index); !button.isEmpty()) {
        QStyleOptionButton look;
        look.initFrom(option.widget);
        look.rect = button;
        look.palette = option.widget ? option.widget->palette() : option.palette;
        look.fontMetrics = option.fontMetrics;
        look.text = helpfulActionText(helpfulAction(upload));
        look.state = QStyle::State_Enabled
            | (m_pressed == upload.key ? QStyle::State_Sunken : QStyle::State_Raised);
        painter->setFont(option.font);
        styleOf(option)->drawControl(QStyle::CE_PushButton, &look, painter, option.widget);
        // Mirrored back: the text below is mirrored as a whole.
        area.setRight(QStyle::visualRect(option.direction, option.rect, button).left() - margin);
    }

    QRect nameRect = area;
    nameRect.setHeight(option.fontMetrics.height());
    QRect statusRect = area;
    statusRect.setTop(nameRect.bottom() + 1);
    const int alignment = static_cast<int>(
        QStyle::visualAlignment(option.direction, Qt::AlignLeft | Qt::AlignVCenter));
    const auto draw = [&](const QRect &rect, const QString &text, Qt::TextElideMode mode) {
        painter->drawText(QStyle::visualRect(option.direction, option.rect, rect),
                          alignment | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(text, mode, rect.width()));
    };

    painter->setFont(statusFont(option.font));
    painter->setPen(statusColour(option, toneOf(index)));
    const auto notes = index.data(QueueModel::NotesRole).value<RowNotes>();
    draw(statusRect, statusLine(upload, m_now(), notes), Qt::ElideRight);
    if (!isShown(option, QueueModel::Expires)) {
        // The column had to give way.
        const QString deadline = deadlineText(upload, m_now());
        QRect deadlineRect = nameRect;
        deadlineRect.setLeft(nameRect.right() - painter->fontMetrics().horizontalAdvance(deadline));
        painter->setPen(statusColour(option, toneOf(index.siblingAtColumn(QueueModel::Expires))));
        draw(deadlineRect, deadline, Qt::ElideNone);
        nameRect.setRight(deadlineRect.left() - margin);
    }
    painter->setFont(option.font);
    painter->setPen(textColour(option));
    draw(nameRect, index.data().toString(), Qt::ElideMiddle);
}

void UploadDelegate::paintBar(QPainter *painter, const QStyleOptionViewItem &option,
                              const UploadSnapshot &upload) const
{
    const int margin = marginOf(option);
    const int height = option.fontMetrics.height() + margin;
    QRect area = option.rect.adjusted(margin, 0, -margin, 0);
    area.setTop(option.rect.center().y() - height / 2);
    area.setHeight(height);
    ProgressBarLook look;
    look.confirmed = upload.state == UploadState::Completed ? upload.bytes : upload.confirmed;
    look.inFlight = upload.inFlight;
    look.total = upload.bytes;
    look.text = tr("%1 %").arg(confirmedPercent(upload));
    // Full of what was sent, one that is unknown would look like one that is done.
    look.quiet = upload.state == UploadState::Paused || upload.state == UploadState::Cancelled
        || upload.state == UploadState::Unknown;
    look.trouble = upload.state == UploadState::Failed;
    look.selected = option.state & QStyle::State_Selected;
    painter->setFont(statusFont(option.font));
    paintProgressBar(painter, area, option.palette, option.direction, look);
}

QRect UploadDelegate::buttonRect(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    if (index.column() != QueueModel::Name)
        return {};
    const HelpfulAction action = helpfulAction(snapshotOf(index));
    // All is well with a completed upload: a hundred of them need no hundred buttons.
    const bool selected = option.state & QStyle::State_Selected;
    if (action == HelpfulAction::None || (action == HelpfulAction::CopyFileId && !selected))
        return {};
    const QString text = helpfulActionText(action);
    const int margin = marginOf(option);
    const int height = option.fontMetrics.height() + 2 * margin;
    const int width = option.fontMetrics.horizontalAdvance(text) + 4 * margin;
    // On a very narrow row the words matter more; the action is in the menu too.
    if (option.rect.width() - width < kNameLines * option.fontMetrics.height())
        return {};
    const QRect rect(option.rect.right() - margin - width, option.rect.center().y() - height / 2,
                     width, height);
    return QStyle::visualRect(option.direction, option.rect, rect);
}

bool UploadDelegate::editorEvent(QEvent *event, QAbstractItemModel *model,
                                 const QStyleOptionViewItem &option, const QModelIndex &index)
{
    if (event->type() != QEvent::MouseButtonPress && event->type() != QEvent::MouseButtonRelease)
        return QStyledItemDelegate::editorEvent(event, model, option, index);
    const auto *mouse = static_cast<QMouseEvent *>(event);
    const QString key = index.data(QueueModel::KeyRole).toString();
    const bool inside = mouse->button() == Qt::LeftButton
        && buttonRect(option, index).contains(mouse->position().toPoint());
    const bool wasPressed = m_pressed == key;
    m_pressed = inside && event->type() == QEvent::MouseButtonPress ? key : QString();
    if (inside && wasPressed && event->type() == QEvent::MouseButtonRelease)
        Q_EMIT buttonPressed(key);
    if (auto *view = qobject_cast<const QAbstractItemView *>(option.widget))
        view->viewport()->update();
    return inside;
}

} // namespace longshore
