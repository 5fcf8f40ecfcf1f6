#include "queue/enginecore.h"

#include "platform/proxylookup.h"
#include "transfer/forecast.h"

#include <QNetworkProxy>

#include <algorithm>
#include <cmath>
#include <utility>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// Threads that read files. More than lanes, so that files on a disk that hangs leave some for the
// others.
constexpr int kReaders = 48;
// Uploads under way at once whose parts don't fill the lanes: small ones, which are bound by round
// trips, and those that are being completed. As many as there are lanes at the most.
constexpr int kMostSmallAtOnce = LinePace::kMostLanes;
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
        *m_journal, m_settings.completionsWait,
        [this](const QString &problem) { Q_EMIT journalProblem(problem); });
    connect(m_journal.get(), &Journal::problemFound, this,
            [this](const QString &problem) { m_recorder->report(problem); });
    connect(m_journal.get(), &Journal::recovered, this, [this] {
        m_recorder->recover();
        Q_EMIT journalRecovered();
    });
    connect(m_journal.get(), &Journal::noticed, this, &EngineCore::journalNotice);
    m_controlManagers = std::make_unique<ControlManagers>();
    m_partManagers = std::make_unique<PartManagers>(LinePace::kMostLanes);
    m_api = std::make_unique<UploadsApi>(m_settings.endpoint,
                                         [this] { return m_controlManagers->managerForCall(); });
    m_lanes = std::make_unique<LanePool>(1);
    connect(m_lanes.get(), &LanePool::available, this, &EngineCore::schedulePump);
    m_limiter = std::make_unique<RateLimiter>(m_clock);
    m_gate = std::make_unique<HostGate>(m_clock, m_random);
    connect(m_gate.get(), &HostGate::opened, this, &EngineCore::schedulePump);
    m_serviceClock = std::make_unique<ServiceClock>(m_clock);
    m_pace = std::make_unique<LinePace>(*m_lanes, m_limiter.get());
    setLanes(m_settings.lanes);
    setRateLimit(m_settings.rateLimit);
    setLinePercent(m_settings.linePercent);
    m_context = std::make_unique<TransferContext>(TransferContext{
        *m_api, [this](int lane) { return m_partManagers->managerForLane(lane); }, m_clock,
        m_random, *m_pool, *m_lanes, *m_limiter, *m_recorder, *m_gate, *m_serviceClock, *m_pace});

    m_admission = std::make_unique<Admission>(m_settings, *m_pool, *m_journal);
    connect(m_admission.get(), &Admission::admitted, this, &EngineCore::onAdmitted);
    connect(m_admission.get(), &Admission::refused, this, &EngineCore::refused);
    connect(m_admission.get(), &Admission::journalProblem, this,
            [this](const QString &problem) { m_recorder->report(problem); });
    connect(m_admission.get(), &Admission::refusedAgain, this, &EngineCore::onRefusedAgain);
    connect(m_admission.get(), &Admission::admittedAgain, this, &EngineCore::onAdmittedAgain);
    connect(m_admission.get(), &Admission::restored, this, &EngineCore::restored);

    ++m_notReady;
    m_journal->open(m_settings.dataDir, [this](const QString &problem) {
        m_recorder->report(problem);
        m_journal->rate(m_settings.journalIdentity(), [this](qint64 bytesPerSecond) {
            m_pace->expect(static_cast<double>(bytesPerSecond));
            m_rateKnown = true;
            admitRequests();
            becomeReady();
        });
    });
    lookUpProxy();
}

