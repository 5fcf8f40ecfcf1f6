#include "cli/commandline.h"

#include "cli/helptext.h"
#include "cli/optionvalues.h"
#include "cli/sizes.h"
#include "transfer/linepace.h"
#include "transfer/lineshare.h"

#include <QCommandLineParser>

#include <limits>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// "Each Part can be at most 64 MB", and the official client sends 64 MiB.
constexpr qint64 kMaxPartBytes = 67'108'864;
/// What the service takes for `expires_after.seconds`.
constexpr qint64 kMinFileLife = 3'600;
constexpr qint64 kMaxFileLife = 2'592'000;
/// Far beyond any use, and small enough to be counted in milliseconds.
constexpr qint64 kMaxSeconds = std::numeric_limits<qint32>::max();
constexpr qint64 kMaxPort = std::numeric_limits<quint16>::max();

QList<QCommandLineOption> withCommonOptions(QList<QCommandLineOption> options)
{
    options.append({{u"h"_s, u"help"_s}, u"Shows this text."_s});
    options.append({{u"v"_s, u"version"_s}, u"Shows the version."_s});
    return options;
}

QList<QCommandLineOption> windowOptions()
{
    return withCommonOptions({
        {u"minimized"_s, u"Starts in the tray."_s},
        {u"sandbox"_s, u"Uploads to a service within this program, for trying out."_s},
        {u"data-dir"_s, u"Where unfinished uploads are remembered."_s, u"DIR"_s},
    });
}

QList<QCommandLineOption> uploadOptions()
{
    return withCommonOptions({
        {u"sandbox"_s, u"Uploads to a service within this program, for trying out."_s},
        {u"base-url"_s, u"The service, such as https://api.openai.com/v1."_s, u"URL"_s},
        {u"purpose"_s, u"What the file is for; absent: fine-tune for .jsonl, else user_data."_s,
         u"PURPOSE"_s},
        {u"mime-type"_s, u"Absent: by the name's extension."_s, u"TYPE"_s},
        {u"expires-after"_s, u"Life of the resulting file in seconds, 3600 to 2592000."_s,
         u"SECONDS"_s},
        {u"lanes"_s, u"Parts under way at once, 1 to 16; absent: as many as the line wants."_s,
         u"N"_s},
        {u"part-size"_s, u"Size of each part but the last, at most 67108864 bytes."_s, u"BYTES"_s},
        {u"combine"_s, u"Uploads all FILEs, one behind the other, as one file NAME."_s, u"NAME"_s},
        {u"cut-at-lines"_s, u"Lets each part end at the end of a line."_s},
        {u"order"_s, u"Order of the parts in the result, such as 2,0,1; counted from 0."_s,
         u"LIST"_s},
        {u"no-md5"_s, u"Completes without a checksum."_s},
        {u"no-resume"_s, u"Begins anew, also where an unfinished upload could go on."_s},
        {u"check"_s, u"Looks into the files first."_s},
        {u"give-up-after"_s, u"How long a start is tried in seconds; 0: for ever (300)."_s,
         u"SECONDS"_s},
        {u"limit-rate"_s,
         u"Most bytes a second in all, or %1% to %2% of the line; 0: no limit."_s
             .arg(LineShare::kLeastPercent)
             .arg(LineShare::kMostPercent),
         u"BYTES_S"_s},
        {u"json"_s, u"Prints events on stdout, one JSON object a line."_s},
        {u"quiet"_s, u"Says nothing but errors."_s},
        {u"data-dir"_s, u"Where unfinished uploads are remembered."_s, u"DIR"_s},
        {u"ca-file"_s, u"Trusts these certificates in place of the system's."_s, u"PEM"_s},
        {u"log-file"_s, u"Appends what happens to FILE."_s, u"FILE"_s},
    });
}

QList<QCommandLineOption> sandboxOptions()
{
    return withCommonOptions({
        {u"port"_s, u"Port on 127.0.0.1; absent or 0: a free one."_s, u"N"_s},
        {u"data-dir"_s, u"Where the files are kept; absent: they are removed at the end."_s,
         u"DIR"_s},
        {u"faults"_s, u"What goes wrong, as JSON."_s, u"FILE"_s},
        {u"lifetime"_s, u"Life of an upload in seconds (3600)."_s, u"SECONDS"_s},
        {u"count-every-byte"_s, u"Complete counts all bytes received, not the listed parts'."_s},
    });
}

