#pragma once

#include <QWidget>

namespace longshore {

class MessageBar;

/// What is to be told of the journal, above all other messages: a problem with it for as long as it
/// lasts, and what came of a damaged one until the user has seen it.
class JournalBars final : public QWidget
{
    Q_OBJECT

public:
    explicit JournalBars(QWidget *parent = nullptr);

public Q_SLOTS:
    /// `problem` is a sentence: uploads go on, but can't be resumed.
    void showJournalProblem(const QString &problem);
    void clearJournalProblem();
    /// A sentence or two. Another one is shown below it.
    void showJournalNotice(const QString &notice);

private:
    MessageBar *m_problem;
    MessageBar *m_notice;
};

} // namespace longshore
