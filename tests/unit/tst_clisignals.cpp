#include "support/clifixture.h"

#include <QDir>
#include <QTest>

#include <csignal>

using namespace longshore::sandbox;
using namespace longshore::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int kParts = 3;
constexpr int kPartBytes = 1000;
constexpr int kBoundMs = 60'000;

} // namespace

/// An upload that is asked to end while its second part hangs.
class tst_CliSignals : public QObject, private CliFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { release(); }

    void interruptCancels();
    void interruptWithoutUploads();
    void secondInterruptLeavesAtOnce();
    void interruptIsHeardWhileOutputIsBlocked();
    void terminateKeepsAndResumes();
    void hangUpKeeps();
    void terminateEndsCancelling();
    void inheritedIgnoreIsKept();
    void closedOutputStops();
    void interruptedEmbeddedSandboxLeavesNothing();

private:
    QStringList slowUpload(const QStringList &more = {}) const;
    /// Until the first part is confirmed and the second hangs.
    bool startAndHang(const QStringList &more = {});

    const QByteArray m_content = numberedParts(kParts, kPartBytes);
};

void tst_CliSignals::init()
{
    QVERIFY(reset(QStringLiteral(LONGSHORE_PROGRAM)));
    write(u"a.bin"_s, m_content);
    setFaults({stall(Call::Part, StallPoint::Body, {2})});
}

QStringList tst_CliSignals::slowUpload(const QStringList &more) const
{
    return upload(QStringList{u"--lanes"_s, u"1"_s, u"--part-size"_s, QString::number(kPartBytes),
                              filePath(u"a.bin"_s)}
                  + more);
}

bool tst_CliSignals::startAndHang(const QStringList &more)
{
    return cli().start(slowUpload(QStringList{u"--json"_s} + more))
        && cli().waitForEvent(u"part"_s, [](const QJsonObject &event) {
               return event.value("index"_L1).toInt() == 1;
           });
}

void tst_CliSignals::interruptCancels()
{
    QVERIFY(startAndHang());
    cli().sendSignal(SIGINT);
    QCOMPARE(cli().finish(), 130);
    const QJsonObject cancelled = cli().event(u"cancelled"_s);
    QCOMPARE(cancelled.value("upload_id"_L1).toString(), server().uploads().at(0).id);
    QCOMPARE(server().statistics().uploads.cancelled, 1);
    QCOMPARE(cli().allEvents().constLast().value("event"_L1).toString(), u"summary"_s);
    QCOMPARE(cli().event(u"summary"_s).value("cancelled"_L1).toInteger(), 1);
    QVERIFY(cli().errors().contains("cancelling"));

    // There is nothing to go on with.
    QCOMPARE(cli().run(slowUpload({u"--json"_s})), 0);
    QCOMPARE(cli().events(u"resumed"_s).size(), 0);
}

void tst_CliSignals::interruptWithoutUploads()
{
    setFaults({stall(Call::Create, StallPoint::Headers)});
    QVERIFY(cli().start(slowUpload({u"--json"_s})));
    QVERIFY(QTest::qWaitFor([&] { return server().statistics().requests.create == 1; }, kBoundMs));
    cli().sendSignal(SIGINT);
    QCOMPARE(cli().finish(), 130);
    QVERIFY(!cli().event(u"cancelled"_s).isEmpty());
}

void tst_CliSignals::secondInterruptLeavesAtOnce()
{
    setFaults({stall(Call::Part, StallPoint::Body, {2}), stall(Call::Cancel, StallPoint::Headers)});
    QVERIFY(startAndHang());
    cli().sendSignal(SIGINT);
    QVERIFY(QTest::qWaitFor([&] { return server().statistics().requests.cancel == 1; }, kBoundMs));
    cli().sendSignal(SIGINT);
    QCOMPARE(cli().finish(), 130);
    QCOMPARE(cli().allEvents().constLast().value("event"_L1).toString(), u"summary"_s);
    QCOMPARE(server().statistics().uploads.cancelled, 0);
}

void tst_CliSignals::interruptIsHeardWhileOutputIsBlocked()
{
    // A terminal that was stopped with Ctrl-S: nobody reads, and the pipe is full before the first
    // event.
    const QString command = u"exec 3<>\"$0\"; head -c 65536 /dev/zero >&3; exec \"$@\" >&3"_s;
    const QString fifo = filePath(u"fifo"_s);
    QCOMPARE(QProcess::execute(u"mkfifo"_s, {fifo}), 0);
    QVERIFY(
        cli().startProgram(u"sh"_s,
                           QStringList{u"-c"_s, command, fifo, QStringLiteral(LONGSHORE_PROGRAM)}
                               + slowUpload({u"--json"_s})));
    QVERIFY(QTest::qWaitFor([&] { return server().statistics().requests.part == 2; }, kBoundMs));
    cli().sendSignal(SIGINT);
    QVERIFY(
        QTest::qWaitFor([&] { return server().statistics().uploads.cancelled == 1; }, kBoundMs));
    cli().sendSignal(SIGINT);
    QCOMPARE(cli().finish(), 130);
}

