#pragma once

#include "api/objects.h"
#include "session/profile.h"

#include <QList>
#include <QNetworkProxy>
#include <QSslError>
#include <QString>
#include <QUrl>

#include <chrono>

namespace longshore {

/// What a test of a connection found, in words fit to be shown. A value.
struct ConnectionResult
{
    bool ok = false;
    QString sentence; ///< what is so
    QString advice; ///< what to do about it; may be empty
    QString details; ///< the service's own words, status, code and request id; may be empty
    QUrl proposedUrl; ///< an address that may work in place of the profile's; may be empty
};

/// What is known after the test's request came to its end. A value.
struct ConnectionEvidence
{
    Profile profile;
    QUrl requestUrl;
    QNetworkProxy proxy = QNetworkProxy::NoProxy;
    ApiAnswer answer;
    QList<QSslError> tlsErrors;
    bool webPage = false; ///< the answer is HTML
    QUrl redirectTarget; ///< absolute; empty: no redirect, or one that names no target
};

/// Says what the evidence means. Pure.
ConnectionResult diagnose(const ConnectionEvidence &evidence);
/// What it means that there was no answer within the time.
ConnectionResult diagnoseSilence(const ConnectionEvidence &evidence, std::chrono::seconds waited);

/// A test that ended before there was an answer to look at.
ConnectionResult failedConnection(const QString &sentence, const QString &advice = {});

} // namespace longshore
