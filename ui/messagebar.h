#pragma once

#include <QFrame>

#include <functional>

class QLabel;
class QPushButton;
class QToolButton;

namespace longshore {

/// One line that tells of something without stopping anybody, with at most one button and one to
/// close it. A new message takes the place of the one before.
class MessageBar final : public QFrame
{
    Q_OBJECT

public:
    explicit MessageBar(QWidget *parent = nullptr);

    /// Stays until the user closes it, or another message comes.
    void say(const QString &text, const QString &action = {}, std::function<void()> onAction = {});
    /// About something that goes on: stays until endPassing(). Said again, only its text changes.
    void sayInPassing(const QString &text, const QString &action, std::function<void()> onAction);
    /// Leaves a message alone that is not in passing.
    void endPassing();
    /// About something that is wrong for as long as it shows: in the colour of a notice, and not to
    /// be closed but by hiding the bar.
    void sayLasting(const QString &text);

    /// Of the message that is shown; empty if none is.
    QString text() const;

protected:
    void changeEvent(QEvent *event) override;

private:
    void tell(const QString &text);
    void act();
    void colour();

    QLabel *m_symbol;
    QLabel *m_text;
    QPushButton *m_action;
    QToolButton *m_close;
    std::function<void()> m_onAction;
    bool m_isPassing = false;
    bool m_isLasting = false;
    bool m_colouring = false;
};

} // namespace longshore
