#include "cli/becomewindow.h"

#include "cli/exitcode.h"
#include "cli/humantext.h"
#include "cli/standardstreams.h"
#include "platform/becomeprogram.h"

#include <QCoreApplication>
#include <QDir>

#include <vector>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// Beside this program wherever both were installed or built, and whatever link it was started by.
QString windowProgram(int argc, char **argv)
{
    // The application takes arguments out that the window may want.
    std::vector<char *> arguments(argv, argv + argc + 1);
    const QCoreApplication application(argc, arguments.data());
    return QDir::cleanPath(QCoreApplication::applicationDirPath()
                           + QStringLiteral("/" LONGSHORE_WINDOW_FROM_PROGRAM_DIR));
}

} // namespace

int becomeWindow(const WindowCommand & /*command*/, int &argc, char **argv)
{
    const QString program = windowProgram(argc, argv);
    const QString problem = becomeProgram(program, argv);
    writeAll(
        Stream::Error,
        (u"longshore: The window's program %1 does not start: %2. Install Longshore again, or "
         "use \"longshore upload FILE\", which needs no window.\n"_s.arg(escaped(program), problem))
            .toUtf8());
    return ExitUsage;
}

} // namespace longshore
