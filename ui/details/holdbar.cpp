#include "ui/details/holdbar.h"

#include "ui/details/flowlayout.h"
#include "ui/models/holdtext.h"
#include "ui/symbolicon.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// An engine that did not take over a choice within this time won't any more.
constexpr qint64 kAnswerExpectedMs = 2000;

/// Told again ten times a second, it would be laid out anew each time.
void setTextIfOther(QLabel *label, const QString &text)
{
    if (label->text() != text)
        label->setText(text);
}

QWidget *flowingLine(QWidget *parent)
{
    auto *line = new QWidget(parent);
    auto *layout = new FlowLayout(line);
    layout->setContentsMargins({});
    layout->setSpacing(parent->style()->pixelMetric(QStyle::PM_LayoutHorizontalSpacing));
    return line;
}

} // namespace

HoldBar::HoldBar(const QList<QAction *> &arrangeActions, QWidget *parent)
    : QWidget(parent)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(makeHoldLine());
    layout->addWidget(makeArrangeLine(arrangeActions));
    layout->addWidget(makeWarning());
    refresh();
}

QWidget *HoldBar::makeHoldLine()
{
    QWidget *line = flowingLine(this);
    m_hold = new QCheckBox(tr("Arrange the parts before completing"), line);
    // Not clicked(): a screen reader toggles it.
    connect(m_hold, &QCheckBox::toggled, this, [this](bool hold) {
        if (hold != isHeld())
            choose();
    });

    m_endChoice = new QWidget(line);
    auto *choiceLayout = new QHBoxLayout(m_endChoice);
    choiceLayout->setContentsMargins({});
    auto *question = new QLabel(tr("When its time is over:"), m_endChoice);
    m_end = new QComboBox(m_endChoice);
    m_end->addItem(tr("complete as shown, 2 min before"),
                   QVariant::fromValue(HoldEnd::CompleteBefore));
    m_end->addItem(tr("let it expire"), QVariant::fromValue(HoldEnd::LetExpire));
    m_end->setAccessibleName(tr("What becomes of the upload when its time is over"));
    question->setBuddy(m_end);
    connect(m_end, &QComboBox::activated, this, &HoldBar::choose);
    choiceLayout->addWidget(question);
    choiceLayout->addWidget(m_end);

    m_countdown = new QLabel(line);
    m_countdown->setTextFormat(Qt::PlainText);
    for (QWidget *widget :
         {static_cast<QWidget *>(m_hold), m_endChoice, static_cast<QWidget *>(m_countdown)})
        line->layout()->addWidget(widget);
    return line;
}

QWidget *HoldBar::makeArrangeLine(const QList<QAction *> &actions)
{
    m_arrangeLine = flowingLine(this);
    m_buttons = new QWidget(m_arrangeLine);
    auto *buttonsLayout = new QHBoxLayout(m_buttons);
    buttonsLayout->setContentsMargins({});
    buttonsLayout->setSpacing(0);
    for (QAction *action : actions) {
        auto *button = new QToolButton(m_buttons);
        button->setDefaultAction(action);
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::TabFocus);
        button->setAccessibleName(action->text());
        button->setVisible(action->isVisible());
        connect(action, &QAction::visibleChanged, button,
                [button, action] { button->setVisible(action->isVisible()); });
        buttonsLayout->addWidget(button);
    }

    m_complete = new QPushButton(symbolIcon(u"complete"_s), tr("Complete"), m_arrangeLine);
    m_complete->setAutoDefault(false);
    connect(m_complete, &QPushButton::clicked, this, &HoldBar::completeRequested);
    m_customOrder = new QLabel(tr("Custom order"), m_arrangeLine);
    for (QWidget *widget : {m_buttons, static_cast<QWidget *>(m_complete),
                            static_cast<QWidget *>(m_customOrder), makeChecksum(m_arrangeLine)})
        m_arrangeLine->layout()->addWidget(widget);
    return m_arrangeLine;
}

