#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace longshore {

/// Keys and passwords that went along with a request, to be taken out of what comes back: services
/// and gateways that echo a request are common enough, and their words are shown, logged and kept.
/// A value.
class Secrets
{
public:
    /// One shorter than four characters would be found everywhere, and is ignored.
    void add(const QByteArray &secret);

    /// `text` without the secrets, in any case, plain or in base64 or percent-encoded.
    QString masked(const QString &text) const;
    /// The strings in `object`, however deep. Names stay.
    QJsonObject masked(const QJsonObject &object) const;

    /// Those that are no word that an answer holds anyway, as the key "test" is.
    Secrets unmistakable() const;

private:
    QByteArrayList m_secrets;
    QStringList m_forms; ///< what to look for
};

} // namespace longshore
