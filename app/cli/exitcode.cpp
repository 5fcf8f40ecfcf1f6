#include "cli/exitcode.h"

namespace longshore {

namespace {

constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;

} // namespace

Outcome outcomeOf(const ApiError &error)
{
    if (error.status == kUnauthorized || error.status == kForbidden)
        return Outcome::NotAllowed;
    return error.kind == ErrorKind::Usage ? Outcome::Refused : Outcome::Failed;
}

int exitCode(const QList<Outcome> &outcomes, EndedBy endedBy)
{
    switch (endedBy) {
    case EndedBy::Interrupt:
        return ExitInterrupted;
    case EndedBy::Terminate:
        return ExitTerminated;
    case EndedBy::HangUp:
        return ExitHungUp;
    case EndedBy::Nothing:
    case EndedBy::ClosedOutput:
        break;
    }
    if (outcomes.contains(Outcome::NotAllowed))
        return ExitNotAllowed;
    if (outcomes.contains(Outcome::Refused))
        return ExitUsage;
    const bool allCompleted = outcomes.count(Outcome::Completed) == outcomes.size();
    return allCompleted && endedBy == EndedBy::Nothing ? ExitCompleted : ExitFailed;
}

RunSummary summaryOf(const QList<Outcome> &outcomes)
{
    RunSummary summary;
    for (const Outcome outcome : outcomes) {
        switch (outcome) {
        case Outcome::Completed:
            ++summary.completed;
            break;
        case Outcome::Failed:
        case Outcome::Refused:
        case Outcome::NotAllowed:
        case Outcome::Unknown:
            ++summary.failed;
            break;
        case Outcome::Cancelled:
            ++summary.cancelled;
            break;
        case Outcome::Unfinished:
            break;
        }
    }
    return summary;
}

} // namespace longshore
