#include "curltrust.h"

#include <QFileInfo>
#include <QSslConfiguration>

#include <curl/curl.h>

namespace longshore {

namespace {

QByteArray pemOf(const QList<QSslCertificate> &certificates)
{
    QByteArray pem;
    for (const QSslCertificate &certificate : certificates)
        pem += certificate.toPem();
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
