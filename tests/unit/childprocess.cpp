#include "childprocess.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

#ifdef __SANITIZE_THREAD__
// ThreadSanitizer takes a process that has started a child for one that runs on after a fork.
extern "C" const char *__tsan_default_options()
{
    return "die_after_fork=0";
}
#endif

namespace {

constexpr int kTimeoutMs = 60'000;

QString withoutEnd(const QByteArray &line)
{
    return QString::fromUtf8(line).trimmed();
}

} // namespace

ChildProcess::ChildProcess(const QString &program, const QStringList &arguments)
{
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(QCoreApplication::applicationDirPath() + u'/' + program, arguments);
}

ChildProcess::~ChildProcess()
{
    kill();
}

QString ChildProcess::line()
{
    while (!m_process.canReadLine()) {
        if (!m_process.waitForReadyRead(kTimeoutMs))
            return {};
    }
    return withoutEnd(m_process.readLine());
}

void ChildProcess::kill()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished(kTimeoutMs);
}

QStringList ChildProcess::remainingLines()
{
    if (m_process.state() != QProcess::NotRunning)
        m_process.waitForFinished(kTimeoutMs);
    QStringList lines;
    for (const QByteArray &line : m_process.readAllStandardOutput().split('\n')) {
        if (!line.isEmpty())
            lines.append(withoutEnd(line));
    }
    return lines;
}
