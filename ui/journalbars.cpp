#include "ui/journalbars.h"

#include "ui/messagebar.h"

#include <QVBoxLayout>

namespace longshore {

JournalBars::JournalBars(QWidget *parent)
    : QWidget(parent)
    , m_problem(new MessageBar(this))
    , m_notice(new MessageBar(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_problem);
    layout->addWidget(m_notice);
}

void JournalBars::showJournalProblem(const QString &problem)
{
    m_problem->sayLasting(tr("%1 Uploads go on, but can't be resumed after Longshore ends. If the "
                             "disk is full or the file is write-protected, change that: this "
                             "message goes as soon as the journal can be used.")
                              .arg(problem));
}

void JournalBars::clearJournalProblem()
{
    m_problem->hide();
}

void JournalBars::showJournalNotice(const QString &notice)
{
    const QString before = m_notice->text();
    if (before.isEmpty())
        m_notice->say(notice);
    else if (!before.contains(notice))
        m_notice->say(before + QLatin1Char('\n') + notice);
}

} // namespace longshore
