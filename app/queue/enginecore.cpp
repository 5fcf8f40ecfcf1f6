#include "queue/enginecore.h"

#include "platform/proxylookup.h"

#include <QNetworkProxy>

#include <algorithm>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// The most lanes that an engine can be set to: the connections' managers are made for them once.
constexpr int kMostLanes = 16;
// Threads that read files. More than lanes, so that files on a disk that hangs leave some for the
// others.
constexpr int kReaders = 48;
// The window is told at most ten times a second.
constexpr auto kPublishDistance = 100ms;
// Readers that a hung disk holds are not waited for at the end.
constexpr int kReadersPatienceMs = 2000;

} // namespace

EngineCore::EngineCore(const EngineSettings &settings)
    : m_settings(settings)
{
}

EngineCore::~EngineCore()
{
    stop();
}

void EngineCore::init()
{
    m_pool = std::make_unique<QThreadPool>();
    m_pool->setMaxThreadCount(kReaders);
    m_journal = std::make_unique<Journal>();
    m_recorder = std::make_unique<ReportingRecorder>(
        *m_journal, [this](const QString &problem) { Q_EMIT journalProblem(problem); });
    connect(m_journal.get(), &Journal::problemFound, this,
            [this](const QString &problem) { m_recorder->report(problem); });
    m_controlManager = std::make_unique<QNetworkAccessManager>();
    m_partManagers = std::make_unique<PartManagers>(kMostLanes);
    m_api = std::make_unique<UploadsApi>(m_settings.endpoint, *m_controlManager);
    m_lanes = std::make_unique<LanePool>(std::clamp(m_settings.lanes, 1, kMostLanes));
    connect(m_lanes.get(), &LanePool::available, this, &EngineCore::schedulePump);
    m_limiter = std::make_unique<RateLimiter>(m_clock, m_settings.rateLimit);
    m_context = std::make_unique<TransferContext>(
        TransferContext{*m_api, [this](int lane) { return m_partManagers->managerForLane(lane); },
                        m_clock, m_random, *m_pool, *m_lanes, *m_limiter, *m_recorder});

    m_admission = std::make_unique<Admission>(m_settings, *m_pool, *m_journal);
    connect(m_admission.get(), &Admission::admitted, this, &EngineCore::onAdmitted);
    connect(m_admission.get(), &Admission::refused, this, &EngineCore::refused);
    connect(m_admission.get(), &Admission::journalProblem, this,
            [this](const QString &problem) { m_recorder->report(problem); });
    connect(m_admission.get(), &Admission::refusedAgain, this,
            [this](const QString &key, const ApiError &error) {
                Q_EMIT happened(key, FailedEvent{error});
            });
    connect(m_admission.get(), &Admission::admittedAgain, this, [this](const Admitted &again) {
        if (Item *item = find(again.upload.spec.key)) {
            item->upload = again.upload;
            item->lock = again.lock;
            install(*item);
        }
    });

    ++m_notReady;
    m_journal->open(m_settings.dataDir, [this](const QString &problem) {
        m_recorder->report(problem);
        becomeReady();
    });
    lookUpProxy();
}

void EngineCore::lookUpProxy()
{
    if (m_settings.direct) {
        m_controlManager->setProxy(QNetworkProxy::NoProxy);
        m_partManagers->setProxy(QNetworkProxy::NoProxy);
        return;
    }
    ++m_notReady;
    auto *lookup = new ProxyLookup(m_settings.endpoint.baseUrl, *m_pool, this);
    connect(lookup, &ProxyLookup::found, this,
            [this, lookup](const QNetworkProxy &proxy, const QString &problem) {
                lookup->deleteLater();
                if (m_stopped)
                    return;
                if (!problem.isEmpty()) {
                    m_proxyError.kind = ErrorKind::Network;
                    m_proxyError.message = problem;
                    m_proxyError.advice = tr("Correct the proxy setting.");
                }
                m_controlManager->setProxy(proxy);
                m_partManagers->setProxy(proxy);
                becomeReady();
            });
}

void EngineCore::becomeReady()
{
    --m_notReady;
    schedulePump();
}

// ---- Taking requests in

void EngineCore::add(quint64 number, const UploadRequest &request)
{
    if (!m_stopped)
        m_admission->admit(number, request);
}

