#include "cli/humanoutput.h"

#include "cli/errortext.h"
#include "cli/humantext.h"

#include <algorithm>
#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// Progress is said in plain lines at each tenth, and in between when it was long silent.
constexpr int kPercentStep = 10;
constexpr qint64 kSilenceMs = 10'000;
/// A bad line makes many retries; a person wants to know that, not to count them.
constexpr qint64 kRetrySilenceMs = 5'000;

QString progressText(const UploadSnapshot &upload)
{
    QString text = u"%1 %, %2 of %3"_s.arg(percentOf(upload.confirmed, upload.bytes))
                       .arg(bytesText(upload.confirmed), bytesText(upload.bytes));
    // A large part on a slow line confirms nothing for a while, and is not stuck.
    if (upload.inFlight > 0)
        text += u", %1 under way"_s.arg(bytesText(upload.inFlight));
    if (upload.rate > 0)
        text += u", "_s + rateText(upload.rate);
    if (const auto left = timeLeft(upload.unsent(), upload.rate))
        text += u", %1 left"_s.arg(durationText(*left));
    return text;
}

QString partsText(qint64 parts)
{
    return parts == 1 ? u"1 part"_s : u"%1 parts"_s.arg(parts);
}

bool endsUpload(const UploadEvent &event)
{
    return std::holds_alternative<CompletedEvent>(event)
        || std::holds_alternative<UnknownEvent>(event)
        || std::holds_alternative<CancelledEvent>(event)
        || std::holds_alternative<FailedEvent>(event);
}

QStringList failureTexts(const ApiError &error)
{
    QStringList texts{u"failed: "_s + errorText(error), adviceText(error)};
    texts.removeAll(QString());
    return texts;
}

} // namespace

QString liveLine(const UploadSnapshot &upload, int columns)
{
    QString status;
    switch (upload.state) {
    case UploadState::Waiting:
        status = u"waiting until %1: %2"_s.arg(clockText(upload.waitingUntil), upload.reason);
        break;
    case UploadState::Completing:
        status = u"%1, all sent, finishing"_s.arg(bytesText(upload.bytes));
        break;
    case UploadState::Sending:
        status = progressText(upload);
        break;
    default:
        status = u"%1, %2"_s.arg(bytesText(upload.bytes), uploadStateName(upload.state));
        break;
    }
    return cutToWidth(upload.filename, std::max(columns / 3, 8)) + u"  "_s + status;
}

/// What to say about an event: nothing, or lines of which the first is prefixed with the upload's
/// name.
struct EventSpeaker
{
    HumanStyle style;
    HumanOutput::Shown &shown;
    qint64 now;

    bool plain() const { return style == HumanStyle::Plain; }
    bool talkative() const { return plain() || style == HumanStyle::Live; }

    QStringList operator()(const CreatedEvent &event) const
    {
        if (!plain())
            return {};
        return {
            u"begun as %1, expires at %2"_s.arg(event.uploadId, clockText(event.expiresAt * 1000))};
    }

    QStringList operator()(const ResumedEvent &event) const
    {
        if (!talkative())
            return {};
        return {u"goes on, %1 (%2 of %3) already there"_s.arg(partsText(event.partsConfirmed),
                                                              bytesText(event.confirmed),
                                                              bytesText(shown.snapshot.bytes))};
    }

    QStringList operator()(const PartEvent &event) const
    {
        if (!plain() || event.state != PartState::Retrying
            || now - shown.retrySaidAt < kRetrySilenceMs)
            return {};
        shown.retrySaidAt = now;
        QString text = u"part %1 will be sent again"_s.arg(event.index);
        if (event.error)
            text += u": "_s + errorText(*event.error);
        return {text};
    }

    QStringList operator()(const ProgressEvent &) const { return {}; }

    QStringList operator()(const WaitingEvent &event) const
    {
        if (!plain())
            return {};
        return {u"waiting until %1: %2"_s.arg(clockText(event.until), event.reason)};
    }

    QStringList operator()(const RestartedEvent &event) const
    {
        shown.percentSaid = 0;
        return talkative() ? QStringList{u"begins again: "_s + event.reason} : QStringList();
    }

    QStringList operator()(const WarningEvent &event) const
    {
        if (style == HumanStyle::Errors)
            return {};
        return {u"warning: "_s + event.message};
    }

    QStringList operator()(const CompletedEvent &event) const
    {
        if (!talkative())
            return {};
        const auto seconds = static_cast<qint64>(event.seconds);
        QString text = u"completed, %1 in %2"_s.arg(bytesText(event.bytes),
                                                    durationText(std::chrono::seconds(seconds)));
        if (seconds > 0)
            text += u" (%1)"_s.arg(rateText(static_cast<double>(event.bytes) / event.seconds));
        return {text + u": "_s + event.fileId};
    }

