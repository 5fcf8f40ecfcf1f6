#pragma once

#include "transfer/partplan.h"

#include <QList>
#include <QString>

#include <chrono>
#include <optional>

namespace longshore {

/// What becomes of a held upload when the service is about to expire it.
enum class HoldEnd {
    LetExpire, ///< nothing: the service throws its parts away
    CompleteBefore, ///< completed in the order shown, shortly before
};

/// Everything that is decided about an upload before its first request. A value; the journal keeps
/// it.
struct UploadSpec
{
    /// Ours, from the queue; the same after a resume.
    QString key;
    /// More than one: combined.
    QList<SourceFile> sources;
    /// Name that the service is told.
    QString filename;
    QString purpose;
    QString mimeType;
    std::optional<std::chrono::seconds> expiresAfter;
    /// In file order; an index into it names a part for ever.
    QList<PlannedPart> parts;
    qint64 partSize = 0;
    bool cutAtLines = false; ///< any order of parts is a valid JSONL file
    bool sendMd5 = true;
    /// Stop at ready until told to complete.
    bool hold = false;
    HoldEnd holdEnd = HoldEnd::LetExpire;
    /// How long create is tried; 0: for ever.
    std::chrono::seconds giveUpAfter{300};

    qint64 bytes() const;
    bool operator==(const UploadSpec &) const = default;
};

/// 0, 1, … n-1.
QList<int> fileOrder(qsizetype parts);
/// True if `order` holds each of 0 … parts-1 once.
bool isPermutation(const QList<int> &order, qsizetype parts);

} // namespace longshore
