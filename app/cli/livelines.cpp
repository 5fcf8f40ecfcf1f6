#include "cli/livelines.h"

#include "cli/humantext.h"

#include <algorithm>
#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

QString LiveLines::clear()
{
    if (m_drawn == 0)
        return {};
    const QString up = u"\x1b[%1A\r\x1b[J"_s.arg(m_drawn);
    m_drawn = 0;
    return up;
}

QString LiveLines::draw(const QStringList &lines, qsizetype hidden, ScreenSize screen)
{
    QString text = clear();
    // One row stays for the cursor, and one column, because a full row wraps on some terminals.
    const qsizetype room = std::max(screen.rows - 1, 1);
    QStringList visible = lines;
    if (lines.size() + hidden > room) {
        visible.resize(std::min(lines.size(), room - 1));
        visible.append(u"... and %1 more"_s.arg(lines.size() + hidden - visible.size()));
    }
    for (const QString &line : std::as_const(visible))
        text += cutToWidth(escaped(line), std::max(screen.columns - 1, 1)) + u'\n';
    m_drawn = visible.size();
    return text;
}

} // namespace longshore
