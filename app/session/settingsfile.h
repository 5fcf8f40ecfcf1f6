#pragma once

#include <QString>
#include <QVariantMap>

namespace longshore {

/// Groups of values in one INI file that only its owner may read. Its folder must be there. Blocks
/// while it reads or writes.
class SettingsFile
{
public:
    explicit SettingsFile(const QString &path);

    /// The values of a group, as texts; whatever can't be read is missing.
    QVariantMap read(const QString &group) const;
    /// Replaces a group and leaves the others; a sentence if that can't be.
    QString write(const QString &group, const QVariantMap &values) const;

private:
    QString m_path;
};

} // namespace longshore
