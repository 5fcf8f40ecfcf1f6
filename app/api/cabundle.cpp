#include "api/cabundle.h"

#include <QFile>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// Far more than all certificates a system trusts; /dev/zero ends here.
constexpr qint64 kMaxBundleBytes = 16'000'000;

} // namespace

QList<QSslCertificate> readCaBundle(const QString &path, QString *problem)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        *problem = u"The certificate file '%1' can't be read: %2."_s.arg(path, file.errorString());
        return {};
    }
    const QList<QSslCertificate> certificates =
        QSslCertificate::fromData(file.read(kMaxBundleBytes), QSsl::Pem);
    if (certificates.isEmpty())
        *problem = u"The certificate file '%1' holds no certificate in PEM form."_s.arg(path);
    return certificates;
}

} // namespace longshore
