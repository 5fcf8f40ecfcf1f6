#pragma once

#include <QFile>
#include <QSslCertificate>
#include <QSslKey>
#include <QString>

namespace longshore {

/// The certificates NAME.pem of tests/unit/data/transport.
inline QList<QSslCertificate> testCertificates(const QString &name)
{
    return QSslCertificate::fromPath(
        QStringLiteral(LONGSHORE_TEST_CERTIFICATES "/%1.pem").arg(name));
}

/// The private key NAME.key there.
inline QSslKey testKey(const QString &name)
{
    QFile file(QStringLiteral(LONGSHORE_TEST_CERTIFICATES "/%1.key").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QSslKey(&file, QSsl::Ec);
}

} // namespace longshore
