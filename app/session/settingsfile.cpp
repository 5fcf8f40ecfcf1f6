#include "session/settingsfile.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QSettings>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// Bytes; ours have less than a kilobyte. QSettings reads a file whole.
constexpr qint64 kLargestFile = 1'000'000;

constexpr QFile::Permissions kOwnerOnly = QFile::ReadOwner | QFile::WriteOwner;

QString cannotWrite(const QString &path)
{
    return QCoreApplication::translate("longshore", "The settings can't be kept in %1.").arg(path);
}

/// A folder, a device or a file of such a size is not ours.
bool isUsable(const QString &path)
{
    const QFileInfo file(path);
    return !file.exists() || (file.isFile() && file.size() <= kLargestFile);
}

} // namespace

SettingsFile::SettingsFile(const QString &path)
    : m_path(path)
{
}

QVariantMap SettingsFile::read(const QString &group) const
{
    QVariantMap values;
    if (!isUsable(m_path))
        return values;
    QSettings settings(m_path, QSettings::IniFormat);
    settings.beginGroup(group);
    const QStringList names = settings.childKeys();
    for (const QString &name : names)
        values.insert(name, settings.value(name));
    return values;
}

QString SettingsFile::write(const QString &group, const QVariantMap &values) const
{
    if (!isUsable(m_path))
        return cannotWrite(m_path);
    QSettings settings(m_path, QSettings::IniFormat);
    settings.beginGroup(group);
    settings.remove(QString());
    for (const auto &[name, value] : values.asKeyValueRange())
        settings.setValue(name, value);
    settings.sync();
    // A file that made no sense before, which is a FormatError, does now.
    if (settings.status() == QSettings::AccessError || !QFile::exists(m_path))
        return cannotWrite(m_path);
    // QSettings gives a new file these permissions, and leaves those of an old one.
    QFile::setPermissions(m_path, kOwnerOnly);
    return {};
}

} // namespace longshore
