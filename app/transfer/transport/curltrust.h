#pragma once

#include <QByteArray>
#include <QList>
#include <QSslCertificate>

class QSslConfiguration;

namespace longshore {

/// Which certificates libcurl is to trust. It keeps its last answer: certificates are turned into
/// text once for all parts, and connections are shared only between equal texts.
class CurlTrust
{
public:
    /// PEM for CURLOPT_CAINFO_BLOB. A configuration without certificates, as Qt's default one is
    /// where Qt loads them on demand, means the system's: the answer is empty where libcurl's own
    /// default has them.
    QByteArray certificates(const QSslConfiguration &configuration);

private:
    QList<QSslCertificate> m_list;
    QByteArray m_pem;
    bool m_known = false;
};

} // namespace longshore
