#pragma once

#include "queue/journalrequest.h"
#include "queue/storedupload.h"
#include "transfer/uploadchange.h"

#include <QObject>
#include <QThread>

#include <deque>
#include <functional>
#include <optional>

namespace longshore {

class JournalWorker;

/// Unfinished uploads, their parts, and a history of the ended ones, in SQLite; a thread of its own
/// does the writing. Callbacks run once, in the thread of the journal object, from the event loop,
/// in the order of the calls. A `problem` is a sentence, empty if all is well. What can't be
/// written for a reason that may pass (a full disk, a folder that can't be written, another process
/// that keeps the journal locked) is answered with a problem, kept in memory, and written before
/// anything else once that works again: see recovered(). Several processes can use one journal at
/// the same time. Uploads that ended long ago are forgotten (see endedpruning.h).
class Journal final : public QObject, public UploadRecorder
{
    Q_OBJECT

public:
    using Done = std::function<void(const QString &problem)>;

    explicit Journal(QObject *parent = nullptr);
    /// Writes what is outstanding, then closes. Callbacks that have not run by then never run.
    ~Journal() override;

    /// Opens or creates DIR/journal.sqlite (0600, DIR 0700). `problem` is a sentence if it can't be
    /// used; each further call then tries anew to open it. One that is damaged or another program's
    /// is set aside, see noticed(), and is no problem.
    void open(const QString &dataDir, Done done);

    /// Instead of an upload with the same key, and in its place.
    void add(const StoredUpload &upload, Done done);
    /// An unfinished upload (queued, failed or unknown, not completed and not cancelled) with this
    /// match key; the one added last of several.
    void find(const QString &matchKey,
              std::function<void(const std::optional<StoredUpload> &)> found);
    /// All unfinished ones of an endpoint, by position.
    void unfinished(const QString &identity,
                    std::function<void(const QList<StoredUpload> &)> found);
    /// The completed and cancelled ones of an endpoint that were not removed, the latest first, so
    /// many at most; without their parts.
    void ended(const QString &identity, int atMost,
               std::function<void(const QList<StoredUpload> &)> found);
    /// Positions by their index in `keys`.
    void setPositions(const QStringList &keys);
    /// Another purpose and MIME type of an upload, whatever its state: what it was at the service
    /// is forgotten.
    void setDetails(const QString &key, const QString &purpose, const QString &mimeType,
                    const QString &matchKey);
    /// Forgets an upload.
    void remove(const QString &key);
    /// The speed of the line to a service, as measured now; in place of what was known.
    void keepRate(const QString &identity, qint64 bytesPerSecond);
    /// What was measured in the last 30 days; 0: nothing.
    void rate(const QString &identity, std::function<void(qint64 bytesPerSecond)> found);
    /// A problem if there is no such upload, or if it was completed or cancelled. Any change but an
    /// end or a hold makes a failed or unknown upload a queued one again.
    void record(const QString &key, const UploadChange &change, Done done) override;

Q_SIGNALS:
    /// A call whose callback can't tell it has failed: find(), unfinished(), ended() or rate()
    /// (which find nothing then), setPositions(), setDetails(), remove(), keepRate(), or one
    /// without a callback.
    void problemFound(const QString &problem);
    /// A sentence for the user, and no problem: the journal was damaged or not one, what could be
    /// read was taken over into a new one, and where the old file is.
    void noticed(const QString &notice);
    /// The journal can be written again after a problem with it, and what could not be written
    /// meanwhile is on record. Comes by itself, without another call.
    void recovered();
    /// To the worker.
    void requestsPosted(QPrivateSignal);

private:
    using Answer = std::function<void(const JournalOutcome &outcome)>;

    void request(JournalRequest &&request, Answer &&answer);
    Answer listAnswer(std::function<void(const QList<StoredUpload> &)> &&found);
    Answer answerOf(Done &&done);
    void deliver();

    QThread m_thread;
    JournalWorker *m_worker = nullptr; ///< lives in m_thread, which deletes it
    std::deque<Answer>
        m_answers; ///< of all requests under way, in their order; never leaves this thread
    std::deque<JournalReport> m_reports; ///< not delivered yet
};

} // namespace longshore
