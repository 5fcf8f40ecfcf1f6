#include "support/clifixture.h"

#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QTest>

using namespace longshore::sandbox;
using namespace longshore::test;
using namespace Qt::StringLiterals;

/// The program as scripts meet it when nothing goes wrong at the service.
class tst_Cli : public QObject, private CliFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(reset(QStringLiteral(LONGSHORE_PROGRAM))); }
    void cleanup() { release(); }

    void help();
    void usageErrors_data();
    void usageErrors();
    void noWindow();
    void completedWithEvents();
    void fileIdsInOrder();
    void quiet();
    void ordered();
    void orderThatDoesNotFit();
    void combined();
    void cutAtLines();
    void options();
    void embeddedSandbox();
    void embeddedSandboxKeepsFiles();
    void withoutHome_data();
    void withoutHome();
    void dataDirInHome();
    void keyStaysSecret();
    void logFile();
    void orgAndProjectAreOptional();
};

void tst_Cli::help()
{
    for (const QStringList &arguments :
         {QStringList{u"--help"_s}, {u"upload"_s, u"--help"_s}, {u"sandbox"_s, u"-h"_s}}) {
        QCOMPARE(cli().run(arguments), 0);
        QVERIFY(cli().output().startsWith("Usage: longshore"));
        QCOMPARE(cli().errors(), QByteArray());
    }
    QCOMPARE(cli().run({u"upload"_s, u"--version"_s}), 0);
    QCOMPARE(cli().output(), QByteArray("longshore " LONGSHORE_VERSION "\n"));
}

void tst_Cli::usageErrors_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QStringList>("variables"); // NAME=VALUE, or NAME for none
    QTest::addColumn<QByteArray>("named");
    const auto row = [](const char *name, const QString &arguments, const QByteArray &named,
                        const QStringList &variables = {}) {
        QTest::newRow(name) << arguments.split(u' ') << variables << named;
    };
    row("no file", u"upload --json"_s, "FILE");
    row("unknown option", u"upload --nonsense a"_s, "nonsense");
    row("key as an option", u"upload --api-key x a"_s, "api-key");
    row("no key", u"upload a"_s, "OPENAI_API_KEY", {u"OPENAI_API_KEY"_s});
    row("empty key", u"upload a"_s, "OPENAI_API_KEY", {u"OPENAI_API_KEY= "_s});
    row("key with a line break", u"upload a"_s, "API key", {u"OPENAI_API_KEY=sk-a\nb"_s});
    row("too many lanes", u"upload --lanes 17 a"_s, "--lanes");
    row("part too large", u"upload --part-size 67108865 a"_s, "67108865");
    row("order with several files", u"upload --order 1,0 a b"_s, "--order");
    row("order that is none", u"upload --order 0,0 a"_s, "--order");
    row("sandbox and base URL", u"upload --sandbox --base-url http://127.0.0.1/v1 a"_s,
        "--base-url");
    row("base URL over plain http", u"upload --base-url http://example.com/v1 a"_s,
        "--base-url 'http://example.com/v1'");
    row("base URL with a password", u"upload --base-url https://me:pw@example.com/v1 a"_s,
        "--base-url");
    row("base URL of the environment", u"upload a"_s, "OPENAI_BASE_URL 'nonsense'",
        {u"OPENAI_BASE_URL=nonsense"_s});
    row("check", u"upload --check a"_s, "--check");
    row("missing certificates", u"upload --ca-file /nonexistent.pem a"_s, "/nonexistent.pem");
    row("no certificates", u"upload --ca-file /dev/null a"_s, "/dev/null");
    row("log file in no folder", u"upload --log-file /nonexistent/x.log a"_s, "/nonexistent/x.log");
    row("unknown option of the window", u"--nonsense"_s, "nonsense");
    row("unknown option of the sandbox", u"sandbox --nonsense"_s, "nonsense");
}

void tst_Cli::usageErrors()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QStringList, variables);
    QFETCH(const QByteArray, named);
    for (const QString &variable : variables) {
        const QString name = variable.section(u'=', 0, 0);
        if (variable.contains(u'='))
            cli().set(name, variable.section(u'=', 1));
        else
            cli().unset(name);
    }
    QCOMPARE(cli().run(arguments), 2);
    QCOMPARE(cli().output(), QByteArray());
    QVERIFY(cli().errors().startsWith("longshore: "));
    QCOMPARE(cli().errors().count('\n'), 1);
    QVERIFY(cli().errors().contains(named));
    QVERIFY(!cli().errors().contains("me:pw"));
    QVERIFY(!cli().errors().contains("sk-"));
    QCOMPARE(server().requests().size(), std::size_t(0));
}

