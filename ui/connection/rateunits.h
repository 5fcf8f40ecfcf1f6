#pragma once

#include <QtGlobal>

namespace longshore {

/// Bytes a second.
enum class RateUnit : qint64 {
    Kilobytes = 1'000,
    Megabytes = 1'000'000,
};

/// A rate as people write it.
struct WrittenRate
{
    double amount = 0;
    RateUnit unit = RateUnit::Megabytes;
};

/// Digits behind the point that kilobytes need to be exact to the byte.
inline constexpr int kRateDecimals = 3;

/// In the larger unit that shows it exactly.
WrittenRate writtenRate(qint64 bytesPerSecond);
qint64 bytesPerSecond(const WrittenRate &rate);

} // namespace longshore