void EngineCore::lookUpProxy()
{
    if (m_settings.direct) {
        m_controlManagers->setProxy(QNetworkProxy::NoProxy);
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
                m_controlManagers->setProxy(proxy);
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
    if (m_stopped)
        return;
    m_requests.append({number, request});
    admitRequests();
}

void EngineCore::admitRequests()
{
    // How they are cut depends on what the journal knows of the line.
    if (!m_rateKnown || m_stopped)
        return;
    for (auto &[number, request] : std::exchange(m_requests, {})) {
        request.line = m_pace->hints();
        m_admission->admit(number, request);
    }
}

void EngineCore::restoreAll()
{
    if (!m_stopped)
        m_admission->restoreAll();
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
    queuedUpload.parts = std::max(static_cast<int>(spec.parts.size()), admitted.upload.partCount);
    queuedUpload.partSize = spec.partSize;
    queuedUpload.purpose = spec.purpose;
    queuedUpload.mimeType = spec.mimeType;
    queuedUpload.combined = !admitted.upload.combineName.isEmpty();
    queuedUpload.cutAtLines = spec.cutAtLines;

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

void EngineCore::onAdmittedAgain(const Admitted &again)
{
    const QString key = again.upload.spec.key;
    Item *item = find(key);
    if (!item) {
        m_journal->remove(key); // by now the user has removed it
        return;
    }
    item->upload = again.upload;
    item->lock = again.lock;
    install(*item);
    for (const WarningEvent &warning : again.warnings)
        Q_EMIT happened(key, warning);
    if (key == m_watched)
        m_planTold = false;
    endChange(*item);
}

void EngineCore::onRefusedAgain(const QString &key, const ApiError &error)
{
    Item *item = find(key);
    if (!item)
        return;
    // Of one that was cancelled the journal knows no more.
    if (item->upload.state != UploadState::Cancelled)
        m_recorder->record(key, UploadFailed{error}, {});
    item->upload.state = UploadState::Failed;
    item->upload.error = error;
    install(*item);
    Q_EMIT happened(key, FailedEvent{error});
    endChange(*item);
}

void EngineCore::install(Item &item)
{
    const QString key = item.upload.spec.key;
    item.controller =
        std::make_unique<UploadController>(*m_context, item.upload.spec, item.upload.progress);
    UploadController *controller = item.controller.get();
    if (isEnded(item.upload.state))
        controller->restoreEnd(
            {item.upload.state, item.upload.error, item.upload.fileId, item.upload.partCount});
    connect(controller, &UploadController::happened, this,
            [this, key](const UploadEvent &event) { Q_EMIT happened(key, event); });
    connect(controller, &UploadController::changed, this, [this, key] { onChanged(key); });
    connect(controller, &UploadController::finished, this, [this, key] { onFinished(key); });
    settle(item);
    touch(key);
}

void EngineCore::onChanged(const QString &key)
{
    touch(key);
    Item *item = find(key);
    const bool isActive = item->controller->isActive();
    // One that comes to rest, held and ready, makes room for the next.
    if (std::exchange(item->active, isActive) && !isActive)
        schedulePump();
    const bool waitsForDisk = item->controller->isWaitingForDisk();
    if (std::exchange(item->waitsForDisk, waitsForDisk) != waitsForDisk)
        noteHungDisks();
}

// ---- Sharing out the lanes

void EngineCore::settle(Item &item)
{
    const UploadState state = item.controller->state();
    QueueOrder::Part part = QueueOrder::Part::Running;
    if (state == UploadState::Queued)
        part = item.changing || isOnHungDisk(item) ? QueueOrder::Part::Neither
                                                   : QueueOrder::Part::Startable;
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
    // Uploads under way come first, those before all that would expire otherwise, then in the
    // queue's order: files are finished rather than spread over many.
    Demand demand;
    QStringList running = m_order.running();
    std::stable_partition(running.begin(), running.end(),
                          [this](const QString &key) { return find(key)->controller->isLate(); });
    for (const QString &key : std::as_const(running)) {
        UploadController &controller = *find(key)->controller;
        controller.pump();
        demand.add(controller);
    }
    startUploads(demand);
}

void EngineCore::Demand::add(const UploadController &controller)
{
    if (controller.isActive())
        ++uploads;
    parts += controller.partsToSend();
}

bool EngineCore::hasRoom(const Demand &demand) const
{
    return demand.uploads < m_settings.uploadsAtOnce
        || (demand.uploads < kMostSmallAtOnce && demand.parts < m_lanes->lanes());
}

void EngineCore::startUploads(Demand demand)
{
    while (hasRoom(demand) && m_lanes->hasFree() && m_gate->isOpen() && m_order.hasStartable()) {
        Item *item = find(m_order.firstStartable());
        if (m_proxyError.isError()) {
            item->controller->fail(m_proxyError);
        } else if (mayBegin(*item)) {
            item->controller->start();
            demand.add(*item->controller);
        }
        settle(*item);
    }
}

bool EngineCore::mayBegin(Item &item)
{
    if (item.controller->isCreated() || item.controller->isForecastAccepted())
        return true;
    double rate = m_pace->rate();
    if (const qint64 limit = m_pace->rateLimit(); limit > 0)
        rate = std::min(rate, static_cast<double>(limit));
    const QString forecast =
        forecastBefore(item.upload.spec.bytes(), rate, m_settings.endpoint.limits.life);
    if (forecast.isEmpty())
        return true;
    if (m_settings.asksWhenTooSlow) {
        item.controller->askToBegin(forecast);
        return false;
    }
    Q_EMIT happened(item.upload.spec.key, WarningEvent{forecast, QStringLiteral("will-expire")});
    return true;
}

bool EngineCore::isOnHungDisk(const Item &item) const
{
    const QList<SourceFile> &sources = item.upload.spec.sources;
    return !m_hungDevices.isEmpty()
        && std::any_of(sources.begin(), sources.end(), [this](const SourceFile &source) {
               return m_hungDevices.contains(source.stamp.device);
           });
}

/// Others on the same disk would only hang there, too, with a few of the pool's threads each.
void EngineCore::noteHungDisks()
{
    m_hungDevices.clear();
    for (const auto &[key, item] : m_items) {
        if (!item.waitsForDisk)
            continue;
        for (const SourceFile &source : item.upload.spec.sources)
            m_hungDevices.insert(source.stamp.device);
    }
    for (auto &[key, item] : m_items)
        settle(item);
}

void EngineCore::keepRate()
{
    if (m_pace->rate() > 0)
        m_journal->keepRate(m_settings.journalIdentity(), std::llround(m_pace->rate()));
}

void EngineCore::onFinished(const QString &key)
{
    Item *item = find(key);
    if (!item)
        return;
    const UploadSnapshot end = item->controller->snapshot();
    item->upload.spec = item->controller->spec();
    item->upload.progress = item->controller->progress();
    item->upload.state = end.state;
    item->upload.error = end.error;
    if (end.state == UploadState::Unknown)
        item->upload.error.message = end.reason;
    item->upload.fileId = end.fileId;
    // Nothing of these goes on: their files may be uploaded once more.
    if (end.state == UploadState::Completed || end.state == UploadState::Cancelled)
        item->lock.reset();
    settle(*item);
    if (end.state == UploadState::Completed)
        keepRate();
    if (item->afterwards.empty() || item->changing)
        return;
    // Not from within a signal of the controller, which they may replace.
    const auto runCommands = [this, key] {
        if (Item *ended = find(key); ended && !ended->changing)
            endChange(*ended);
    };
    QMetaObject::invokeMethod(this, runCommands, Qt::QueuedConnection);
}

void EngineCore::setLanes(int lanes)
{
    m_pace->setLanes(std::clamp(lanes, 0, LinePace::kMostLanes));
}

void EngineCore::setRateLimit(qint64 bytesPerSecond)
{
    m_pace->setRateLimit(bytesPerSecond);
}

void EngineCore::setLinePercent(int percent)
{
    m_pace->setLinePercent(percent);
}

EngineCore::Item *EngineCore::find(const QString &key)
{
    const auto item = m_items.find(key);
    return item == m_items.end() ? nullptr : &item->second;
}

// ---- The end

void EngineCore::stop()
{
    if (m_stopped || !m_pool)
        return;
    m_stopped = true;
    m_publishTimer.reset();
    keepPositions();
    m_items.clear();
    m_admission.reset();
    m_context.reset();
    m_recorder.reset();
    m_journal.reset();
    m_partManagers.reset();
    m_controlManagers.reset();
    m_pool->clear();
    const bool threadsLeft = !m_pool->waitForDone(kReadersPatienceMs);
    if (threadsLeft)
        m_pool.release(); // its destructor would wait for them
    Q_EMIT stopped(threadsLeft);
}

} // namespace longshore