void tst_Cli::noWindow()
{
    QCOMPARE(cli().run({u"a.bin"_s}), 2);
    QVERIFY(cli().errors().contains("longshore upload"));
    cli().set(u"DISPLAY"_s, u":99"_s);
    QCOMPARE(cli().run({u"--minimized"_s}), 2);
    QCOMPARE(cli().output(), QByteArray());
}

void tst_Cli::completedWithEvents()
{
    const QByteArray content = numberedParts(3, 1000);
    const QString path = write(u"a.bin"_s, content);
    QCOMPARE(cli().run(upload({u"--json"_s, u"--part-size"_s, u"1k"_s, path})), 0);

    for (const QJsonObject &event : cli().allEvents()) {
        QVERIFY(event.value("event"_L1).isString());
        QVERIFY(event.value("upload"_L1).isString());
        const QString time = event.value("time"_L1).toString();
        QVERIFY2(time.endsWith(u'Z') && QDateTime::fromString(time, Qt::ISODateWithMs).isValid(),
                 qPrintable(time));
    }
    const QJsonObject queued = cli().event(u"queued"_s);
    QCOMPARE(queued.value("path"_L1).toString(), path);
    QCOMPARE(queued.value("bytes"_L1).toInteger(), 3000);
    QCOMPARE(queued.value("parts"_L1).toInteger(), 3);
    QCOMPARE(queued.value("part_size"_L1).toInteger(), 1000);
    QCOMPARE(queued.value("purpose"_L1).toString(), u"user_data"_s);
    QVERIFY(!queued.value("mime_type"_L1).toString().isEmpty());
    const QString key = queued.value("upload"_L1).toString();
    QVERIFY(!key.isEmpty());

    const QJsonObject created = cli().event(u"created"_s);
    QCOMPARE(created.value("upload"_L1).toString(), key);
    QVERIFY(created.value("expires_at"_L1).toInteger() > 1'700'000'000);

    const auto confirmed = [](const QJsonObject &event) {
        return event.value("state"_L1).toString() == "confirmed"_L1;
    };
    const auto sending = [](const QJsonObject &event) {
        return event.value("state"_L1).toString() == "sending"_L1;
    };
    QCOMPARE(cli().events(u"part"_s, sending).size(), 3);
    const QList<QJsonObject> parts = cli().events(u"part"_s, confirmed);
    QCOMPARE(parts.size(), 3);
    QStringList partIds(3);
    for (const QJsonObject &part : parts) {
        const qint64 index = part.value("index"_L1).toInteger(-1);
        QCOMPARE(part.value("offset"_L1).toInteger(), index * 1000);
        QCOMPARE(part.value("bytes"_L1).toInteger(), 1000);
        QCOMPARE(part.value("attempt"_L1).toInteger(), 1);
        partIds[index] = part.value("part_id"_L1).toString();
    }
    const QJsonObject completed = cli().event(u"completed"_s);
    QCOMPARE(completed.value("part_ids"_L1).toArray(), QJsonArray::fromStringList(partIds));
    QCOMPARE(completed.value("bytes"_L1).toInteger(), 3000);
    QCOMPARE(completed.value("md5"_L1).toString().size(), 32);
    QVERIFY(completed.value("seconds"_L1).isDouble());
    QCOMPARE(completed.value("upload_id"_L1), created.value("upload_id"_L1));
    QCOMPARE(contentOf(completed.value("file_id"_L1).toString()), content);

    const QJsonObject summary = cli().allEvents().constLast();
    QCOMPARE(summary.value("event"_L1).toString(), u"summary"_s);
    QCOMPARE(summary.value("completed"_L1).toInteger(-1), 1);
    QCOMPARE(summary.value("failed"_L1).toInteger(-1), 0);
    QCOMPARE(summary.value("cancelled"_L1).toInteger(-1), 0);
    QCOMPARE(cli().errors(), QByteArray());
}

void tst_Cli::fileIdsInOrder()
{
    // The first upload is the last to be created.
    FaultRule busy = answer(Call::Create, 503, "{}", {1});
    busy.headers = {{"Retry-After", "1"}};
    setFaults({busy});
    QStringList paths;
    for (const char *name : {"a", "b", "c"})
        paths.append(write(QString::fromLatin1(name), name));
    QCOMPARE(cli().run(upload(paths)), 0);
    const QByteArrayList ids = cli().lines();
    QCOMPARE(ids.size(), 3);
    QCOMPARE(contentOf(QString::fromLatin1(ids.at(0))), QByteArray("a"));
    QCOMPARE(contentOf(QString::fromLatin1(ids.at(1))), QByteArray("b"));
    QCOMPARE(contentOf(QString::fromLatin1(ids.at(2))), QByteArray("c"));
    QVERIFY(cli().errors().contains("completed"));
    QVERIFY(!cli().errors().contains('\x1b'));
}

void tst_Cli::quiet()
{
    QCOMPARE(cli().run(upload({u"--quiet"_s, write(u"a"_s, "a")})), 0);
    QCOMPARE(cli().errors(), QByteArray());
    QCOMPARE(cli().lines().size(), 1);
    QCOMPARE(cli().run(upload({u"--quiet"_s, write(u"empty"_s, {})})), 1);
    QVERIFY(cli().errors().contains("empty"));
}

void tst_Cli::ordered()
{
    const QString path = write(u"a.bin"_s, "000111222");
    QCOMPARE(cli().run(upload({u"--part-size"_s, u"3"_s, u"--order"_s, u"2,0,1"_s, path})), 0);
    QCOMPARE(contentOf(QString::fromLatin1(cli().lines().value(0))), QByteArray("222000111"));
}

void tst_Cli::orderThatDoesNotFit()
{
    const QString path = write(u"a.bin"_s, "000111222");
    QCOMPARE(
        cli().run(upload({u"--json"_s, u"--part-size"_s, u"3"_s, u"--order"_s, u"1,0"_s, path})),
        2);
    QCOMPARE(cli().event(u"failed"_s).value("error"_L1)["kind"_L1].toString(), u"usage"_s);
    QCOMPARE(server().requests().size(), std::size_t(0));
}

void tst_Cli::combined()
{
    const QString first = write(u"a.txt"_s, "000");
    const QString second = write(u"b.txt"_s, "111");
    QCOMPARE(cli().run(upload({u"--json"_s, u"--combine"_s, u"all.txt"_s, u"--order"_s, u"1,0"_s,
                               first, second})),
             0);
    QCOMPARE(cli().event(u"queued"_s).value("paths"_L1).toArray(), QJsonArray({first, second}));
    const QString fileId = cli().event(u"completed"_s).value("file_id"_L1).toString();
    QCOMPARE(contentOf(fileId), QByteArray("111000"));
    QCOMPARE(server().uploads().at(0).filename, u"all.txt"_s);
}

void tst_Cli::cutAtLines()
{
    const QString path = write(u"a.jsonl"_s, "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n");
    QCOMPARE(cli().run(upload({u"--json"_s, u"--cut-at-lines"_s, u"--part-size"_s, u"10"_s, path})),
             0);
    for (const QJsonObject &part : cli().events(u"part"_s))
        QCOMPARE(part.value("bytes"_L1).toInteger(), 8);
    QCOMPARE(cli().event(u"queued"_s).value("purpose"_L1).toString(), u"fine-tune"_s);
}

void tst_Cli::options()
{
    QCOMPARE(
        cli().run(upload({u"--json"_s, u"--purpose"_s, u"assistants"_s, u"--mime-type"_s,
                          u"text/x-c"_s, u"--no-md5"_s, u"--lanes"_s, u"1"_s, u"--expires-after"_s,
                          u"3600"_s, u"--limit-rate"_s, u"1MB"_s, write(u"a.c"_s, "int a;")})),
        0);
    QCOMPARE(cli().event(u"queued"_s).value("purpose"_L1).toString(), u"assistants"_s);
    QCOMPARE(cli().event(u"queued"_s).value("mime_type"_L1).toString(), u"text/x-c"_s);
    QVERIFY(!cli().event(u"completed"_s).contains("md5"_L1));
    QVERIFY(server().lastComplete()->md5.isNull());
    QCOMPARE(cli().run(upload({u"--limit-rate"_s, u"80%"_s, filePath(u"a.c"_s)})), 0);
}

void tst_Cli::embeddedSandbox()
{
    // It beats the environment and never sees its key.
    QCOMPARE(cli().run({u"upload"_s, u"--sandbox"_s, write(u"a"_s, "a")}), 0);
    QCOMPARE(cli().lines().size(), 1);
    QCOMPARE(server().requests().size(), std::size_t(0));
    cli().unset(u"OPENAI_API_KEY"_s);
    QCOMPARE(cli().run({u"upload"_s, u"--sandbox"_s, filePath(u"a"_s)}), 0);
    // Nothing stays behind, neither in the home folder nor in the temporary one.
    QCOMPARE(
        QDir(filePath(QString())).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
        QStringList{u"a"_s});
}

void tst_Cli::embeddedSandboxKeepsFiles()
{
    QCOMPARE(cli().run(upload({u"--sandbox"_s, write(u"a"_s, "kept")})), 0);
    const QString id = QString::fromLatin1(cli().lines().value(0));
    QFile file(filePath(u"data/sandbox/files/"_s + id));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("kept"));
}

