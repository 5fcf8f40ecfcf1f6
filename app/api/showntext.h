#pragma once

#include <QString>

namespace longshore {

/// `text` of a stranger, fit to be shown on one line of a window, a terminal or a log: at most
/// `limit` characters (longer text ends in an ellipsis); white space becomes single spaces;
/// characters that can't be seen or that change the direction of text are written as \u{202E}.
QString shownText(const QString &text, qsizetype limit = 500);

} // namespace longshore
