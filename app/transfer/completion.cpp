#include "transfer/completion.h"

#include "api/answers.h"
#include "transfer/retire.h"

#include <QCoreApplication>
#include <QRandomGenerator>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// The service puts gigabytes together; the official clients wait as long.
constexpr auto kCompletePatience = 600s;
// "A new file may not be visible for a moment": how often a file is looked for that may be there.
constexpr int kLooks = 4;
constexpr auto kFirstLookDelay = 1000ms;

bool isRefusal(const ApiError &error)
{
    return error.status >= 400 && error.status < 500 && error.status != 408;
}

} // namespace

Completion::Completion(const TransferContext &context, const UploadSpec &spec, Plan plan,
                       std::function<bool()> isExpired, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_spec(spec)
    , m_plan(std::move(plan))
    , m_isExpired(std::move(isExpired))
    , m_unanswered(m_plan.mayHaveBeenSent)
{
    if (m_plan.mayHaveBeenSent)
        look();
    else
        call();
}

Completion::~Completion() = default;

void Completion::call()
{
    m_looks = 0;
    m_refusal.reset();
    m_call = std::make_unique<ControlCall>(
        m_context.api.completeUpload(m_plan.uploadId, m_plan.partIds, m_plan.md5), m_context.clock,
        kCompletePatience);
    connect(m_call.get(), &ControlCall::finished, this, &Completion::onAnswer);
}

void Completion::onAnswer(const ApiAnswer &answer)
{
    retire(m_call, this);
    const ApiResult<FileObject> file = parseCompleted(answer, m_plan.uploadId);
    if (file.ok()) {
        Q_EMIT completed(file.value);
        return;
    }
    m_lastError = file.error;
    ++m_attempt;

    FailureFacts facts;
    facts.call = CallKind::Complete;
    facts.error = file.error;
    facts.attempt = m_attempt;
    facts.expired = m_isExpired();
    facts.maybeCancelled = m_plan.maybeCancelled;
    facts.answeredBefore = true;
    const FailureVerdict verdict = decide(facts, m_context.random.generateDouble());
    switch (verdict.action) {
    case FailureAction::Retry:
        if (m_cancelled)
            Q_EMIT notCompleted();
        else
            wait(verdict.delay, [this] { call(); });
        return;
    case FailureAction::LookForFile:
        if (isRefusal(file.error))
            m_refusal = file.error;
        else
            m_unanswered = true;
        look();
        return;
    case FailureAction::Fail:
    case FailureAction::Gone:
    case FailureAction::Cancelled:
        break;
    }
    if (m_cancelled)
        Q_EMIT notCompleted();
    else if (m_unanswered)
        Q_EMIT unknown(file.error.message);
    else
        Q_EMIT failed(file.error);
}

void Completion::look()
{
    ++m_looks;
    m_lookup = std::make_unique<FileLookup>(m_context, m_spec, m_plan.createdAt);
    connect(m_lookup.get(), &FileLookup::finished, this, &Completion::onLooked);
}

void Completion::onLooked(const FileLookup::Outcome &outcome)
{
    retire(m_lookup, this);
    if (outcome.error.isError()) {
        onLookFailed(outcome.error);
    } else if (outcome.ambiguous) {
        Q_EMIT unknown(QCoreApplication::translate(
            "longshore", "The service has more than one new file of this name and size."));
    } else if (outcome.file && (m_unanswered || refusalMeansGone())) {
        Q_EMIT completed(*outcome.file);
    } else {
        // A pending upload that was refused has no file: one like it is another upload's.
        onNotFound();
    }
}

void Completion::onNotFound()
{
    if (m_cancelled) {
        Q_EMIT notCompleted();
        return;
    }
    if (!m_refusal) {
        // Still pending, as far as can be seen. If it isn't, the service refuses the repetition and
        // the next look finds the file.
        FailureFacts facts;
        facts.attempt = std::max(m_attempt, 1);
        facts.error.retryDelay = m_lastError.retryDelay;
        facts.error.kind = ErrorKind::Network;
        const auto delay =
            m_attempt == 0 ? 0ms : decide(facts, m_context.random.generateDouble()).delay;
        wait(delay, [this] { call(); });
        return;
    }
    if (m_unanswered && m_looks < kLooks) {
        wait(kFirstLookDelay * (1 << (m_looks - 1)), [this] { look(); });
        return;
    }
    if (refusalMeansGone())
        Q_EMIT gone(*m_refusal);
    else if (m_unanswered)
        Q_EMIT unknown(m_refusal->message);
    else
        Q_EMIT failed(*m_refusal);
}

bool Completion::refusalMeansGone() const
{
    if (!m_refusal)
        return false;
    FailureFacts facts;
    facts.call = CallKind::Part;
    facts.error = *m_refusal;
    facts.expired = m_isExpired();
    facts.maybeCancelled = m_plan.maybeCancelled;
    return decide(facts, 0).action == FailureAction::Gone;
}

void Completion::onLookFailed(const ApiError &error)
{
    if (m_cancelled) {
        Q_EMIT notCompleted();
        return;
    }
    FailureFacts facts;
    facts.call = CallKind::Files;
    facts.error = error;
    facts.attempt = m_looks;
    facts.badAnswers = m_looks;
    facts.answeredBefore = true;
    const FailureVerdict verdict = decide(facts, m_context.random.generateDouble());
    if (verdict.action == FailureAction::Retry && !m_isExpired()) {
        m_lastError = error;
        wait(verdict.delay, [this] { look(); });
        return;
    }
    if (m_refusal && !m_unanswered) {
        Q_EMIT failed(*m_refusal);
        return;
    }
    Q_EMIT unknown(QCoreApplication::translate("longshore",
                                               "The answer to complete was lost, and the list of "
                                               "files can't be read: %1")
                       .arg(error.message));
}

void Completion::cancel()
{
    m_cancelled = true;
    if (!m_timer)
        return;
    m_timer.reset();
    m_waitingUntil.reset();
    if (m_unanswered)
        look();
    else
        Q_EMIT notCompleted();
}

void Completion::retryNow()
{
    if (!m_timer)
        return;
    m_timer.reset();
    m_waitingUntil.reset();
    const auto then = std::exchange(m_afterWait, {});
    then();
}

void Completion::wait(std::chrono::milliseconds delay, std::function<void()> then)
{
    m_waitingUntil = m_context.clock.monotonic() + delay;
    m_afterWait = std::move(then);
    m_timer = m_context.clock.startTimer(delay, [this] { retryNow(); });
    Q_EMIT waiting();
}

} // namespace longshore
