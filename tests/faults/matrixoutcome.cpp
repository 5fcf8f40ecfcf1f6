// What became of a cell, and what must never become of one.

#include "matrixcell.h"

#include <QFile>

#include <algorithm>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using sandbox::Call;

namespace {

// What is tried for as long as the upload lives is tried too often to be counted.
constexpr int kMany = 8;
// The longest of our own waits, and the shortest that it may be by chance.
constexpr std::chrono::milliseconds kLongestWait = 8s;
constexpr std::chrono::milliseconds kLeastLongWait = 6s;
// Qt's HTTP sends a request up to three times when its connection breaks, without telling.
constexpr int kSentByQt = 3;
// Requests of one call that the doubling waits at the beginning let through.
constexpr int kEarlyTries = 10;
constexpr qsizetype kMostLogged = 50;

bool isEndEvent(const UploadEvent &event)
{
    return std::holds_alternative<CompletedEvent>(event)
        || std::holds_alternative<UnknownEvent>(event)
        || std::holds_alternative<CancelledEvent>(event)
        || std::holds_alternative<FailedEvent>(event);
}

} // namespace

// ---- What the table says

/// The last that was asked before the end, except for a look at the file itself, was the list.
bool MatrixCell::wasFoundByTheList() const
{
    const QList<RelayedRequest> &log = m_relay->log();
    const auto last = std::find_if(log.rbegin(), log.rend(), [](const RelayedRequest &request) {
        return request.call != Call::Files || request.isList;
    });
    return last != log.rend() && last->isList;
}

/// By us, or by Qt's HTTP, which sends again what it could not deliver.
bool MatrixCell::wasRetried() const
{
    const int usual = m_call == Call::Part ? m_parts : 1;
    return m_upload->partEvents(PartState::Retrying) > 0
        || !m_upload->eventsOf<WaitingEvent>().isEmpty()
        || (m_upload->state() == UploadState::Completed && m_relay->count(m_call) > usual);
}

QString MatrixCell::ending() const
{
    switch (m_upload->state()) {
    case UploadState::Completed:
        return u"completed"_s;
    case UploadState::Failed:
        return u"failed: "_s + errorKindName(m_upload->controller->snapshot().error.kind);
    case UploadState::Unknown:
        return u"unknown"_s;
    case UploadState::Cancelled: {
        const QList<WarningEvent> warnings = m_upload->eventsOf<WarningEvent>();
        const bool untold = std::any_of(warnings.begin(), warnings.end(), [](const auto &warning) {
            return warning.code == "cancel-not-told"_L1;
        });
        return untold ? u"cancelled, service not told"_s : u"cancelled"_s;
    }
    default:
        return u"no end"_s;
    }
}

QString MatrixCell::outcome() const
{
    QStringList words;
    const int requests = m_relay->count(m_call);
    if (!m_upload->eventsOf<RestartedEvent>().isEmpty())
        words.append(u"begun again"_s);
    else if (m_upload->state() == UploadState::Completed && wasFoundByTheList())
        words.append(u"found by the list"_s);
    else if (wasRetried())
        words.append(u"retried"_s);
    words.append(ending());
    return u"%1 (%2, %3)"_s
        .arg(words.join(", "_L1), requests > kMany ? u"many"_s : QString::number(requests))
        .arg(m_service.fileIds().size());
}

QString MatrixCell::log() const
{
    QStringList lines;
    for (const RelayedRequest &request :
         m_relay->log().first(std::min(kMostLogged, m_relay->log().size()))) {
        lines.append(u"%1 s: %2 %3"_s.arg(static_cast<double>(request.at.count()) / 1000)
                         .arg(request.isList ? u"list"_s : matrixCallName(request.call))
                         .arg(request.status));
    }
    return lines.join(u'\n');
}

// ---- What must never be

/// What is shown on the way.
void MatrixCell::checkSnapshot()
{
    const UploadSnapshot shown = m_upload->controller->snapshot();
    if (shown.state == UploadState::Waiting && (shown.waitingUntil == 0 || shown.reason.isEmpty()))
        breach(u"It waits and does not say until when and why."_s);
    if (shown.state != UploadState::Completed
        && shown.confirmed > m_service.confirmedBytes(shown.uploadId)) {
        breach(u"%1 bytes are said to be confirmed, and the service confirmed %2."_s
                   .arg(shown.confirmed)
                   .arg(m_service.confirmedBytes(shown.uploadId)));
    }
}

