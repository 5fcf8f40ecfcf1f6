#include "ui/program/appearance.h"

#include "ui/program/darkoutlines.h"
#include "ui/semanticcolours.h"

#include <QApplication>
#include <QPalette>
#include <QStyle>

namespace longshore {

namespace {

constexpr QRgb kDarkWindow = 0xff323539;
constexpr QRgb kDarkBase = 0xff1d1f22;
constexpr QRgb kDarkAlternate = 0xff24272a;
constexpr QRgb kDarkButton = 0xff3f4349;
constexpr QRgb kDarkText = 0xffe8e9eb;
constexpr QRgb kDarkHighlight = 0xff3b7dd8;
constexpr QRgb kDarkLink = 0xff7fb2ff;
constexpr qreal kDisabledShare = 0.5;

QPalette darkPalette()
{
    const QColor window = QColor::fromRgb(kDarkWindow);
    const QColor text = QColor::fromRgb(kDarkText);
    QPalette palette(QColor::fromRgb(kDarkButton), window);
    palette.setColor(QPalette::Base, QColor::fromRgb(kDarkBase));
    palette.setColor(QPalette::AlternateBase, QColor::fromRgb(kDarkAlternate));
    palette.setColor(QPalette::ToolTipBase, QColor::fromRgb(kDarkButton));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText,
                            QPalette::ToolTipText, QPalette::BrightText}) {
        palette.setColor(role, text);
        palette.setColor(QPalette::Disabled, role, mixed(text, window, kDisabledShare));
    }
    palette.setColor(QPalette::PlaceholderText, mixed(text, window, kDisabledShare));
    palette.setColor(QPalette::Highlight, QColor::fromRgb(kDarkHighlight));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, QColor::fromRgb(kDarkLink));
    return palette;
}

} // namespace

Appearance::Appearance(QObject *parent)
    : QObject(parent)
{
    if (QApplication::style()->name().compare(u"fusion", Qt::CaseInsensitive) == 0)
        QApplication::setStyle(new DarkOutlines);
    connect(&m_scheme, &ColorScheme::changed, this, &Appearance::apply);
    apply(m_scheme.preference());
}

void Appearance::apply(ColorScheme::Preference preference)
{
    // A palette that came from elsewhere and is dark already is the user's own.
    const bool wantsDark = preference == ColorScheme::Preference::Dark;
    if (wantsDark && !isDark(QApplication::palette())) {
        QApplication::setPalette(darkPalette());
        m_changed = true;
    } else if (!wantsDark && m_changed) {
        QApplication::setPalette(QPalette());
        m_changed = false;
    }
}

} // namespace longshore
