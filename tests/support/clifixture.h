#pragma once

#include "sandbox/sandbox.h"
#include "support/cliprogram.h"

#include <QByteArray>
#include <QTemporaryDir>

#include <memory>
#include <vector>

namespace longshore::test {

/// A folder, a service in the test's process, and the program with its address and key in the
/// environment.
class CliFixture
{
public:
    /// Throws away what was there; false, with the test failed, if there is no folder or no
    /// service.
    bool reset(const QString &program);
    /// To be called by cleanup(); shows what the program printed where the test has failed.
    void release();

    /// Writes a file and returns its path.
    QString write(const QString &name, const QByteArray &content) const;
    QString filePath(const QString &name) const { return m_dir->filePath(name); }
    /// Of a file that the service made.
    QByteArray contentOf(const QString &fileId) const;
    /// `upload` with a data folder below filePath("data").
    QStringList upload(const QStringList &arguments) const;
    void setFaults(std::vector<sandbox::FaultRule> rules);

    CliProgram &cli() { return *m_cli; }
    sandbox::SandboxServer &server() { return *m_server; }

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<sandbox::SandboxServer> m_server;
    std::unique_ptr<CliProgram> m_cli;
};

/// The service's key.
QByteArray serviceKey();

sandbox::FaultRule rule(sandbox::Call call, sandbox::FaultAction action,
                        std::vector<qint64> nth = {});
sandbox::FaultRule answer(sandbox::Call call, int status, const QByteArray &body,
                          std::vector<qint64> nth = {});
sandbox::FaultRule stall(sandbox::Call call, sandbox::StallPoint point,
                         std::vector<qint64> nth = {});

/// Part 0 is all "0", part 1 all "1" and so on.
QByteArray numberedParts(int parts, int bytes);

/// Fits events with this `state`.
CliProgram::Fits inState(const QString &state);

} // namespace longshore::test
