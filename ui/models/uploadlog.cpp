#include "ui/models/uploadlog.h"

#include "api/showntext.h"
#include "api/translated.h"
#include "cli/humantext.h"
#include "ui/models/errorwords.h"

#include <QStringList>

#include <chrono>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

QString errorText(const ApiError &error)
{
    QStringList texts{errorSentence(error), errorDetails(error)};
    texts.removeAll(QString());
    return texts.join(u" · "_s);
}

struct Words
{
    QString operator()(const CreatedEvent &event) const
    {
        // The event's deadline is by the service's clock; the row has it by ours.
        return tr("Started as %1").arg(shownText(event.uploadId));
    }

    QString operator()(const ResumedEvent &event) const
    {
        return tr("Goes on as %1 with %2 already confirmed (parts: %3)")
            .arg(shownText(event.uploadId), bytesText(event.confirmed))
            .arg(event.partsConfirmed);
    }

    QString operator()(const PartEvent &event) const
    {
        const int number = event.index + 1;
        switch (event.state) {
        case PartState::Waiting:
        case PartState::Sending:
            return {};
        case PartState::Confirmed:
            return tr("Part %1 confirmed (%2)").arg(number).arg(bytesText(event.bytes));
        case PartState::Retrying:
            return withReason(
                tr("Part %1 will be sent again after attempt %2").arg(number).arg(event.attempt),
                event);
        case PartState::Failed:
            return withReason(tr("Part %1 failed at attempt %2").arg(number).arg(event.attempt),
                              event);
        }
        Q_UNREACHABLE();
    }

    QString operator()(const ProgressEvent &) const { return {}; }

    QString operator()(const WaitingEvent &event) const
    {
        return tr("Waiting until %1: %2").arg(clockText(event.until), shownText(event.reason));
    }

    QString operator()(const RestartedEvent &event) const
    {
        return tr("Begins again: %1").arg(shownText(event.reason));
    }

    QString operator()(const WarningEvent &event) const
    {
        return tr("Warning: %1").arg(shownText(event.message));
    }

    QString operator()(const CompletedEvent &event) const
    {
        const auto seconds = std::chrono::seconds(static_cast<qint64>(event.seconds));
        return tr("Completed as %1, %2 in %3")
            .arg(shownText(event.fileId), bytesText(event.bytes), durationText(seconds));
    }

    QString operator()(const UnknownEvent &event) const
    {
        return tr("May have completed: %1").arg(shownText(event.reason));
    }

    QString operator()(const CancelledEvent &) const { return tr("Cancelled"); }

    QString operator()(const FailedEvent &event) const { return errorText(event.error); }

private:
    /// The part was named already.
    static QString withReason(const QString &what, const PartEvent &event)
    {
        if (!event.error)
            return what;
        ApiError error = *event.error;
        error.part = -1;
        return tr("%1: %2", "what happened, and why").arg(what, errorText(error));
    }
};

} // namespace

std::optional<LogLine> logLine(const UploadEvent &event, qint64 unixMs)
{
    LogLine line;
    line.unixMs = unixMs;
    line.text = std::visit(Words{}, event);
    if (line.text.isEmpty())
        return std::nullopt;
    return line;
}

std::optional<LogLine> UploadLogs::add(const QString &key, const UploadEvent &event, qint64 unixMs)
{
    const auto line = logLine(event, unixMs);
    if (line) {
        QList<LogLine> &lines = m_lines[key];
        lines.append(*line);
        if (lines.size() > kMaxLines)
            lines.removeFirst();
    }
    return line;
}

} // namespace longshore
