#pragma once

#include <QCommandLinkButton>

namespace longshore {

/// A command link that shows that it has the focus, which styles leave out for flat buttons.
class CommandLink final : public QCommandLinkButton
{
    Q_OBJECT

public:
    using QCommandLinkButton::QCommandLinkButton;

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace longshore
