#pragma once

#include <QByteArray>
#include <QList>
#include <QNetworkRequest>
#include <QSslCertificate>
#include <QString>
#include <QUrl>
#include <QUrlQuery>

#include <chrono>
#include <utility>

namespace longshore {

/// How the key travels.
enum class KeyHeader {
    Bearer, ///< `Authorization: Bearer KEY` (OpenAI and most compatible servers)
    ApiKey, ///< `api-key: KEY` (Azure OpenAI)
};

/// What one upload may be on a service. The defaults are OpenAI's, in bytes.
struct EndpointLimits
{
    qint64 uploadBytes = 8'589'934'592; ///< "at most 8 GB in total"
    qint64 partBytes = 67'108'864; ///< "at most 64 MB"; the official client sends 64 MiB
    std::chrono::seconds life{3600}; ///< "expires after an hour after you create it"

    bool operator==(const EndpointLimits &) const = default;
};

/// A service to upload to: OpenAI, Azure OpenAI and compatible servers differ in these values only.
struct Endpoint
{
    /// Up to and including the version or `openai`, such as https://api.openai.com/v1
    QUrl baseUrl;
    /// Secret: never logged, never written to the journal.
    QByteArray key;
    KeyHeader keyHeader = KeyHeader::Bearer;
    QString organization;
    QString project;
    QList<std::pair<QByteArray, QByteArray>> extraHeaders;
    QList<std::pair<QString, QString>> extraQuery;
    /// Trusted in place of the system's; empty: the system's.
    QList<QSslCertificate> caCertificates;
    EndpointLimits limits;

    /// OpenAI itself, with the given key.
    static Endpoint openAi(const QByteArray &key);
    /// Azure OpenAI: resource endpoint such as https://NAME.openai.azure.com, limits of its own.
    static Endpoint azure(const QUrl &resource, const QString &apiVersion, const QByteArray &key);

    /// Tells services apart in the journal: base URL, organisation and project; never the key.
    QString identity() const;

    /// Why this endpoint can't be used, as a sentence; empty if it can. A key may travel over
    /// plain http to a loopback address only.
    QString problem() const;

    /// A request for `path` below the base URL (no leading slash; each segment of it already
    /// percent-encoded) with authentication, HTTP/1.1 and redirects off.
    QNetworkRequest request(const QString &path, const QUrlQuery &query = {}) const;
};

/// True for localhost, 127.0.0.0/8 and ::1.
bool isLoopbackHost(const QString &host);

} // namespace longshore
