#include "cli/program.h"

#include "cli/debuglog.h"
#include "cli/exitcode.h"
#include "cli/headlessrun.h"
#include "cli/humantext.h"
#include "cli/outputwriter.h"
#include "cli/reporter.h"
#include "cli/sandboxcommand.h"
#include "cli/standardstreams.h"
#include "cli/uploadsetup.h"
#include "platform/processsignals.h"

#include <QCoreApplication>
#include <QMetaObject>

#include <csignal>
#include <cstdlib>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// How long an end at once waits for a slow reader.
constexpr std::chrono::milliseconds kLastWords{200};

/// Of an upload run that is asked to end and to keep what it has.
constexpr std::chrono::seconds kEndLimit{4};

int refuse(const UsageProblem &problem)
{
    writeAll(Stream::Error, (u"longshore: "_s + escaped(problem.sentence) + u'\n').toUtf8());
    return ExitUsage;
}

} // namespace

int runCommand(const TextToShow &text, QCoreApplication &)
{
    return writeAll(Stream::Output, text.text.toUtf8()) == 0 ? ExitCompleted : ExitFailed;
}

int runCommand(const UsageProblem &problem, QCoreApplication &)
{
    return refuse({problem.sentence + u" See \"longshore --help\"."_s});
}

int runCommand(const SandboxCommand &command, QCoreApplication &application)
{
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const auto options = sandboxOptionsOf(command, environment);
    if (const auto *problem = std::get_if<UsageProblem>(&options))
        return refuse(*problem);

    const DebugLog log;
    ProcessSignals signals;
    SandboxRun sandbox(std::get<sandbox::SandboxOptions>(options), command.command, environment);
    QObject::connect(&signals, &ProcessSignals::interrupted, &sandbox, [&](bool fromTerminal) {
        // The terminal has told the command too.
        if (!fromTerminal || !sandbox.runsCommand())
            sandbox.end(SIGINT);
    });
    QObject::connect(&signals, &ProcessSignals::terminated, &sandbox,
                     [&] { sandbox.end(SIGTERM); });
    QObject::connect(&signals, &ProcessSignals::hungUp, &sandbox, [&] { sandbox.end(SIGHUP); });
    // The command may be done before the event loop runs.
    QObject::connect(&sandbox, &SandboxRun::finished, &application, &QCoreApplication::exit,
                     Qt::QueuedConnection);
    const std::optional<int> ended = sandbox.start();
    return ended ? *ended : application.exec();
}

int runCommand(const UploadCommand &command, QCoreApplication &application)
{
    const auto setup = setUpUpload(command, QProcessEnvironment::systemEnvironment());
    if (const auto *problem = std::get_if<UsageProblem>(&setup))
        return refuse(*problem);
    DebugLog log;
    if (!command.logFile.isEmpty()) {
        if (const QString problem = log.open(command.logFile); !problem.isEmpty())
            return refuse({problem});
        log.write(u"longshore " LONGSHORE_VERSION ", Qt %1"_s.arg(QLatin1StringView(qVersion())));
    }

    ProcessSignals signals;
    signals.endOnThirdInterrupt();
    signals.limitTheEnd(kEndLimit);
    OutputWriter writer;
    Reporter reporter(command.json, command.quiet, writer, log);
    HeadlessRun headless(std::get<UploadSetup>(setup), reporter);

    QObject::connect(&signals, &ProcessSignals::interrupted, &headless, &HeadlessRun::interrupt);
    QObject::connect(&signals, &ProcessSignals::terminated, &headless,
                     [&] { headless.stop(EndedBy::Terminate); });
    QObject::connect(&signals, &ProcessSignals::hungUp, &headless,
                     [&] { headless.stop(EndedBy::HangUp); });
    QObject::connect(&writer, &OutputWriter::outputFailed, &headless, &HeadlessRun::loseOutput);
    QObject::connect(&headless, &HeadlessRun::leaving, &headless, [&](int code) {
        log.write(u"left at once, exit code %1"_s.arg(code));
        writer.drain(kLastWords);
        headless.abandon();
        std::_Exit(code);
    });
    bool outputLost = false;
    QObject::connect(&writer, &OutputWriter::outputFailed, &headless, [&] { outputLost = true; });
    int exitCode = ExitFailed;
    QObject::connect(&headless, &HeadlessRun::finished, &headless, [&](int code) {
        exitCode = code;
        log.write(u"exit code %1"_s.arg(code));
        writer.whenWritten([](bool) { QCoreApplication::quit(); });
    });
    headless.start();
    application.exec();
    // An id that nobody could read is no success.
    if (outputLost && exitCode == ExitCompleted)
        exitCode = ExitFailed;
    if (headless.threadsLeft())
        std::_Exit(exitCode);
    return exitCode;
}

} // namespace longshore
