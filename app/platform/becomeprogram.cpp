#include "platform/becomeprogram.h"

#include <QFile>

#ifdef Q_OS_UNIX
#include <cerrno>
#include <unistd.h>
#else
#include <QProcess>
#include <cstdlib>
#endif

namespace longshore {

#ifdef Q_OS_UNIX

QString becomeProgram(const QString &path, char **arguments)
{
    ::execv(QFile::encodeName(path).constData(), arguments);
    return qt_error_string(errno);
}

#else

QString becomeProgram(const QString &path, char **arguments)
{
    QStringList words;
    for (char **argument = arguments + 1; *arguments && *argument; ++argument)
        words.append(QString::fromLocal8Bit(*argument));
    QProcess program;
    program.setProcessChannelMode(QProcess::ForwardedChannels);
    program.setInputChannelMode(QProcess::ForwardedInputChannel);
    program.start(path, words);
    if (!program.waitForStarted(-1))
        return program.errorString();
    program.waitForFinished(-1);
    std::exit(program.exitCode());
}

#endif

} // namespace longshore
