#pragma once

#include "api/objects.h"
#include "api/secrets.h"

#include <QByteArray>
#include <QNetworkReply>

namespace longshore {

/// Largest answer that is read, in bytes.
inline constexpr qint64 kMaxAnswerBytes = qint64{1024} * 1024;
/// Deepest nesting of an answer that is parsed.
inline constexpr int kMaxAnswerDepth = 64;

/// What is needed of a finished reply to understand it; lets tests do without a network.
struct RawAnswer
{
    int status = 0;
    QNetworkReply::NetworkError networkError = QNetworkReply::NoError;
    QString networkErrorText;
    QList<QNetworkReply::RawHeaderPair> headers;
    QByteArray body;
    bool oversized = false; ///< more than kMaxAnswerBytes came
    Secrets secrets; ///< that the request carried
};

/// Sorts out a finished reply: any 2xx with a JSON object is an answer; everything else, and a 2xx
/// whose body is an error, becomes an ApiError. `now` is for a Retry-After given as a date where
/// the answer has no Date of its own. The secrets are in none of the texts that come back.
ApiAnswer understand(const RawAnswer &raw, const QDateTime &now);

/// Each is strict about the fields that an upload depends on and lenient elsewhere; what does not
/// fit is an error of kind BadAnswer. An error in `answer` is handed through.
ApiResult<UploadObject> parseCreated(const ApiAnswer &answer);
ApiResult<PartObject> parsePart(const ApiAnswer &answer, const QString &uploadId);
/// Complete may be answered with an Upload that holds the file, or with the File itself.
ApiResult<FileObject> parseCompleted(const ApiAnswer &answer, const QString &uploadId);
ApiResult<FilePage> parseFilePage(const ApiAnswer &answer);
ApiResult<FileObject> parseFile(const ApiAnswer &answer);

/// True if `id` may be put in a URL's path and a journal: 1 to 200 visible ASCII characters other
/// than
/// '/', '?', '#', '%', '\\' and not a dot segment.
bool isUsableId(const QString &id);

/// `retry-after-ms` or `retry-after` (seconds, may be fractional, or an HTTP date); none if absent,
/// unreadable, negative, or over 600 s.
std::optional<std::chrono::milliseconds>
retryDelay(const QList<QNetworkReply::RawHeaderPair> &headers, const QDateTime &now);

} // namespace longshore
