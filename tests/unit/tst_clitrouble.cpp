#include "support/clifixture.h"

#include <QDateTime>
#include <QTest>

using namespace longshore::sandbox;
using namespace longshore::test;
using namespace Qt::StringLiterals;

/// The program as scripts meet it when something goes wrong: events, exit codes, what people read.
class tst_CliTrouble : public QObject, private CliFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(reset(QStringLiteral(LONGSHORE_PROGRAM))); }
    void cleanup() { release(); }

    void emptyAndMissingFilesDoNotStopOthers();
    void failed();
    void quota();
    void notAllowed_data();
    void notAllowed();
    void waiting();
    void retrying();
    void restarted();
    void unknown();
    void warning();
    void fullOutput();
};

void tst_CliTrouble::emptyAndMissingFilesDoNotStopOthers()
{
    const QString good = write(u"good"_s, "good");
    const QString empty = write(u"empty"_s, {});
    const QString missing = filePath(u"missing"_s);
    const QStringList bad{empty, missing, filePath(QString()), u"/dev/null"_s};
    QCOMPARE(cli().run(upload(QStringList{u"--json"_s} + bad + QStringList{good})), 1);
    const QList<QJsonObject> failures = cli().events(u"failed"_s);
    QCOMPARE(failures.size(), bad.size());
    QStringList paths;
    for (const QJsonObject &failure : failures) {
        paths.append(failure.value("path"_L1).toString());
        QCOMPARE(failure.value("error"_L1)["kind"_L1].toString(), u"file"_s);
        QVERIFY(!failure.value("error"_L1)["message"_L1].toString().isEmpty());
    }
    paths.sort();
    QStringList expected = bad;
    expected.sort();
    QCOMPARE(paths, expected);
    QCOMPARE(cli().event(u"completed"_s).value("bytes"_L1).toInteger(), 4);
    QCOMPARE(cli().event(u"summary"_s).value("failed"_L1).toInteger(), bad.size());
    QCOMPARE(cli().errors().count("failed: "), bad.size());

    QCOMPARE(cli().run(upload(bad + QStringList{u"--no-resume"_s, good})), 1);
    QCOMPARE(cli().lines().size(), 1);
}

