#pragma once

#include "api/apicall.h"
#include "transfer/clock.h"

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
    ControlCall(std::unique_ptr<ApiCall> call, Clock &clock, std::chrono::milliseconds patience,
                QObject *parent = nullptr);
    ~ControlCall() override;

Q_SIGNALS:
    void finished(const longshore::ApiAnswer &answer);

private:
    std::unique_ptr<ApiCall> m_call;
    std::unique_ptr<ClockTimer> m_timer;
};

} // namespace longshore
