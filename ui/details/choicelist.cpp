#include "ui/details/choicelist.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

namespace longshore {

ChoiceList::ChoiceList(QWidget *parent)
    : QWidget(parent)
    , m_layout(new QGridLayout(this))
{
    m_layout->setContentsMargins({});
    m_layout->setColumnStretch(1, 1);
    hide();
}

void ChoiceList::showChoices(const QList<Choice> &choices)
{
    if (choices == m_shown)
        return;
    m_shown = choices;
    // The press that led here may come from one of them.
    for (QWidget *old : findChildren<QWidget *>(Qt::FindDirectChildrenOnly)) {
        m_layout->removeWidget(old);
        old->hide();
        old->deleteLater();
    }
    for (qsizetype row = 0; row < choices.size(); ++row)
        addChoice(choices.at(row), static_cast<int>(row));
    setVisible(!choices.isEmpty());
}

void ChoiceList::addChoice(const Choice &choice, int row)
{
    auto *button = new QPushButton(helpfulActionText(choice.action), this);
    button->setAutoDefault(false);
    button->setAccessibleDescription(choice.explanation);
    connect(button, &QPushButton::clicked, this,
            [this, action = choice.action] { Q_EMIT chosen(action); });
    // A layout would do so too, but not before the next event.
    button->show();
    if (choice.explanation.isEmpty()) {
        m_layout->addWidget(button, row, 0, 1, 2, Qt::AlignLeft);
        return;
    }
    m_layout->addWidget(button, row, 0, Qt::AlignTop);
    auto *explanation = new QLabel(choice.explanation, this);
    explanation->setTextFormat(Qt::PlainText);
    explanation->setWordWrap(true);
    explanation->setBuddy(button);
    explanation->show();
    m_layout->addWidget(explanation, row, 1, Qt::AlignVCenter);
}

} // namespace longshore
