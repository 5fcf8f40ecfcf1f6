#include "ui/connection/resultstrip.h"

#include "ui/connection/resulttext.h"
#include "ui/models/breakabletext.h"
#include "ui/symbolicon.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// Lines that always have room, so that most results don't move what is around them.
constexpr int kUsualLines = 3;

} // namespace

ResultStrip::ResultStrip(QWidget *parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_words(new QLabel(this))
    , m_useAddress(new QPushButton(tr("&Use This Address"), this))
{
    m_words->setTextFormat(Qt::PlainText);
    m_words->setWordWrap(true);
    m_words->setAlignment(Qt::AlignTop | Qt::AlignLeading);
    m_words->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_words->setMinimumHeight(fontMetrics().lineSpacing() * kUsualLines);

    m_useAddress->setAutoDefault(false);
    m_useAddress->hide();
    connect(m_useAddress, &QPushButton::clicked, this, [this] { Q_EMIT addressChosen(m_address); });

    auto *layout = new QGridLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_icon, 0, 0, Qt::AlignTop);
    layout->addWidget(m_words, 0, 1);
    layout->addWidget(m_useAddress, 1, 1, Qt::AlignLeading);
    layout->setColumnStretch(1, 1);
    showIcon({});
}

void ResultStrip::showHint(const QString &text)
{
    showIcon({});
    showText(text);
    m_address.clear();
    m_useAddress->hide();
}

void ResultStrip::showResult(const ConnectionResult &result)
{
    showIcon(result.ok ? u"done"_s : u"warning"_s);
    showText(resultText(result));
    m_address = result.proposedUrl;
    m_useAddress->setAccessibleName(tr("Use the address %1").arg(m_address.toDisplayString()));
    m_useAddress->setVisible(!m_address.isEmpty());
}

QString ResultStrip::text() const
{
    return m_words->accessibleName();
}

void ResultStrip::changeEvent(QEvent *event)
{
    // A pixmap keeps the colours that it was painted in.
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        showIcon(m_iconName);
    QWidget::changeEvent(event);
}

void ResultStrip::showIcon(const QString &name)
{
    m_iconName = name;
    const int size = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    m_icon->setVisible(!name.isEmpty());
    m_icon->setPixmap(name.isEmpty()
                          ? QPixmap()
                          : symbolIcon(name).pixmap(QSize(size, size), devicePixelRatioF()));
}

void ResultStrip::showText(const QString &text)
{
    m_words->setText(breakable(text));
    // Screen readers read what was said, without the places to break.
    m_words->setAccessibleName(text);
}

} // namespace longshore
