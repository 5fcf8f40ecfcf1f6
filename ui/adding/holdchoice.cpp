#include "ui/adding/holdchoice.h"

#include <QCheckBox>
#include <QComboBox>
#include <QVBoxLayout>

namespace longshore {

HoldChoice::HoldChoice(QWidget *parent)
    : QWidget(parent)
    , m_hold(new QCheckBox(tr("&Hold: let me arrange the parts before completing"), this))
    , m_end(new QComboBox(this))
{
    m_end->addItem(tr("When its hour ends, let it expire"), static_cast<int>(HoldEnd::LetExpire));
    m_end->addItem(tr("Two minutes before its hour ends, complete it as shown"),
                   static_cast<int>(HoldEnd::CompleteBefore));
    m_end->setAccessibleName(tr("What happens when a held upload's hour ends"));
    m_end->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_end->setMinimumContentsLength(24);
    m_end->setEnabled(false);
    connect(m_hold, &QCheckBox::toggled, m_end, &QWidget::setEnabled);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_hold);
    layout->addWidget(m_end);
}

void HoldChoice::setChoice(bool hold, HoldEnd end)
{
    m_hold->setChecked(hold);
    m_end->setCurrentIndex(m_end->findData(static_cast<int>(end)));
}

bool HoldChoice::isHeld() const
{
    return m_hold->isChecked();
}

HoldEnd HoldChoice::end() const
{
    return static_cast<HoldEnd>(m_end->currentData().toInt());
}

} // namespace longshore
