#include "support/uploadharness.h"

#include <QFile>

namespace longshore {

using namespace Qt::StringLiterals;

UploadHarness::UploadHarness(const Endpoint &endpoint, QNetworkAccessManager &control,
                             ManagerForLane managerForLane, int laneCount)
    : lanes(laneCount)
    , api(endpoint, [&control] { return &control; })
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
    m_others.clear();
    controller.reset();
    pool.waitForDone();
}

UploadSpec UploadHarness::makeSpec(qint64 bytes, qint64 partSize, const QString &name)
{
    QByteArray &content = m_contents[name];
    content.resize(bytes);
    for (char &byte : content)
        byte = static_cast<char>(random.bounded(256));
    QFile file(path(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != bytes)
        qFatal("can't write the test's file");
    file.close();

    SourceFile source;
    source.path = path(name);
    source.stamp = stampOf(path(name)).stamp;
    PartPlanRequest request;
    request.sources = {source};
    request.partSize = partSize;
    UploadSpec spec;
    spec.key = name;
    spec.sources = request.sources;
    spec.filename = name;
    spec.purpose = u"user_data"_s;
    spec.mimeType = u"application/octet-stream"_s;
    spec.parts = planParts(request).parts;
    spec.partSize = partSize;
    return spec;
}

void UploadHarness::make(const UploadSpec &spec, const StoredProgress &stored)
{
    UploadRun::make(context, spec, stored);
}

UploadRun &UploadHarness::makeOther(const UploadSpec &spec, const StoredProgress &stored)
{
    m_others.push_back(std::make_unique<UploadRun>());
    m_others.back()->make(context, spec, stored);
    return *m_others.back();
}

} // namespace longshore
