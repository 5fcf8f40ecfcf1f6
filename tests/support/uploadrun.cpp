#include "support/uploadrun.h"

namespace longshore {

void UploadRun::make(const TransferContext &context, const UploadSpec &spec,
                     const StoredProgress &stored)
{
    controller = std::make_unique<UploadController>(context, spec, stored);
    UploadController *made = controller.get();
    QObject::connect(made, &UploadController::happened, made,
                     [this](const UploadEvent &event) { events.append(event); });
    QObject::connect(made, &UploadController::finished, made, [this] { ++finished; });
    // As the engine does it.
    QObject::connect(&context.lanes, &LanePool::available, made, &UploadController::pump,
                     Qt::QueuedConnection);
    QObject::connect(&context.gate, &HostGate::opened, made, &UploadController::pump);
}

int UploadRun::partEvents(PartState state) const
{
    int found = 0;
    for (const PartEvent &event : eventsOf<PartEvent>())
        found += event.state == state ? 1 : 0;
    return found;
}

} // namespace longshore
