#pragma once

#include "support/faultrelay.h"

#include <QList>
#include <QString>

#include <array>
#include <chrono>
#include <functional>
#include <optional>

namespace longshore {

/// The columns of the matrix, in order.
inline constexpr std::array kMatrixCalls{sandbox::Call::Create, sandbox::Call::Part,
                                         sandbox::Call::Complete, sandbox::Call::Cancel};
QString matrixCallName(sandbox::Call call);

/// What a fault of the sandbox may need to know.
struct FaultSurroundings
{
    QByteArray elsewhere; ///< a URL at another host
    QByteArray now; ///< as an HTTP date, where the service's answers all have the same
    QByteArray inHalfAMinute;
};

/// One row of the matrix: a fault that each call can meet.
struct FaultRow
{
    using ServiceFault = std::function<sandbox::FaultRule(const FaultSurroundings &)>;

    QString name;
    /// Of the wire, or of the service.
    WireFault wire = WireFault::None;
    ServiceFault service;

    QList<sandbox::Call> calls{kMatrixCalls.begin(), kMatrixCalls.end()};
    int nth = 1; ///< the request of the call that meets it, where it happens once
    bool tls = false;
    bool largePart = false; ///< one part that no kernel takes whole
    int lanes = 1;
    /// What the service asks us to wait, where it is to be obeyed.
    std::optional<std::chrono::milliseconds> retryAfter;
    bool absurdRetryAfter = false; ///< and where it counts as absent
    bool isRetryAfterDate = false;
};

QList<FaultRow> matrixRows();

} // namespace longshore
