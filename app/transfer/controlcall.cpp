#include "transfer/controlcall.h"

#include "api/translated.h"
#include "transfer/uploadends.h"

namespace longshore {

ControlCall::ControlCall(std::unique_ptr<ApiCall> call, const TransferContext &context,
                         std::chrono::milliseconds patience, QObject *parent)
    : QObject(parent)
    , m_clock(context.clock)
    , m_call(std::move(call))
{
    connect(m_call.get(), &ApiCall::finished, this, [this, &context](const ApiAnswer &answer) {
        m_timer.reset();
        context.serviceClock.observe(answer);
        Q_EMIT finished(answer);
    });
    const auto seconds = static_cast<int>(patience.count() / 1000);
    waitFor(patience, longshore::tr("The service did not answer within %n s.", nullptr, seconds));
}

ControlCall::~ControlCall() = default;

void ControlCall::doubtConnection(std::chrono::milliseconds patience)
{
    if (m_timer && m_clock.monotonic() + patience < m_until)
        waitFor(patience, connectionGivenUp());
}

void ControlCall::waitFor(std::chrono::milliseconds patience, const QString &message)
{
    m_until = m_clock.monotonic() + patience;
    m_timer = m_clock.startTimer(patience, [this, message] {
        m_timer.reset();
        m_call.reset();
        ApiAnswer answer;
        answer.error.kind = ErrorKind::Network;
        answer.error.networkError = QNetworkReply::TimeoutError;
        answer.error.message = message;
        Q_EMIT finished(answer);
    });
}

} // namespace longshore
