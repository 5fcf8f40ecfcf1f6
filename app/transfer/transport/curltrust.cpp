#include "curltrust.h"

#include <QFileInfo>
#include <QSet>
#include <QSslConfiguration>

#include <curl/curl.h>

namespace longshore {

namespace {

// Qt lists the system's certificates twice where they are in a file and in a directory, and libcurl
// reads the text once for each connection.
QByteArray pemOf(const QList<QSslCertificate> &certificates)
{
    QByteArray pem;
    QSet<QSslCertificate> seen;
    for (const QSslCertificate &certificate : certificates) {
        if (!seen.contains(certificate))
            pem += certificate.toPem();
        seen.insert(certificate);
    }
    return pem;
}

// Reading them takes Qt a good quarter of a second.
QByteArray systemPem()
{
    static const QByteArray pem = pemOf(QSslConfiguration::systemCaCertificates());
    return pem;
}

// A libcurl from another distribution, or one we ship, may name a file that is not here.
bool curlKnowsTheSystem()
{
    const curl_version_info_data *const version = curl_version_info(CURLVERSION_NOW);
    if (version->cainfo)
        return QFileInfo::exists(QString::fromLocal8Bit(version->cainfo));
    const QByteArrayView backend(version->ssl_version);
    return backend.startsWith("Schannel") || backend.startsWith("SecureTransport");
}

} // namespace

QByteArray CurlTrust::certificates(const QSslConfiguration &configuration)
{
    // Comparing is cheap where the list is shared, as it is between the requests of one endpoint.
    const QList<QSslCertificate> list = configuration.caCertificates();
    if (m_known && list == m_list)
        return m_pem;
    if (!list.isEmpty())
        m_pem = pemOf(list);
    else
        m_pem = curlKnowsTheSystem() ? QByteArray() : systemPem();
    m_list = list;
    m_known = true;
    return m_pem;
}

} // namespace longshore