void tst_Cli::withoutHome_data()
{
    QTest::addColumn<bool>("unset");
    QTest::newRow("none") << true;
    QTest::newRow("one that is not there") << false;
}

void tst_Cli::withoutHome()
{
    QFETCH(const bool, unset);
    if (unset)
        cli().unset(u"HOME"_s);
    else
        cli().set(u"HOME"_s, filePath(u"nobody"_s));
    const QString path = write(u"a"_s, "a");
    QCOMPARE(cli().run({u"upload"_s, path}), 0);
    const QStringList folders =
        QDir(filePath(QString())).entryList({u"longshore-*"_s}, QDir::Dirs | QDir::NoDotAndDotDot);
    QCOMPARE(folders.size(), 1);
    QVERIFY(cli().errors().contains(filePath(folders.constFirst()).toUtf8()));
    const QFile::Permissions others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup
        | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
    QCOMPARE(QFile::permissions(filePath(folders.constFirst())) & others, QFile::Permissions());

    // A folder that others can look into is not used.
    QVERIFY(QFile::setPermissions(filePath(folders.constFirst()),
                                  QFile::ReadOwner | QFile::ExeOwner | QFile::ReadOther));
    QCOMPARE(cli().run({u"upload"_s, path}), 2);
    QVERIFY(cli().errors().contains("--data-dir"));
    QCOMPARE(cli().run(upload({path})), 0);
    QCOMPARE(cli().run({u"upload"_s, u"--sandbox"_s, path}), 0);
}

