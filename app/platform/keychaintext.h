#pragma once

#include <QString>

namespace longshore {

/// Somebody else's message, fit to stand in a sentence on one line: at most 300 characters, without
/// any that can't be seen or that change the direction of text.
QString quotedText(const QString &message);

} // namespace longshore
