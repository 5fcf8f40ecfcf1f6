#include "api/endpoint.h"

#include <QHostAddress>
#include <QSslConfiguration>
#include <QSslSocket>

#include <algorithm>
#include <array>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// "at most 9 GB", read as GiB like OpenAI's own limit. If the service means less it refuses the
/// create call, before any byte of the file was sent; a smaller limit of ours would refuse files
/// that it takes.
constexpr qint64 kAzureUploadBytes = 9 * Q_INT64_C(1024) * 1024 * 1024;
constexpr std::chrono::hours kAzureLife{2};

constexpr int kHttpsPort = 443;
constexpr int kHttpPort = 80;

/// Headers that say how a message ends or what it holds: a second opinion breaks the request.
constexpr std::array kReservedHeaders{"connection"_L1,       "content-length"_L1, "content-type"_L1,
                                      "expect"_L1,           "host"_L1,           "upgrade"_L1,
                                      "transfer-encoding"_L1};

bool isPrintable(char character)
{
    return character >= ' ' && character <= '~';
}

bool isPrintableAscii(const QByteArray &text)
{
    return std::all_of(text.begin(), text.end(), isPrintable);
}

/// Name of a header, as RFC 9110 has it.
bool isToken(const QByteArray &name)
{
    return !name.isEmpty() && std::all_of(name.begin(), name.end(), [](char character) {
        return isPrintable(character) && character != ' '
            && !QByteArrayView("\"(),/:;<=>?@[\\]{}").contains(character);
    });
}

bool isReserved(const QByteArray &name)
{
    return std::any_of(
        kReservedHeaders.begin(), kReservedHeaders.end(), [&name](QLatin1StringView reserved) {
            return reserved.compare(QLatin1StringView(name), Qt::CaseInsensitive) == 0;
        });
}

QString pathWithoutSlash(const QUrl &url)
{
    QString path = url.path(QUrl::FullyEncoded);
    while (path.endsWith(u'/'))
        path.chop(1);
    return path;
}

QString encoded(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

QString addressProblem(const QUrl &url)
{
    if (url.isEmpty())
        return u"There is no base URL."_s;
    if (!url.isValid())
        return u"The base URL can't be read."_s;
    if (url.scheme() != "https"_L1 && url.scheme() != "http"_L1)
        return u"The base URL must begin with https://."_s;
    if (url.host().isEmpty())
        return u"The base URL names no host."_s;
    if (!url.userInfo().isEmpty())
        return u"The base URL must not hold a user name or password."_s;
    if (url.hasFragment())
        return u"The base URL must not hold a fragment (#…)."_s;
    if (url.scheme() == "http"_L1 && !isLoopbackHost(url.host())) {
        return u"The base URL must begin with https://: over plain http the key could be read on "
               "the way to another computer."_s;
    }
    return {};
}

QString keyProblem(const QByteArray &key)
{
    if (key.isEmpty())
        return u"There is no API key."_s;
    if (!isPrintableAscii(key) || key.contains(' ')) {
        return u"The API key holds a space, a line break or a character that no key has; was it "
               "copied with something around it?"_s;
    }
    return {};
}

} // namespace

Endpoint Endpoint::openAi(const QByteArray &key)
{
    Endpoint endpoint;
    endpoint.baseUrl = QUrl(u"https://api.openai.com/v1"_s);
    endpoint.key = key;
    return endpoint;
}

Endpoint Endpoint::azure(const QUrl &resource, const QString &apiVersion, const QByteArray &key)
{
    Endpoint endpoint;
    endpoint.baseUrl = resource;
    QString path = pathWithoutSlash(resource);
    if (!path.endsWith("/openai"_L1))
        path += "/openai"_L1;
    endpoint.baseUrl.setPath(path, QUrl::TolerantMode);
    endpoint.key = key;
    endpoint.keyHeader = KeyHeader::ApiKey;
    if (!apiVersion.isEmpty())
        endpoint.extraQuery = {{u"api-version"_s, apiVersion}};
    endpoint.limits.uploadBytes = kAzureUploadBytes;
    endpoint.limits.life = kAzureLife;
    return endpoint;
}

