#pragma once

#include "transfer/partplan.h"

namespace longshore {

/// What is wrong with a plan that has parts, whatever the request: a sentence, empty if nothing is.
inline QString planFault(const PartPlan &plan, const PartPlanRequest &request)
{
    if (plan.partSize < 1 || plan.partSize > request.limits.partBytes)
        return QStringLiteral("The part size can't be sent.");
    if (plan.parts.isEmpty() || plan.parts.size() > kMaxParts)
        return QStringLiteral("There are no parts, or too many.");
    qint64 offset = 0;
    auto part = plan.parts.begin();
    for (int index = 0; index < request.sources.size(); ++index) {
        const SourceFile &file = request.sources.at(index);
        qint64 sourceOffset = 0;
        bool newlineSeen = false;
        for (; part != plan.parts.end() && part->source == index; ++part) {
            if (newlineSeen)
                return QStringLiteral("A part follows the added newline.");
            if (part->offset != offset || part->sourceOffset != sourceOffset)
                return QStringLiteral("A part begins elsewhere than the one before it ends.");
            if (part->sourceBytes < 0 || part->bytes() < 1 || part->bytes() > plan.partSize)
                return QStringLiteral("A part is empty or larger than the part size.");
            offset += part->bytes();
            sourceOffset += part->sourceBytes;
            newlineSeen = part->newlineAdded;
        }
        if (sourceOffset != file.stamp.bytes)
            return QStringLiteral("The parts are not all of a source.");
        if (newlineSeen != file.newlineAdded)
            return QStringLiteral("A newline is lost, or is added where none is wanted.");
    }
    return part == plan.parts.end() ? QString()
                                    : QStringLiteral("A part is of no source, or out of order.");
}

} // namespace longshore
