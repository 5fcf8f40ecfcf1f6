#pragma once

#include <QList>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>
#include <variant>

namespace longshore {

/// `longshore upload`, as it was written and found to be possible. A value; nothing of the
/// environment is in it.
struct UploadCommand
{
    QStringList files; ///< at least one
    bool sandbox = false;
    QString baseUrl; ///< empty: the environment's or OpenAI's
    QString purpose;
    QString mimeType;
    std::optional<std::chrono::seconds> expiresAfter;
    std::optional<int> lanes;
    std::optional<qint64> partSize; ///< bytes
    QString combineName;
    bool cutAtLines = false;
    QList<int> order;
    bool sendMd5 = true;
    bool resume = true;
    std::chrono::seconds giveUpAfter{300}; ///< 0: never
    qint64 limitRate = 0; ///< bytes/s, 0: none
    int linePercent = 100; ///< at most so much of the line; 100: all of it
    bool json = false;
    bool quiet = false;
    QString dataDir;
    QString caFile;
    QString logFile;
};

/// `longshore sandbox`
struct SandboxCommand
{
    quint16 port = 0;
    QString dataDir; ///< empty: temporary
    QString faultsFile;
    std::chrono::seconds lifetime{3600};
    bool countEveryByte = false;
    QStringList command; ///< behind `--`; empty: runs until it is ended
};

/// `longshore`
struct WindowCommand
{
    QStringList files;
    bool minimized = false;
    bool sandbox = false;
    QString dataDir;
};

/// `--help` or `--version`: what to print on stdout.
struct TextToShow
{
    QString text;
};

/// A sentence that names option and value.
struct UsageProblem
{
    QString sentence;
};

using CommandLine =
    std::variant<UploadCommand, SandboxCommand, WindowCommand, TextToShow, UsageProblem>;

/// `arguments` as QCoreApplication::arguments() has them, the program's name first. Pure.
CommandLine parseCommandLine(const QStringList &arguments);

} // namespace longshore
