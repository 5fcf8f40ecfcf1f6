#include "support/uploadharness.h"

#include <QFile>

namespace longshore {

using namespace Qt::StringLiterals;

UploadHarness::UploadHarness(const Endpoint &endpoint, QNetworkAccessManager &control,
                             ManagerForLane managerForLane, int laneCount)
    : lanes(laneCount)
    , api(endpoint, control)
    , context{api,     std::move(managerForLane),
              clock,   random,
              pool,    lanes,
              limiter, recorder,
              gate,    serviceClock,
              pace}
{
}

UploadHarness::~UploadHarness()
{
    controller.reset();
    pool.waitForDone();
}

UploadSpec UploadHarness::makeSpec(qint64 bytes, qint64 partSize)
{
    m_content.resize(bytes);
    for (char &byte : m_content)
        byte = static_cast<char>(random.bounded(256));
    QFile file(path());
    if (!file.open(QIODevice::WriteOnly) || file.write(m_content) != bytes)
        qFatal("can't write the test's file");
    file.close();

    SourceFile source;
    source.path = path();
    source.stamp = stampOf(path()).stamp;
    PartPlanRequest request;
    request.sources = {source};
    request.partSize = partSize;
    UploadSpec spec;
    spec.key = u"test"_s;
    spec.sources = request.sources;
    spec.filename = u"data.bin"_s;
    spec.purpose = u"user_data"_s;
    spec.mimeType = u"application/octet-stream"_s;
    spec.parts = planParts(request).parts;
    spec.partSize = partSize;
    return spec;
}

void UploadHarness::make(const UploadSpec &spec, const StoredProgress &stored)
{
    controller = std::make_unique<UploadController>(context, spec, stored);
    QObject *receiver = controller.get();
    QObject::connect(controller.get(), &UploadController::happened, receiver,
                     [this](const UploadEvent &event) { events.append(event); });
    QObject::connect(controller.get(), &UploadController::finished, receiver,
                     [this] { ++finished; });
    QObject::connect(
        &lanes, &LanePool::available, receiver, [this] { controller->pump(); },
        Qt::QueuedConnection);
    // As the engine does it.
    QObject::connect(&gate, &HostGate::opened, receiver, [this] { controller->pump(); });
}

int UploadHarness::partEvents(PartState state) const
{
    int found = 0;
    for (const PartEvent &event : eventsOf<PartEvent>())
        found += event.state == state ? 1 : 0;
    return found;
}

} // namespace longshore
