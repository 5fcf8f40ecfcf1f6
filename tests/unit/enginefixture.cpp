#include "enginefixture.h"

#include <QFile>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

// A bound for a machine under load, never a wait.
constexpr int kPatienceMs = 60'000;

} // namespace

EngineFixture::EngineFixture(const QByteArray &faults, int lanes, int uploadsAtOnce,
                             std::chrono::seconds lifetime)
    : m_lanes(lanes)
    , m_uploadsAtOnce(uploadsAtOnce)
{
    sandbox::SandboxOptions options;
    options.lifetime = lifetime;
    QString error;
    if (!faults.isEmpty())
        options.faults = sandbox::parseFaults(faults, &error);
    service = std::make_unique<sandbox::SandboxServer>(options);
    if (!error.isEmpty() || !service->start(&error))
        qFatal("%s", qPrintable(error));
    startEngine();
}

EngineFixture::~EngineFixture()
{
    engine.reset();
    service->stop();
}

EngineSettings EngineFixture::settings() const
{
    EngineSettings settings;
    settings.endpoint = Endpoint::openAi(service->apiKey());
    settings.endpoint.baseUrl = QUrl(service->baseUrl());
    settings.direct = true;
    settings.identity = identity;
    settings.dataDir = dir.filePath(u"data"_s);
    settings.lanes = m_lanes;
    settings.uploadsAtOnce = m_uploadsAtOnce;
    return settings;
}

void EngineFixture::startEngine()
{
    engine.reset();
    snapshots.clear();
    events.clear();
    restored.clear();
    plans.clear();
    order.clear();
    restorations = 0;
    orders = 0;
    queuedUploads.clear();
    refusals.clear();
    engine = std::make_unique<Engine>(settings());
    Engine *e = engine.get();
    QObject::connect(e, &Engine::queued, e, [this](quint64 number, const QueuedUpload &upload) {
        if (number == 0)
            restored.append(upload);
        else
            queuedUploads.insert(number, upload);
    });
    QObject::connect(e, &Engine::refused, e,
                     [this](quint64 number, const QString &, const ApiError &error) {
                         refusals.insert(number, error);
                     });
    QObject::connect(e, &Engine::happened, e, [this](const QString &key, const UploadEvent &event) {
        events[key].append(event);
    });
    QObject::connect(e, &Engine::changed, e, [this](const QList<UploadSnapshot> &changed) {
        ++publications;
        for (const UploadSnapshot &snapshot : changed)
            snapshots.insert(snapshot.key, snapshot);
    });
    QObject::connect(e, &Engine::orderChanged, e, [this](const QStringList &keys) {
        order = keys;
        ++orders;
    });
    QObject::connect(e, &Engine::planned, e, [this](const QString &, const UploadPlan &plan) {
        parts.clear();
        plans.append(plan);
    });
    QObject::connect(e, &Engine::restored, e, [this] { ++restorations; });
    QObject::connect(e, &Engine::partsChanged, e,
                     [this](const QString &, const QList<PartSnapshot> &list, const QList<int> &) {
                         parts = list;
                     });
    QObject::connect(e, &Engine::journalProblem, e,
                     [this](const QString &problem) { journalProblems.append(problem); });
}

QString EngineFixture::makeFile(const QString &name, qint64 bytes)
{
    const QString path = dir.filePath(name);
    QByteArray content(bytes, Qt::Uninitialized);
    QRandomGenerator random(static_cast<quint32>(bytes));
    for (char &byte : content)
        byte = static_cast<char>(random.bounded(256));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != bytes)
        qFatal("can't write the test's file");
    return path;
}

UploadRequest EngineFixture::request(const QString &path, qint64 partSize) const
{
    UploadRequest request;
    request.paths = {path};
    request.partSize = partSize;
    return request;
}

QString EngineFixture::add(const UploadRequest &request)
{
    const quint64 number = engine->add(request);
    waitUntil(
        [this, number] { return queuedUploads.contains(number) || refusals.contains(number); });
    return queuedUploads.value(number).key;
}

void EngineFixture::setFaults(const QByteArray &faults)
{
    QString error;
    service->setFaults(sandbox::parseFaults(faults, &error));
    if (!error.isEmpty())
        qFatal("%s", qPrintable(error));
}

bool EngineFixture::waitUntil(const std::function<bool()> &condition)
{
    return QTest::qWaitFor(condition, kPatienceMs);
}

bool EngineFixture::waitFor(const QString &key, UploadState wanted)
{
    return waitUntil(
        [this, key, wanted] { return snapshots.contains(key) && state(key) == wanted; });
}

bool EngineFixture::restore()
{
    const int before = restorations;
    engine->restoreAll();
    return waitUntil([this, before] { return restorations > before; });
}

QByteArray EngineFixture::contentOf(const QString &fileId) const
{
    QFile file(service->filesDir() + u'/' + fileId);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

sandbox::UploadView EngineFixture::view(const QString &filename) const
{
    for (const sandbox::UploadView &upload : service->uploads()) {
        if (upload.filename == filename)
            return upload;
    }
    return {};
}

} // namespace longshore
