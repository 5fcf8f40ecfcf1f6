#include "platform/processsignals.h"

#include <QCoreApplication>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>

#include <csignal>
#include <unistd.h>

using namespace longshore;
using namespace Qt::StringLiterals;

class TestProcessSignals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bringsSignals();
    void endsWhatIsBusy_data();
    void endsWhatIsBusy();
};

void TestProcessSignals::bringsSignals()
{
    ProcessSignals signals;
    QSignalSpy terminated(&signals, &ProcessSignals::terminated);
    QSignalSpy hungUp(&signals, &ProcessSignals::hungUp);
    QSignalSpy interrupted(&signals, &ProcessSignals::interrupted);
    for (const int signal : {SIGTERM, SIGHUP, SIGINT})
        QCOMPARE(::kill(::getpid(), signal), 0);
    QTRY_COMPARE(interrupted.size(), 1);
    QCOMPARE(interrupted.at(0).at(0).toBool(), false);
    QCOMPARE(terminated.size(), 1);
    QCOMPARE(hungUp.size(), 1);
}

void TestProcessSignals::endsWhatIsBusy_data()
{
    QTest::addColumn<int>("signal");
    QTest::addColumn<int>("exitCode");

    QTest::newRow("terminated") << SIGTERM << 143;
    QTest::newRow("hung up") << SIGHUP << 129;
}

void TestProcessSignals::endsWhatIsBusy()
{
    QFETCH(const int, signal);
    QProcess program;
    program.start(QCoreApplication::applicationDirPath() + u"/signalled"_s, QStringList());
    QVERIFY(program.waitForReadyRead());
    QCOMPARE(::kill(static_cast<pid_t>(program.processId()), signal), 0);
    QVERIFY(program.waitForFinished());
    QCOMPARE(program.exitStatus(), QProcess::NormalExit);
    QTEST(program.exitCode(), "exitCode");
}

QTEST_GUILESS_MAIN(TestProcessSignals)
#include "tst_processsignals.moc"
