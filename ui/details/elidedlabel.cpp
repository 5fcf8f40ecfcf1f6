#include "ui/details/elidedlabel.h"

#include <QAction>
#include <QClipboard>
#include <QEvent>
#include <QFontMetrics>
#include <QGuiApplication>
#include <QKeyEvent>

namespace longshore {

namespace {

/// Below this nothing can be recognised any more.
constexpr int kFewestCharacters = 8;

} // namespace

ElidedLabel::ElidedLabel(QWidget *parent)
    : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    auto *copyAction = new QAction(tr("Copy"), this);
    connect(copyAction, &QAction::triggered, this, &ElidedLabel::copy);
    addAction(copyAction);
    setContextMenuPolicy(Qt::ActionsContextMenu);
}

void ElidedLabel::setFullText(const QString &text)
{
    setTexts({text});
}

void ElidedLabel::setTexts(const QStringList &texts)
{
    const QString text = texts.value(0);
    const QStringList shorter = texts.mid(1);
    if (text == m_fullText && shorter == m_shorter)
        return;
    m_fullText = text;
    m_shorter = shorter;
    setAccessibleName(text);
    updateGeometry();
    elide();
}

QSize ElidedLabel::sizeHint() const
{
    const QFontMetrics metrics(font());
    return {metrics.horizontalAdvance(m_fullText) + metrics.averageCharWidth(), metrics.height()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    const QFontMetrics metrics(font());
    return {metrics.averageCharWidth() * kFewestCharacters, metrics.height()};
}

void ElidedLabel::resizeEvent(QResizeEvent *event)
{
    QLabel::resizeEvent(event);
    elide();
}

void ElidedLabel::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        updateGeometry();
        elide();
    }
}

void ElidedLabel::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        copy();
    else
        QLabel::keyPressEvent(event);
}

void ElidedLabel::elide()
{
    const QFontMetrics metrics(font());
    const int width = contentsRect().width();
    QString fitting = m_fullText;
    for (const QString &text : m_shorter) {
        if (metrics.horizontalAdvance(fitting) <= width)
            break;
        fitting = text;
    }
    const QString elided = metrics.elidedText(fitting, Qt::ElideMiddle, width);
    // Setting it takes away the user's selection.
    if (elided != text())
        setText(elided);
    setToolTip(elided == m_fullText ? QString() : m_fullText);
}

void ElidedLabel::copy() const
{
    const bool isPiece = hasSelectedText() && m_fullText.contains(selectedText());
    QGuiApplication::clipboard()->setText(isPiece ? selectedText() : m_fullText);
}

} // namespace longshore
