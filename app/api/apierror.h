#pragma once

#include <QNetworkReply>
#include <QString>

#include <chrono>
#include <optional>

namespace longshore {

/// What went wrong, in the words that scripts see as `error.kind`.
enum class ErrorKind {
    None,
    Usage,
    File,
    FileChanged,
    Network,
    Tls,
    Auth,
    Quota,
    Refused,
    Expired,
    BadAnswer,
    Preflight,
    Journal,
};

/// The stable name of a kind, such as "file-changed"; "none" for None.
QString errorKindName(ErrorKind kind);

/// Everything known about one failure. A plain value: it crosses threads and layers.
struct ApiError
{
    ErrorKind kind = ErrorKind::None;
    /// HTTP status, 0 if there was no answer.
    int status = 0;
    /// The service's `error.code`, or its `error.type` where there is no code.
    QString code;
    /// The service's own words where it gave any, otherwise ours. For people, never to branch on.
    QString message;
    /// `x-request-id` of the answer.
    QString requestId;
    /// What the service asked us to wait (`retry-after-ms`, `retry-after`); over 600 s counts as
    /// absent.
    std::optional<std::chrono::milliseconds> retryDelay;
    /// `x-should-retry`, where the service sent one.
    std::optional<bool> shouldRetry;
    QNetworkReply::NetworkError networkError = QNetworkReply::NoError;
    /// What the user can do next; a sentence, may be empty.
    QString advice;
    /// Index of the part concerned (from 0 in file order), -1 for the upload as a whole.
    int part = -1;

    bool isError() const { return kind != ErrorKind::None; }
    bool operator==(const ApiError &) const = default;
};

} // namespace longshore
