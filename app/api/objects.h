#pragma once

#include "api/apierror.h"

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <chrono>
#include <optional>

namespace longshore {

/// What POST /uploads is asked for.
struct CreateUpload
{
    QString filename;
    QString purpose;
    qint64 bytes = 0;
    QString mimeType;
    /// Life of the resulting file (not of the upload): 3600 s to 2592000 s.
    std::optional<std::chrono::seconds> expiresAfter;
};

/// A File object. Only the id is sure to be there; times are Unix seconds.
struct FileObject
{
    QString id;
    std::optional<qint64> bytes;
    std::optional<qint64> createdAt;
    QString filename;
    QString purpose;
    QString status;
    QString statusDetails;
};

/// An Upload object. Times are Unix seconds.
struct UploadObject
{
    QString id;
    std::optional<qint64> createdAt;
    std::optional<qint64> expiresAt;
    QString status;
    std::optional<FileObject> file;
};

/// An UploadPart object.
struct PartObject
{
    QString id;
    QString uploadId;
};

/// One page of GET /files.
struct FilePage
{
    QList<FileObject> files;
    bool hasMore = false;
};

/// The answer to a call before it is known what object it should hold.
struct ApiAnswer
{
    ApiError error;
    QJsonObject object;
    int status = 0;
    QString requestId;
    /// The service's `Date` header.
    std::optional<QDateTime> serverTime;
};

/// An object, or why there is none: exactly one of the two.
template <typename T> struct ApiResult
{
    T value;
    ApiError error;

    bool ok() const { return !error.isError(); }
};

} // namespace longshore