void EngineCore::restoreAll()
{
    if (!m_stopped)
        m_admission->admitUnfinished();
}

void EngineCore::onAdmitted(quint64 number, double place, const Admitted &admitted)
{
    const UploadSpec &spec = admitted.upload.spec;
    if (find(spec.key))
        return;
    QueuedUpload queuedUpload;
    queuedUpload.key = spec.key;
    for (const SourceFile &source : spec.sources)
        queuedUpload.paths.append(source.path);
    queuedUpload.filename = spec.filename;
    queuedUpload.bytes = spec.bytes();
    queuedUpload.parts = static_cast<int>(spec.parts.size());
    queuedUpload.partSize = spec.partSize;
    queuedUpload.purpose = spec.purpose;
    queuedUpload.mimeType = spec.mimeType;

    Item &item = m_items[spec.key];
    item.upload = admitted.upload;
    item.lock = admitted.lock;
    m_order.insert(spec.key, place);
    Q_EMIT queued(number, queuedUpload);
    for (const WarningEvent &warning : admitted.warnings)
        Q_EMIT happened(spec.key, warning);
    install(item);
    publishOrder();
}

void EngineCore::install(Item &item)
{
    const QString key = item.upload.spec.key;
    item.controller =
        std::make_unique<UploadController>(*m_context, item.upload.spec, item.upload.progress);
    UploadController *controller = item.controller.get();
    if (isEnded(item.upload.state))
        controller->restoreEnd(item.upload.state, item.upload.error);
    connect(controller, &UploadController::happened, this,
            [this, key](const UploadEvent &event) { Q_EMIT happened(key, event); });
    connect(controller, &UploadController::changed, this, [this, key] { touch(key); });
    connect(controller, &UploadController::finished, this, [this, key] { onFinished(key); });
    settle(item);
    touch(key);
}

// ---- Sharing out the lanes

void EngineCore::settle(Item &item)
{
    const UploadState state = item.controller->state();
    QueueOrder::Part part = QueueOrder::Part::Running;
    if (state == UploadState::Queued)
        part = QueueOrder::Part::Startable;
    else if (state == UploadState::Paused || isEnded(state))
        part = QueueOrder::Part::Neither;
    m_order.setPart(item.upload.spec.key, part);
    schedulePump();
}

void EngineCore::schedulePump()
{
    if (m_pumpScheduled || m_stopped)
        return;
    m_pumpScheduled = true;
    QMetaObject::invokeMethod(this, &EngineCore::pump, Qt::QueuedConnection);
}

void EngineCore::pump()
{
    m_pumpScheduled = false;
    if (m_stopped || m_notReady > 0)
        return;
    // Uploads under way come first, in the queue's order: files are finished rather than spread
    // over many.
    int active = 0;
    const QStringList running = m_order.running();
    for (const QString &key : running) {
        UploadController &controller = *find(key)->controller;
        controller.pump();
        if (controller.isActive())
            ++active;
    }
    while (active < m_settings.uploadsAtOnce && m_lanes->hasFree() && m_order.hasStartable()) {
        Item *item = find(m_order.firstStartable());
        if (m_proxyError.isError())
            item->controller->fail(m_proxyError);
        else
            item->controller->start();
        settle(*item);
        ++active;
    }
}

void EngineCore::onFinished(const QString &key)
{
    Item *item = find(key);
    if (!item)
        return;
    item->upload.progress = item->controller->progress();
    item->upload.state = item->controller->state();
    settle(*item);
}

// ---- Commands

EngineCore::Item *EngineCore::find(const QString &key)
{
    const auto item = m_items.find(key);
    return item == m_items.end() ? nullptr : &item->second;
}

void EngineCore::pause(const QString &key)
{
    if (Item *item = find(key)) {
        item->controller->pause();
        settle(*item);
    }
}

void EngineCore::resume(const QString &key)
{
    if (Item *item = find(key)) {
        item->controller->resume();
        settle(*item);
    }
}

void EngineCore::pauseAll()
{
    for (const QString &key : m_order.keys())
        pause(key);
}

void EngineCore::resumeAll()
{
    for (const QString &key : m_order.keys())
        resume(key);
}

void EngineCore::cancel(const QString &key)
{
    if (Item *item = find(key)) {
        item->controller->cancel();
        settle(*item);
    }
}

