#pragma once

#include <chrono>

namespace longshore {

/// How long the machine has slept since it was started: by the difference of two clocks, of which
/// one stands still meanwhile. Grows by nothing else.
std::chrono::milliseconds timeAsleep();

} // namespace longshore
