#pragma once

#include <QString>
#include <QStringList>

namespace longshore {

/// What a terminal shows at once.
struct ScreenSize
{
    int columns = 80;
    int rows = 24;
};

/// Lines at the end of a terminal's output that are drawn over again in place. Returns what to
/// write; writes nothing itself.
class LiveLines
{
public:
    /// Takes the lines off the screen; the cursor is where they began.
    QString clear();
    /// Draws `lines` in place of those drawn before, escaped and cut so that none wraps. `hidden`
    /// more are only counted, and so are those for which the screen has no row.
    QString draw(const QStringList &lines, qsizetype hidden, ScreenSize screen);

private:
    qsizetype m_drawn = 0;
};

} // namespace longshore
