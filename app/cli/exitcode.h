#pragma once

#include "api/apierror.h"

#include <QList>

namespace longshore {

/// The exit codes that scripts rely on.
enum ExitCode {
    ExitCompleted = 0,
    ExitFailed = 1,
    ExitUsage = 2,
    ExitNotAllowed = 3, ///< the service answered 401 or 403
    ExitHungUp = 129,
    ExitInterrupted = 130,
    ExitTerminated = 143,
};

/// How one upload of a run ended.
enum class Outcome {
    Completed,
    Failed,
    Refused, ///< Failed, because it was asked for in a way that can't be done
    NotAllowed, ///< Failed with 401 or 403
    Unknown, ///< may have completed
    Cancelled,
    Unfinished, ///< stopped, resumable
};

/// What ended a run before its uploads did.
enum class EndedBy { Nothing, Interrupt, Terminate, HangUp, ClosedOutput };

Outcome outcomeOf(const ApiError &error);

/// Interrupted over terminated over not allowed over usage over failed over completed.
int exitCode(const QList<Outcome> &outcomes, EndedBy endedBy);

/// The numbers of the summary. Whatever is unfinished counts nowhere; unknown ones count as failed.
struct RunSummary
{
    int completed = 0;
    int failed = 0;
    int cancelled = 0;

    bool operator==(const RunSummary &) const = default;
};

RunSummary summaryOf(const QList<Outcome> &outcomes);

} // namespace longshore
