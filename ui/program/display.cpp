#include "ui/program/display.h"

#include "cli/exitcode.h"
#include "cli/standardstreams.h"

#include <QString>
#include <QtGlobal>

#include <cstdlib>

namespace longshore {

namespace {

QtMessageHandler previousHandler = nullptr;

void endOnFatal(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    if (type == QtFatalMsg) {
        writeAll(Stream::Error,
                 "longshore: The window needs a display, and there is none to be had. Use "
                 "\"longshore upload FILE\" to upload without one.\n");
        std::_Exit(ExitUsage);
    }
    // What the platform plugins say about the same is no news then.
    if (type != QtWarningMsg && type != QtInfoMsg && type != QtDebugMsg && previousHandler)
        previousHandler(type, context, text);
}

} // namespace

DisplayGuard::DisplayGuard()
{
    previousHandler = qInstallMessageHandler(endOnFatal);
}

DisplayGuard::~DisplayGuard()
{
    qInstallMessageHandler(previousHandler);
}

} // namespace longshore
