#include "cli/startprogram.h"

#include "cli/program.h"
#include "cli/standardstreams.h"
#include "platform/tlscleanup.h"

#include <QCoreApplication>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace longshore {

namespace {

/// As QCoreApplication has them, before there is one: which application it is to be depends on
/// them.
QStringList argumentsOf(int argc, char **argv)
{
    QStringList arguments;
    for (int index = 0; index < argc; ++index)
        arguments.append(QString::fromLocal8Bit(argv[index]));
    return arguments;
}

void limitMemoryKept()
{
#ifdef __GLIBC__
    // Left alone, glibc keeps freed megabyte buffers in the arena of each thread that ever had one,
    // so that memory grows with the number of parts that were sent; and each of many threads gets
    // an arena of its own.
    mallopt(M_MMAP_THRESHOLD, 256 * 1024);
    mallopt(M_ARENA_MAX, 2);
#endif
}

int start(const WindowCommand &command, int &argc, char **argv, WindowStart startWindow)
{
    return startWindow(command, argc, argv);
}

template <typename Command>
int start(const Command &command, int &argc, char **argv, WindowStart /*startWindow*/)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("longshore"));
    QCoreApplication::setApplicationVersion(QStringLiteral(LONGSHORE_VERSION));
    return runCommand(command, application);
}

} // namespace

int startProgram(int argc, char **argv, WindowStart startWindow)
{
    limitMemoryKept();
    leaveTlsUncleanedAtExit();
    openMissingStreams();
    return std::visit([&](const auto &command) { return start(command, argc, argv, startWindow); },
                      parseCommandLine(argumentsOf(argc, argv)));
}

} // namespace longshore
