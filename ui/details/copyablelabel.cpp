#include "ui/details/copyablelabel.h"

#include "api/showntext.h"
#include "ui/details/elidedlabel.h"
#include "ui/symbolicon.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QToolButton>

namespace longshore {

using namespace Qt::StringLiterals;

CopyableLabel::CopyableLabel(const QString &buttonText, QWidget *parent)
    : QWidget(parent)
    , m_label(new ElidedLabel(this))
    , m_button(new QToolButton(this))
{
    m_button->setIcon(symbolIcon(u"copy"_s));
    m_button->setAutoRaise(true);
    m_button->setToolTip(buttonText);
    m_button->setAccessibleName(buttonText);
    m_button->setFocusPolicy(Qt::TabFocus);
    connect(m_button, &QToolButton::clicked, this, &CopyableLabel::copy);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_label);
    layout->addWidget(m_button);
    layout->addStretch();
}

void CopyableLabel::setText(const QString &text)
{
    m_text = text;
    m_label->setFullText(shownText(text));
}

void CopyableLabel::copy() const
{
    QGuiApplication::clipboard()->setText(m_text);
}

} // namespace longshore
