#include "transfer/creation.h"

#include "api/answers.h"
#include "transfer/retire.h"
#include "transfer/retrypolicy.h"

#include <QCoreApplication>
#include <QRandomGenerator>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// Create takes the service some hundred milliseconds; a lost answer must not cost ten minutes.
constexpr auto kCreatePatience = 120s;
// After a sleep or a change of network: no answer within this time, no connection.
constexpr auto kDoubtPatience = 10s;
constexpr auto kIdPatienceAfterCancel = 5s;

} // namespace

Creation::Creation(const TransferContext &context, const UploadSpec &spec, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_spec(spec)
    , m_startedAt(context.clock.monotonic())
    , m_wait(context)
{
    connect(&m_wait, &CallWait::waiting, this, &Creation::waiting);
    waitThenCall(0ms);
}

Creation::~Creation() = default;

void Creation::waitThenCall(std::chrono::milliseconds delay)
{
    m_wait.start(delay, [this](std::unique_ptr<HostGate::Pass> pass) { call(std::move(pass)); });
    // The service may stay out of reach without being asked by this one.
    if (m_wait.isRunning() && m_spec.giveUpAfter > 0s) {
        const auto left = m_startedAt + m_spec.giveUpAfter - m_context.clock.monotonic();
        m_giveUpTimer = m_context.clock.startTimer(left, [this] {
            const ApiError error = lastError();
            m_wait.stop();
            Q_EMIT failed(error);
        });
    }
}

const ApiError &Creation::lastError() const
{
    return m_wait.isBlocked() ? m_context.gate.reason() : m_lastError;
}

void Creation::call(std::unique_ptr<HostGate::Pass> pass)
{
    m_giveUpTimer.reset();
    m_pass = std::move(pass);
    ++m_attempt;
    const CreateUpload create{m_spec.filename, m_spec.purpose, m_spec.bytes(), m_spec.mimeType,
                              m_spec.expiresAfter};
    m_call = std::make_unique<ControlCall>(m_context.api.createUpload(create), m_context,
                                           kCreatePatience);
    connect(m_call.get(), &ControlCall::finished, this, &Creation::onAnswer);
}

void Creation::onAnswer(const ApiAnswer &answer)
{
    retire(m_call, this);
    const ApiResult<UploadObject> upload = parseCreated(answer);
    m_pass->report(upload.error);
    m_pass.reset();
    if (upload.ok()) {
        m_cancelTimer.reset();
        Q_EMIT created(createdFrom(upload.value, answer));
        return;
    }
    m_lastError = upload.error;
    if (isBadAnswer(m_lastError))
        ++m_badAnswers;
    m_answeredBefore = m_answeredBefore || m_lastError.status != 0;

    FailureFacts facts;
    facts.call = CallKind::Create;
    facts.error = m_lastError;
    facts.userCancelled = m_cancelled;
    facts.attempt = m_attempt;
    facts.badAnswers = m_badAnswers;
    facts.answeredBefore = m_answeredBefore;
    const FailureVerdict verdict = decide(facts, m_context.random.generateDouble());
    if (verdict.action == FailureAction::Cancelled) {
        m_cancelTimer.reset();
        Q_EMIT cancelled();
    } else if (verdict.action == FailureAction::Retry && isPatient(verdict.delay)) {
        waitThenCall(verdict.delay);
    } else {
        Q_EMIT failed(m_lastError);
    }
}

bool Creation::isPatient(std::chrono::milliseconds delay) const
{
    return m_spec.giveUpAfter == 0s
        || m_context.clock.monotonic() + delay - m_startedAt <= m_spec.giveUpAfter;
}

UploadCreated Creation::createdFrom(const UploadObject &upload, const ApiAnswer &answer) const
{
    const qint64 now = m_context.clock.utc().toSecsSinceEpoch();
    UploadCreated created;
    created.uploadId = upload.id;
    created.clockOffset = answer.serverTime ? answer.serverTime->toSecsSinceEpoch() - now
                                            : upload.createdAt.value_or(now) - now;
    created.createdAt = upload.createdAt.value_or(now + created.clockOffset);
    created.expiresAt =
        upload.expiresAt.value_or(created.createdAt + m_context.api.endpoint().limits.life.count());
    return created;
}

void Creation::cancel()
{
    if (m_cancelled)
        return;
    m_cancelled = true;
    // Nothing under way: over at once, but never from inside this call.
    const auto patience = m_call ? std::chrono::milliseconds(kIdPatienceAfterCancel) : 0ms;
    m_wait.stop();
    m_giveUpTimer.reset();
    m_cancelTimer = m_context.clock.startTimer(patience, [this] {
        m_call.reset();
        Q_EMIT cancelled();
    });
}

void Creation::retryNow()
{
    m_wait.hurry();
}

void Creation::doubtConnection()
{
    if (m_call)
        m_call->doubtConnection(kDoubtPatience);
}

} // namespace longshore
