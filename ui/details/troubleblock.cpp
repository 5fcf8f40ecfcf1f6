#include "ui/details/troubleblock.h"

#include "api/showntext.h"
#include "cli/humantext.h"
#include "ui/details/choicelist.h"
#include "ui/details/copyablelabel.h"
#include "ui/details/partcolours.h"
#include "ui/models/breakabletext.h"
#include "ui/models/errorwords.h"
#include "ui/semanticcolours.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPaintEvent>
#include <QPainter>
#include <QVBoxLayout>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// Share of the trouble's colour in the ground.
constexpr double kTint = 0.1;

QLabel *paragraph(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

void setParagraph(QLabel *label, const QString &text)
{
    if (label->text() != text)
        label->setText(text);
    label->setVisible(!text.isEmpty());
}

} // namespace

TroubleBlock::TroubleBlock(QWidget *parent)
    : QFrame(parent)
    , m_sentence(paragraph(this))
    , m_first(paragraph(this))
    , m_second(paragraph(this))
    , m_requestLine(new QWidget(this))
    , m_request(new CopyableLabel(tr("Copy the request ID"), m_requestLine))
    , m_choices(new ChoiceList(this))
{
    QFont bold = font();
    bold.setBold(true);
    m_sentence->setFont(bold);
    auto *requestName = new QLabel(tr("Request:"), m_requestLine);
    auto *requestLayout = new QHBoxLayout(m_requestLine);
    requestLayout->setContentsMargins({});
    requestLayout->addWidget(requestName);
    requestLayout->addWidget(m_request, 1);
    connect(m_choices, &ChoiceList::chosen, this, &TroubleBlock::chosen);

    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_sentence);
    layout->addWidget(m_first);
    layout->addWidget(m_second);
    layout->addWidget(m_requestLine);
    layout->addWidget(m_choices);
    hide();
}

TroubleBlock::Words TroubleBlock::wordsOf(const UploadSnapshot &upload)
{
    const QString reason = breakable(shownText(upload.reason));
    const QString forecast = shownText(upload.forecast);
    if (upload.state == UploadState::Waiting) {
        return {upload.waitingUntil > 0 ? tr("Waiting until %1").arg(clockText(upload.waitingUntil))
                                        : stateText(upload),
                reason,
                tr("It goes on by itself."),
                {}};
    }
    if (upload.state == UploadState::Unknown) {
        return {stateText(upload),
                reason,
                tr("All of it was sent, and nothing more happens until you choose."),
                {}};
    }
    if (needsDecision(upload))
        return {stateText(upload), forecast, tr("Nothing was sent yet."), {}};
    if (isLate(upload)) {
        return {tr("Will hardly be done in time"),
                forecast,
                tr("It helps to pause other uploads, and to lift a rate limit."),
                {}};
    }
    const ApiError &error = upload.error;
    ApiError withoutRequest = error;
    withoutRequest.requestId.clear();
    return {errorSentence(error), errorAdvice(error), breakable(errorDetails(withoutRequest)),
            error.requestId};
}

void TroubleBlock::showUpload(const UploadSnapshot &upload)
{
    const Words words = wordsOf(upload);
    m_tone = rowTone(upload);
    update();
    setVisible(!words.sentence.isEmpty());
    setParagraph(m_sentence, words.sentence);
    setParagraph(m_first, words.first);
    setParagraph(m_second, words.second);
    m_request->setText(words.requestId);
    m_requestLine->setVisible(!words.requestId.isEmpty());
    m_choices->showChoices(choicesFor(upload));
}

QColor TroubleBlock::colour() const
{
    const PartColours colours(palette());
    switch (m_tone) {
    case RowTone::Quiet:
        return quietColour(palette());
    case RowTone::Notice:
        return colours.retry;
    case RowTone::Trouble:
        return colours.error;
    }
    Q_UNREACHABLE();
}

void TroubleBlock::paintEvent(QPaintEvent *event)
{
    const QColor colour = this->colour();
    QPainter painter(this);
    painter.fillRect(event->rect(), mixed(colour, palette().color(QPalette::Window), kTint));
    const int width = qMax(fontMetrics().height() / 5, 2);
    const int left = layoutDirection() == Qt::RightToLeft ? this->width() - width : 0;
    painter.fillRect(left, 0, width, height(), colour);
}

} // namespace longshore