void tst_CliSignals::terminateKeepsAndResumes()
{
    QVERIFY(startAndHang());
    const QJsonObject created = cli().event(u"created"_s);
    cli().sendSignal(SIGTERM);
    QCOMPARE(cli().finish(), 143);
    QCOMPARE(cli().allEvents().constLast().value("event"_L1).toString(), u"summary"_s);
    QCOMPARE(server().statistics().uploads.pending, 1);
    QCOMPARE(server().statistics().requests.cancel, 0);

    setFaults({});
    QCOMPARE(cli().run(slowUpload({u"--json"_s})), 0);
    const QJsonObject resumed = cli().event(u"resumed"_s);
    QCOMPARE(resumed.value("upload"_L1), created.value("upload"_L1));
    QCOMPARE(resumed.value("upload_id"_L1), created.value("upload_id"_L1));
    QCOMPARE(resumed.value("expires_at"_L1), created.value("expires_at"_L1));
    QCOMPARE(resumed.value("parts_confirmed"_L1).toInt(), 1);
    QCOMPARE(resumed.value("confirmed"_L1).toInt(), kPartBytes);
    QCOMPARE(cli().events(u"created"_s).size(), 0);
    QCOMPARE(cli().events(u"part"_s, inState(u"confirmed"_s)).size(), kParts - 1);
    const QString fileId = cli().event(u"completed"_s).value("file_id"_L1).toString();
    QCOMPARE(contentOf(fileId), m_content);

    // What is completed is never resumed.
    QCOMPARE(cli().run(slowUpload({u"--json"_s})), 0);
    QCOMPARE(cli().events(u"created"_s).size(), 1);
}

void tst_CliSignals::hangUpKeeps()
{
    QVERIFY(startAndHang());
    cli().sendSignal(SIGHUP);
    QCOMPARE(cli().finish(), 129);
    QCOMPARE(server().statistics().uploads.pending, 1);
}

void tst_CliSignals::terminateEndsCancelling()
{
    setFaults({stall(Call::Part, StallPoint::Body, {2}), stall(Call::Cancel, StallPoint::Headers)});
    QVERIFY(startAndHang());
    cli().sendSignal(SIGINT);
    QVERIFY(QTest::qWaitFor([&] { return server().statistics().requests.cancel == 1; }, kBoundMs));
    // Asked to go without waiting for the service.
    cli().sendSignal(SIGTERM);
    QCOMPARE(cli().finish(), 130);
}

void tst_CliSignals::inheritedIgnoreIsKept()
{
    // As nohup and a script's background jobs do it.
    QVERIFY(cli().startProgram(u"sh"_s,
                               QStringList{u"-c"_s, u"trap '' INT HUP; exec \"$0\" \"$@\""_s,
                                           QStringLiteral(LONGSHORE_PROGRAM)}
                                   + slowUpload({u"--json"_s})));
    QVERIFY(cli().waitForEvent(u"part"_s, inState(u"confirmed"_s)));
    cli().sendSignal(SIGINT);
    cli().sendSignal(SIGHUP);
    cli().sendSignal(SIGTERM);
    QCOMPARE(cli().finish(), 143);
    QCOMPARE(server().statistics().uploads.pending, 1);
}

void tst_CliSignals::closedOutputStops()
{
    // The reader takes one line and leaves.
    const QString command = u"{ \"$0\" \"$@\"; echo \"exit code $?\" >&2; } | head -n 1"_s;
    QVERIFY(cli().startProgram(u"sh"_s,
                               QStringList{u"-c"_s, command, QStringLiteral(LONGSHORE_PROGRAM)}
                                   + slowUpload({u"--json"_s})));
    QCOMPARE(cli().finish(), 0);
    QCOMPARE(cli().lines().size(), 1);
    QVERIFY(cli().errors().contains("exit code 1\n"));
    QVERIFY(cli().errors().contains("Standard output"));
    QCOMPARE(server().statistics().requests.cancel, 0);
}

void tst_CliSignals::interruptedEmbeddedSandboxLeavesNothing()
{
    // So slow that it does not end by itself.
    const QStringList arguments{u"upload"_s, u"--sandbox"_s,      u"--json"_s, u"--lanes"_s,
                                u"1"_s,      u"--part-size"_s,    u"1k"_s,     u"--limit-rate"_s,
                                u"1"_s,      filePath(u"a.bin"_s)};
    for (const int signal : {SIGINT, SIGTERM}) {
        QVERIFY(cli().start(arguments));
        QVERIFY(cli().waitForEvent(u"part"_s));
        cli().sendSignal(signal);
        QCOMPARE(cli().finish(), signal == SIGINT ? 130 : 143);
        QCOMPARE(QDir(filePath(QString())).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
                 QStringList{u"a.bin"_s});
    }
}

QTEST_GUILESS_MAIN(tst_CliSignals)
#include "tst_clisignals.moc"