/// One command's options. The first problem is kept, the values of options that are not there leave
/// their targets alone.
class Options
{
public:
    Options(const QList<QCommandLineOption> &options, const QStringList &arguments)
    {
        m_parser.addOptions(options);
        if (!m_parser.parse(arguments))
            refuse(m_parser.errorText());
    }

    QString problem() const { return m_problem; }
    QStringList files() const { return m_parser.positionalArguments(); }
    bool isSet(const QString &name) const { return m_parser.isSet(name); }

    void refuse(const QString &sentence)
    {
        if (m_problem.isEmpty())
            m_problem = sentence;
    }

    void text(const QString &name, QString *target)
    {
        if (!m_parser.isSet(name))
            return;
        *target = m_parser.value(name);
        // The parser takes whatever follows as the value, the next option too.
        if (target->isEmpty() || target->startsWith(u"--"_s))
            refuse(u"--%1 needs a value, not '%2'."_s.arg(name, *target));
    }

    void text(const QString &name, QString *target, bool (*isGood)(const QString &),
              const QString &expected)
    {
        text(name, target);
        if (m_parser.isSet(name) && !isGood(*target))
            refuse(u"--%1 '%2' is not %3."_s.arg(name, *target, expected));
    }

    template <typename Number>
    void number(const QString &name, qint64 least, qint64 most, Number *target)
    {
        if (!m_parser.isSet(name))
            return;
        const std::optional<qint64> value = parseWholeNumber(m_parser.value(name));
        if (value && *value >= least && *value <= most)
            *target = static_cast<Number>(*value);
        else
            refuse(u"--%1 takes a whole number from %2 to %3, not '%4'."_s.arg(name)
                       .arg(least)
                       .arg(most)
                       .arg(m_parser.value(name)));
    }

    std::optional<qint64> size(const QString &name)
    {
        if (!m_parser.isSet(name))
            return std::nullopt;
        const std::optional<qint64> value = parseSize(m_parser.value(name));
        if (!value)
            refuse(u"--%1 takes a size such as 8000000, 8MB or 8MiB, not '%2'."_s.arg(
                name, m_parser.value(name)));
        return value;
    }

private:
    QCommandLineParser m_parser;
    QString m_problem;
};

/// `--help` and `--version` answer whatever else is wrong.
std::optional<TextToShow> textAskedFor(const Options &options, const QString &help)
{
    if (options.isSet(u"help"_s))
        return TextToShow{help};
    if (options.isSet(u"version"_s))
        return TextToShow{versionText()};
    return std::nullopt;
}

template <typename Command> CommandLine resultOf(const Options &options, const Command &command)
{
    if (!options.problem().isEmpty())
        return UsageProblem{options.problem()};
    return command;
}

void readSizes(Options &options, UploadCommand *command)
{
    command->partSize = options.size(u"part-size"_s);
    if (command->partSize && (*command->partSize < 1 || *command->partSize > kMaxPartBytes))
        options.refuse(u"--part-size %1 is not from 1 to %2 bytes."_s.arg(*command->partSize)
                           .arg(kMaxPartBytes));
}

/// Bytes a second, or a share of the line: `80%`.
void readRateLimit(Options &options, UploadCommand *command)
{
    QString text;
    options.text(u"limit-rate"_s, &text);
    if (!text.endsWith(u'%')) {
        command->limitRate = options.size(u"limit-rate"_s).value_or(0);
        return;
    }
    const std::optional<qint64> percent = parseWholeNumber(QStringView(text).chopped(1));
    if (percent && *percent >= LineShare::kLeastPercent && *percent <= LineShare::kMostPercent)
        command->linePercent = static_cast<int>(*percent);
    else
        options.refuse(
            u"--limit-rate takes %1% to %2% of the line, not '%3'."_s.arg(LineShare::kLeastPercent)
                .arg(LineShare::kMostPercent)
                .arg(text));
}

void readTimes(Options &options, UploadCommand *command)
{
    options.number(u"expires-after"_s, kMinFileLife, kMaxFileLife, &command->expiresAfter);
    options.number(u"give-up-after"_s, 0, kMaxSeconds, &command->giveUpAfter);
}

void readOrder(Options &options, UploadCommand *command)
{
    QString text;
    options.text(u"order"_s, &text);
    if (!options.isSet(u"order"_s))
        return;
    QString problem;
    if (const std::optional<QList<int>> order = parseOrder(text, &problem))
        command->order = *order;
    else
        options.refuse(u"--order '%1': %2."_s.arg(text, problem));
    if (command->files.size() > 1 && command->combineName.isEmpty())
        options.refuse(u"--order takes one FILE, or several with --combine, not %1."_s.arg(
            command->files.size()));
}

