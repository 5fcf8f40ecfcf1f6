#include "ui/messagebar.h"

#include "ui/semanticcolours.h"
#include "ui/symbolicon.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>

#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// Share of the notice's colour in the ground.
constexpr double kTint = 0.16;

} // namespace

MessageBar::MessageBar(QWidget *parent)
    : QFrame(parent)
    , m_symbol(new QLabel(this))
    , m_text(new QLabel(this))
    , m_action(new QPushButton(this))
    , m_close(new QToolButton(this))
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::AlternateBase);
    setFrameShape(StyledPanel);
    m_symbol->hide();
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_close->setAutoRaise(true);
    m_close->setIcon(symbolIcon(u"cancel"_s));
    m_close->setToolTip(tr("Close this message"));
    m_close->setAccessibleName(tr("Close the message"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(fontMetrics().height() / 2, fontMetrics().height() / 4,
                               fontMetrics().height() / 4, fontMetrics().height() / 4);
    layout->addWidget(m_symbol, 0, Qt::AlignTop);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_action);
    layout->addWidget(m_close);
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    connect(m_action, &QPushButton::clicked, this, &MessageBar::act);
    hide();
}

QString MessageBar::text() const
{
    return isHidden() ? QString() : m_text->text();
}

void MessageBar::say(const QString &text, const QString &action, std::function<void()> onAction)
{
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    m_onAction = std::move(onAction);
    m_isPassing = false;
    m_isLasting = false;
    tell(text);
}

void MessageBar::sayInPassing(const QString &text, const QString &action,
                              std::function<void()> onAction)
{
    // A screen reader is alerted once.
    if (m_isPassing && isVisible() && m_action->text() == action) {
        m_text->setText(text);
        m_text->setAccessibleName(text);
        return;
    }
    say(text, action, std::move(onAction));
    m_isPassing = true;
}

void MessageBar::endPassing()
{
    if (m_isPassing)
        hide();
}

void MessageBar::sayLasting(const QString &text)
{
    m_action->hide();
    m_onAction = {};
    m_isPassing = false;
    m_isLasting = true;
    tell(text);
}

void MessageBar::tell(const QString &text)
{
    m_text->setText(text);
    m_text->setAccessibleName(text);
    m_symbol->setVisible(m_isLasting);
    m_close->setVisible(!m_isLasting);
    colour();
    show();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void MessageBar::act()
{
    hide();
    if (const auto onAction = std::exchange(m_onAction, {}))
        onAction();
}

void MessageBar::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !m_colouring)
        colour();
}

void MessageBar::colour()
{
    const QPalette plain = parentWidget() ? parentWidget()->palette() : QPalette();
    QPalette changed = plain;
    if (m_isLasting) {
        changed.setColor(QPalette::AlternateBase,
                         mixed(noticeColour(plain), plain.color(QPalette::Window), kTint));
        const int size = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
        m_symbol->setPixmap(symbolIcon(u"warning"_s).pixmap(size));
    }
    m_colouring = true;
    setPalette(changed);
    m_colouring = false;
}

} // namespace longshore
