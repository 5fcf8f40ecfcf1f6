#pragma once

#include "api/endpoint.h"

#include <QByteArray>
#include <QString>
#include <QUrl>

namespace longshore {

enum class ServiceKind { OpenAi, Azure, Compatible, Sandbox };

/// A service as the user describes it in the connection dialog. A value, without the key.
struct Profile
{
    ServiceKind kind = ServiceKind::OpenAi;
    QUrl url; ///< Azure: the resource; compatible: the base URL; else empty
    QString apiVersion; ///< Azure only
    KeyHeader keyHeader = KeyHeader::Bearer; ///< compatible only
    QString organization;
    QString project;
    QString caFile; ///< PEM, trusted in place of the system's; empty: the system's

    /// Names the key in the keychain: the same for all profiles that share it. Empty for the
    /// sandbox.
    QString keyAccount() const;
    /// What the status bar says, such as "OpenAI" or "uploads.example.com".
    QString displayName() const;
    /// Why it can't be used, as a sentence; empty if it can. Whether there is a key is not looked
    /// at.
    QString problem() const;

    bool operator==(const Profile &) const = default;
};

/// The endpoint of a profile. `certificates` are those of caFile. Not for the sandbox, whose
/// address is known only once it runs.
Endpoint endpointOf(const Profile &profile, const QByteArray &key,
                    const QList<QSslCertificate> &certificates = {});

} // namespace longshore
