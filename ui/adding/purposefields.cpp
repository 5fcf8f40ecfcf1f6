#include "ui/adding/purposefields.h"

#include "queue/purposes.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QSignalBlocker>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// What is offered; any other can be typed.
QStringList usualMimeTypes()
{
    return {u"text/jsonl"_s,      u"application/json"_s, u"text/csv"_s,
            u"text/plain"_s,      u"text/markdown"_s,    u"application/pdf"_s,
            u"application/zip"_s, u"image/png"_s,        u"image/jpeg"_s,
            u"video/mp4"_s,       u"audio/mpeg"_s,       u"application/octet-stream"_s};
}

QComboBox *editableCombo(const QStringList &entries, const QString &name, QWidget *parent)
{
    auto *combo = new QComboBox(parent);
    combo->setEditable(true);
    combo->setInsertPolicy(QComboBox::NoInsert);
    combo->addItems(entries);
    combo->setAccessibleName(name);
    combo->lineEdit()->setAccessibleName(name);
    combo->lineEdit()->setPlaceholderText(QComboBox::tr("various"));
    return combo;
}

} // namespace

PurposeFields::PurposeFields(QWidget *parent)
    : QWidget(parent)
    , m_purpose(editableCombo(knownPurposes(), tr("Purpose"), this))
    , m_mimeType(editableCombo(usualMimeTypes(), tr("MIME type"), this))
{
    auto *layout = new QFormLayout(this);
    layout->setContentsMargins({});
    layout->setRowWrapPolicy(QFormLayout::WrapLongRows);
    layout->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    layout->addRow(tr("&Purpose:"), m_purpose);
    layout->addRow(tr("MIME &type:"), m_mimeType);
    // Neither activated nor edited: what screen readers put in is none of both.
    connect(m_purpose, &QComboBox::currentTextChanged, this, &PurposeFields::purposeChosen);
    connect(m_mimeType, &QComboBox::currentTextChanged, this, &PurposeFields::mimeTypeChosen);
}

void PurposeFields::show(const QString &purpose, const QString &mimeType)
{
    // Shown is not chosen.
    const QSignalBlocker purposeBlocker(m_purpose);
    const QSignalBlocker mimeTypeBlocker(m_mimeType);
    if (m_purpose->currentText() != purpose)
        m_purpose->setEditText(purpose);
    if (m_mimeType->currentText() != mimeType)
        m_mimeType->setEditText(mimeType);
}

QString PurposeFields::purpose() const
{
    return m_purpose->currentText().trimmed();
}

QString PurposeFields::mimeType() const
{
    return m_mimeType->currentText().trimmed();
}

} // namespace longshore
