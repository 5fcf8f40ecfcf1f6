#include "cli/eventjson.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <cmath>
#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// A lone surrogate, which a file name may hold, would make the line invalid UTF-8.
QString validText(const QString &text)
{
    if (text.isValidUtf16())
        return text;
    QString valid;
    for (const char32_t character : text.toUcs4())
        valid += QString::fromUcs4(&character, 1);
    return valid;
}

QJsonArray texts(const QStringList &list)
{
    QJsonArray array;
    for (const QString &text : list)
        array.append(validText(text));
    return array;
}

QString utcText(const QDateTime &time)
{
    return time.toUTC().toString(Qt::ISODateWithMs);
}

QJsonObject named(const QString &event, const QString &key)
{
    return {{u"event"_s, event}, {u"upload"_s, validText(key)}};
}

void setIfKnown(QJsonObject &object, const QString &name, const QString &text)
{
    if (!text.isEmpty())
        object[name] = validText(text);
}

QJsonObject errorJson(const ApiError &error)
{
    QJsonObject json{{u"kind"_s, errorKindName(error.kind)},
                     {u"message"_s, validText(error.message)}};
    if (error.status != 0)
        json[u"status"_s] = error.status;
    setIfKnown(json, u"code"_s, error.code);
    setIfKnown(json, u"request_id"_s, error.requestId);
    if (error.part >= 0)
        json[u"part"_s] = error.part;
    setIfKnown(json, u"advice"_s, error.advice);
    return json;
}

QString partStateName(PartState state)
{
    switch (state) {
    case PartState::Waiting:
        return u"waiting"_s;
    case PartState::Sending:
        return u"sending"_s;
    case PartState::Retrying:
        return u"retrying"_s;
    case PartState::Confirmed:
        return u"confirmed"_s;
    case PartState::Failed:
        return u"failed"_s;
    }
    Q_UNREACHABLE();
}

/// JSON knows no infinity, and a rate is one when nothing was to be measured.
qint64 wholeRate(double rate)
{
    return std::isfinite(rate) && rate > 0 ? qRound64(rate) : 0;
}

struct EventWriter
{
    const QString &key;
    const QString &path;

    QJsonObject operator()(const CreatedEvent &event) const
    {
        QJsonObject json = named(u"created"_s, key);
        json[u"upload_id"_s] = validText(event.uploadId);
        json[u"expires_at"_s] = event.expiresAt;
        return json;
    }

    QJsonObject operator()(const ResumedEvent &event) const
    {
        QJsonObject json = named(u"resumed"_s, key);
        json[u"upload_id"_s] = validText(event.uploadId);
        json[u"confirmed"_s] = event.confirmed;
        json[u"parts_confirmed"_s] = event.partsConfirmed;
        json[u"expires_at"_s] = event.expiresAt;
        return json;
    }

    QJsonObject operator()(const PartEvent &event) const
    {
        QJsonObject json = named(u"part"_s, key);
        json[u"index"_s] = event.index;
        json[u"offset"_s] = event.offset;
        json[u"bytes"_s] = event.bytes;
        json[u"state"_s] = partStateName(event.state);
        json[u"attempt"_s] = event.attempt;
        setIfKnown(json, u"part_id"_s, event.partId);
        if (event.error)
            json[u"error"_s] = errorJson(*event.error);
        return json;
    }

    QJsonObject operator()(const ProgressEvent &event) const
    {
        QJsonObject json = named(u"progress"_s, key);
        json[u"confirmed"_s] = event.confirmed;
        json[u"in_flight"_s] = event.inFlight;
        json[u"total"_s] = event.total;
        json[u"rate"_s] = wholeRate(event.rate);
        return json;
    }

    QJsonObject operator()(const WaitingEvent &event) const
    {
        QJsonObject json = named(u"waiting"_s, key);
        json[u"until"_s] = utcText(QDateTime::fromMSecsSinceEpoch(event.until));
        json[u"reason"_s] = validText(event.reason);
        return json;
    }

    QJsonObject operator()(const RestartedEvent &event) const
    {
        QJsonObject json = named(u"restarted"_s, key);
        json[u"reason"_s] = validText(event.reason);
        return json;
    }

    QJsonObject operator()(const WarningEvent &event) const
    {
        QJsonObject json = warningJson(event.message, event.code);
        json[u"upload"_s] = validText(key);
        return json;
    }

    QJsonObject operator()(const CompletedEvent &event) const
    {
        QJsonObject json = named(u"completed"_s, key);
        json[u"upload_id"_s] = validText(event.uploadId);
        json[u"file_id"_s] = validText(event.fileId);
        json[u"bytes"_s] = event.bytes;
        setIfKnown(json, u"md5"_s, QString::fromLatin1(event.md5));
        json[u"part_ids"_s] = texts(event.partIds);
        json[u"seconds"_s] = event.seconds;
        return json;
    }

    QJsonObject operator()(const UnknownEvent &event) const
    {
        QJsonObject json = named(u"unknown"_s, key);
        json[u"upload_id"_s] = validText(event.uploadId);
        json[u"reason"_s] = validText(event.reason);
        return json;
    }

    QJsonObject operator()(const CancelledEvent &event) const
    {
        QJsonObject json = named(u"cancelled"_s, key);
        setIfKnown(json, u"upload_id"_s, event.uploadId);
        return json;
    }

    QJsonObject operator()(const FailedEvent &event) const
    {
        QJsonObject json = refusedJson(path, event.error);
        json[u"upload"_s] = validText(key);
        return json;
    }
};

} // namespace

QJsonObject queuedJson(const QueuedUpload &upload)
{
    QJsonObject json = named(u"queued"_s, upload.key);
    if (upload.paths.size() == 1)
        json[u"path"_s] = validText(upload.paths.constFirst());
    else
        json[u"paths"_s] = texts(upload.paths);
    json[u"bytes"_s] = upload.bytes;
    json[u"parts"_s] = upload.parts;
    json[u"part_size"_s] = upload.partSize;
    json[u"purpose"_s] = validText(upload.purpose);
    json[u"mime_type"_s] = validText(upload.mimeType);
    return json;
}

QJsonObject eventJson(const QString &key, const QString &path, const UploadEvent &event)
{
    return std::visit(EventWriter{key, path}, event);
}

QJsonObject refusedJson(const QString &path, const ApiError &error)
{
    QJsonObject json = named(u"failed"_s, {});
    json[u"path"_s] = validText(path);
    json[u"error"_s] = errorJson(error);
    return json;
}

QJsonObject warningJson(const QString &message, const QString &code)
{
    QJsonObject json = named(u"warning"_s, {});
    json[u"message"_s] = validText(message);
    json[u"code"_s] = validText(code);
    return json;
}

QJsonObject summaryJson(const RunSummary &summary)
{
    QJsonObject json = named(u"summary"_s, {});
    json[u"completed"_s] = summary.completed;
    json[u"failed"_s] = summary.failed;
    json[u"cancelled"_s] = summary.cancelled;
    return json;
}

QByteArray jsonLine(QJsonObject event, const QDateTime &time)
{
    event[u"time"_s] = utcText(time);
    QByteArray line = QJsonDocument(std::as_const(event)).toJson(QJsonDocument::Compact);
    // Line ends to some readers of text, and plain characters to JSON: only strings can hold them.
    line.replace("\xc2\x85", "\\u0085");
    line.replace("\xe2\x80\xa8", "\\u2028");
    line.replace("\xe2\x80\xa9", "\\u2029");
    return line + '\n';
}

} // namespace longshore
