#pragma once

#include "api/apicall.h"
#include "transfer/transfercontext.h"

#include <QObject>

#include <chrono>
#include <memory>

namespace longshore {

/// A control call (anything but a part) with a bound on the wait for its answer, by the clock that
/// is handed in: Qt's own transfer timeout can't be told from an abort. Answers exactly once;
/// destroyed earlier it aborts and never answers.
class ControlCall final : public QObject
{
    Q_OBJECT

public:
    /// `context` outlives it, and learns the service's time from the answer.
    ControlCall(std::unique_ptr<ApiCall> call, const TransferContext &context,
                std::chrono::milliseconds patience, QObject *parent = nullptr);
    ~ControlCall() override;

    /// Its connection may be dead: waits no longer than this from now on.
    void doubtConnection(std::chrono::milliseconds patience);

Q_SIGNALS:
    void finished(const longshore::ApiAnswer &answer);

private:
    void waitFor(std::chrono::milliseconds patience, const QString &message);

    Clock &m_clock;
    std::chrono::milliseconds m_until{0}; ///< monotonic
    std::unique_ptr<ApiCall> m_call;
    std::unique_ptr<ClockTimer> m_timer;
};

} // namespace longshore
