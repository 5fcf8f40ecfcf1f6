#include "transfer/cancellation.h"

#include "transfer/retire.h"
#include "transfer/retrypolicy.h"

#include <QCoreApplication>
#include <QRandomGenerator>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// The user waits for this one.
constexpr auto kCancelPatience = 15s;

/// Whether the service has cancelled the upload, or has none that could be.
bool isOver(const ApiError &error)
{
    switch (error.status) {
    case 400:
    case 404:
    case 409:
    case 410:
        return true;
    default:
        return error.status >= 200 && error.status < 300; // in words that we don't know
    }
}

} // namespace

Cancellation::Cancellation(const TransferContext &context, const UploadSpec &spec, Plan plan,
                           QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_spec(spec)
    , m_plan(std::move(plan))
{
    call();
}

Cancellation::~Cancellation() = default;

void Cancellation::call()
{
    ++m_attempt;
    m_call = std::make_unique<ControlCall>(m_context.api.cancelUpload(m_plan.uploadId), m_context,
                                           kCancelPatience);
    connect(m_call.get(), &ControlCall::finished, this, &Cancellation::onAnswer);
}

void Cancellation::onAnswer(const ApiAnswer &answer)
{
    retire(m_call, this);
    if (!answer.error.isError()) {
        Q_EMIT cancelled(true);
        return;
    }
    FailureFacts facts;
    facts.call = CallKind::Cancel;
    facts.error = answer.error;
    facts.attempt = m_attempt;
    facts.answeredBefore = true;
    const FailureVerdict verdict = decide(facts, m_context.random.generateDouble());
    if (verdict.action == FailureAction::Retry) {
        m_timer = m_context.clock.startTimer(verdict.delay, [this] { call(); });
    } else if (m_plan.mayHaveCompleted) {
        m_isTold = isOver(answer.error);
        m_lookup = std::make_unique<FileLookup>(m_context, m_spec, m_plan.createdAt);
        connect(m_lookup.get(), &FileLookup::finished, this, &Cancellation::onLooked);
    } else {
        Q_EMIT cancelled(isOver(answer.error));
    }
}

void Cancellation::onLooked(const FileLookup::Outcome &outcome)
{
    retire(m_lookup, this);
    if (outcome.file) {
        Q_EMIT completed(*outcome.file);
    } else if (outcome.error.isError() || outcome.ambiguous) {
        Q_EMIT unknown(QCoreApplication::translate(
            "longshore", "Complete was sent before the cancel, and neither was answered clearly."));
    } else {
        Q_EMIT cancelled(m_isTold);
    }
}

} // namespace longshore