void MatrixCell::checkEnd()
{
    const auto ends = std::count_if(m_upload->events.begin(), m_upload->events.end(), isEndEvent);
    if (ends != 1 || m_upload->finished != 1) {
        breach(u"%1 ends were told, and finished() %2 times."_s.arg(ends).arg(m_upload->finished));
    }
    if (m_upload->lanes.inUse() != 0)
        breach(u"%1 lanes are in use after the end."_s.arg(m_upload->lanes.inUse()));
    if (!runningReplies().isEmpty())
        breach(u"Requests are under way after the end."_s);
    if (m_strayConnections != 0)
        breach(u"Another host was connected to."_s);
}

void MatrixCell::checkFiles()
{
    const QStringList files = m_service.fileIds();
    if (files.size() > 1)
        breach(u"The service has %1 files of one upload."_s.arg(files.size()));
    const UploadState state = m_upload->state();
    const bool deniesFile = state == UploadState::Failed || state == UploadState::Cancelled;
    if (deniesFile && !files.isEmpty())
        breach(u"It is said to be %1, and the service has its file."_s.arg(uploadStateName(state)));
    if (state != UploadState::Completed)
        return;
    const QList<CompletedEvent> events = m_upload->eventsOf<CompletedEvent>();
    if (events.size() != 1 || files != QStringList{events.first().fileId}) {
        breach(u"It is said to be completed, and the service has another file, or none."_s);
        return;
    }
    QFile file(m_service.filesDir() + u'/' + files.first());
    if (!file.open(QIODevice::ReadOnly) || file.readAll() != m_upload->content())
        breach(u"It is said to be completed, and the file at the service is not the same."_s);
    if (m_upload->controller->snapshot().fileId != files.first())
        breach(u"The snapshot names another file than the event."_s);
}

void MatrixCell::checkError()
{
    for (const FailedEvent &event : m_upload->eventsOf<FailedEvent>()) {
        if (!event.error.isError() || event.error.message.isEmpty())
            breach(u"It failed without a reason."_s);
        if (event.error.advice.isEmpty() && m_upload->controller->snapshot().reason.isEmpty()) {
            breach(u"It failed without advice: %1"_s.arg(event.error.message));
        }
    }
    for (const UnknownEvent &event : m_upload->eventsOf<UnknownEvent>()) {
        if (event.reason.isEmpty())
            breach(u"It is unknown without a reason."_s);
    }
}

void MatrixCell::checkRequests()
{
    const auto rounds = m_upload->clock.monotonic() / kLeastLongWait + kEarlyTries;
    const auto bound = m_parts * kSentByQt * rounds;
    if (m_relay->log().size() > bound) {
        breach(u"%1 requests in %2 s, at most %3 are decent."_s.arg(m_relay->log().size())
                   .arg(m_upload->clock.monotonic() / 1s)
                   .arg(bound));
    }
    if (!m_forEver && m_relay->count(m_call) > 2 * m_parts + kSentByQt)
        breach(u"One fault led to %1 requests."_s.arg(m_relay->count(m_call)));
}

void MatrixCell::checkRetryAfter()
{
    if (!m_row.retryAfter && !m_row.absurdRetryAfter)
        return;
    const QList<RelayedRequest> &log = m_relay->log();
    const qsizetype usual = m_call == Call::Part ? m_parts : 1;
    for (const RelayedRequest &refused : log) {
        if (refused.call != m_call || refused.status != 429)
            continue;
        qsizetype meanwhile = 0; // sent before the refusal was there
        std::optional<std::chrono::milliseconds> next;
        for (const RelayedRequest &request : log) {
            if (request.at == refused.at && request.call == m_call)
                ++meanwhile;
            if (request.at > refused.at && !next)
                next = request.at;
        }
        if (meanwhile > usual)
            breach(u"It was tried again at once."_s);
        if (!next)
            continue;
        const auto waited = *next - refused.at;
        // For ever a date stays the same, and is soon past.
        const bool isPast = m_forEver && m_row.isRetryAfterDate;
        if (m_row.retryAfter && !isPast && waited < *m_row.retryAfter) {
            breach(u"The service asked for %1 ms, and after %2 ms the next request came."_s
                       .arg(m_row.retryAfter->count())
                       .arg(waited.count()));
        }
        if (m_row.absurdRetryAfter && waited > kLongestWait)
            breach(u"It waited for %1 ms without need."_s.arg(waited.count()));
    }
}

} // namespace longshore
