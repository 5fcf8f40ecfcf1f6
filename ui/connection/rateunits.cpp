#include "ui/connection/rateunits.h"

#include <cmath>

namespace longshore {

WrittenRate writtenRate(qint64 bytesPerSecond)
{
    // What a megabyte's last digit stands for.
    const bool exact = bytesPerSecond % static_cast<qint64>(RateUnit::Kilobytes) == 0;
    const bool large = bytesPerSecond >= static_cast<qint64>(RateUnit::Megabytes);
    const RateUnit unit = exact && large ? RateUnit::Megabytes : RateUnit::Kilobytes;
    return {static_cast<double>(bytesPerSecond) / static_cast<double>(unit), unit};
}

qint64 bytesPerSecond(const WrittenRate &rate)
{
    return std::llround(rate.amount * static_cast<double>(rate.unit));
}

} // namespace longshore
