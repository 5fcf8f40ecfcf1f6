#include "ui/details/troubleblock.h"

#include "api/showntext.h"
#include "ui/details/copyablelabel.h"
#include "ui/details/partcolours.h"
#include "ui/models/breakabletext.h"
#include "ui/models/errorwords.h"
#include "ui/models/uploadtext.h"
#include "ui/semanticcolours.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPaintEvent>
#include <QPainter>
#include <QPushButton>
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
    , m_advice(paragraph(this))
    , m_words(paragraph(this))
    , m_requestLine(new QWidget(this))
    , m_request(new CopyableLabel(tr("Copy the request id"), m_requestLine))
    , m_action(new QPushButton(this))
{
    QFont bold = font();
    bold.setBold(true);
    m_sentence->setFont(bold);
    auto *requestName = new QLabel(tr("Request:"), m_requestLine);
    auto *requestLayout = new QHBoxLayout(m_requestLine);
    requestLayout->setContentsMargins({});
    requestLayout->addWidget(requestName);
    requestLayout->addWidget(m_request, 1);
    m_action->setAutoDefault(false);
    m_action->hide();
    connect(m_action, &QPushButton::clicked, this, &TroubleBlock::actionRequested);

    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_sentence);
    layout->addWidget(m_advice);
    layout->addWidget(m_words);
    layout->addWidget(m_requestLine);
    layout->addWidget(m_action, 0, Qt::AlignLeft);
    hide();
}

void TroubleBlock::showUpload(const UploadSnapshot &upload)
{
    const bool isReasonShown =
        upload.state == UploadState::Waiting || upload.state == UploadState::Unknown;
    const ApiError &error = upload.error;
    m_isWait = upload.state == UploadState::Waiting;
    update();
    setVisible(isReasonShown || error.isError());
    if (isReasonShown) {
        setParagraph(m_sentence, stateText(upload));
        setParagraph(m_advice,
                     upload.state == UploadState::Unknown
                         ? tr("Look for the file in your account before you upload it "
                              "again.")
                         : QString());
        setParagraph(m_words, breakable(shownText(upload.reason)));
        m_requestLine->hide();
        return;
    }
    setParagraph(m_sentence, errorSentence(error));
    setParagraph(m_advice, errorAdvice(error));
    ApiError withoutRequest = error;
    withoutRequest.requestId.clear();
    setParagraph(m_words, breakable(errorDetails(withoutRequest)));
    m_request->setText(error.requestId);
    m_requestLine->setVisible(!error.requestId.isEmpty());
}

void TroubleBlock::setAction(const QString &text)
{
    m_action->setText(text);
    m_action->setVisible(!text.isEmpty());
}

void TroubleBlock::paintEvent(QPaintEvent *event)
{
    const PartColours colours(palette());
    const QColor colour = m_isWait ? colours.retry : colours.error;
    QPainter painter(this);
    painter.fillRect(event->rect(), mixed(colour, palette().color(QPalette::Window), kTint));
    const int width = qMax(fontMetrics().height() / 5, 2);
    const int left = layoutDirection() == Qt::RightToLeft ? this->width() - width : 0;
    painter.fillRect(left, 0, width, height(), colour);
}

} // namespace longshore
