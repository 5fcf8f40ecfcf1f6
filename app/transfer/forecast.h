#pragma once

#include <QString>

#include <chrono>

namespace longshore {

// Whether an upload will be done before the service expires it, in words. Rates are bytes/s. Pure.

/// Before its first byte: a sentence if `bytes` at this rate need longer than an upload lives, with
/// how much would fit; otherwise empty. A rate of 0 is an unknown one.
QString forecastBefore(qint64 bytes, double rate, std::chrono::seconds life);

/// While it is sent: a sentence if what is left needs longer than the time left, otherwise empty.
/// `wasLate`: said before, so that it must be clearly in time to be taken back.
QString forecastWhile(qint64 bytesLeft, double rate, std::chrono::seconds timeLeft, bool wasLate);

/// Why a line that brought `confirmed` bytes in `elapsed` can't bring `bytes` within `life`: the
/// arithmetic as a sentence; empty if it can.
QString whyTooSlow(qint64 confirmed, std::chrono::milliseconds elapsed, std::chrono::seconds life,
                   qint64 bytes);

} // namespace longshore