QWidget *HoldBar::makeChecksum(QWidget *parent)
{
    m_checksumLine = new QWidget(parent);
    m_checksum = new QLabel(m_checksumLine);
    m_checksum->setTextFormat(Qt::PlainText);
    auto *skip = new QPushButton(tr("Skip the checksum"), m_checksumLine);
    skip->setAutoDefault(false);
    skip->setToolTip(
        tr("Complete without an md5, which the service would compare with what it got"));
    connect(skip, &QPushButton::clicked, this, &HoldBar::skipChecksumRequested);
    auto *layout = new QHBoxLayout(m_checksumLine);
    layout->setContentsMargins({});
    layout->addWidget(m_checksum);
    layout->addWidget(skip);
    return m_checksumLine;
}

QWidget *HoldBar::makeWarning()
{
    m_warning = new QWidget(this);
    auto *layout = new QHBoxLayout(m_warning);
    layout->setContentsMargins({});
    m_warningIcon = new QLabel(m_warning);
    drawWarning();
    auto *text = new QLabel(tr("This order cuts lines: the parts were not cut at the ends of "
                               "lines, so the result would not be valid JSONL."),
                            m_warning);
    text->setWordWrap(true);
    layout->addWidget(m_warningIcon, 0, Qt::AlignTop);
    layout->addWidget(text, 1);
    return m_warning;
}

void HoldBar::drawWarning()
{
    const int side = style()->pixelMetric(QStyle::PM_SmallIconSize);
    m_warningIcon->setPixmap(symbolIcon(u"warning"_s).pixmap(side));
}

void HoldBar::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        drawWarning();
}

void HoldBar::showUpload(const UploadSnapshot &upload, qint64 nowMs)
{
    if (upload.key != m_upload.key)
        m_choice.reset();
    m_upload = upload;
    m_nowMs = nowMs;
    if (m_choice
        && ((m_choice->hold == upload.held && m_choice->end == upload.holdEnd)
            || nowMs - m_choice->chosenAt > kAnswerExpectedMs || !mayBeHeld(upload)))
        m_choice.reset();
    refresh();
}

void HoldBar::showOrder(bool isFileOrder, bool cutsLines)
{
    m_isFileOrder = isFileOrder;
    m_cutsLines = cutsLines;
    refresh();
}

void HoldBar::choose()
{
    const Choice choice{m_hold->isChecked(), m_end->currentData().value<HoldEnd>(), m_nowMs};
    m_choice = choice;
    refresh();
    Q_EMIT holdChosen(choice.hold, choice.end);
}

bool HoldBar::isHeld() const
{
    return m_choice ? m_choice->hold : m_upload.held;
}

void HoldBar::refresh()
{
    const bool mayHold = mayBeHeld(m_upload);
    UploadSnapshot shown = m_upload;
    shown.holdEnd = m_choice ? m_choice->end : m_upload.holdEnd;

    // Let go at ready it would be completed, which is what the other button says.
    m_hold->setVisible(mayHold && m_upload.state != UploadState::Ready);
    m_hold->setChecked(isHeld());
    m_endChoice->setVisible(mayHold && isHeld());
    m_end->setCurrentIndex(m_end->findData(QVariant::fromValue(shown.holdEnd)));
    const QString countdown = mayHold && isHeld() ? countdownText(shown, m_nowMs) : QString();
    setTextIfOther(m_countdown, countdown);
    m_countdown->setVisible(!countdown.isEmpty());

    const bool isArranged = mayHold && isHeld();
    m_buttons->setVisible(isArranged && m_upload.partCount > 1);
    m_customOrder->setVisible(!m_isFileOrder);
    const bool isHashing = waitsForChecksum(m_upload);
    if (isHashing)
        setTextIfOther(m_checksum, checksumText(m_upload));
    m_checksumLine->setVisible(isHashing);
    m_complete->setVisible(isArranged);
    m_complete->setEnabled(m_upload.state == UploadState::Ready);
    m_complete->setToolTip(m_complete->isEnabled()
                               ? tr("Make the file of the parts in the order shown")
                               : tr("Possible as soon as all parts are confirmed"));
    m_arrangeLine->setVisible(isArranged || !m_isFileOrder || isHashing);
    m_warning->setVisible(m_cutsLines);
    setVisible(mayHold || isHashing);
}

} // namespace longshore
