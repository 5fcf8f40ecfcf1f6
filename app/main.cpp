#include "cli/program.h"
#include "cli/standardstreams.h"

#include <QCoreApplication>

#ifdef __GLIBC__
#include <malloc.h>
#endif

int main(int argc, char *argv[])
{
#ifdef __GLIBC__
    // Left alone, glibc keeps freed megabyte buffers in the arena of each thread that ever had one,
    // so that memory grows with the number of parts that were sent.
    mallopt(M_MMAP_THRESHOLD, 256 * 1024);
#endif
    longshore::openMissingStreams();
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("longshore"));
    QCoreApplication::setApplicationVersion(QStringLiteral(LONGSHORE_VERSION));
    return longshore::runProgram(application);
}
