#include "support/clifixture.h"

#include <QFile>
#include <QJsonDocument>
#include <QTest>

#include <csignal>
#include <memory>

using namespace longshore::test;
using namespace Qt::StringLiterals;

/// `longshore sandbox`, and uploads to it. The fixture's own service only holds a port.
class tst_CliSandbox : public QObject, private CliFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void printsAddressAndKey();
    void keyOfTheEnvironment_data();
    void keyOfTheEnvironment();
    void uploadsToIt();
    void keepsFiles();
    void faults();
    void badFaults_data();
    void badFaults();
    void portInUse();
    void commandsExitCode();
    void commandsEnvironment();
    void commandsInput();
    void commandKilled();
    void commandMissing();
    void commandGetsSignals_data();
    void commandGetsSignals();
    void uploadAsCommand();

private:
    bool startSandbox(const QStringList &arguments = {});
    /// Ends it and reads what it has seen.
    QJsonObject endSandbox();
    QString variable(const QByteArray &name);

    std::unique_ptr<CliProgram> m_sandbox;
};

void tst_CliSandbox::init()
{
    QVERIFY(reset(QStringLiteral(LONGSHORE_PROGRAM)));
    m_sandbox =
        std::make_unique<CliProgram>(QStringLiteral(LONGSHORE_PROGRAM), filePath(QString()));
}

void tst_CliSandbox::cleanup()
{
    m_sandbox.reset();
    release();
}

bool tst_CliSandbox::startSandbox(const QStringList &arguments)
{
    if (!m_sandbox->start(QStringList{u"sandbox"_s} + arguments) || !m_sandbox->waitForLines(2))
        return false;
    cli().set(u"OPENAI_BASE_URL"_s, variable("OPENAI_BASE_URL"));
    cli().set(u"OPENAI_API_KEY"_s, variable("OPENAI_API_KEY"));
    return true;
}

QJsonObject tst_CliSandbox::endSandbox()
{
    m_sandbox->sendSignal(SIGTERM);
    if (m_sandbox->finish() != 0)
        return {};
    return QJsonDocument::fromJson(m_sandbox->errors()).object();
}

QString tst_CliSandbox::variable(const QByteArray &name)
{
    for (const QByteArray &line : m_sandbox->lines()) {
        if (line.startsWith(name + '='))
            return QString::fromLatin1(line.mid(name.size() + 1));
    }
    return {};
}

void tst_CliSandbox::printsAddressAndKey()
{
    QVERIFY(startSandbox());
    QVERIFY(m_sandbox->lines().at(1).startsWith("OPENAI_API_KEY=sk-sandbox-"));
    QCOMPARE(m_sandbox->lines().size(), 2);
    QVERIFY(m_sandbox->lines().at(0).startsWith("OPENAI_BASE_URL=http://127.0.0.1:"));
    QVERIFY(m_sandbox->lines().at(0).endsWith("/v1"));
    m_sandbox->sendSignal(SIGINT);
    QCOMPARE(m_sandbox->finish(), 0);
    QCOMPARE(m_sandbox->errors().count('\n'), 1);
    QVERIFY(QJsonDocument::fromJson(m_sandbox->errors()).isObject());
}

void tst_CliSandbox::keyOfTheEnvironment_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<bool>("used");
    QTest::newRow("its own") << u"sk-sandbox-mine"_s << true;
    QTest::newRow("a real one") << u"sk-proj-real"_s << false;
}

void tst_CliSandbox::keyOfTheEnvironment()
{
    QFETCH(const QString, key);
    m_sandbox->set(u"OPENAI_API_KEY"_s, key);
    QVERIFY(startSandbox());
    QTEST(variable("OPENAI_API_KEY") == key, "used");
    QVERIFY(variable("OPENAI_API_KEY").startsWith("sk-sandbox-"_L1));
}

void tst_CliSandbox::uploadsToIt()
{
    QVERIFY(startSandbox());
    QCOMPARE(cli().run(upload({write(u"a"_s, "a")})), 0);
    cli().set(u"OPENAI_API_KEY"_s, u"sk-sandbox-another"_s);
    QCOMPARE(cli().run(upload({u"--no-resume"_s, filePath(u"a"_s)})), 3);
    const QJsonObject seen = endSandbox();
    QVERIFY(!seen.isEmpty());
    QVERIFY(QJsonDocument(seen).toJson().contains("completed"));
}

void tst_CliSandbox::keepsFiles()
{
    QVERIFY(startSandbox({u"--data-dir"_s, filePath(u"kept"_s)}));
    QCOMPARE(cli().run(upload({write(u"a"_s, "content")})), 0);
    QVERIFY(!endSandbox().isEmpty());
    QFile file(filePath(u"kept/files/"_s + QString::fromLatin1(cli().lines().value(0))));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("content"));
}

void tst_CliSandbox::faults()
{
    const QString faults =
        write(u"faults.json"_s,
              R"({"rules":[{"call":"create","action":"status","status":400,"body":"{}"}]})");
    QVERIFY(startSandbox({u"--faults"_s, faults}));
    QCOMPARE(cli().run(upload({u"--json"_s, write(u"a"_s, "a")})), 1);
    QCOMPARE(cli().event(u"failed"_s).value("error"_L1)["status"_L1].toInt(), 400);
}

