#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <chrono>
#include <memory>

namespace longshore {

/// The signals by which a program is asked to end, brought into the event loop. One object at a
/// time. A signal that the parent had switched off (nohup, a shell's background job) stays off.
/// SIGPIPE is ignored from now on.
class ProcessSignals final : public QObject
{
    Q_OBJECT

public:
    explicit ProcessSignals(QObject *parent = nullptr);
    /// Puts back what was before.
    ~ProcessSignals() override;

    /// From the third SIGINT on the process ends at once, whatever the event loop is busy with.
    void endOnThirdInterrupt();
    /// From the first SIGTERM or SIGHUP on the process has this long to end by itself. Then it is
    /// ended, with the exit code that such an end has (128 + the signal's number).
    void limitTheEnd(std::chrono::seconds limit);

Q_SIGNALS:
    /// SIGINT. From a terminal it reaches all programs of the foreground, so that nobody has to
    /// pass it on.
    void interrupted(bool fromTerminal);
    void terminated();
    void hungUp();

private:
    void read();

    int m_readEnd = -1;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace longshore
