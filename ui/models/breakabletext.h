#pragma once

#include <QString>

namespace longshore {

/// The same text with places in long words at which a line may end, so that a stranger's text can't
/// make a window wide.
QString breakable(const QString &text);

} // namespace longshore
