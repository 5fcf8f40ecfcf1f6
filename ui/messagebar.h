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

    void say(const QString &text, const QString &action = {}, std::function<void()> onAction = {});
    QString text() const;

private:
    void act();

    QLabel *m_text;
    QPushButton *m_action;
    std::function<void()> m_onAction;
};

} // namespace longshore
