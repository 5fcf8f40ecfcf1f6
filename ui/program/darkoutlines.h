#pragma once

#include <QProxyStyle>

namespace longshore {

/// Fusion outlines boxes to check in a shade darker than the window, which on a dark one is hardly
/// seen: there they get a light outline.
class DarkOutlines final : public QProxyStyle
{
    Q_OBJECT

public:
    DarkOutlines();

    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override;
};

} // namespace longshore
