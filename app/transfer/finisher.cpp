#include "transfer/finisher.h"

#include "transfer/retire.h"

#include <QPointer>

namespace longshore {

Finisher::Finisher(const TransferContext &context, const UploadSpec &spec,
                   const std::shared_ptr<PageCacheUse> &pageCache, std::function<bool()> isExpired,
                   QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_spec(spec)
    , m_isExpired(std::move(isExpired))
    , m_checksum(context, spec, pageCache)
{
    connect(&m_checksum, &ContentChecksum::fileProblem, this, &Finisher::fileProblem);
    connect(&m_checksum, &ContentChecksum::settled, this, &Finisher::goOn);
}

Finisher::~Finisher() = default;

void Finisher::checkFiles()
{
    startFileCheck(Stage::CheckingOnly);
}

void Finisher::start(const Plan &plan)
{
    m_plan = plan;
    m_stage = Stage::AwaitingChecksum;
    m_checksum.hurry();
    goOn();
}

void Finisher::startMaybeSent(const Plan &plan, bool sendFirst)
{
    m_plan = plan;
    send(true, sendFirst);
}

void Finisher::goOn()
{
    if (m_stage == Stage::AwaitingChecksum && m_checksum.isSettled())
        startFileCheck(Stage::Checking);
}

void Finisher::startFileCheck(Stage stage)
{
    m_stage = stage;
    m_fileCheck = std::make_unique<FileCheck>(m_spec.sources, m_context.pool);
    connect(m_fileCheck.get(), &FileCheck::finished, this, [this](const FileProblem &problem) {
        retire(m_fileCheck, this);
        const Stage checked = std::exchange(m_stage, Stage::Idle);
        if (problem.isProblem())
            Q_EMIT fileProblem(problem);
        else if (checked == Stage::CheckingOnly)
            Q_EMIT unchanged();
        else
            recordAndSend();
    });
}

void Finisher::recordAndSend()
{
    m_stage = Stage::Recording;
    m_context.recorder.record(m_spec.key, CompletingStarted{m_plan.order, m_checksum.md5()},
                              [this, alive = QPointer(this), run = m_run](const QString &) {
                                  if (alive && run == m_run)
                                      send(false, false);
                              });
}

void Finisher::send(bool mayHaveBeenSent, bool sendFirst)
{
    m_stage = Stage::Completing;
    Completion::Plan plan;
    plan.uploadId = m_plan.created.uploadId;
    for (const int index : std::as_const(m_plan.order))
        plan.partIds.append(m_plan.partIds.value(index));
    plan.md5 = m_checksum.md5();
    plan.createdAt = m_plan.created.createdAt;
    plan.mayHaveBeenSent = mayHaveBeenSent;
    plan.maybeCancelled = m_plan.maybeCancelled;
    plan.sendFirst = sendFirst;
    m_completion = std::make_unique<Completion>(m_context, m_spec, std::move(plan), m_isExpired);
    Completion *completion = m_completion.get();
    connect(completion, &Completion::waiting, this, &Finisher::waiting);
    connect(completion, &Completion::completed, this, &Finisher::confirmFile);
    connect(completion, &Completion::gone, this, &Finisher::gone);
    connect(completion, &Completion::unknown, this, &Finisher::unknown);
    connect(completion, &Completion::notCompleted, this, &Finisher::notCompleted);
    connect(completion, &Completion::failed, this, [this](const ApiError &error) {
        m_context.recorder.record(m_spec.key, CompletingRefused{}, {});
        Q_EMIT failed(error);
    });
    Q_EMIT committed();
    if (m_completion && m_completion->waitingUntil())
        Q_EMIT waiting();
}

void Finisher::confirmFile(const FileObject &file)
{
    m_stage = Stage::Confirming;
    retire(m_completion, this);
    m_confirmation = std::make_unique<FileConfirmation>(m_context, m_spec, file);
    connect(m_confirmation.get(), &FileConfirmation::confirmed, this,
            [this, file](const QString &doubt) { Q_EMIT completed(file, doubt); });
    connect(m_confirmation.get(), &FileConfirmation::wrong, this, &Finisher::spoilt);
}

void Finisher::stop()
{
    ++m_run;
    if (m_stage == Stage::Recording)
        m_context.recorder.record(m_spec.key, CompletingRefused{}, {});
    m_stage = Stage::Idle;
    retire(m_fileCheck, this);
    retire(m_completion, this);
    retire(m_confirmation, this);
}

void Finisher::cancel()
{
    if (m_completion)
        m_completion->cancel();
    if (m_confirmation)
        m_confirmation->hurry();
}

void Finisher::doubtConnection()
{
    if (m_completion)
        m_completion->doubtConnection();
}

void Finisher::retryNow()
{
    if (m_completion)
        m_completion->retryNow();
}

std::optional<std::chrono::milliseconds> Finisher::waitingUntil() const
{
    return m_completion ? m_completion->waitingUntil() : std::nullopt;
}

ApiError Finisher::lastError() const
{
    return m_completion ? m_completion->lastError() : ApiError();
}

} // namespace longshore
