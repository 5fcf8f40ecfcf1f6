#pragma once

namespace longshore {

/// Makes the compiled-in drawings readable, as :/icons/NAME.svg. They are in a static library, so
/// they aren't registered without being asked for. Safe to call again; any thread.
void initResources();

} // namespace longshore