QString Endpoint::identity() const
{
    // Not the query: it says nothing about where uploads are, and may hold a secret.
    QUrl url = baseUrl.adjusted(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment
                                | QUrl::NormalizePathSegments);
    url.setPath(pathWithoutSlash(url), QUrl::TolerantMode);
    if (url.port() == (url.scheme() == "https"_L1 ? kHttpsPort : kHttpPort))
        url.setPort(-1);
    return u"%1 organization=%2 project=%3"_s.arg(url.toString(QUrl::FullyEncoded),
                                                  encoded(organization), encoded(project));
}

QString Endpoint::problem() const
{
    if (QString text = addressProblem(baseUrl); !text.isEmpty())
        return text;
    if (baseUrl.scheme() == "https"_L1 && !QSslSocket::supportsSsl())
        return u"This system has no TLS library that can be used for https."_s;
    if (QString text = keyProblem(key); !text.isEmpty())
        return text;
    if (!isPrintableAscii(organization.toUtf8()))
        return u"The organization holds a character that can't be sent."_s;
    if (!isPrintableAscii(project.toUtf8()))
        return u"The project holds a character that can't be sent."_s;
    for (const auto &[name, value] : extraHeaders) {
        if (!isToken(name))
            return u"An extra header has no usable name."_s;
        if (isReserved(name))
            return u"The extra header %1 can't be set."_s.arg(QString::fromLatin1(name));
        if (!isPrintableAscii(value)) {
            return u"The extra header %1 holds a character that can't be sent."_s.arg(
                QString::fromLatin1(name));
        }
    }
    return {};
}

QNetworkRequest Endpoint::request(const QString &path, const QUrlQuery &query) const
{
    QUrl url = baseUrl;
    url.setPath(pathWithoutSlash(baseUrl) + u'/' + path, QUrl::TolerantMode);

    QUrlQuery wholeQuery(baseUrl);
    for (const auto &[name, value] : extraQuery)
        wholeQuery.removeAllQueryItems(encoded(name));
    for (const auto &[name, value] : extraQuery)
        wholeQuery.addQueryItem(encoded(name), encoded(value));
    const auto items = query.queryItems(QUrl::FullyEncoded);
    for (const auto &[name, value] : items)
        wholeQuery.addQueryItem(name, value);
    // A null string leaves no "?" behind.
    url.setQuery(wholeQuery.isEmpty() ? QString() : wholeQuery.toString(QUrl::FullyEncoded));

    QNetworkRequest request(url);
    request.setRawHeader("User-Agent"_ba, QByteArrayLiteral("longshore/" LONGSHORE_VERSION));
    request.setRawHeader("Accept"_ba, "application/json"_ba);
    if (keyHeader == KeyHeader::Bearer)
        request.setRawHeader("Authorization"_ba, "Bearer "_ba + key);
    else
        request.setRawHeader("api-key"_ba, key);
    if (!organization.isEmpty())
        request.setRawHeader("OpenAI-Organization"_ba, organization.toUtf8());
    if (!project.isEmpty())
        request.setRawHeader("OpenAI-Project"_ba, project.toUtf8());
    for (const auto &[name, value] : extraHeaders)
        request.setRawHeader(name, value);

    // Over HTTP/2 all parts would share one connection, and the server's window.
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                         QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    // No credentials but ours, such as a Windows login. Over plain http, which goes to loopback
    // only, Qt would then keep a proxy's password back as well; a tunnel for https sends it all the
    // same.
    if (url.scheme() == "https"_L1) {
        request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute,
                             QNetworkRequest::Manual);
    }
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute,
                         QNetworkRequest::AlwaysNetwork);
    request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);

    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
    if (!caCertificates.isEmpty())
        tls.setCaCertificates(caCertificates);
    request.setSslConfiguration(tls);
    return request;
}

bool isLoopbackHost(const QString &host)
{
    if (host.compare("localhost"_L1, Qt::CaseInsensitive) == 0)
        return true;
    const QHostAddress address(host);
    if (address.protocol() == QAbstractSocket::IPv4Protocol)
        return address.isInSubnet(QHostAddress(u"127.0.0.0"_s), 8);
    return address == QHostAddress(QHostAddress::LocalHostIPv6);
}

} // namespace longshore