CommandLine parseUpload(const QStringList &arguments)
{
    const QList<QCommandLineOption> known = uploadOptions();
    Options options(known, arguments);
    if (const std::optional<TextToShow> text = textAskedFor(options, uploadHelp(known)))
        return *text;

    UploadCommand command;
    command.files = options.files();
    command.sandbox = options.isSet(u"sandbox"_s);
    command.cutAtLines = options.isSet(u"cut-at-lines"_s);
    command.sendMd5 = !options.isSet(u"no-md5"_s);
    command.resume = !options.isSet(u"no-resume"_s);
    command.json = options.isSet(u"json"_s);
    command.quiet = options.isSet(u"quiet"_s);
    options.text(u"base-url"_s, &command.baseUrl);
    options.text(u"purpose"_s, &command.purpose, isPurpose, u"a purpose such as user_data"_s);
    options.text(u"mime-type"_s, &command.mimeType, isMimeType, u"a type such as text/plain"_s);
    options.text(u"combine"_s, &command.combineName, isPlainFileName,
                 u"a plain file name (no folder, no control characters)"_s);
    options.text(u"data-dir"_s, &command.dataDir);
    options.text(u"ca-file"_s, &command.caFile);
    options.text(u"log-file"_s, &command.logFile);
    options.number(u"lanes"_s, 1, LinePace::kMostLanes, &command.lanes);
    readSizes(options, &command);
    readRateLimit(options, &command);
    readTimes(options, &command);
    readOrder(options, &command);
    if (command.sandbox && !command.baseUrl.isEmpty())
        options.refuse(u"--sandbox and --base-url '%1' exclude each other."_s.arg(command.baseUrl));
    if (options.isSet(u"check"_s))
        options.refuse(u"--check is not available in this version yet."_s);
    if (command.files.isEmpty())
        options.refuse(u"Name at least one FILE to upload."_s);
    if (command.files.contains(QString()))
        options.refuse(u"A FILE has an empty name: ''."_s);
    return resultOf(options, command);
}

CommandLine parseSandbox(QStringList arguments)
{
    // Behind -- is a command whose options are none of ours.
    const qsizetype dashes = arguments.indexOf(u"--"_s);
    const QStringList behind = dashes < 0 ? QStringList() : arguments.sliced(dashes + 1);
    if (dashes >= 0)
        arguments.resize(dashes);

    const QList<QCommandLineOption> known = sandboxOptions();
    Options options(known, arguments);
    if (const std::optional<TextToShow> text = textAskedFor(options, sandboxHelp(known)))
        return *text;

    SandboxCommand command;
    command.command = behind;
    command.countEveryByte = options.isSet(u"count-every-byte"_s);
    options.text(u"data-dir"_s, &command.dataDir);
    options.text(u"faults"_s, &command.faultsFile);
    options.number(u"port"_s, 0, kMaxPort, &command.port);
    options.number(u"lifetime"_s, 1, kMaxSeconds, &command.lifetime);
    if (!options.files().isEmpty())
        options.refuse(u"'%1' is no option of sandbox; a command to run comes behind --."_s.arg(
            options.files().constFirst()));
    if (dashes >= 0 && behind.isEmpty())
        options.refuse(u"Behind -- there is no command to run."_s);
    return resultOf(options, command);
}

CommandLine parseWindow(const QStringList &arguments)
{
    const QList<QCommandLineOption> known = windowOptions();
    Options options(known, arguments);
    if (const std::optional<TextToShow> text = textAskedFor(options, windowHelp(known)))
        return *text;

    WindowCommand command;
    command.files = options.files();
    command.minimized = options.isSet(u"minimized"_s);
    command.sandbox = options.isSet(u"sandbox"_s);
    options.text(u"data-dir"_s, &command.dataDir);
    return resultOf(options, command);
}

} // namespace

CommandLine parseCommandLine(const QStringList &arguments)
{
    const QString command = arguments.value(1);
    QStringList withoutCommand = arguments;
    if (command == u"upload"_s || command == u"sandbox"_s)
        withoutCommand.removeAt(1);
    if (command == u"upload"_s)
        return parseUpload(withoutCommand);
    if (command == u"sandbox"_s)
        return parseSandbox(withoutCommand);
    return parseWindow(arguments);
}

} // namespace longshore
