#pragma once

#include "support/virtualclock.h"
#include "transfer/hostgate.h"

#include <QRandomGenerator>
#include <QSignalSpy>

#include <memory>

namespace longshore {

inline ApiError refused()
{
    ApiError error;
    error.kind = ErrorKind::Network;
    error.networkError = QNetworkReply::ConnectionRefusedError;
    error.message = QStringLiteral("Connection refused.");
    return error;
}

inline ApiError answered(int status)
{
    ApiError error;
    error.kind = ErrorKind::Refused;
    error.status = status;
    error.message = QStringLiteral("Status %1.").arg(status);
    return error;
}

inline ApiError asksFor(std::chrono::milliseconds delay, int status = 429)
{
    ApiError error = answered(status);
    error.retryDelay = delay;
    return error;
}

/// A gate on a virtual clock.
class GateTrial
{
public:
    GateTrial() { clock.advance(std::chrono::hours(1)); }

    void fail(const ApiError &error) { gate.enter()->report(error); }
    /// Three failures: the gate is closed by the third.
    void closeBy(const ApiError &error)
    {
        for (int failure = 0; failure < 3; ++failure)
            fail(error);
    }
    /// closeBy(), then the wait is over.
    void tryAfter(const ApiError &error)
    {
        closeBy(error);
        clock.advance(closedFor());
    }
    std::chrono::milliseconds closedFor() const
    {
        return gate.closedUntil().value_or(clock.monotonic()) - clock.monotonic();
    }

    VirtualClock clock;
    QRandomGenerator random{7};
    HostGate gate{clock, random};
    QSignalSpy opened{&gate, &HostGate::opened};
};

} // namespace longshore
