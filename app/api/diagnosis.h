#pragma once

#include "api/apierror.h"
#include "api/serviceerror.h"

namespace longshore {

/// The kind of an answer that is an error, by its status and the service's code.
ErrorKind kindOfAnswer(int status, const QString &code);
/// The kind of a request that got no complete answer.
ErrorKind kindOfNetworkError(QNetworkReply::NetworkError error);

/// "HTTP 502 Bad Gateway".
QString statusText(int status);
/// What happened to the connection, in plain words, with the transport's own text behind it.
QString networkText(QNetworkReply::NetworkError error, const QString &transportText);

/// What the user can do about an answer that is an error; empty if nothing but waiting helps.
QString adviceForAnswer(int status, ErrorKind kind, const ServiceError &error);
QString adviceForNetworkError(QNetworkReply::NetworkError error);

} // namespace longshore