void tst_Cli::dataDirInHome()
{
    QCOMPARE(cli().run({u"upload"_s, write(u"a"_s, "a")}), 0);
    QVERIFY(QFileInfo(filePath(u".local/share/longshore"_s)).isDir());
    cli().set(u"XDG_DATA_HOME"_s, filePath(u"elsewhere"_s));
    QCOMPARE(cli().run({u"upload"_s, filePath(u"a"_s)}), 0);
    QVERIFY(QFileInfo(filePath(u"elsewhere/longshore"_s)).isDir());
}

void tst_Cli::keyStaysSecret()
{
    cli().set(u"QT_LOGGING_RULES"_s, u"*=true"_s);
    const QString log = filePath(u"x.log"_s);
    QCOMPARE(cli().run(upload({u"--json"_s, u"--log-file"_s, log, write(u"a"_s, "a")})), 0);
    QVERIFY(!cli().output().contains(serviceKey()));
    QVERIFY(!cli().errors().contains(serviceKey()));
    int files = 0;
    QDirIterator entries(filePath(QString()), QDir::Files | QDir::Hidden,
                         QDirIterator::Subdirectories);
    while (entries.hasNext()) {
        QFile file(entries.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains(serviceKey()), qPrintable(file.fileName()));
        ++files;
    }
    QVERIFY(files >= 3); // a, the log, the journal
}

void tst_Cli::logFile()
{
    const QString log = filePath(u"x.log"_s);
    QCOMPARE(cli().run(upload({u"--log-file"_s, log, write(u"a"_s, "a")})), 0);
    QCOMPARE(cli().run(upload({u"--log-file"_s, log, filePath(u"none"_s)})), 1);
    QFile file(log);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    QVERIFY(text.contains(R"("event":"completed")"));
    QVERIFY(text.contains(R"("event":"failed")"));
    QVERIFY(text.contains("exit code 0\n"));
    QVERIFY(text.endsWith("exit code 1\n"));
    QCOMPARE(file.permissions()
                 & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther),
             QFile::Permissions());
}

void tst_Cli::orgAndProjectAreOptional()
{
    cli().set(u"OPENAI_ORG_ID"_s, u"org-1"_s);
    cli().set(u"OPENAI_PROJECT_ID"_s, u"proj_1"_s);
    QCOMPARE(cli().run(upload({write(u"a"_s, "a")})), 0);
}

QTEST_GUILESS_MAIN(tst_Cli)
#include "tst_cli.moc"
