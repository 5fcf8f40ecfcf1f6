#pragma once

#include <QProcess>
#include <QString>
#include <QStringList>

/// A helper program of the tests, beside the test's own, that says lines on stdout. Killed when
/// destroyed.
class ChildProcess
{
public:
    ChildProcess(const QString &program, const QStringList &arguments);
    ~ChildProcess();
    Q_DISABLE_COPY_MOVE(ChildProcess)

    /// Waits for the next line, without its end; a null string if the program ended before it, or
    /// after a minute.
    QString line();
    /// Ends it as nothing that it could catch; returns when it is gone.
    void kill();
    /// Waits for its end; what line() has not returned yet.
    QStringList remainingLines();
    qint64 processId() const { return m_process.processId(); }

private:
    QProcess m_process;
};
