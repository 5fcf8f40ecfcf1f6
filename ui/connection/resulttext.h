#pragma once

#include "session/connectiondiagnosis.h"

namespace longshore {

/// A result in paragraphs: what is so and what to do, then the service's own words.
QString resultText(const ConnectionResult &result);

/// `text` with invisible places to break in words too long for a line, such as addresses and the
/// masked keys that services answer with.
QString breakable(const QString &text);

} // namespace longshore
