#pragma once

#include <QString>
#include <QStringList>

#include <optional>

namespace longshore {

enum class RowMove { Top, Up, Down, Bottom };

/// The row before which the selected rows go, all in the order of the list; empty: behind the last.
/// None where there is nowhere to go. Pure.
std::optional<QString> placeFor(RowMove move, const QStringList &rows, const QStringList &selected);

} // namespace longshore
