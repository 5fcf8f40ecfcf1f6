#include "support/cliprogram.h"

#include <QJsonDocument>
#include <QTest>

#include <chrono>
#include <csignal>

namespace longshore::test {

using namespace Qt::StringLiterals;

namespace {

/// Far beyond what a run takes under any sanitizer.
constexpr std::chrono::milliseconds kHang{120'000};

QProcessEnvironment cleanEnvironment(const QString &home)
{
    const QProcessEnvironment system = QProcessEnvironment::systemEnvironment();
    QProcessEnvironment environment;
    for (const QString &name : system.keys()) {
        if (name == "PATH"_L1 || name == "LD_LIBRARY_PATH"_L1 || name.endsWith("SAN_OPTIONS"_L1))
            environment.insert(name, system.value(name));
    }
    environment.insert(u"HOME"_s, home);
    environment.insert(u"TMPDIR"_s, home);
    return environment;
}

} // namespace

CliProgram::CliProgram(const QString &program, const QString &home)
    : m_program(program)
    , m_environment(cleanEnvironment(home))
{
    // A shell's background job, which the tests may be, has SIGINT switched off, and so have its
    // children.
    m_process.setChildProcessModifier([] {
        for (const int signal : {SIGINT, SIGTERM, SIGHUP})
            std::signal(signal, SIG_DFL);
    });
}

CliProgram::~CliProgram()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished(-1);
}

void CliProgram::set(const QString &variable, const QString &value)
{
    m_environment.insert(variable, value);
}

void CliProgram::unset(const QString &variable)
{
    m_environment.remove(variable);
}

bool CliProgram::start(const QStringList &arguments)
{
    return startProgram(m_program, arguments);
}

bool CliProgram::startProgram(const QString &program, const QStringList &arguments)
{
    m_output.clear();
    m_errors.clear();
    m_process.setProcessEnvironment(m_environment);
    m_process.start(program, arguments);
    return m_process.waitForStarted(-1);
}

int CliProgram::run(const QStringList &arguments)
{
    return start(arguments) ? finish() : -1;
}

int CliProgram::finish()
{
    waitUntil([] { return false; });
    const bool ended =
        m_process.state() == QProcess::NotRunning && m_process.exitStatus() == QProcess::NormalExit;
    return ended ? m_process.exitCode() : -1;
}

void CliProgram::sendSignal(int signal)
{
    if (m_process.processId() != 0)
        ::kill(static_cast<pid_t>(m_process.processId()), signal);
}

bool CliProgram::waitForEvent(const QString &name, const Fits &fits)
{
    return waitUntil([&] { return !events(name, fits).isEmpty(); });
}

bool CliProgram::waitForOutput(const QByteArray &text)
{
    return waitUntil([&] { return m_output.contains(text); });
}

bool CliProgram::waitForLines(qsizetype count)
{
    return waitUntil([&] { return m_output.count('\n') >= count; });
}

QByteArray CliProgram::output()
{
    read();
    return m_output;
}

QByteArray CliProgram::errors()
{
    read();
    return m_errors;
}

QByteArrayList CliProgram::lines()
{
    QByteArrayList lines = output().split('\n');
    lines.removeLast();
    return lines;
}

QList<QJsonObject> CliProgram::allEvents()
{
    QList<QJsonObject> events;
    for (const QByteArray &line : lines())
        events.append(QJsonDocument::fromJson(line).object());
    return events;
}

QList<QJsonObject> CliProgram::events(const QString &name, const Fits &fits)
{
    QList<QJsonObject> found = allEvents();
    found.removeIf([&](const QJsonObject &event) {
        return event.value("event"_L1).toString() != name || (fits && !fits(event));
    });
    return found;
}

QJsonObject CliProgram::event(const QString &name)
{
    const QList<QJsonObject> found = events(name);
    return found.size() == 1 ? found.constFirst() : QJsonObject();
}

/// False if the program ends, or hangs, before it is done.
bool CliProgram::waitUntil(const std::function<bool()> &done)
{
    bool isDone = false;
    const auto settled = [&] {
        const bool ended = m_process.state() == QProcess::NotRunning;
        read();
        isDone = done();
        return isDone || ended;
    };
    return QTest::qWaitFor(settled, static_cast<int>(kHang.count())) && isDone;
}

void CliProgram::read()
{
    m_output += m_process.readAllStandardOutput();
    m_errors += m_process.readAllStandardError();
}

} // namespace longshore::test
