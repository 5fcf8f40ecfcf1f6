#pragma once

#include "answer.h"
#include "faults.h"

#include <QByteArray>
#include <QString>

#include <optional>
#include <variant>

namespace longshore::sandbox {

/// What a request wants.
enum class Operation {
    CreateUpload,
    AddPart,
    CompleteUpload,
    CancelUpload,
    ListFiles,
    DescribeFile,
    DeleteFile,
    FileContent,
};

struct Route
{
    /// Set if the request is counted and faults may apply to it, even if it is refused.
    std::optional<Call> call;
    std::variant<Operation, Answer> operation; ///< or why there is none
    QString id; ///< of the upload or the file, as sent: only to be looked up
    QByteArray query; ///< still encoded
};

/// `target` is the request line's: a path with an optional query, or a whole URL.
Route route(const QByteArray &method, const QByteArray &target);

} // namespace longshore::sandbox