void tst_CliSandbox::badFaults_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("no JSON") << QByteArray("nonsense");
    QTest::newRow("unknown call") << QByteArray(R"({"rules":[{"call":"x","action":"lost"}]})");
    QTest::newRow("unknown action") << QByteArray(R"({"rules":[{"call":"part","action":"x"}]})");
}

void tst_CliSandbox::badFaults()
{
    QFETCH(const QByteArray, json);
    const QString faults = write(u"faults.json"_s, json);
    QCOMPARE(m_sandbox->run({u"sandbox"_s, u"--faults"_s, faults}), 2);
    QVERIFY(m_sandbox->errors().contains("--faults '" + faults.toUtf8() + "'"));
    QCOMPARE(m_sandbox->run({u"sandbox"_s, u"--faults"_s, filePath(u"none"_s)}), 2);
    QCOMPARE(m_sandbox->output(), QByteArray());
}

void tst_CliSandbox::portInUse()
{
    const quint16 taken = server().port();
    QCOMPARE(m_sandbox->run({u"sandbox"_s, u"--port"_s, QString::number(taken)}), 1);
    QVERIFY(m_sandbox->errors().contains(QByteArray::number(taken)));
    QCOMPARE(m_sandbox->output(), QByteArray());
}

void tst_CliSandbox::commandsExitCode()
{
    for (const int code : {0, 7, 130}) {
        QCOMPARE(m_sandbox->run({u"sandbox"_s, u"--"_s, u"sh"_s, u"-c"_s, u"exit %1"_s.arg(code)}),
                 code);
        QVERIFY(QJsonDocument::fromJson(m_sandbox->errors()).isObject());
    }
}

void tst_CliSandbox::commandsEnvironment()
{
    m_sandbox->set(u"OPENAI_API_KEY"_s, u"sk-proj-real"_s);
    m_sandbox->set(u"OPENAI_BASE_URL"_s, u"https://example.com/v1"_s);
    QCOMPARE(m_sandbox->run({u"sandbox"_s, u"--"_s, u"sh"_s, u"-c"_s,
                             u"echo \"$OPENAI_BASE_URL $OPENAI_API_KEY\"; echo said >&2"_s}),
             0);
    QCOMPARE(m_sandbox->lines().size(), 3);
    QCOMPARE(QString::fromLatin1(m_sandbox->lines().at(2)),
             variable("OPENAI_BASE_URL") + u' ' + variable("OPENAI_API_KEY"));
    QVERIFY(variable("OPENAI_BASE_URL").startsWith("http://127.0.0.1:"_L1));
    QVERIFY(m_sandbox->errors().contains("said\n"));
    QVERIFY(!m_sandbox->output().contains("sk-proj-real"));
}

void tst_CliSandbox::commandsInput()
{
    QVERIFY(m_sandbox->start({u"sandbox"_s, u"--"_s, u"cat"_s}));
    m_sandbox->process().write("forwarded\n");
    m_sandbox->process().closeWriteChannel();
    QCOMPARE(m_sandbox->finish(), 0);
    QCOMPARE(m_sandbox->lines().value(2), QByteArray("forwarded"));
}

void tst_CliSandbox::commandKilled()
{
    QCOMPARE(m_sandbox->run({u"sandbox"_s, u"--"_s, u"sh"_s, u"-c"_s, u"kill -KILL $$"_s}),
             128 + SIGKILL);
    // As in any other parent, a closed pipe ends it.
    QCOMPARE(m_sandbox->run({u"sandbox"_s, u"--"_s, u"sh"_s, u"-c"_s, u"kill -PIPE $$"_s}),
             128 + SIGPIPE);
}

void tst_CliSandbox::commandMissing()
{
    QCOMPARE(m_sandbox->run({u"sandbox"_s, u"--"_s, u"/nonexistent/program"_s}), 127);
    QVERIFY(m_sandbox->errors().contains("/nonexistent/program"));
}

void tst_CliSandbox::commandGetsSignals_data()
{
    QTest::addColumn<int>("signal");
    QTest::addColumn<int>("code");
    QTest::newRow("SIGINT") << SIGINT << 41;
    QTest::newRow("SIGTERM") << SIGTERM << 42;
}

void tst_CliSandbox::commandGetsSignals()
{
    QFETCH(const int, signal);
    // It ends only when it got its signal.
    const QString command = u"trap 'exit 41' INT; trap 'exit 42' TERM; echo ready; "
                            "while :; do read line <\"$0\"; done"_s;
    const QString fifo = filePath(u"fifo"_s);
    QCOMPARE(QProcess::execute(u"mkfifo"_s, {fifo}), 0);
    QVERIFY(m_sandbox->start({u"sandbox"_s, u"--"_s, u"sh"_s, u"-c"_s, command, fifo}));
    QVERIFY(m_sandbox->waitForOutput("ready\n"));
    m_sandbox->sendSignal(signal);
    QTEST(m_sandbox->finish(), "code");
}

void tst_CliSandbox::uploadAsCommand()
{
    QCOMPARE(m_sandbox->run({u"sandbox"_s, u"--data-dir"_s, filePath(u"kept"_s), u"--"_s,
                             QStringLiteral(LONGSHORE_PROGRAM), u"upload"_s, write(u"a"_s, "a")}),
             0);
    QVERIFY(QFile::exists(
        filePath(u"kept/files/"_s + QString::fromLatin1(m_sandbox->lines().value(2)))));
}

QTEST_GUILESS_MAIN(tst_CliSandbox)
#include "tst_clisandbox.moc"