void EngineCore::cancelAll()
{
    for (const QString &key : m_order.keys())
        cancel(key);
}

void EngineCore::retry(const QString &key)
{
    Item *item = find(key);
    if (!item)
        return;
    const UploadState state = item->controller->state();
    if (!isEnded(state) || state == UploadState::Completed)
        return;
    const ErrorKind kind = item->controller->snapshot().error.kind;
    if (kind == ErrorKind::FileChanged || kind == ErrorKind::File) {
        // The file as it is now needs a plan of its own, and a lock by its new stamp.
        item->lock.reset();
        m_admission->admitAgain(item->upload);
        return;
    }
    item->upload.state = UploadState::Queued;
    if (state != UploadState::Cancelled) {
        install(*item);
        return;
    }
    // The journal has closed this one.
    item->upload.progress = {};
    m_journal->add(item->upload, [this, key](const QString &problem) {
        m_recorder->report(problem);
        if (Item *again = find(key))
            install(*again);
    });
}

void EngineCore::retryNow()
{
    const QStringList running = m_order.running();
    for (const QString &key : running)
        find(key)->controller->retryNow();
}

void EngineCore::moveTo(const QString &key, int position)
{
    m_order.move(key, position);
    m_journal->setPositions(m_order.keys());
    publishOrder();
}

void EngineCore::setHold(const QString &key, bool hold)
{
    if (Item *item = find(key))
        item->controller->setHold(hold);
}

void EngineCore::setOrder(const QString &key, const QList<int> &order)
{
    if (Item *item = find(key))
        item->controller->setOrder(order);
}

void EngineCore::complete(const QString &key)
{
    if (Item *item = find(key)) {
        item->controller->complete();
        settle(*item);
    }
}

void EngineCore::skipChecksum(const QString &key)
{
    if (Item *item = find(key))
        item->controller->skipChecksum();
}

void EngineCore::remove(const QString &key)
{
    Item *item = find(key);
    if (!item || !isEnded(item->controller->state()))
        return;
    m_order.remove(key);
    m_changed.remove(key);
    m_items.erase(key);
    m_journal->remove(key);
    publishOrder();
}

void EngineCore::setLanes(int lanes)
{
    m_lanes->setLanes(std::clamp(lanes, 1, kMostLanes));
}

void EngineCore::setRateLimit(qint64 bytesPerSecond)
{
    m_limiter->setRate(bytesPerSecond);
}

void EngineCore::watchParts(const QString &key)
{
    m_watched = key;
    touch(key);
}

void EngineCore::stop()
{
    if (m_stopped || !m_pool)
        return;
    m_stopped = true;
    m_publishTimer.reset();
    m_items.clear();
    m_admission.reset();
    m_context.reset();
    m_recorder.reset();
    m_journal.reset();
    m_partManagers.reset();
    m_controlManager.reset();
    m_pool->clear();
    const bool threadsLeft = !m_pool->waitForDone(kReadersPatienceMs);
    if (threadsLeft)
        m_pool.release(); // its destructor would wait for them
    Q_EMIT stopped(threadsLeft);
}

// ---- Telling

void EngineCore::touch(const QString &key)
{
    m_changed.insert(key);
    schedulePublish();
}

void EngineCore::schedulePublish()
{
    if (!m_publishTimer)
        m_publishTimer = m_clock.startTimer(kPublishDistance, [this] { publish(); });
}

void EngineCore::publish()
{
    m_publishTimer.reset();
    if (std::exchange(m_orderChanged, false))
        Q_EMIT orderChanged(m_order.keys());
    QList<UploadSnapshot> snapshots;
    const QSet<QString> keys = std::exchange(m_changed, {});
    for (const QString &key : keys) {
        if (const Item *item = find(key))
            snapshots.append(item->controller->snapshot());
    }
    if (!snapshots.isEmpty())
        Q_EMIT changed(snapshots);
    if (!keys.contains(m_watched))
        return;
    if (const Item *item = find(m_watched))
        Q_EMIT partsChanged(m_watched, item->controller->parts(), item->controller->order());
}

void EngineCore::publishOrder()
{
    m_orderChanged = true;
    schedulePublish();
}

} // namespace longshore
