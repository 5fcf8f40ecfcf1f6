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
/// in the order of the calls. A `problem` is a sentence, empty if all is well; after one the next
/// call tries anew (a full disk may have been cleared). Several processes can use one journal at
/// the same time.
class Journal final : public QObject, public UploadRecorder
{
    Q_OBJECT

public:
    using Done = std::function<void(const QString &problem)>;

    explicit Journal(QObject *parent = nullptr);
    /// Writes what is outstanding, then closes. Callbacks that have not run by then never run.
    ~Journal() override;

    /// Opens or creates DIR/journal.sqlite (0600, DIR 0700). `problem` is a sentence if it can't be
    /// used; all further calls then answer with it and change nothing.
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
    /// A problem if there is no such upload, or if it was completed or cancelled. Any change but an
    /// end or a hold makes a failed or unknown upload a queued one again.
    void record(const QString &key, const UploadChange &change, Done done) override;

Q_SIGNALS:
    /// A call whose callback can't tell it has failed: find(), unfinished() or ended() (which find
    /// nothing then), setPositions(), setDetails(), remove(), or one without a callback.
    void problemFound(const QString &problem);
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
    std::deque<JournalOutcome> m_outcomes; ///< not delivered yet
};

} // namespace longshore
