#pragma once

#include "cli/commandline.h"
#include "sandbox/sandbox.h"

#include <QObject>
#include <QProcess>
#include <QProcessEnvironment>

#include <memory>
#include <optional>
#include <variant>

namespace longshore {

/// The sandbox's options from command line and environment; reads --faults.
std::variant<sandbox::SandboxOptions, UsageProblem>
sandboxOptionsOf(const SandboxCommand &command, const QProcessEnvironment &environment);

/// `longshore sandbox`: a service until it is told to end, or as long as a command runs.
class SandboxRun final : public QObject
{
    Q_OBJECT

public:
    SandboxRun(const sandbox::SandboxOptions &options, const QStringList &command,
               const QProcessEnvironment &environment, QObject *parent = nullptr);
    ~SandboxRun() override;

    /// Starts the service and then the command. An exit code if it came to nothing; otherwise
    /// finished() follows.
    std::optional<int> start();
    /// Passes `signal` on to the command, or ends the service where there is none.
    void end(int signal);

    bool runsCommand() const { return !m_command.isEmpty(); }

Q_SIGNALS:
    void finished(int exitCode);

private:
    void startCommand();
    void finish(int exitCode);

    sandbox::SandboxServer m_server;
    QStringList m_command;
    QProcessEnvironment m_environment;
    std::unique_ptr<QProcess> m_process;
};

} // namespace longshore
