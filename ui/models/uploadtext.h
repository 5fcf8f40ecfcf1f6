#pragma once

#include "transfer/uploadstate.h"

#include <QString>

#include <chrono>
#include <optional>

namespace longshore {

// An upload in words, for people. Pure; `nowMs` is Unix ms of our clock.

/// "Sending", "Waiting until 12:03:10", "Ready to complete", …
QString stateText(const UploadSnapshot &upload);
/// What a row says below the name: the state, and what matters in it – how far, how fast, how long
/// still, or what went wrong. One line; names and messages of strangers are escaped.
QString statusLine(const UploadSnapshot &upload, qint64 nowMs);
/// The row for a screen reader: "train.jsonl, sending, 43 percent, 2 minutes left".
QString rowSentence(const UploadSnapshot &upload, qint64 nowMs);

/// Until all bytes are confirmed, at the moving average of the rate; none where that says nothing.
std::optional<std::chrono::seconds> timeLeftOf(const UploadSnapshot &upload);
/// Until the service expires the upload; none where it has no deadline (any more). Never negative.
std::optional<std::chrono::seconds> expiresIn(const UploadSnapshot &upload, qint64 nowMs);

/// "2 minutes left": for a screen reader, in the largest unit that tells enough.
QString spokenDuration(std::chrono::seconds duration);

/// Confirmed bytes in whole percent, rounded down.
int confirmedPercent(const UploadSnapshot &upload);

} // namespace longshore
