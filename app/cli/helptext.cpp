#include "cli/helptext.h"

#include <QStringList>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kDescriptionColumn = 30;

QString optionLine(const QCommandLineOption &option)
{
    QStringList names;
    for (const QString &name : option.names())
        names.append((name.size() == 1 ? u"-"_s : u"--"_s) + name);
    QString left = u"  "_s + names.join(u", "_s);
    if (!option.valueName().isEmpty())
        left += u' ' + option.valueName();
    const bool fits = left.size() < kDescriptionColumn;
    left += fits ? QString(kDescriptionColumn - left.size(), u' ')
                 : u'\n' + QString(kDescriptionColumn, u' ');
    return left + option.description();
}

QString help(const QString &head, const QList<QCommandLineOption> &options, const QString &tail)
{
    QStringList lines{head, {}, u"Options:"_s};
    for (const QCommandLineOption &option : options)
        lines.append(optionLine(option));
    if (!tail.isEmpty())
        lines << QString() << tail;
    return lines.join(u'\n') + u'\n';
}

} // namespace

QString versionText()
{
    return u"longshore " LONGSHORE_VERSION "\n"_s;
}

QString windowHelp(const QList<QCommandLineOption> &options)
{
    return help(uR"(Usage: longshore [options] [FILE...]
       longshore upload [options] FILE...
       longshore sandbox [options] [-- COMMAND...]

Uploads files of any size to the OpenAI Uploads API and compatible services.
Without a command the window opens, with the files queued.

Commands:
  upload    upload files without a window; "longshore upload --help" tells more
  sandbox   an Uploads service on this machine, to try things out;
            "longshore sandbox --help" tells more)"_s,
                options, u"A file that is named like a command: ./upload"_s);
}

QString uploadHelp(const QList<QCommandLineOption> &options)
{
    return help(uR"(Usage: longshore upload [options] FILE...

Uploads each FILE and prints the ids of the resulting files, one a line in the order of
the FILEs. What was interrupted goes on where it stood when the same command is run again.)"_s,
                options,
                uR"(Sizes: bytes, or with k, kB, M, MB, G, GB (decimal) or KiB, MiB, GiB (binary).

Environment:
  OPENAI_API_KEY              the key; no option takes one
  OPENAI_BASE_URL             the service, unless --base-url or --sandbox is given
  OPENAI_ORG_ID, OPENAI_PROJECT_ID
  https_proxy, http_proxy, no_proxy

Exit code:
  0    all uploads completed
  1    at least one failed, or may have completed
  2    the command line can't be carried out
  3    the service refused the key (401 or 403)
  130  interrupted (Ctrl-C): cancelled at the service; a second Ctrl-C leaves at once
  143  terminated (SIGTERM): not cancelled, goes on when run again)"_s);
}

QString sandboxHelp(const QList<QCommandLineOption> &options)
{
    return help(
        uR"(Usage: longshore sandbox [options] [-- COMMAND...]

Starts an Uploads service on 127.0.0.1 and prints its OPENAI_BASE_URL and OPENAI_API_KEY.
Runs until it is ended (Ctrl-C), or runs COMMAND with these two in its environment and
ends with it and with its exit code. Prints what it has seen on stderr as a line of JSON.)"_s,
        options,
        u"If OPENAI_API_KEY begins with sk-sandbox- it is used, otherwise a new key is made."_s);
}

} // namespace longshore
