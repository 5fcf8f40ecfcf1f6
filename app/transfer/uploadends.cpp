#include "transfer/uploadends.h"

#include "api/translated.h"

namespace longshore {

namespace {

QString adviceFor(FileProblem::Kind kind)
{
    switch (kind) {
    case FileProblem::Kind::Missing:
        return tr("Put the file back where it was, then try again.");
    case FileProblem::Kind::Changed:
        return tr("Start the upload again to send the file as it is now.");
    case FileProblem::Kind::Unreadable:
    case FileProblem::Kind::None:
        break;
    }
    return tr("Make the file readable, then try again.");
}

} // namespace

ApiError errorOfFile(const FileProblem &problem)
{
    ApiError error;
    // It could be read when it was added: gone, locked or forbidden is a change as well.
    error.kind = ErrorKind::FileChanged;
    error.message = problem.message;
    error.advice = adviceFor(problem.kind);
    return error;
}

QString whatIsGone(const ApiError &error, bool expired)
{
    // Without an answer it is our own clock that says so.
    return expired || error.message.isEmpty()
        ? tr("The upload expired at the service.")
        : tr("The service no longer knows the upload: %1").arg(error.message);
}

ApiError errorOfGone(const ApiError &error, bool expired, const QString &tooSlow)
{
    ApiError result = error;
    result.kind = ErrorKind::Expired;
    result.message = whatIsGone(error, expired);
    if (tooSlow.isEmpty()) {
        result.advice = tr("Try again to send it once more from the start.");
    } else {
        result.message += u' ' + tooSlow;
        result.advice = tr("Use a faster line, or split the file into several uploads.");
    }
    return result;
}

QString connectionGivenUp()
{
    return tr("The connection was given up because the computer slept or its network changed.");
}

ApiError errorOfHoldEnd()
{
    ApiError error;
    error.kind = ErrorKind::Expired;
    error.message =
        tr("The upload was held until it expired; the service has thrown its parts away.");
    error.advice = tr("Begin again to send all of it once more.");
    return error;
}

QString holdExpiresText(std::chrono::seconds left, bool paused)
{
    const auto minutes = static_cast<int>(std::chrono::ceil<std::chrono::minutes>(left).count());
    return paused ? tr("This upload is held and paused, and expires in %n minute(s). Resume and "
                       "complete it before then, or its parts are lost.",
                       nullptr, minutes)
                  : tr("This upload is held and expires in %n minute(s). Complete it before then, "
                       "or its parts are lost.",
                       nullptr, minutes);
}

} // namespace longshore
