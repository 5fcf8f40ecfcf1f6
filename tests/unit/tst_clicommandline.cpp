#include "cli/commandline.h"

#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

CommandLine parse(const QString &arguments)
{
    return parseCommandLine(QStringList{u"longshore"_s}
                            + arguments.split(u' ', Qt::SkipEmptyParts));
}

template <typename Command> Command parsed(const QString &arguments)
{
    const CommandLine line = parse(arguments);
    if (const auto *command = std::get_if<Command>(&line))
        return *command;
    const auto *problem = std::get_if<UsageProblem>(&line);
    QTest::qFail(qPrintable(problem == nullptr ? u"another command"_s : problem->sentence),
                 __FILE__, __LINE__);
    return {};
}

QString problemOf(const QString &arguments)
{
    const CommandLine line = parse(arguments);
    const auto *problem = std::get_if<UsageProblem>(&line);
    return problem == nullptr ? QString() : problem->sentence;
}

QString textOf(const QString &arguments)
{
    const CommandLine line = parse(arguments);
    const auto *text = std::get_if<TextToShow>(&line);
    return text == nullptr ? QString() : text->text;
}

} // namespace

class tst_CliCommandLine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void uploadDefaults()
    {
        const auto command = parsed<UploadCommand>(u"upload a b"_s);
        QCOMPARE(command.files, QStringList({u"a"_s, u"b"_s}));
        QVERIFY(!command.sandbox && !command.cutAtLines && !command.json && !command.quiet);
        QVERIFY(command.sendMd5 && command.resume);
        QVERIFY(!command.expiresAfter && !command.lanes && !command.partSize);
        QVERIFY(command.order.isEmpty());
        QCOMPARE(command.giveUpAfter, std::chrono::seconds(300));
        QCOMPARE(command.limitRate, 0);
        QCOMPARE(command.linePercent, 100);
        for (const QString &text :
             {command.baseUrl, command.purpose, command.mimeType, command.combineName,
              command.dataDir, command.caFile, command.logFile})
            QCOMPARE(text, QString());
    }

    void uploadOptions()
    {
        const auto command = parsed<UploadCommand>(
            u"upload --base-url https://host/v1 --purpose batch --mime-type text/jsonl "
            "--expires-after 3600 --lanes 16 --part-size 64MiB --combine all.jsonl --cut-at-lines "
            "--order 2,0,1 --no-md5 --no-resume --give-up-after 0 --limit-rate 1MB --json --quiet "
            "--data-dir /data --ca-file ca.pem --log-file x.log a b"_s);
        QCOMPARE(command.files, QStringList({u"a"_s, u"b"_s}));
        QCOMPARE(command.baseUrl, u"https://host/v1"_s);
        QCOMPARE(command.purpose, u"batch"_s);
        QCOMPARE(command.mimeType, u"text/jsonl"_s);
        QCOMPARE(command.expiresAfter, std::optional(std::chrono::seconds(3600)));
        QCOMPARE(command.lanes, std::optional(16));
        QCOMPARE(command.partSize, std::optional<qint64>(67'108'864));
        QCOMPARE(command.combineName, u"all.jsonl"_s);
        QCOMPARE(command.order, QList<int>({2, 0, 1}));
        QVERIFY(command.cutAtLines && command.json && command.quiet);
        QVERIFY(!command.sendMd5 && !command.resume && !command.sandbox);
        QCOMPARE(command.giveUpAfter, std::chrono::seconds(0));
        QCOMPARE(command.limitRate, 1'000'000);
        QCOMPARE(command.dataDir, u"/data"_s);
        QCOMPARE(command.caFile, u"ca.pem"_s);
        QCOMPARE(command.logFile, u"x.log"_s);
    }

    void optionsMayStandBehindFiles()
    {
        const auto command = parsed<UploadCommand>(u"upload a --json b --sandbox"_s);
        QCOMPARE(command.files, QStringList({u"a"_s, u"b"_s}));
        QVERIFY(command.json && command.sandbox);
    }

    void dashesEndOptions()
    {
        const auto command = parsed<UploadCommand>(u"upload --json -- --quiet -x --"_s);
        QCOMPARE(command.files, QStringList({u"--quiet"_s, u"-x"_s, u"--"_s}));
        QVERIFY(command.json && !command.quiet);
    }

    void valueBehindEqualsSign()
    {
        QCOMPARE(parsed<UploadCommand>(u"upload --lanes=3 a"_s).lanes, std::optional(3));
    }

    void bounds()
    {
        QCOMPARE(parsed<UploadCommand>(u"upload --lanes 1 a"_s).lanes, std::optional(1));
        QCOMPARE(parsed<UploadCommand>(u"upload --part-size 1 a"_s).partSize,
                 std::optional<qint64>(1));
        QCOMPARE(parsed<UploadCommand>(u"upload --part-size 67108864 a"_s).partSize,
                 std::optional<qint64>(67'108'864));
        QCOMPARE(parsed<UploadCommand>(u"upload --expires-after 2592000 a"_s).expiresAfter,
                 std::optional(std::chrono::seconds(2'592'000)));
        QCOMPARE(parsed<UploadCommand>(u"upload --limit-rate 0 a"_s).limitRate, 0);
        for (const int percent : {50, 80, 95}) {
            const auto command = parsed<UploadCommand>(u"upload --limit-rate %1% a"_s.arg(percent));
            QCOMPARE(command.linePercent, percent);
            QCOMPARE(command.limitRate, 0);
        }
        QCOMPARE(parsed<UploadCommand>(u"upload --order 0 a"_s).order, QList<int>{0});
        QCOMPARE(parsed<SandboxCommand>(u"sandbox --port 65535"_s).port, quint16(65535));
        QCOMPARE(parsed<SandboxCommand>(u"sandbox --lifetime 1"_s).lifetime,
                 std::chrono::seconds(1));
    }

    /// Exit 2 names option and value.
    void problems_data()
    {
        QTest::addColumn<QString>("arguments");
        QTest::addColumn<QStringList>("named");

        const auto row = [](const char *arguments, const QStringList &named) {
            QTest::newRow(arguments) << QString::fromLatin1(arguments) << named;
        };
        row("upload", {u"FILE"_s});
        row("upload --json", {u"FILE"_s});
        row("upload --nonsense a", {u"nonsense"_s});
        row("upload --key sk-x a", {u"key"_s});
        row("upload --api-key sk-x a", {u"api-key"_s});
        row("upload --json=1 a", {u"json"_s});
        row("upload a --lanes", {u"lanes"_s});
        row("upload --lanes 0 a", {u"--lanes"_s, u"'0'"_s, u"16"_s});
        row("upload --lanes 17 a", {u"--lanes"_s, u"'17'"_s});
        row("upload --lanes -1 a", {u"--lanes"_s, u"'-1'"_s});
        row("upload --lanes 4x a", {u"--lanes"_s, u"'4x'"_s});
        row("upload --lanes 2.5 a", {u"--lanes"_s, u"'2.5'"_s});
        row("upload --lanes= a", {u"--lanes"_s, u"''"_s});
        row("upload --lanes 99999999999999999999 a", {u"--lanes"_s});
        row("upload --part-size 0 a", {u"--part-size"_s, u" 0 "_s});
        row("upload --part-size 67108865 a", {u"--part-size"_s, u"67108865"_s, u"67108864"_s});
        row("upload --part-size 65MiB a", {u"--part-size"_s, u"68157440"_s});
        row("upload --part-size 1G a", {u"--part-size"_s, u"1000000000"_s});
        row("upload --part-size big a", {u"--part-size"_s, u"'big'"_s});
        row("upload --part-size 1.5M a", {u"--part-size"_s, u"'1.5M'"_s});
        row("upload --part-size -5 a", {u"--part-size"_s, u"'-5'"_s});
        row("upload --limit-rate fast a", {u"--limit-rate"_s, u"'fast'"_s});
        row("upload --limit-rate -1 a", {u"--limit-rate"_s, u"'-1'"_s});
        for (const char *value : {"49%", "96%", "100%", "0%", "-80%", "80.5%", "80%%", "%"}) {
            const QString text = QString::fromLatin1(value);
            QTest::addRow("--limit-rate=%s", value)
                << u"upload --limit-rate=%1 a"_s.arg(text)
                << QStringList{u"--limit-rate"_s, u"'%1'"_s.arg(text), u"50%"_s, u"95%"_s};
        }
        row("upload --expires-after 3599 a", {u"--expires-after"_s, u"'3599'"_s});
        row("upload --expires-after 2592001 a", {u"--expires-after"_s, u"'2592001'"_s});
        row("upload --expires-after 1h a", {u"--expires-after"_s, u"'1h'"_s});
        row("upload --give-up-after -1 a", {u"--give-up-after"_s, u"'-1'"_s});
        row("upload --give-up-after 99999999999 a", {u"--give-up-after"_s});
        row("upload --order 0,0 a", {u"--order"_s, u"'0,0'"_s, u"twice"_s});
        row("upload --order 0,2 a", {u"--order"_s, u"'0,2'"_s, u"missing"_s});
        row("upload --order x a", {u"--order"_s, u"'x'"_s});
        row("upload --order= a", {u"--order"_s});
        row("upload --order 1,0 a b", {u"--order"_s, u"FILE"_s, u"--combine"_s});
        row("upload --combine a/b a b", {u"--combine"_s, u"'a/b'"_s});
        row("upload --combine= a b", {u"--combine"_s, u"''"_s});
        row("upload --combine .. a b", {u"--combine"_s, u"'..'"_s});
        row("upload --combine --json a b", {u"--combine"_s, u"'--json'"_s});
        row("upload --mime-type text a", {u"--mime-type"_s, u"'text'"_s});
        row("upload --purpose Batch a", {u"--purpose"_s, u"'Batch'"_s});
        row("upload --purpose --json a", {u"--purpose"_s, u"'--json'"_s});
        row("upload --data-dir --json a", {u"--data-dir"_s, u"'--json'"_s});
        row("upload --data-dir= a", {u"--data-dir"_s, u"''"_s});
        row("upload --ca-file= a", {u"--ca-file"_s});
        row("upload --log-file= a", {u"--log-file"_s});
        row("upload --base-url= a", {u"--base-url"_s});
        row("upload --sandbox --base-url http://x/v1 a",
            {u"--sandbox"_s, u"--base-url"_s, u"http://x/v1"_s});
        row("upload --check a", {u"--check"_s, u"not available"_s});
        row("sandbox --port 65536", {u"--port"_s, u"'65536'"_s});
        row("sandbox --port x", {u"--port"_s, u"'x'"_s});
        row("sandbox --port -1", {u"--port"_s, u"'-1'"_s});
        row("sandbox --lifetime 0", {u"--lifetime"_s, u"'0'"_s});
        row("sandbox --faults=", {u"--faults"_s});
        row("sandbox --nonsense", {u"nonsense"_s});
        row("sandbox ls", {u"'ls'"_s});
        row("sandbox --", {u"--"_s, u"command"_s});
        row("--nonsense", {u"nonsense"_s});
        row("--json a", {u"json"_s});
        row("--data-dir=", {u"--data-dir"_s});
    }

    void problems()
    {
        QFETCH(const QString, arguments);
        QFETCH(const QStringList, named);
        const QString sentence = problemOf(arguments);
        QVERIFY(!sentence.isEmpty());
        for (const QString &name : named)
            QVERIFY2(sentence.contains(name), qPrintable(sentence));
    }

    void emptyFileName()
    {
        const CommandLine line = parseCommandLine({u"longshore"_s, u"upload"_s, u"a"_s, QString()});
        QVERIFY(std::holds_alternative<UsageProblem>(line));
    }

    void orderWithCombine()
    {
        const auto command = parsed<UploadCommand>(u"upload --order 1,0 --combine x a b"_s);
        QCOMPARE(command.order, QList<int>({1, 0}));
    }

    void sandbox()
    {
        const auto command = parsed<SandboxCommand>(
            u"sandbox --port 8080 --data-dir d --faults f --lifetime 5 --count-every-byte"_s);
        QCOMPARE(command.port, quint16(8080));
        QCOMPARE(command.dataDir, u"d"_s);
        QCOMPARE(command.faultsFile, u"f"_s);
        QCOMPARE(command.lifetime, std::chrono::seconds(5));
        QVERIFY(command.countEveryByte);
        QVERIFY(command.command.isEmpty());
    }

    void sandboxCommandKeepsItsOptions()
    {
        const auto command =
            parsed<SandboxCommand>(u"sandbox --port 0 -- longshore upload --port 7 --help -- x"_s);
        QCOMPARE(command.port, quint16(0));
        QCOMPARE(command.command,
                 QStringList({u"longshore"_s, u"upload"_s, u"--port"_s, u"7"_s, u"--help"_s,
                              u"--"_s, u"x"_s}));
    }

    void window()
    {
        const auto command = parsed<WindowCommand>(u"--minimized --sandbox --data-dir d a b"_s);
        QVERIFY(command.minimized && command.sandbox);
        QCOMPARE(command.dataDir, u"d"_s);
        QCOMPARE(command.files, QStringList({u"a"_s, u"b"_s}));
        QCOMPARE(parsed<WindowCommand>(u"-- upload"_s).files, QStringList{u"upload"_s});
        QVERIFY(parsed<WindowCommand>(QString()).files.isEmpty());
    }

    void help()
    {
        QVERIFY(textOf(u"--help"_s).startsWith(u"Usage: longshore [options] [FILE...]\n"_s));
        QCOMPARE(textOf(u"-h"_s), textOf(u"--help"_s));
        const QString upload = textOf(u"upload --help"_s);
        for (const char *option : {"--sandbox",
                                   "--base-url URL",
                                   "--purpose",
                                   "--mime-type",
                                   "--expires-after SECONDS",
                                   "--lanes N",
                                   "--part-size BYTES",
                                   "--combine NAME",
                                   "--cut-at-lines",
                                   "--order LIST",
                                   "--no-md5",
                                   "--no-resume",
                                   "--check",
                                   "--give-up-after SECONDS",
                                   "--limit-rate BYTES_S",
                                   "--json",
                                   "--quiet",
                                   "--data-dir DIR",
                                   "--ca-file PEM",
                                   "--log-file FILE",
                                   "OPENAI_API_KEY",
                                   "130",
                                   "143"})
            QVERIFY2(upload.contains(QLatin1StringView(option)), option);
        const QString sandbox = textOf(u"sandbox --help"_s);
        for (const char *option : {"--port N", "--data-dir DIR", "--faults FILE",
                                   "--lifetime SECONDS", "--count-every-byte"})
            QVERIFY2(sandbox.contains(QLatin1StringView(option)), option);
        for (const QString &text : {textOf(u"--help"_s), upload, sandbox}) {
            for (const QString &line : text.split(u'\n'))
                QVERIFY2(line.size() <= 100, qPrintable(line));
        }
    }

    void helpComesBeforeProblems()
    {
        QVERIFY(!textOf(u"upload --help --lanes 99"_s).isEmpty());
        QVERIFY(!textOf(u"sandbox --help"_s).isEmpty());
    }

    void version()
    {
        for (const char *arguments : {"--version", "-v", "upload --version", "sandbox --version"})
            QCOMPARE(textOf(QString::fromLatin1(arguments)),
                     u"longshore " LONGSHORE_VERSION "\n"_s);
    }
};

QTEST_GUILESS_MAIN(tst_CliCommandLine)
#include "tst_clicommandline.moc"
