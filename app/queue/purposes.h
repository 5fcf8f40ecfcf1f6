#pragma once

#include <QString>
#include <QStringList>

namespace longshore {

/// The purposes that the service knows, in the order in which they are offered.
QStringList knownPurposes();

/// fine-tune for .jsonl, else user_data.
QString defaultPurpose(const QString &filename);

/// By the purpose's own table, else by the extension; application/octet-stream where nothing fits. Never
/// looks at a file.
QString defaultMimeType(const QString &filename, const QString &purpose);

/// True for a name that ends in .jsonl, in any case.
bool isJsonl(const QString &filename);

/// What the service will or may refuse later, as sentences: limits by purpose are warnings.
struct PurposeWarning
{
    QString code;
    QString message;
};
QList<PurposeWarning> purposeWarnings(const QString &filename, const QString &purpose, qint64 bytes);

} // namespace longshore