void tst_CliTrouble::failed()
{
    setFaults({answer(Call::Create, 400,
                      R"({"error":{"message":"Not \u001b[31m you.","code":"no_purpose"}})")});
    const QString path = write(u"a.bin"_s, "a");
    QCOMPARE(cli().run(upload({u"--json"_s, path})), 1);
    const QJsonObject failed = cli().event(u"failed"_s);
    QCOMPARE(failed.value("path"_L1).toString(), path);
    const QJsonValue error = failed.value("error"_L1);
    QCOMPARE(error["kind"_L1].toString(), u"refused"_s);
    QCOMPARE(error["status"_L1].toInt(), 400);
    QCOMPARE(error["code"_L1].toString(), u"no_purpose"_s);
    QVERIFY(error["message"_L1].toString().contains("you."_L1));
    QVERIFY(!cli().errors().contains('\x1b'));
    QCOMPARE(cli().event(u"summary"_s).value("failed"_L1).toInteger(), 1);

    QCOMPARE(cli().run(upload({path})), 1);
    QCOMPARE(cli().output(), QByteArray());
    QVERIFY(cli().errors().contains("HTTP 400"));
}

void tst_CliTrouble::quota()
{
    setFaults({answer(Call::Create, 429,
                      R"({"error":{"message":"No credit.","code":"insufficient_quota"}})")});
    QCOMPARE(cli().run(upload({u"--json"_s, write(u"a.bin"_s, "a")})), 1);
    QCOMPARE(cli().event(u"failed"_s).value("error"_L1)["kind"_L1].toString(), u"quota"_s);
    QCOMPARE(server().statistics().requests.create, 1);
}

void tst_CliTrouble::notAllowed_data()
{
    QTest::addColumn<bool>("wrongKey");
    QTest::newRow("401") << true;
    QTest::newRow("403") << false;
}

void tst_CliTrouble::notAllowed()
{
    QFETCH(const bool, wrongKey);
    if (wrongKey)
        cli().set(u"OPENAI_API_KEY"_s, u"sk-another"_s);
    else
        setFaults({answer(Call::Create, 403, R"({"error":{"message":"Not here."}})")});
    QCOMPARE(cli().run(upload({u"--json"_s, write(u"a"_s, "a"), write(u"empty"_s, {})})), 3);
    const auto isAuth = [](const QJsonObject &event) {
        return event.value("error"_L1)["kind"_L1].toString() == "auth"_L1;
    };
    const QList<QJsonObject> failures = cli().events(u"failed"_s, isAuth);
    QCOMPARE(failures.size(), 1);
    QCOMPARE(failures.constFirst().value("error"_L1)["status"_L1].toInt(), wrongKey ? 401 : 403);
    QVERIFY(!cli().errors().contains("sk-another"));
}

void tst_CliTrouble::waiting()
{
    FaultRule slowDown = answer(
        Call::Part, 429, R"({"error":{"message":"Slow down.","code":"rate_limit_exceeded"}})", {1});
    slowDown.headers = {{"Retry-After", "1"}};
    setFaults({slowDown});
    QCOMPARE(cli().run(upload({u"--json"_s, write(u"a"_s, "a")})), 0);
    const QList<QJsonObject> waits = cli().events(u"waiting"_s);
    QVERIFY(!waits.isEmpty());
    QVERIFY(!waits.constFirst().value("reason"_L1).toString().isEmpty());
    QVERIFY(
        QDateTime::fromString(waits.constFirst().value("until"_L1).toString(), Qt::ISODateWithMs)
            .isValid());
}

void tst_CliTrouble::retrying()
{
    setFaults({answer(Call::Part, 500, R"({"error":{"message":"Oops."}})", {1})});
    QCOMPARE(cli().run(upload({u"--json"_s, write(u"a"_s, "a")})), 0);
    const auto inState = [](QLatin1StringView state) {
        return [state](const QJsonObject &event) {
            return event.value("state"_L1).toString() == state;
        };
    };
    const QList<QJsonObject> retrying = cli().events(u"part"_s, inState("retrying"_L1));
    QCOMPARE(retrying.size(), 1);
    QCOMPARE(retrying.constFirst().value("attempt"_L1).toInteger(), 1);
    QCOMPARE(retrying.constFirst().value("error"_L1)["status"_L1].toInt(), 500);
    const QList<QJsonObject> confirmed = cli().events(u"part"_s, inState("confirmed"_L1));
    QCOMPARE(confirmed.size(), 1);
    QCOMPARE(confirmed.constFirst().value("attempt"_L1).toInteger(), 2);
}

void tst_CliTrouble::restarted()
{
    setFaults({answer(Call::Part, 404, R"({"error":{"message":"No such upload."}})", {2})});
    const QByteArray content = numberedParts(2, 1000);
    QCOMPARE(cli().run(upload({u"--json"_s, u"--lanes"_s, u"1"_s, u"--part-size"_s, u"1k"_s,
                               write(u"a"_s, content)})),
             0);
    QVERIFY(!cli().event(u"restarted"_s).value("reason"_L1).toString().isEmpty());
    QCOMPARE(cli().events(u"created"_s).size(), 2);
    QCOMPARE(contentOf(cli().event(u"completed"_s).value("file_id"_L1).toString()), content);
}

void tst_CliTrouble::unknown()
{
    // A key that may upload, but not look at files.
    setFaults({rule(Call::Complete, FaultAction::Lost), answer(Call::Files, 403, "{}")});
    QCOMPARE(cli().run(upload({u"--json"_s, write(u"a"_s, "a")})), 1);
    const QJsonObject unknown = cli().event(u"unknown"_s);
    QCOMPARE(unknown.value("upload_id"_L1).toString(), server().uploads().at(0).id);
    QVERIFY(!unknown.value("reason"_L1).toString().isEmpty());
    QCOMPARE(cli().event(u"summary"_s).value("failed"_L1).toInteger(), 1);
    QVERIFY(cli().errors().contains("may have completed"));
}

void tst_CliTrouble::warning()
{
    QCOMPARE(cli().run(upload({u"--json"_s, u"--purpose"_s, u"fine-tune"_s, u"--mime-type"_s,
                               u"text/jsonl"_s, write(u"a.exe"_s, "a")})),
             0);
    const QJsonObject warning = cli().event(u"warning"_s);
    QVERIFY(!warning.value("message"_L1).toString().isEmpty());
    QVERIFY(!warning.value("code"_L1).toString().isEmpty());
    QVERIFY(!warning.value("upload"_L1).toString().isEmpty());
    QVERIFY(cli().errors().contains("warning: "));
}

void tst_CliTrouble::fullOutput()
{
    cli().process().setStandardOutputFile(u"/dev/full"_s);
    QCOMPARE(cli().run(upload({write(u"a"_s, "a")})), 1);
    QVERIFY(cli().errors().contains("Standard output can't be written"));
}

QTEST_GUILESS_MAIN(tst_CliTrouble)
#include "tst_clitrouble.moc"
