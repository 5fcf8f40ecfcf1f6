#include "ui/connection/formarea.h"

#include <QCoreApplication>
#include <QEvent>
#include <QScreen>
#include <QScrollBar>

#include <algorithm>

namespace longshore {

namespace {

/// Lines of text that are still usable, on the lowest of screens.
constexpr int kFewestLines = 6;
/// Average characters in a line that is good to read.
constexpr int kLineLength = 72;

} // namespace

FormArea::FormArea(QWidget *form, QWidget *parent)
    : QScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWidgetResizable(true);
    // The tab key goes through the form's own widgets.
    setFocusPolicy(Qt::NoFocus);
    setWidget(form);
    form->installEventFilter(this);
    // The dialog's own background, and not that of a list.
    viewport()->setAutoFillBackground(false);
    form->setAutoFillBackground(false);

    m_growth.setSingleShot(true);
    connect(&m_growth, &QTimer::timeout, this, [this] {
        // A request to lay out goes from a widget to its window in several events.
        QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
        QWidget *shown = window();
        const int missing = heightFor(viewport()->width()) - viewport()->height();
        const int frame = shown->frameGeometry().height() - shown->height();
        const int most = shown->screen()->availableGeometry().height() - frame;
        const int wanted = std::min(shown->height() + missing, most);
        if (wanted > shown->height()) {
            shown->resize(shown->width(), wanted);
            m_growth.start(0); // what wraps may want more than it seemed
        }
    });
}

QSize FormArea::sizeHint() const
{
    const int width =
        std::max(widget()->sizeHint().width(), fontMetrics().averageCharWidth() * kLineLength);
    return {width, heightFor(width)};
}

QSize FormArea::minimumSizeHint() const
{
    const int width = widget()->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width();
    const int lines = fontMetrics().lineSpacing() * kFewestLines;
    return {width, std::min(lines, heightFor(width))};
}

void FormArea::growWindow()
{
    if (isVisible())
        m_growth.start(0);
}

bool FormArea::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::LayoutRequest)
        updateGeometry();
    return QScrollArea::eventFilter(watched, event);
}

void FormArea::showEvent(QShowEvent *event)
{
    QScrollArea::showEvent(event);
    m_growth.start(0);
}

int FormArea::heightFor(int width) const
{
    const QWidget *form = widget();
    return form->hasHeightForWidth() ? form->heightForWidth(width) : form->sizeHint().height();
}

} // namespace longshore
