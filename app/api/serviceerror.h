#pragma once

#include "api/secrets.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <optional>

namespace longshore {

/// What the body of an answer says about an error. All texts are fit to be shown; any may be empty.
struct ServiceError
{
    /// `code`, or `type` where there is no code.
    QString code;
    QString message;
    /// The parameter that is to blame.
    QString param;
};

/// True if arrays and objects in `json` are nested deeper than `depth`. Looks at brackets outside
/// of strings only, so it can be asked before parsing.
bool isNestedDeeper(const QByteArray &json, int depth);

/// The object in `body`, if it is one in JSON and not nested deeper than kMaxAnswerDepth.
std::optional<QJsonObject> readObject(const QByteArray &body);

/// The error that `object` reports whatever the status: a top-level `error` that says something, or
/// `object` being "error".
std::optional<ServiceError> reportedError(const QJsonObject &object);

/// What the body of an answer with an error's status says, in any of the shapes in use: OpenAI's,
/// Azure's, `error`, `message` or `detail` as text, a list of problems, or plain text. Web pages
/// say nothing. Without the secrets.
ServiceError readServiceError(const QByteArray &body, const Secrets &secrets = {});

} // namespace longshore
