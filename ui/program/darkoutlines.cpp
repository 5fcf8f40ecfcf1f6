#include "ui/program/darkoutlines.h"

#include "ui/semanticcolours.h"

#include <QPainter>
#include <QStyleOption>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// Of the text's colour in the outline.
constexpr qreal kOutlineShare = 0.5;

} // namespace

DarkOutlines::DarkOutlines()
    : QProxyStyle(u"fusion"_s)
{
}

void DarkOutlines::drawPrimitive(PrimitiveElement element, const QStyleOption *option,
                                 QPainter *painter, const QWidget *widget) const
{
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    const bool isRound = element == PE_IndicatorRadioButton;
    if ((!isRound && element != PE_IndicatorCheckBox) || !isDark(option->palette)
        || option->state.testFlag(State_HasFocus))
        return;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing, isRound);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(mixed(option->palette.color(QPalette::WindowText),
                          option->palette.color(QPalette::Window), kOutlineShare));
    const QRectF area(option->rect);
    if (isRound)
        painter->drawEllipse(area.adjusted(0.5, 0.5, -0.5, -0.5));
    else
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
    painter->restore();
}

} // namespace longshore
