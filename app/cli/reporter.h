#pragma once

#include "cli/exitcode.h"
#include "cli/humanoutput.h"
#include "queue/uploadrequest.h"
#include "transfer/uploadstate.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <functional>

namespace longshore {

class DebugLog;
class OutputWriter;

/// Tells what happens in a headless run: events on stdout with --json, otherwise lines for people
/// on stderr and file ids on stdout; and the log.
class Reporter
{
public:
    Reporter(bool json, bool quiet, OutputWriter &writer, DebugLog &log);

    void queued(const QString &name, const QueuedUpload &upload);
    void refused(const QString &path, const ApiError &error);
    /// `path` is told by failed.
    void happened(const QString &key, const QString &path, const UploadEvent &event);
    void changed(const QList<UploadSnapshot> &uploads);
    /// Calls back once all that was told so far is written: with false if nobody can read it.
    void whenTold(std::function<void(bool told)> then);
    /// Only for people: with --json they are in the events.
    void fileIds(const QStringList &ids);
    void summary(const RunSummary &summary);
    void warning(const QString &message, const QString &code);
    void note(const QString &text);
    void problem(const QString &text);

private:
    void event(const QJsonObject &event);
    void say(const QString &text);
    bool readerIsBehind() const;

    const bool m_json;
    OutputWriter &m_writer;
    DebugLog &m_log;
    HumanOutput m_human;
};

} // namespace longshore
