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
// After a sleep or a change of network. Long, because the service may be at work, and a complete
// that is given up has to be looked for.
constexpr auto kDoubtPatience = 60s;
// "A new file may not be visible for a moment": how often a file is looked for that may be there.
constexpr int kLooks = 4;
// So often complete may be answered with what nobody can read.
constexpr int kBadAnswers = 3;
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
    , m_wait(context)
{
    connect(&m_wait, &CallWait::waiting, this, &Completion::waiting);
    if (m_plan.mayHaveBeenSent && !m_plan.sendFirst)
        waitThenLook(0ms);
    else
        waitThenCall(0ms);
}

Completion::~Completion() = default;

void Completion::waitThenCall(std::chrono::milliseconds delay)
{
    m_wait.start(delay, [this](std::unique_ptr<HostGate::Pass> pass) { call(std::move(pass)); });
}

void Completion::waitThenLook(std::chrono::milliseconds delay)
{
    // Who cancels doesn't wait for the host.
    if (m_cancelled)
        look(m_context.gate.enter());
    else
        m_wait.start(delay,
                     [this](std::unique_ptr<HostGate::Pass> pass) { look(std::move(pass)); });
}

const ApiError &Completion::lastError() const
{
    return m_wait.isBlocked() ? m_context.gate.reason() : m_lastError;
}

void Completion::call(std::unique_ptr<HostGate::Pass> pass)
{
    m_pass = std::move(pass);
    m_looks = 0;
    m_refusal.reset();
    m_call = std::make_unique<ControlCall>(
        m_context.api.completeUpload(m_plan.uploadId, m_plan.partIds, m_plan.md5), m_context,
        kCompletePatience);
    connect(m_call.get(), &ControlCall::finished, this, &Completion::onAnswer);
}

void Completion::onAnswer(const ApiAnswer &answer)
{
    retire(m_call, this);
    const ApiResult<FileObject> file = parseCompleted(answer, m_plan.uploadId);
    m_pass->report(file.error);
    m_pass.reset();
    if (file.ok()) {
        Q_EMIT completed(file.value);
        return;
    }
    m_lastError = file.error;
    ++m_attempt;
    if (isBadAnswer(file.error))
        ++m_badAnswers;

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
        else if (m_isExpired() && m_unanswered)
            waitThenLook(0ms);
        else if (m_isExpired())
            Q_EMIT gone(file.error);
        else
            waitThenCall(verdict.delay);
        return;
    case FailureAction::LookForFile:
        if (isRefusal(file.error))
            m_refusal = file.error;
        else
            m_unanswered = true;
        waitThenLook(0ms);
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

void Completion::look(std::unique_ptr<HostGate::Pass> pass)
{
    m_pass = std::move(pass);
    ++m_looks;
    m_lookup = std::make_unique<FileLookup>(m_context, m_spec, m_plan.createdAt);
    connect(m_lookup.get(), &FileLookup::finished, this, &Completion::onLooked);
}

void Completion::onLooked(const FileLookup::Outcome &outcome)
{
    retire(m_lookup, this);
    if (m_pass)
        m_pass->report(outcome.error);
    m_pass.reset();
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
    if (!m_refusal && m_badAnswers >= kBadAnswers) {
        Q_EMIT unknown(m_lastError.message);
        return;
    }
    if (!m_refusal && m_isExpired()) {
        if (m_looks < kLooks)
            waitThenLook(kFirstLookDelay * (1 << (m_looks - 1)));
        else
            Q_EMIT gone(m_lastError);
        return;
    }
    if (!m_refusal) {
        // Still pending, as far as can be seen. If it isn't, the service refuses the repetition and
        // the next look finds the file.
        FailureFacts facts;
        facts.attempt = std::max(m_attempt, 1);
        facts.error.kind = ErrorKind::Network;
        const auto delay =
            m_attempt == 0 ? 0ms : decide(facts, m_context.random.generateDouble()).delay;
        waitThenCall(delay);
        return;
    }
    if (m_unanswered && m_looks < kLooks) {
        waitThenLook(kFirstLookDelay * (1 << (m_looks - 1)));
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
    --m_looks; // it has not shown anything
    ++m_failedLooks;
    facts.attempt = m_failedLooks;
    facts.badAnswers = m_failedLooks;
    facts.answeredBefore = true;
    const FailureVerdict verdict = decide(facts, m_context.random.generateDouble());
    if (verdict.action == FailureAction::Retry && !m_isExpired()) {
        m_lastError = error;
        waitThenLook(verdict.delay);
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
    if (!m_wait.isRunning())
        return;
    m_wait.stop();
    if (m_unanswered)
        look(m_context.gate.enter());
    else
        Q_EMIT notCompleted();
}

void Completion::retryNow()
{
    m_wait.hurry();
}

void Completion::doubtConnection()
{
    if (m_call)
        m_call->doubtConnection(kDoubtPatience);
}

} // namespace longshore
