#pragma once

#include <QAbstractButton>
#include <QDialog>
#include <QLabel>
#include <QStringList>
#include <QWidget>

/// The widget of this type with this accessible name, or null.
template <typename Widget> Widget *named(const QWidget &window, const QString &accessibleName)
{
    const QList<Widget *> all = window.findChildren<Widget *>();
    for (Widget *widget : all) {
        if (widget->accessibleName() == accessibleName)
            return widget;
    }
    return nullptr;
}

/// What can be reached with the tab key, in that order.
inline QList<QWidget *> tabChain(QWidget &window)
{
    QList<QWidget *> chain;
    for (QWidget *widget = window.nextInFocusChain(); widget != &window;
         widget = widget->nextInFocusChain()) {
        if (widget->isVisibleTo(&window) && widget->isEnabled() && !widget->focusProxy()
            && (widget->focusPolicy() & Qt::TabFocus))
            chain.append(widget);
    }
    return chain;
}

/// What a person who can't see, or has no mouse, would miss in a dialog that is shown, a line each;
/// empty if nothing.
inline QString accessProblems(QDialog &dialog)
{
    QStringList problems;
    const QList<QWidget *> chain = tabChain(dialog);
    QPoint last;
    for (const QWidget *widget : chain) {
        const QString name = widget->accessibleName();
        if (name.isEmpty() || name.contains(QLatin1Char('&')))
            problems += QStringLiteral("no name: ")
                + QString::fromLatin1(widget->metaObject()->className());
        // Rows from top to bottom; within one the order of reading.
        const QPoint place = widget->mapTo(&dialog, widget->rect().center());
        if (place.y() < last.y() - widget->height())
            problems += QStringLiteral("tab order: ") + name;
        last = place;
    }

    QStringList letters;
    const auto take = [&](const QString &text) {
        const qsizetype at = text.indexOf(QLatin1Char('&'));
        if (at < 0)
            return;
        const QString letter = text.mid(at + 1, 1).toLower();
        if (letters.contains(letter))
            problems += QStringLiteral("mnemonic twice: ") + text;
        letters += letter;
    };
    const QList<QLabel *> labels = dialog.findChildren<QLabel *>();
    for (const QLabel *label : labels) {
        if (!label->buddy() && !label->text().isEmpty() && label->textFormat() != Qt::PlainText)
            problems += QStringLiteral("not plain: ") + label->text();
        if (label->buddy() && label->isVisibleTo(&dialog))
            take(label->text());
    }
    const QList<QAbstractButton *> buttons = dialog.findChildren<QAbstractButton *>();
    for (const QAbstractButton *button : buttons) {
        if (button->isVisibleTo(&dialog))
            take(button->text());
    }
    return problems.join(QLatin1Char('\n'));
}
