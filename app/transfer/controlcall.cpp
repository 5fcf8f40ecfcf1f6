#include "transfer/controlcall.h"

#include "api/translated.h"

namespace longshore {

ControlCall::ControlCall(std::unique_ptr<ApiCall> call, Clock &clock,
                         std::chrono::milliseconds patience, QObject *parent)
    : QObject(parent)
    , m_call(std::move(call))
{
    connect(m_call.get(), &ApiCall::finished, this, [this](const ApiAnswer &answer) {
        m_timer.reset();
        Q_EMIT finished(answer);
    });
    m_timer = clock.startTimer(patience, [this, patience] {
        m_call.reset();
        ApiAnswer answer;
        answer.error.kind = ErrorKind::Network;
        answer.error.networkError = QNetworkReply::TimeoutError;
        const auto seconds = static_cast<int>(patience.count() / 1000);
        answer.error.message =
            longshore::tr("The service did not answer within %n s.", nullptr, seconds);
        Q_EMIT finished(answer);
    });
}

ControlCall::~ControlCall() = default;

} // namespace longshore
