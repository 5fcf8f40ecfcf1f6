#include "ui/details/overviewtab.h"

#include "api/showntext.h"
#include "cli/humantext.h"
#include "ui/details/copyablelabel.h"
#include "ui/details/elidedlabel.h"
#include "ui/details/quietlabel.h"
#include "ui/details/troubleblock.h"
#include "ui/models/breakabletext.h"
#include "ui/models/uploadtext.h"

#include <QDateTime>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QScrollBar>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>
#include <type_traits>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// Of a combined upload of very many files.
constexpr qsizetype kMostPaths = 20;
/// Longer paths than any system has.
constexpr qsizetype kLongestPath = 8192;

QLabel *valueLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

QString sizeText(qint64 bytes)
{
    if (bytes < 1000)
        return bytesText(bytes);
    return OverviewTab::tr("%1 (%2 bytes)").arg(bytesText(bytes), QLocale().toString(bytes));
}

QString expiryText(const UploadSnapshot &upload)
{
    if (upload.expiresAt == 0 || isEnded(upload.state))
        return {};
    const QDateTime time = QDateTime::fromSecsSinceEpoch(upload.expiresAt);
    return QLocale().toString(time, QLocale::ShortFormat);
}

} // namespace

OverviewTab::OverviewTab(QWidget *parent)
    : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Overview"));
    auto *content = new QWidget(this);
    auto *layout = new QVBoxLayout(content);
    m_trouble = new TroubleBlock(content);
    connect(m_trouble, &TroubleBlock::chosen, this, &OverviewTab::chosen);
    layout->addWidget(m_trouble);
    // No QFormLayout: that of Qt 6.4 writes beyond its arrays when rows are hidden.
    m_form = new QGridLayout;
    m_form->setColumnStretch(1, 1);
    layout->addLayout(m_form);
    layout->addStretch();

    m_state = addRow(tr("State:"), valueLabel(content));
    m_name = addRow(tr("Name:"), new ElidedLabel(content));
    m_paths = addRow(tr("File:"), new QWidget(content));
    auto *pathsLayout = new QVBoxLayout(m_paths);
    pathsLayout->setContentsMargins({});
    pathsLayout->setSpacing(0);
    m_size = addRow(tr("Size:"), valueLabel(content));
    m_parts = addRow(tr("Parts:"), valueLabel(content));
    m_partSize = addRow(tr("Part size:"), valueLabel(content));
    m_rate = addRow(tr("Rate:"), valueLabel(content));
    m_checksum = addRow(tr("Checksum:"), valueLabel(content));
    m_purpose = addRow(tr("Purpose:"), valueLabel(content));
    m_mimeType = addRow(tr("MIME type:"), valueLabel(content));
    m_uploadId = addRow(tr("Upload ID:"), new CopyableLabel(tr("Copy the upload ID"), content));
    m_expires = addRow(tr("Expires:"), valueLabel(content));
    m_fileId = addRow(tr("File ID:"), new CopyableLabel(tr("Copy the file ID"), content));
    setWidget(content);
    clear();
}

template <typename Value> Value *OverviewTab::addRow(const QString &title, Value *value)
{
    auto *label = new QuietLabel(title, value->parentWidget());
    label->setBuddy(value);
    const int row = m_form->rowCount();
    const Qt::Alignment side(style()->styleHint(QStyle::SH_FormLayoutLabelAlignment));
    // The paths are the one value that often has several lines.
    const bool isHigh = std::is_same_v<Value, QWidget>;
    m_form->addWidget(label, row, 0, side | (isHigh ? Qt::AlignTop : Qt::AlignVCenter));
    m_form->addWidget(value, row, 1);
    m_titles.insert(value, label);
    return value;
}

void OverviewTab::showRow(QWidget *value, bool visible)
{
    value->setVisible(visible);
    if (QLabel *title = m_titles.value(value))
        title->setVisible(visible);
}

void OverviewTab::setText(QLabel *label, const QString &text)
{
    // Setting it takes away the user's selection.
    if (label->text() != text)
        label->setText(text);
    showRow(label, !text.isEmpty());
}

void OverviewTab::setId(CopyableLabel *label, const QString &id)
{
    label->setText(id);
    showRow(label, !id.isEmpty());
}

void OverviewTab::showPaths(const QStringList &paths)
{
    if (paths == m_shownPaths)
        return;
    m_shownPaths = paths;
    qDeleteAll(m_paths->findChildren<QLabel *>(Qt::FindDirectChildrenOnly));
    for (const QString &path : paths.first(std::min(paths.size(), kMostPaths))) {
        auto *label = new ElidedLabel(m_paths);
        label->setFullText(shownText(path, kLongestPath));
        m_paths->layout()->addWidget(label);
    }
    if (paths.size() > kMostPaths) {
        auto *more = valueLabel(m_paths);
        more->setText(tr("and %1 more").arg(paths.size() - kMostPaths));
        m_paths->layout()->addWidget(more);
    }
    showRow(m_paths, !paths.isEmpty());
}

void OverviewTab::showUpload(const UploadSnapshot &upload)
{
    m_trouble->showUpload(upload);
    setText(m_state, stateText(upload));
    m_name->setFullText(shownText(upload.filename));
    showPaths(upload.paths);
    setText(m_size, sizeText(upload.bytes));
    setText(m_parts, tr("%1 of %2 confirmed").arg(upload.partsConfirmed).arg(upload.partCount));
    const bool isSending = upload.state == UploadState::Sending && upload.rate > 0;
    setText(m_rate, isSending ? rateText(upload.rate) : QString());
    const bool isHashing = !isEnded(upload.state) && (upload.hashing || upload.hashed > 0);
    setText(m_checksum,
            !isHashing ? QString()
                : upload.hashed < upload.bytes
                ? tr("%1 %").arg(percentOf(upload.hashed, upload.bytes))
                : tr("ready"));
    setText(m_purpose, breakable(shownText(upload.purpose)));
    setText(m_mimeType, breakable(shownText(upload.mimeType)));
    setId(m_uploadId, upload.uploadId);
    setText(m_expires, expiryText(upload));
    setId(m_fileId, upload.fileId);
}

void OverviewTab::showPlan(const UploadPlan &plan)
{
    setText(m_partSize, !plan.parts.isEmpty() ? sizeText(plan.partSize) : QString());
}

void OverviewTab::clear()
{
    showUpload({});
    showPlan({});
    verticalScrollBar()->setValue(0);
}

} // namespace longshore
