#include "ui/models/rowmoves.h"

#include <QSet>

namespace longshore {

std::optional<QString> placeFor(RowMove move, const QStringList &rows, const QStringList &selected)
{
    if (selected.isEmpty() || selected.size() == rows.size())
        return std::nullopt;
    const qsizetype first = rows.indexOf(selected.constFirst());
    const qsizetype last = rows.indexOf(selected.constLast());
    switch (move) {
    case RowMove::Top: {
        const QSet<QString> moved(selected.cbegin(), selected.cend());
        for (const QString &row : rows) {
            if (!moved.contains(row))
                return row;
        }
        return std::nullopt;
    }
    case RowMove::Up:
        return first > 0 ? std::optional(rows.at(first - 1)) : std::nullopt;
    case RowMove::Down:
        return last + 1 < rows.size() ? std::optional(rows.value(last + 2)) : std::nullopt;
    case RowMove::Bottom:
        return QString();
    }
    Q_UNREACHABLE();
}

} // namespace longshore
