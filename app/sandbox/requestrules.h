#pragma once

#include "answer.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>
#include <variant>

namespace longshore::sandbox {

inline constexpr qint64 MaximumUploadBytes = 8'589'934'592; ///< "8 GB"
inline constexpr qint64 MaximumPartBytes = 67'108'864; ///< "64 MB"

struct CreateRequest
{
    QString filename;
    QString purpose;
    qint64 bytes = 0;
    QString mimeType;
    std::optional<std::chrono::seconds> fileLifetime;
};

struct CompleteRequest
{
    QStringList partIds; ///< as sent: not empty, may have duplicates and unknown ids
    QString md5; ///< as sent, null if absent
};

struct ListRequest
{
    QString purpose; ///< empty: all
    qint64 limit = 10'000;
    bool ascending = false;
    QString after; ///< empty: from the first
};

// Each of these reads what a client sent and gives either the request or its refusal. Pure.

std::variant<CreateRequest, Answer> readCreateRequest(const QByteArray &json);
std::variant<CompleteRequest, Answer> readCompleteRequest(const QByteArray &json);
/// `query` is the part of the URL after the question mark, still encoded.
std::variant<ListRequest, Answer> readListRequest(const QByteArray &query);

} // namespace longshore::sandbox
