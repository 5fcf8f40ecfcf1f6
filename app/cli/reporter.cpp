#include "cli/reporter.h"

#include "cli/debuglog.h"
#include "cli/eventjson.h"
#include "cli/outputwriter.h"
#include "cli/standardstreams.h"

#include <QDateTime>
#include <QJsonDocument>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// While more than this waits for a slow reader, progress is left out: the next is as good.
constexpr qint64 kBacklogBytes = 1'000'000;

HumanStyle styleFor(bool json, bool quiet)
{
    if (quiet)
        return HumanStyle::Errors;
    if (json)
        return HumanStyle::Warnings;
    return canDrawOver(Stream::Error) ? HumanStyle::Live : HumanStyle::Plain;
}

qint64 now()
{
    return QDateTime::currentMSecsSinceEpoch();
}

} // namespace

Reporter::Reporter(bool json, bool quiet, OutputWriter &writer, DebugLog &log)
    : m_json(json)
    , m_writer(writer)
    , m_log(log)
    , m_human(styleFor(json, quiet))
{
}

void Reporter::queued(const QString &name, const QueuedUpload &upload)
{
    event(queuedJson(upload));
    m_human.setScreen(screenSize(Stream::Error));
    say(m_human.queued(name, upload, now()));
}

void Reporter::refused(const QString &path, const ApiError &error)
{
    event(refusedJson(path, error));
    say(m_human.refused(path, error));
}

void Reporter::happened(const QString &key, const QString &path, const UploadEvent &uploadEvent)
{
    if (std::holds_alternative<ProgressEvent>(uploadEvent)) {
        // Not for the log either, which would be full of it.
        if (m_json && !readerIsBehind()) {
            const QJsonObject json = eventJson(key, path, uploadEvent);
            m_writer.write(Stream::Output, jsonLine(json, QDateTime::currentDateTimeUtc()));
        }
        return;
    }
    event(eventJson(key, path, uploadEvent));
    say(m_human.happened(key, uploadEvent, now()));
}

void Reporter::changed(const QList<UploadSnapshot> &uploads)
{
    if (readerIsBehind())
        return;
    m_human.setScreen(screenSize(Stream::Error));
    say(m_human.changed(uploads, now()));
}

void Reporter::whenTold(std::function<void(bool told)> then)
{
    m_writer.whenWritten(std::move(then));
}

void Reporter::fileIds(const QStringList &ids)
{
    if (m_json || ids.isEmpty())
        return;
    // Both streams may be the same terminal.
    say(m_human.clearLive());
    for (const QString &id : ids)
        m_writer.write(Stream::Output, id.toUtf8() + '\n');
    say(m_human.redraw());
}

void Reporter::summary(const RunSummary &summary)
{
    say(m_human.clearLive());
    event(summaryJson(summary));
}

void Reporter::warning(const QString &message, const QString &code)
{
    event(warningJson(message, code));
    say(m_human.note(message));
}

void Reporter::note(const QString &text)
{
    m_log.write(text);
    say(m_human.note(text));
}

void Reporter::problem(const QString &text)
{
    m_log.write(text);
    say(m_human.problem(text));
}

void Reporter::event(const QJsonObject &event)
{
    if (m_json)
        m_writer.write(Stream::Output, jsonLine(event, QDateTime::currentDateTimeUtc()));
    m_log.write(QString::fromUtf8(QJsonDocument(event).toJson(QJsonDocument::Compact)));
}

void Reporter::say(const QString &text)
{
    m_writer.write(Stream::Error, text.toUtf8());
}

bool Reporter::readerIsBehind() const
{
    return m_writer.backlog() > kBacklogBytes;
}

} // namespace longshore
