#pragma once

#include "ui/details/partcolours.h"
#include "ui/models/partcells.h"

class QPainter;

namespace longshore {

enum class CellFrame { None, Selected, Current };

/// Paints one cell of the part map. The states differ in their pattern as well as in their colour:
/// an outline waits, a level that rises is under way, a solid one is confirmed, a hatched one waits
/// for a retry (with the number of the last attempt, where it fits), a crossed one failed.
void paintPartCell(QPainter &painter, const QRect &rect, const CellLook &look,
                   const PartColours &colours, CellFrame frame);

} // namespace longshore
