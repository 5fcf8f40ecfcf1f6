#pragma once

#include <QScrollArea>
#include <QTimer>

namespace longshore {

/// Holds a form that is as wide as the area, and scrolls it up and down where the screen is too low
/// for all of it. Wants as much room as the form, and a comfortable width.
class FormArea final : public QScrollArea
{
    Q_OBJECT

public:
    /// Takes ownership of `form`.
    explicit FormArea(QWidget *form, QWidget *parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    /// Makes the window higher, once everything is laid out, so that it shows all of the form, as
    /// far as the screen goes; never lower, so that what is looked at stays in its place.
    void growWindow();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    int heightFor(int width) const;

    QTimer m_growth;
};

} // namespace longshore
