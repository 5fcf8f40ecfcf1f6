#include "queue/journal.h"

#include "queue/journalworker.h"

#include <QPointer>

#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

Journal::Journal(QObject *parent)
    : QObject(parent)
    , m_worker(new JournalWorker)
{
    m_thread.setObjectName(u"journal"_s);
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    connect(this, &Journal::requestsPosted, m_worker, &JournalWorker::work, Qt::QueuedConnection);
    connect(m_worker, &JournalWorker::worked, this, &Journal::deliver, Qt::QueuedConnection);
    m_thread.start();
}

Journal::~Journal()
{
    // The worker does the outstanding work when the thread deletes it; by then it knows nothing of
    // this object.
    disconnect(m_worker);
    m_worker->disconnect(this);
    m_thread.quit();
    m_thread.wait();
}

void Journal::open(const QString &dataDir, Done done)
{
    request(OpenRequest{dataDir}, answerOf(std::move(done)));
}

void Journal::add(const StoredUpload &upload, Done done)
{
    request(AddRequest{upload}, answerOf(std::move(done)));
}

void Journal::find(const QString &matchKey,
                   std::function<void(const std::optional<StoredUpload> &)> found)
{
    request(FindRequest{matchKey}, [this, found = std::move(found)](const JournalOutcome &outcome) {
        const QPointer<Journal> alive(this);
        if (!outcome.problem.isEmpty())
            Q_EMIT problemFound(outcome.problem);
        if (!alive || !found)
            return;
        found(outcome.uploads.isEmpty() ? std::nullopt : std::optional(outcome.uploads.first()));
    });
}

void Journal::unfinished(const QString &identity,
                         std::function<void(const QList<StoredUpload> &)> found)
{
    request(UnfinishedRequest{identity}, listAnswer(std::move(found)));
}

void Journal::ended(const QString &identity, int atMost,
                    std::function<void(const QList<StoredUpload> &)> found)
{
    request(EndedRequest{identity, atMost}, listAnswer(std::move(found)));
}

Journal::Answer Journal::listAnswer(std::function<void(const QList<StoredUpload> &)> &&found)
{
    return [this, found = std::move(found)](const JournalOutcome &outcome) {
        const QPointer<Journal> alive(this);
        if (!outcome.problem.isEmpty())
            Q_EMIT problemFound(outcome.problem);
        if (alive && found)
            found(outcome.uploads);
    };
}

void Journal::setPositions(const QStringList &keys)
{
    request(PositionsRequest{keys}, answerOf({}));
}

void Journal::setDetails(const QString &key, const QString &purpose, const QString &mimeType,
                         const QString &matchKey)
{
    request(DetailsRequest{key, purpose, mimeType, matchKey}, answerOf({}));
}

void Journal::remove(const QString &key)
{
    request(RemoveRequest{key}, answerOf({}));
}

void Journal::keepRate(const QString &identity, qint64 bytesPerSecond)
{
    request(KeepRateRequest{identity, bytesPerSecond}, answerOf({}));
}

void Journal::rate(const QString &identity, std::function<void(qint64 bytesPerSecond)> found)
{
    request(RateRequest{identity}, [this, found = std::move(found)](const JournalOutcome &outcome) {
        const QPointer<Journal> alive(this);
        if (!outcome.problem.isEmpty())
            Q_EMIT problemFound(outcome.problem);
        if (alive && found)
            found(outcome.bytesPerSecond);
    });
}

void Journal::record(const QString &key, const UploadChange &change, Done done)
{
    request(RecordRequest{key, change}, answerOf(std::move(done)));
}

Journal::Answer Journal::answerOf(Done &&done)
{
    if (done) {
        return [done = std::move(done)](const JournalOutcome &outcome) { done(outcome.problem); };
    }
    return [this](const JournalOutcome &outcome) {
        if (!outcome.problem.isEmpty())
            Q_EMIT problemFound(outcome.problem);
    };
}

void Journal::request(JournalRequest &&request, Answer &&answer)
{
    m_answers.push_back(std::move(answer));
    if (m_worker->post(std::move(request)))
        Q_EMIT requestsPosted(QPrivateSignal());
}

void Journal::deliver()
{
    for (JournalReport &report : m_worker->takeReports())
        m_reports.push_back(std::move(report));

    // Both queues are members, so that order holds where a callback runs an event loop of its own;
    // and a callback may delete the journal.
    const QPointer<Journal> alive(this);
    while (alive && !m_reports.empty()) {
        const JournalReport report = std::move(m_reports.front());
        m_reports.pop_front();
        if (const auto *notice = std::get_if<JournalNotice>(&report)) {
            Q_EMIT noticed(notice->text);
        } else if (const auto *outcome = std::get_if<JournalOutcome>(&report)) {
            const Answer answer = std::move(m_answers.front());
            m_answers.pop_front();
            answer(*outcome);
        } else {
            Q_EMIT recovered();
        }
    }
}

} // namespace longshore
