#pragma once

#include "queue/uploadrequest.h"
#include "transfer/uploadstate.h"

namespace longshore {

struct SampleFile
{
    QString path;
    qint64 bytes = 0;
};

/// Cut as the engine cuts.
inline UploadPlan samplePlan(const QList<SampleFile> &files, qint64 partSize)
{
    PartPlanRequest request;
    for (const SampleFile &file : files) {
        SourceFile source;
        source.path = file.path;
        source.stamp.bytes = file.bytes;
        request.sources.append(source);
    }
    request.partSize = partSize;
    const PartPlan cut = planParts(request);
    return {request.sources, cut.parts, cut.partSize, false};
}

inline PartSnapshot samplePart(PartState state, int attempt = 1, qint64 sent = 0)
{
    PartSnapshot part;
    part.state = state;
    part.attempt = attempt;
    part.sent = sent;
    return part;
}

} // namespace longshore
