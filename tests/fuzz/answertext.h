#pragma once

#include "fuzz/fuzzer.h"

#include "api/answers.h"

namespace longshore::fuzz {

/// `Name: value` lines up to an empty one.
QList<QNetworkReply::RawHeaderPair> takeHeaders(Lines *lines);

/// An answer as text: a line `STATUS ERROR BYTES-TOO-MANY TEXT` (QNetworkReply::NetworkError as a
/// number, 0 or 1, and what the transport says of the error), the headers, an empty line, the body.
RawAnswer answerFrom(QByteArrayView text);

} // namespace longshore::fuzz
