#include "ui/messagebar.h"

#include "ui/symbolicon.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace longshore {

using namespace Qt::StringLiterals;

MessageBar::MessageBar(QWidget *parent)
    : QFrame(parent)
    , m_text(new QLabel(this))
    , m_action(new QPushButton(this))
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::AlternateBase);
    setFrameShape(StyledPanel);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *close = new QToolButton(this);
    close->setAutoRaise(true);
    close->setIcon(symbolIcon(u"cancel"_s));
    close->setToolTip(tr("Close this message"));
    close->setAccessibleName(tr("Close the message"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(fontMetrics().height() / 2, fontMetrics().height() / 4,
                               fontMetrics().height() / 4, fontMetrics().height() / 4);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_action);
    layout->addWidget(close);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    connect(m_action, &QPushButton::clicked, this, &MessageBar::act);
    hide();
}

void MessageBar::say(const QString &text, const QString &action, std::function<void()> onAction)
{
    m_text->setText(text);
    m_text->setAccessibleName(text);
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    m_onAction = std::move(onAction);
    m_isPassing = false;
    show();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
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

void MessageBar::act()
{
    hide();
    if (const auto onAction = std::exchange(m_onAction, {}))
        onAction();
}

} // namespace longshore
