#include "ui/connection/filefield.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

namespace longshore {

FileField::FileField(QWidget *parent)
    : QWidget(parent)
    , m_input(new QLineEdit(this))
    , m_browse(new QPushButton(tr("&Browse…"), this))
{
    m_input->setAccessibleName(tr("Certificate file"));
    m_input->setPlaceholderText(tr("those of the system"));
    m_input->setToolTip(tr("A PEM file of certificates to trust in place of the system's"));
    connect(m_input, &QLineEdit::textChanged, this, &FileField::changed);

    m_browse->setAutoDefault(false);
    m_browse->setAccessibleName(tr("Browse for a certificate file"));
    connect(m_browse, &QPushButton::clicked, this, &FileField::browse);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_input, 1);
    layout->addWidget(m_browse);
    setFocusProxy(m_input);
}

void FileField::setPath(const QString &path)
{
    m_input->setText(QDir::toNativeSeparators(path));
}

QString FileField::path() const
{
    return QDir::fromNativeSeparators(m_input->text().trimmed());
}

void FileField::browse()
{
    if (!m_dialog) {
        m_dialog = new QFileDialog(this, tr("Certificates to trust"));
        m_dialog->setFileMode(QFileDialog::ExistingFile);
        m_dialog->setNameFilters({tr("Certificates (*.pem *.crt *.cer)"), tr("All files (*)")});
        connect(m_dialog, &QFileDialog::fileSelected, this, &FileField::setPath);
    }
    if (!path().isEmpty())
        m_dialog->setDirectory(QFileInfo(path()).path());
    m_dialog->open();
}

} // namespace longshore
