#include "ui/connection/serviceform.h"

#include "ui/connection/filefield.h"
#include "ui/connection/keyfield.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QStyle>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// The one of Azure's published specification.
const QString kUsualApiVersion = u"2024-10-21"_s;

template <typename Value> int toInt(Value value)
{
    return static_cast<int>(value);
}

} // namespace

ServiceForm::ServiceForm(QWidget *parent)
    : QWidget(parent)
    , m_layout(new QGridLayout(this))
{
    m_layout->setContentsMargins({});
    m_layout->setColumnStretch(1, 1);
    buildServices();
    buildAddresses();
    buildKey();
    buildDetails();
    setFocusProxy(m_service);
    setProfile({});
}

void ServiceForm::setProfile(const Profile &profile)
{
    m_service->setCurrentIndex(m_service->findData(toInt(profile.kind)));
    if (QLineEdit *address = addressOf(profile.kind))
        address->setText(profile.url.toString(QUrl::FullyEncoded));
    if (!profile.apiVersion.isEmpty())
        m_apiVersion->setText(profile.apiVersion);
    m_header->setCurrentIndex(m_header->findData(toInt(profile.keyHeader)));
    m_organization->setText(profile.organization);
    m_project->setText(profile.project);
    m_caFile->setPath(profile.caFile);
    showRows();
}

Profile ServiceForm::profile() const
{
    Profile profile;
    profile.kind = kind();
    if (profile.kind == ServiceKind::Sandbox)
        return profile;
    if (const QLineEdit *address = addressOf(profile.kind))
        profile.url = QUrl(address->text().trimmed());
    if (profile.kind == ServiceKind::Azure)
        profile.apiVersion = m_apiVersion->text().trimmed();
    if (profile.kind == ServiceKind::Compatible)
        profile.keyHeader = static_cast<KeyHeader>(m_header->currentData().toInt());
    if (profile.kind != ServiceKind::Azure) {
        profile.organization = m_organization->text().trimmed();
        profile.project = m_project->text().trimmed();
    }
    profile.caFile = m_caFile->path();
    return profile;
}

void ServiceForm::setAddress(const QUrl &address)
{
    if (QLineEdit *line = addressOf(kind())) {
        line->setText(address.toString(QUrl::FullyEncoded));
        Q_EMIT settled();
    }
}

void ServiceForm::addRow(const QString &label, QWidget *field, QWidget *buddy)
{
    auto *words = new QLabel(label, this);
    words->setBuddy(buddy);
    // Beside the first line of a field that has several.
    words->setMinimumHeight(buddy->sizeHint().height());
    const auto side =
        Qt::Alignment(style()->styleHint(QStyle::SH_FormLayoutLabelAlignment, nullptr, this));
    const int row = m_layout->rowCount();
    m_layout->addWidget(words, row, 0, (side & Qt::AlignHorizontal_Mask) | Qt::AlignTop);
    m_layout->addWidget(field, row, 1);
    m_labels.insert(field, words);
}

void ServiceForm::showRow(QWidget *field, bool visible)
{
    if (QLabel *label = m_labels.value(field))
        label->setVisible(visible);
    field->setVisible(visible);
}

QLineEdit *ServiceForm::addLine(const QString &label, const QString &name, const QString &example)
{
    auto *line = new QLineEdit(this);
    line->setAccessibleName(name);
    line->setPlaceholderText(example);
    addRow(label, line, line);
    connect(line, &QLineEdit::textChanged, this, &ServiceForm::changed);
    return line;
}

void ServiceForm::buildServices()
{
    m_service = new QComboBox(this);
    m_service->setAccessibleName(tr("Service"));
    m_service->addItem(u"OpenAI"_s, toInt(ServiceKind::OpenAi));
    m_service->addItem(u"Azure OpenAI"_s, toInt(ServiceKind::Azure));
    m_service->addItem(tr("Compatible server"), toInt(ServiceKind::Compatible));
    m_service->addItem(tr("Sandbox, to try things out"), toInt(ServiceKind::Sandbox));
    addRow(tr("&Service:"), m_service, m_service);
    connect(m_service, &QComboBox::currentIndexChanged, this, [this] {
        showRows();
        Q_EMIT changed();
        Q_EMIT settled();
    });

    m_sandboxWords =
        new QLabel(tr("The sandbox is a service inside this program: nothing leaves this "
                      "computer, and no key is needed. What is uploaded stays in the data folder."),
                   this);
    m_sandboxWords->setTextFormat(Qt::PlainText);
    m_sandboxWords->setWordWrap(true);
    m_layout->addWidget(m_sandboxWords, m_layout->rowCount(), 0, 1, 2);
}

void ServiceForm::buildAddresses()
{
    m_endpoint = addLine(tr("&Endpoint:"), tr("Endpoint"), u"https://NAME.openai.azure.com"_s);
    m_apiVersion = addLine(tr("API &version:"), tr("API version"), kUsualApiVersion);
    m_apiVersion->setText(kUsualApiVersion);
    m_baseUrl = addLine(tr("Base U&RL:"), tr("Base URL"), u"https://uploads.example.com/v1"_s);
    for (const QLineEdit *address : {m_endpoint, m_baseUrl})
        connect(address, &QLineEdit::editingFinished, this, &ServiceForm::settled);

    m_header = new QComboBox(this);
    m_header->setAccessibleName(tr("Header that carries the key"));
    m_header->addItem(u"Authorization: Bearer"_s, toInt(KeyHeader::Bearer));
    m_header->addItem(u"api-key"_s, toInt(KeyHeader::ApiKey));
    addRow(tr("Key &header:"), m_header, m_header);
    connect(m_header, &QComboBox::currentIndexChanged, this, &ServiceForm::changed);
}

void ServiceForm::buildKey()
{
    m_key = new KeyField(this);
    addRow(tr("AP&I key:"), m_key, m_key->input());
    connect(m_key, &KeyField::changed, this, &ServiceForm::changed);
}

void ServiceForm::buildDetails()
{
    m_organization = addLine(tr("Or&ganisation:"), tr("Organisation"), tr("optional"));
    m_project = addLine(tr("&Project:"), tr("Project"), tr("optional"));
    m_caFile = new FileField(this);
    addRow(tr("Certifi&cates:"), m_caFile, m_caFile->input());
    connect(m_caFile, &FileField::changed, this, &ServiceForm::changed);
}

void ServiceForm::showRows()
{
    const ServiceKind chosen = kind();
    const bool azure = chosen == ServiceKind::Azure;
    const bool compatible = chosen == ServiceKind::Compatible;
    const bool sandbox = chosen == ServiceKind::Sandbox;
    m_sandboxWords->setVisible(sandbox);
    showRow(m_endpoint, azure);
    showRow(m_apiVersion, azure);
    showRow(m_baseUrl, compatible);
    showRow(m_header, compatible);
    showRow(m_key, !sandbox);
    showRow(m_organization, !sandbox && !azure);
    showRow(m_project, !sandbox && !azure);
    showRow(m_caFile, !sandbox);
}

ServiceKind ServiceForm::kind() const
{
    return static_cast<ServiceKind>(m_service->currentData().toInt());
}

QLineEdit *ServiceForm::addressOf(ServiceKind kind) const
{
    switch (kind) {
    case ServiceKind::Azure:
        return m_endpoint;
    case ServiceKind::Compatible:
        return m_baseUrl;
    case ServiceKind::OpenAi:
    case ServiceKind::Sandbox:
        break;
    }
    return nullptr;
}

} // namespace longshore