    QStringList operator()(const UnknownEvent &event) const
    {
        return {u"may have completed, as %1: %2"_s.arg(event.uploadId, event.reason),
                u"Look for it among your files before you upload it again."_s};
    }

    QStringList operator()(const CancelledEvent &) const
    {
        return talkative() ? QStringList{u"cancelled"_s} : QStringList();
    }

    QStringList operator()(const FailedEvent &event) const { return failureTexts(event.error); }
};

HumanOutput::HumanOutput(HumanStyle style)
    : m_style(style)
{
}

void HumanOutput::setScreen(ScreenSize screen)
{
    m_screen = screen;
}

QString HumanOutput::queued(const QString &name, const QueuedUpload &upload, qint64 now)
{
    Shown shown;
    shown.name = name;
    shown.progressSaidAt = now;
    shown.snapshot.key = upload.key;
    shown.snapshot.filename = upload.filename;
    shown.snapshot.bytes = upload.bytes;
    m_keys.append(upload.key);
    m_shown.insert(upload.key, shown);
    // What no longer fits would only change the number of hidden lines.
    if (m_style == HumanStyle::Live && m_keys.size() <= m_screen.rows)
        return redraw();
    if (m_style != HumanStyle::Plain)
        return {};
    return lines({u"%1: %2 in %3, %4"_s.arg(name, bytesText(upload.bytes), partsText(upload.parts),
                                            upload.purpose)});
}

QString HumanOutput::refused(const QString &path, const ApiError &error)
{
    QStringList texts = failureTexts(error);
    texts.first().prepend(path + u": "_s);
    return lines(texts);
}

QString HumanOutput::happened(const QString &key, const UploadEvent &event, qint64 now)
{
    const auto shown = m_shown.find(key);
    if (shown == m_shown.end())
        return {};
    QStringList texts = std::visit(EventSpeaker{m_style, *shown, now}, event);
    if (!texts.isEmpty())
        texts.first().prepend(shown->name + u": "_s);
    if (endsUpload(event)) {
        m_keys.removeOne(key);
        m_shown.erase(shown);
    } else if (texts.isEmpty()) {
        return {};
    }
    return lines(texts);
}

QString HumanOutput::changed(const QList<UploadSnapshot> &uploads, qint64 now)
{
    QString text;
    for (const UploadSnapshot &upload : uploads) {
        const auto found = m_shown.find(upload.key);
        if (found == m_shown.end())
            continue;
        const UploadState before = std::exchange(found->snapshot, upload).state;
        if (m_style != HumanStyle::Plain)
            continue;
        if (upload.state == UploadState::Completing && before != UploadState::Completing)
            text += lines({found->name + u": all sent, finishing"_s});
        else if (upload.state == UploadState::Sending)
            text += plainProgress(*found, now);
    }
    return m_style == HumanStyle::Live ? redraw() : text;
}

QString HumanOutput::plainProgress(Shown &shown, qint64 now) const
{
    const int percent = percentOf(shown.snapshot.confirmed, shown.snapshot.bytes);
    const bool stepDone = percent >= shown.percentSaid + kPercentStep;
    if (percent == 100 || (!stepDone && now - shown.progressSaidAt < kSilenceMs))
        return {};
    shown.percentSaid = percent / kPercentStep * kPercentStep;
    shown.progressSaidAt = now;
    return escaped(shown.name + u": "_s + progressText(shown.snapshot)) + u'\n';
}

QString HumanOutput::note(const QString &text)
{
    return m_style == HumanStyle::Errors ? QString() : problem(text);
}

QString HumanOutput::problem(const QString &text)
{
    return lines({u"longshore: "_s + text});
}

QString HumanOutput::clearLive()
{
    return m_live.clear();
}

QString HumanOutput::redraw()
{
    if (m_style != HumanStyle::Live)
        return {};
    QStringList drawn;
    for (const QString &key : m_keys.first(std::min<qsizetype>(m_keys.size(), m_screen.rows)))
        drawn.append(liveLine(m_shown.value(key).snapshot, m_screen.columns));
    return m_live.draw(drawn, m_keys.size() - drawn.size(), m_screen);
}

/// The lines behind the first are indented.
QString HumanOutput::lines(const QStringList &texts)
{
    QString result = m_live.clear();
    for (qsizetype index = 0; index < texts.size(); ++index)
        result += (index == 0 ? QString() : u"  "_s) + escaped(texts.at(index)) + u'\n';
    return result + redraw();
}

} // namespace longshore
