#pragma once

#include <QByteArrayList>
#include <QJsonObject>
#include <QList>
#include <QProcess>
#include <QProcessEnvironment>
#include <QString>
#include <QStringList>

#include <functional>

namespace longshore::test {

/// The built `longshore`, run as a process in an environment of its own: nothing of the tester's
/// HOME, proxies or keys. Waits for lines and for the end only; the bound on that is for hangs.
class CliProgram
{
public:
    CliProgram(const QString &program, const QString &home);
    /// Kills what still runs.
    ~CliProgram();
    Q_DISABLE_COPY_MOVE(CliProgram)

    void set(const QString &variable, const QString &value);
    void unset(const QString &variable);
    QProcess &process() { return m_process; }

    bool start(const QStringList &arguments);
    /// Another program in its place, a shell perhaps that runs it.
    bool startProgram(const QString &program, const QStringList &arguments);
    /// start() and then finish().
    int run(const QStringList &arguments);
    /// The exit code once the program has ended; -1 if it crashed or hangs.
    int finish();
    void sendSignal(int signal);

    using Fits = std::function<bool(const QJsonObject &)>;

    /// Waits for an event on stdout that fits; false if the program ends before.
    bool waitForEvent(const QString &name, const Fits &fits = {});
    bool waitForOutput(const QByteArray &text);
    bool waitForLines(qsizetype count);

    QByteArray output();
    QByteArray errors();
    /// Lines of stdout.
    QByteArrayList lines();
    /// Each line of stdout as JSON; a line that is none becomes an empty object. The part of a line
    /// is left out.
    QList<QJsonObject> allEvents();
    QList<QJsonObject> events(const QString &name, const Fits &fits = {});
    /// The only event of this name; an empty one if there is none or more.
    QJsonObject event(const QString &name);

private:
    bool waitUntil(const std::function<bool()> &done);
    void read();

    QString m_program;
    QProcessEnvironment m_environment;
    QProcess m_process;
    QByteArray m_output;
    QByteArray m_errors;
};

} // namespace longshore::test
