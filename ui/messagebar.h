#pragma once

#include <QFrame>

#include <functional>

class QLabel;
class QPushButton;

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

private:
    void act();

    QLabel *m_text;
    QPushButton *m_action;
    std::function<void()> m_onAction;
    bool m_isPassing = false;
};

} // namespace longshore
