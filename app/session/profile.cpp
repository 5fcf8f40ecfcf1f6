#include "session/profile.h"

#include <QCoreApplication>
#include <QDir>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

constexpr int kHttpsPort = 443;
constexpr int kHttpPort = 80;

/// Stands for the key where the key is not looked at.
const QByteArray kAnyKey = "any"_ba;

QString tr(const char *text)
{
    return QCoreApplication::translate("longshore", text);
}

/// HOST, or HOST:PORT where the port is not that of https.
QString hostAndPort(const QUrl &url)
{
    QString host = url.host(QUrl::FullyEncoded).toLower();
    if (host.contains(u':'))
        host = u'[' + host + u']';
    const int port = url.port(url.scheme() == "http"_L1 ? kHttpPort : kHttpsPort);
    return port == kHttpsPort ? host : u"%1:%2"_s.arg(host).arg(port);
}

/// People copy the address of a call, which goes on behind the resource.
bool goesBeyondResource(const QUrl &url)
{
    const QString path = url.path();
    const qsizetype end = path.indexOf("/openai/"_L1);
    return end >= 0 && path.size() > end + QLatin1StringView("/openai/").size();
}

QString azureProblem(const Profile &profile)
{
    if (profile.url.isEmpty()) {
        return tr("Enter the endpoint of the Azure resource, such as "
                  "https://NAME.openai.azure.com");
    }
    if (goesBeyondResource(profile.url))
        return tr("The endpoint must end before or at “/openai”, without what follows.");
    if (profile.apiVersion.isEmpty())
        return tr("Enter the API version, such as 2024-10-21");
    return {};
}

} // namespace

QString Profile::keyAccount() const
{
    switch (kind) {
    case ServiceKind::OpenAi:
        return u"openai"_s;
    case ServiceKind::Azure:
    case ServiceKind::Compatible:
        break;
    case ServiceKind::Sandbox:
        return {};
    }
    const QString service = hostAndPort(url);
    return service == hostAndPort(Endpoint::openAi({}).baseUrl) ? u"openai"_s : service;
}

QString Profile::displayName() const
{
    switch (kind) {
    case ServiceKind::OpenAi:
        return u"OpenAI"_s;
    case ServiceKind::Azure:
        return tr("Azure OpenAI, %1").arg(hostAndPort(url));
    case ServiceKind::Compatible:
        return hostAndPort(url);
    case ServiceKind::Sandbox:
        return tr("Sandbox");
    }
    Q_UNREACHABLE();
}

QString Profile::problem() const
{
    if (kind == ServiceKind::Sandbox)
        return {};
    if (kind == ServiceKind::Azure) {
        if (QString text = azureProblem(*this); !text.isEmpty())
            return text;
    }
    if (kind == ServiceKind::Compatible && url.isEmpty())
        return tr("Enter the base URL, such as https://uploads.example.com/v1");
    if (QString text = endpointOf(*this, kAnyKey).problem(); !text.isEmpty())
        return text;
    if (!caFile.isEmpty() && QDir::isRelativePath(caFile))
        return tr("Name the certificate file with its whole path.");
    return {};
}

Endpoint endpointOf(const Profile &profile, const QByteArray &key,
                    const QList<QSslCertificate> &certificates)
{
    Endpoint endpoint;
    switch (profile.kind) {
    case ServiceKind::OpenAi:
        endpoint = Endpoint::openAi(key);
        break;
    case ServiceKind::Azure:
        endpoint = Endpoint::azure(profile.url, profile.apiVersion, key);
        break;
    case ServiceKind::Compatible:
        endpoint.baseUrl = profile.url;
        endpoint.key = key;
        endpoint.keyHeader = profile.keyHeader;
        break;
    case ServiceKind::Sandbox:
        return endpoint;
    }
    if (profile.kind != ServiceKind::Azure) {
        endpoint.organization = profile.organization;
        endpoint.project = profile.project;
    }
    endpoint.caCertificates = certificates;
    return endpoint;
}

} // namespace longshore
