#pragma once

#include "queue/uploadrequest.h"
#include "transfer/uploadstate.h"

#include <QString>

namespace longshore {

// A part of an upload in words. Pure; parts are counted from 1, as people do.

/// The first and the last byte, "8,000,000 – 15,999,999".
QString byteRangeText(qint64 offset, qint64 bytes);
/// The same of a part in its own file, and the newline that is added to it.
QString sourceRangeText(const PlannedPart &part);
/// Whole percent; a confirmed part has 100.
int partPercent(const PartSnapshot &part, qint64 bytes);
/// "Sending", "Confirmed", or what went wrong with it.
QString partStateText(const PartSnapshot &part, qint64 bytes);
/// For a screen reader: "Part 3 of 24, confirmed, 8.4 MB".
QString partSentence(int part, const UploadPlan &plan, const PartSnapshot &snapshot);
/// All about one part, a line each.
QString partToolTip(int part, const UploadPlan &plan, const PartSnapshot &snapshot);

/// File name of a source, fit to be shown.
QString sourceName(const UploadPlan &plan, int source);

} // namespace longshore
