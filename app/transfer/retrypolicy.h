#pragma once

#include "api/apierror.h"

#include <chrono>

namespace longshore {

enum class CallKind { Create, Part, Complete, Cancel, Files };

/// All that decides what follows a failed call.
struct FailureFacts
{
    CallKind call = CallKind::Part;
    ApiError error;
    /// We ended the request ourselves because it stood still; `error` then says so.
    bool stalled = false;
    bool userCancelled = false;
    /// Failures of this call so far, this one included: from 1.
    int attempt = 1;
    /// Answers that could not be understood so far, this one included.
    int badAnswers = 0;
    /// The upload's hour is over by the service's clock.
    bool expired = false;
    /// A cancel may have been sent in an earlier run, so that any refusal may mean "cancelled".
    bool maybeCancelled = false;
    /// The service has answered any call of this upload before, so that its name and address are
    /// right.
    bool answeredBefore = false;
};

enum class FailureAction {
    Retry, ///< after `delay`
    Fail, ///< permanent
    Gone, ///< the upload does not live at the service any more
    LookForFile, ///< complete may have worked: look for the file before anything else
    Cancelled, ///< the user's cancel explains it, or a cancel is as good as done
};

struct FailureVerdict
{
    FailureAction action = FailureAction::Fail;
    std::chrono::milliseconds delay{0};

    bool operator==(const FailureVerdict &) const = default;
};

/// An answer that says nothing that can be relied on: not understood, or an error told with a 2xx.
bool isBadAnswer(const ApiError &error);

/// What to do after a failed call. Pure. The rules are those of the official clients (retry 408,
/// 409, 429, 5xx, connection errors and timeouts; x-should-retry overrules; the server's delay,
/// else min(0.5·2ⁿ, 8 s) less up to a quarter) with the differences that an upload needs, by call.
/// `random` is in [0, 1).
FailureVerdict decide(const FailureFacts &facts, double random);

} // namespace longshore
