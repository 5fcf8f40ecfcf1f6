#pragma once

#include "ui/models/helpfulaction.h"

#include <QWidget>

class QGridLayout;

namespace longshore {

/// What the user can do about an upload: a button each, with a sentence beside it that says what it
/// does.
class ChoiceList final : public QWidget
{
    Q_OBJECT

public:
    explicit ChoiceList(QWidget *parent = nullptr);

    /// Leaves the buttons and the focus as they are where nothing is different.
    void showChoices(const QList<Choice> &choices);

Q_SIGNALS:
    void chosen(longshore::HelpfulAction action);

private:
    void addChoice(const Choice &choice, int row);

    QGridLayout *m_layout;
    QList<Choice> m_shown;
};

} // namespace longshore
