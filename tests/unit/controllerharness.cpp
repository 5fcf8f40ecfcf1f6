#include "controllerharness.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QTest>

namespace longshore {

using namespace Qt::StringLiterals;

void FakeRecorder::record(const QString &key, const UploadChange &change,
                          std::function<void(const QString &)> done)
{
    Q_UNUSED(key)
    changes.append(change);
    m_waiting.push_back(std::move(done));
    if (!m_held)
        QMetaObject::invokeMethod(&m_context, [this] { answer(); }, Qt::QueuedConnection);
}

void FakeRecorder::release()
{
    m_held = false;
    QMetaObject::invokeMethod(&m_context, [this] { answer(); }, Qt::QueuedConnection);
}

void FakeRecorder::answer()
{
    while (!m_held && !m_waiting.empty()) {
        const auto done = std::move(m_waiting.front());
        m_waiting.pop_front();
        if (done)
            done({});
    }
}

FakeAnswer fileList(const QString &id, qint64 createdAt, qint64 bytes)
{
    const QJsonObject file{{u"id"_s, id},
                           {u"object"_s, u"file"_s},
                           {u"filename"_s, u"data.bin"_s},
                           {u"bytes"_s, bytes},
                           {u"created_at"_s, createdAt}};
    return FakeAnswer::json(
        {{u"object"_s, u"list"_s}, {u"data"_s, QJsonArray{file}}, {u"has_more"_s, false}});
}

Endpoint ControllerHarness::endpoint()
{
    Endpoint endpoint = Endpoint::openAi("test-key");
    endpoint.baseUrl = QUrl(u"http://127.0.0.1:1/v1"_s);
    return endpoint;
}

ControllerHarness::ControllerHarness(int laneCount)
    : lanes(laneCount)
    , api(endpoint(), service)
    , context{api,  [this](int) { return &service; }, clock, random, pool, lanes, limiter, recorder}
{
}

ControllerHarness::~ControllerHarness()
{
    controller.reset();
    pool.waitForDone();
}

UploadSpec ControllerHarness::makeSpec(qint64 bytes, qint64 partSize)
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

void ControllerHarness::make(const UploadSpec &spec, const StoredProgress &stored)
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
}

void ControllerHarness::startUsual()
{
    make(makeSpec(1000, 100));
    controller->start();
}

int ControllerHarness::partEvents(PartState state) const
{
    int found = 0;
    for (const PartEvent &event : eventsOf<PartEvent>())
        found += event.state == state ? 1 : 0;
    return found;
}

void ControllerHarness::settle()
{
    // Readers answer through posted events, and an event may start a reader: quiet twice is quiet.
    for (int quiet = 0; quiet < 3;) {
        pool.waitForDone();
        const auto before = events.size() + recorder.changes.size() + service.requests().size();
        for (int turn = 0; turn < 20; ++turn) {
            QCoreApplication::sendPostedEvents();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            QCoreApplication::processEvents();
        }
        const auto after = events.size() + recorder.changes.size() + service.requests().size();
        quiet = before == after ? quiet + 1 : 0;
    }
}

void ControllerHarness::advance(std::chrono::milliseconds by)
{
    clock.advance(by);
    settle();
}

bool ControllerHarness::runToEnd()
{
    using namespace std::chrono_literals;
    settle();
    const auto limit = clock.monotonic() + 24h;
    while (finished == 0 && clock.monotonic() < limit) {
        const auto due = clock.nextDue();
        if (!due)
            return false;
        advance(*due - clock.monotonic());
    }
    return finished == 1;
}

QByteArray ControllerHarness::completedContent() const
{
    QHash<QString, QByteArray> parts;
    for (const PartEvent &event : eventsOf<PartEvent>()) {
        if (event.state == PartState::Confirmed)
            parts.insert(event.partId, m_content.mid(event.offset, event.bytes));
    }
    const QList<FakeRequest> completes = service.requests(u"complete"_s);
    QByteArray content;
    if (completes.isEmpty())
        return content;
    const QJsonArray ids = completes.last().json().value(u"part_ids"_s).toArray();
    for (const QJsonValue &id : ids)
        content += parts.value(id.toString());
    return content;
}

} // namespace longshore
