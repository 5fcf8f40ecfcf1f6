#include "cli/program.h"
#include "cli/standardstreams.h"

#include <QCoreApplication>

int main(int argc, char *argv[])
{
    longshore::openMissingStreams();
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("longshore"));
    QCoreApplication::setApplicationVersion(QStringLiteral(LONGSHORE_VERSION));
    return longshore::runProgram(application);
}
