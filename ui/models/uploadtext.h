#pragma once

#include "transfer/uploadstate.h"

#include <QString>

#include <chrono>
#include <optional>

namespace longshore {

// An upload in words, for people. Pure; `nowMs` is Unix ms of our clock.

/// What a row tells beside what the upload says of itself.
struct RowNotes
{
    QString warning; ///< that the user should know of; a sentence
    QString remark; ///< what happened on the way

    bool operator==(const RowNotes &) const = default;
};

/// What colours a row's words. A wait is no trouble.
enum class RowTone { Quiet, Notice, Trouble };

/// "Sending", "Waiting", "Ready to complete", …
QString stateText(const UploadSnapshot &upload);
/// What a row says below the name: the state, and what matters in it – how far, how fast, how long
/// still, or what went wrong. One line; names and messages of strangers are escaped.
QString statusLine(const UploadSnapshot &upload, qint64 nowMs, const RowNotes &notes = {});
/// The row for a screen reader: "train.jsonl, sending, 43 percent, 2 minutes left, expires in 43
/// minutes".
QString rowSentence(const UploadSnapshot &upload, qint64 nowMs, const RowNotes &notes = {});
/// "expires in 43 min", for where no column tells it; empty where there is no deadline, or the
/// status tells it.
QString deadlineText(const UploadSnapshot &upload, qint64 nowMs);
RowTone rowTone(const UploadSnapshot &upload, const RowNotes &notes = {});
/// Will hardly be done before it expires, and is under way all the same.
bool isLate(const UploadSnapshot &upload);
/// Nothing more happens with it until the user has decided.
bool needsDecision(const UploadSnapshot &upload);

/// Until all bytes are confirmed, at the moving average of the rate; none where that says nothing.
std::optional<std::chrono::seconds> timeLeftOf(const UploadSnapshot &upload);
/// Until the service expires the upload; none where it has no deadline (any more). Never negative.
std::optional<std::chrono::seconds> expiresIn(const UploadSnapshot &upload, qint64 nowMs);

/// "43 min", and with seconds only when they begin to matter.
QString roundedText(std::chrono::seconds duration);
/// "2 minutes left": for a screen reader, in the largest unit that tells enough.
QString spokenDuration(std::chrono::seconds duration);

/// Confirmed bytes in whole percent, rounded down.
int confirmedPercent(const UploadSnapshot &upload);

} // namespace longshore
