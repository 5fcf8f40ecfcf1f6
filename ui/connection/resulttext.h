#pragma once

#include "session/connectiondiagnosis.h"

namespace longshore {

/// A result in paragraphs: what is so and what to do, then the service's own words.
QString resultText(const ConnectionResult &result);

} // namespace longshore
