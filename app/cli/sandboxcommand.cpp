#include "cli/sandboxcommand.h"

#include "cli/exitcode.h"
#include "cli/humantext.h"
#include "cli/standardstreams.h"

#include <QFile>

#include <csignal>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// As shells have it.
constexpr int kExitCannotStart = 127;
constexpr int kExitOfSignal = 128;
/// Only such a key is a sandbox's own: a real one must never end up in one.
constexpr char kSandboxKeyPrefix[] = "sk-sandbox-";
constexpr qint64 kMaxFaultsBytes = 16'000'000;

constexpr auto kUrlVariable = "OPENAI_BASE_URL"_L1;
constexpr auto kKeyVariable = "OPENAI_API_KEY"_L1;

void complain(const QString &sentence)
{
    writeAll(Stream::Error, (u"longshore: "_s + escaped(sentence) + u'\n').toUtf8());
}

} // namespace

std::variant<sandbox::SandboxOptions, UsageProblem>
sandboxOptionsOf(const SandboxCommand &command, const QProcessEnvironment &environment)
{
    sandbox::SandboxOptions options;
    options.port = command.port;
    options.dataDir = command.dataDir;
    options.lifetime = command.lifetime;
    options.countEveryByte = command.countEveryByte;
    const QByteArray key = environment.value(QString(kKeyVariable)).trimmed().toUtf8();
    if (key.startsWith(kSandboxKeyPrefix))
        options.apiKey = key;
    if (command.faultsFile.isEmpty())
        return options;

    QFile file(command.faultsFile);
    if (!file.open(QIODevice::ReadOnly)) {
        return UsageProblem{
            u"--faults '%1' can't be read: %2."_s.arg(command.faultsFile, file.errorString())};
    }
    QString problem;
    options.faults = sandbox::parseFaults(file.read(kMaxFaultsBytes), &problem);
    if (!problem.isEmpty())
        return UsageProblem{u"--faults '%1': %2"_s.arg(command.faultsFile, problem)};
    return options;
}

SandboxRun::SandboxRun(const sandbox::SandboxOptions &options, const QStringList &command,
                       const QProcessEnvironment &environment, QObject *parent)
    : QObject(parent)
    , m_server(options)
    , m_command(command)
    , m_environment(environment)
{
}

SandboxRun::~SandboxRun() = default;

std::optional<int> SandboxRun::start()
{
    QString problem;
    if (!m_server.start(&problem)) {
        complain(problem);
        return ExitFailed;
    }
    const QString key = QString::fromLatin1(m_server.apiKey());
    m_environment.insert(QString(kUrlVariable), m_server.baseUrl());
    m_environment.insert(QString(kKeyVariable), key);
    writeAll(Stream::Output,
             u"%1=%2\n%3=%4\n"_s.arg(kUrlVariable, m_server.baseUrl(), kKeyVariable, key).toUtf8());
    if (runsCommand())
        startCommand();
    return std::nullopt;
}

void SandboxRun::end(int signal)
{
    if (!runsCommand())
        finish(ExitCompleted);
    else if (m_process->processId() != 0)
        ::kill(static_cast<pid_t>(m_process->processId()), signal);
}

void SandboxRun::startCommand()
{
    m_process = std::make_unique<QProcess>();
    m_process->setProcessChannelMode(QProcess::ForwardedChannels);
    m_process->setInputChannelMode(QProcess::ForwardedInputChannel);
    m_process->setProcessEnvironment(m_environment);
    m_process->setProgram(m_command.constFirst());
    m_process->setArguments(m_command.sliced(1));
    // What is ignored stays ignored in the command, and that SIGPIPE is ours alone.
    m_process->setChildProcessModifier([] { std::signal(SIGPIPE, SIG_DFL); });
    connect(m_process.get(), &QProcess::finished, this,
            [this](int exitCode, QProcess::ExitStatus status) {
                // With CrashExit the number is the signal's.
                finish(status == QProcess::NormalExit ? exitCode : kExitOfSignal + exitCode);
            });
    connect(m_process.get(), &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return;
        complain(
            u"'%1' can't be started: %2."_s.arg(m_command.constFirst(), m_process->errorString()));
        finish(kExitCannotStart);
    });
    m_process->start();
}

void SandboxRun::finish(int exitCode)
{
    m_server.stop();
    writeAll(Stream::Error, m_server.statistics().toJson() + '\n');
    Q_EMIT finished(exitCode);
}

} // namespace longshore
