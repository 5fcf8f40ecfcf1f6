#include "sandbox.h"

#include "exchange.h"
#include "filetable.h"
#include "identifiers.h"
#include "listener.h"
#include "requestlog.h"
#include "store.h"
#include "uploadtable.h"

using namespace Qt::StringLiterals;

namespace longshore::sandbox {

class SandboxServer::Private
{
public:
    explicit Private(SandboxOptions options)
        : m_options(std::move(options))
        , m_store([this](std::function<void()> work) { runInBackground(std::move(work)); })
        , m_files(m_store, m_clock)
        , m_uploads({m_options.lifetime, m_options.countEveryByte}, m_store, m_files, m_clock)
        , m_faults(m_options.faults)
        , m_services{m_options.apiKey.isEmpty()
                         ? randomAlphanumericId("sk-sandbox-"_L1, 32).toLatin1()
                         : m_options.apiKey,
                     m_clock,
                     m_uploads,
                     m_files,
                     m_log,
                     m_faults}
        , m_listener(m_services)
    {
    }

    void runInBackground(std::function<void()> work)
    {
        m_listener.runInBackground(std::move(work));
    }

    const SandboxOptions m_options;
    ServiceClock m_clock;
    Store m_store;
    FileTable m_files;
    UploadTable m_uploads;
    RequestLog m_log;
    FaultInjector m_faults;
    const Services m_services;
    Listener m_listener;
};

SandboxServer::SandboxServer(SandboxOptions options)
    : d(std::make_unique<Private>(std::move(options)))
{
}

SandboxServer::~SandboxServer()
{
    stop();
}

bool SandboxServer::start(QString *error)
{
    if (!d->m_store.open(d->m_options.dataDir, error))
        return false;
    d->m_files.load();
    return d->m_listener.start(d->m_options.port, error);
}

void SandboxServer::stop()
{
    d->m_store.abort();
    d->m_listener.stop();
    d->m_store.close();
}

quint16 SandboxServer::port() const
{
    return d->m_listener.port();
}

QByteArray SandboxServer::apiKey() const
{
    return d->m_services.apiKey;
}

QString SandboxServer::baseUrl() const
{
    return u"http://127.0.0.1:%1/v1"_s.arg(port());
}

QString SandboxServer::filesDir() const
{
    return d->m_store.filesDir();
}

SandboxStatistics SandboxServer::statistics() const
{
    SandboxStatistics statistics;
    statistics.requests = d->m_log.counts();
    statistics.peakParts = d->m_log.peakParts();
    for (const UploadView &upload : d->m_uploads.views()) {
        switch (upload.state) {
        case UploadState::Pending:
            ++statistics.uploads.pending;
            break;
        case UploadState::Completed:
            ++statistics.uploads.completed;
            break;
        case UploadState::Cancelled:
            ++statistics.uploads.cancelled;
            break;
        case UploadState::Expired:
            ++statistics.uploads.expired;
            break;
        }
    }
    statistics.files = d->m_files.ids().size();
    return statistics;
}

std::vector<UploadView> SandboxServer::uploads() const
{
    return d->m_uploads.views();
}

std::optional<UploadView> SandboxServer::upload(const QString &uploadId) const
{
    return d->m_uploads.view(uploadId);
}

qint64 SandboxServer::confirmedBytes(const QString &uploadId) const
{
    const auto view = upload(uploadId);
    return view ? view->confirmedBytes : 0;
}

QStringList SandboxServer::fileIds() const
{
    return d->m_files.ids();
}

std::vector<RequestView> SandboxServer::requests() const
{
    return d->m_log.views();
}

std::optional<CompleteView> SandboxServer::lastComplete() const
{
    return d->m_uploads.lastComplete();
}

void SandboxServer::setFaults(FaultPlan faults)
{
    d->m_faults.setPlan(std::move(faults));
}

void SandboxServer::advanceClock(std::chrono::seconds by)
{
    d->m_clock.advance(by);
}

} // namespace longshore::sandbox
