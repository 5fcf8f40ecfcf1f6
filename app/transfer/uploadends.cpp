#include "transfer/uploadends.h"

#include <QCoreApplication>

namespace longshore {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("longshore", text);
}

} // namespace

ApiError errorOfFile(const FileProblem &problem)
{
    const bool isChanged = problem.kind == FileProblem::Kind::Changed;
    ApiError error;
    error.kind = isChanged ? ErrorKind::FileChanged : ErrorKind::File;
    error.message = problem.message;
    error.advice = isChanged ? tr("Start the upload again to send the file as it is now.")
                             : tr("Make the file readable, then try again.");
    return error;
}

QString whatIsGone(const ApiError &error, bool expired)
{
    return expired ? tr("The upload expired at the service.")
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

} // namespace longshore
