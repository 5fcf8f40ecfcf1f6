#pragma once

#include <QString>

namespace longshore {

/// `text` for a tool tip, where Qt would take what looks like tags (in a file's name, say) for
/// such.
inline QString plainToolTip(const QString &text)
{
    if (text.isEmpty())
        return {};
    QString escaped = text.toHtmlEscaped();
    escaped.replace(QLatin1Char('\n'), QLatin1String("<br>"));
    return QLatin1String("<qt>") + escaped + QLatin1String("</qt>");
}

} // namespace longshore
