#include "session/tlsdiagnosis.h"

#include "api/showntext.h"

#include <QCoreApplication>
#include <QLocale>
#include <QSslCertificate>

#include <algorithm>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kLongestName = 120;

QString tr(const char *text)
{
    return QCoreApplication::translate("longshore", text);
}

QString dateText(const QDateTime &time)
{
    return QLocale().toString(time.toLocalTime().date(), QLocale::LongFormat);
}

/// Who it was made for: the first name in it.
QString ownerOf(const QSslCertificate &certificate)
{
    const QStringList names = certificate.subjectAlternativeNames().values(QSsl::DnsEntry);
    return shownText(names.isEmpty() ? certificate.subjectDisplayName() : names.constFirst(),
                     kLongestName);
}

ConnectionResult untrusted(const QString &host, const QSslError &error)
{
    const QString issuer = shownText(error.certificate().issuerDisplayName(), kLongestName);
    const QString advice =
        tr("If it is your organisation's own authority, which is usual behind a company's proxy, "
           "choose its certificate file under “Certificates”. Otherwise somebody may be "
           "listening.");
    if (error.error() == QSslError::SelfSignedCertificate) {
        return failedConnection(
            tr("%1 shows a certificate that “%2” made for itself, which this computer does not "
               "trust.")
                .arg(host, issuer),
            advice);
    }
    if (issuer.isEmpty())
        return failedConnection(tr("This computer does not trust the certificate of %1.").arg(host),
                                advice);
    return failedConnection(
        tr("The certificate of %1 was issued by “%2”, which this computer does not trust.")
            .arg(host, issuer),
        advice);
}

ConnectionResult describe(const QString &host, const QSslError &error)
{
    const QSslCertificate certificate = error.certificate();
    switch (error.error()) {
    case QSslError::CertificateExpired:
        return failedConnection(tr("The certificate of %1 expired on %2.")
                                    .arg(host, dateText(certificate.expiryDate())),
                                tr("Check the clock of this computer; if it is right, the "
                                   "service's owner must renew the certificate."));
    case QSslError::CertificateNotYetValid:
        return failedConnection(tr("The certificate of %1 is valid from %2 only.")
                                    .arg(host, dateText(certificate.effectiveDate())),
                                tr("Check the clock of this computer."));
    case QSslError::HostNameMismatch:
        return failedConnection(
            tr("The certificate of %1 was made for “%2”.").arg(host, ownerOf(certificate)),
            tr("Check the address. If it is right, something else answers in the service's "
               "place."));
    case QSslError::CertificateRevoked:
        return failedConnection(tr("The certificate of %1 was revoked.").arg(host),
                                tr("Don't use this service until its owner has a new one."));
    case QSslError::SelfSignedCertificate:
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
    case QSslError::InvalidCaCertificate:
        return untrusted(host, error);
    default: {
        ConnectionResult result = untrusted(host, error);
        result.details = shownText(error.errorString());
        return result;
    }
    }
}

/// The more telling of several errors: a missing authority is why a certificate can't be verified,
/// while a wrong name or date would remain with the authority known.
int weight(const QSslError &error)
{
    switch (error.error()) {
    case QSslError::HostNameMismatch:
    case QSslError::CertificateExpired:
    case QSslError::CertificateNotYetValid:
    case QSslError::CertificateRevoked:
        return 2;
    case QSslError::UnableToVerifyFirstCertificate:
        return 0;
    default:
        return 1;
    }
}

} // namespace

ConnectionResult diagnoseTls(const QString &host, const QList<QSslError> &errors,
                             const QString &transportText)
{
    const auto worst = std::max_element(
        errors.begin(), errors.end(),
        [](const QSslError &one, const QSslError &other) { return weight(one) < weight(other); });
    if (worst != errors.end())
        return describe(host, *worst);
    ConnectionResult result = failedConnection(
        tr("No secure connection to %1 could be made.").arg(host),
        tr("Check the port: what answers there may not speak TLS. A server without TLS can be "
           "used on this computer only, as http://localhost."));
    result.details = transportText;
    return result;
}

} // namespace longshore
