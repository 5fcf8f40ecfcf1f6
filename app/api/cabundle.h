#pragma once

#include <QList>
#include <QSslCertificate>
#include <QString>

namespace longshore {

/// The certificates of a PEM file, at least one; otherwise none and a sentence in `problem`. Blocks
/// while it reads.
QList<QSslCertificate> readCaBundle(const QString &path, QString *problem);

} // namespace longshore
