#pragma once

#include "queue/mailbox.h"
#include "queue/uploadrequest.h"
#include "transfer/uploadstate.h"

#include <QObject>
#include <QThread>

#include <memory>

namespace longshore {

class EngineCore;

/// The queue of uploads and all that works on it, in a thread of its own. Commands return at once
/// and are carried out in their order; what happens comes back by signals in the thread that made
/// the engine. Only values cross the border.
class Engine final : public QObject
{
    Q_OBJECT

public:
    explicit Engine(const EngineSettings &settings, QObject *parent = nullptr);
    /// Stops at once; what is unfinished can be resumed by the next engine on the same data
    /// directory.
    ~Engine() override;

    /// Checks the files, plans the parts and queues. Exactly one of queued() and refused() answers
    /// with the number returned here.
    quint64 add(const UploadRequest &request);
    /// Brings back the uploads of the journal that belong to this endpoint, each with a queued() of
    /// number 0: all unfinished ones, and the latest completed and cancelled ones that were not
    /// removed. Then restored().
    void restoreAll();

    void pause(const QString &key);
    /// Also the word that one waits for which asksToBegin.
    void resume(const QString &key);
    void pauseAll();
    void resumeAll();
    /// Safe twice. While completing the service's answer decides.
    void cancel(const QString &key);
    void cancelAll();
    /// Goes on with a failed or cancelled upload; what was confirmed and still lives is not sent
    /// again.
    void retry(const QString &key);
    /// With one that is unknown: sends complete once more without looking for its file first. The
    /// service refuses that, or makes the file that is missing.
    void completeAgain(const QString &key);
    /// Begins an ended upload from its first byte, whatever the service has of it. With one that is
    /// unknown there may be two files then.
    void startAgain(const QString &key);
    /// The user knows which file this completed upload became; see EngineSettings::completionsWait.
    void told(const QString &key);
    /// The same as retry() for all that failed.
    void retryAll();
    /// Ends the wait before a retry now, for all uploads.
    void retryNow();
    /// Whether the machine has a network, as far as the system says. A hint: what fails without one
    /// waits for it in place of the service.
    void setOnline(bool online);
    /// The machine slept, or its network is another one: connections are given up, and what was
    /// under way is sent again at once.
    void dropConnections();
    /// Position 0 is started first. Those that are under way keep on.
    void moveTo(const QString &key, int position);
    /// All of them, in this order, behind so many of the others.
    void moveAllTo(const QStringList &keys, int position);
    /// Whether the upload stops at ready, and what becomes of it there when the service is about to
    /// expire it. Switched off at ready, it completes.
    void setHold(const QString &key, bool hold, HoldEnd end);
    /// Purpose and MIME type of an upload that the service does not have yet, or that ended without
    /// a file; an empty one stays as it is, or fits the new purpose. Otherwise a warning "details"
    /// says why not.
    void setDetails(const QString &key, const QString &purpose, const QString &mimeType);
    /// A permutation of all parts; ignored once completing began.
    void setOrder(const QString &key, const QList<int> &order);
    /// Completes a held upload as soon as all parts are confirmed.
    void complete(const QString &key);
    /// Completes without md5 if it isn't ready by then.
    void skipChecksum(const QString &key);
    /// Forgets an ended upload.
    void remove(const QString &key);

    /// 0: as many as the line wants.
    void setLanes(int lanes);
    void setRateLimit(qint64 bytesPerSecond);
    /// As EngineSettings::linePercent.
    void setLinePercent(int percent);
    /// planned(), then partsChanged() at each change of this upload, until another is watched (or
    /// none: empty).
    void watchParts(const QString &key);

    /// Closes all connections and the journal, everything resumable; then stopped().
    void stop();
    /// After stopped(): threads that hang on a disk or a proxy script could not be waited for. Then
    /// the process must end without destructors of static objects (_Exit), which those threads may
    /// be using.
    bool threadsLeft() const { return m_threadsLeft; }

Q_SIGNALS:
    void queued(quint64 request, const longshore::QueuedUpload &upload);
    /// `path` is the file that is to blame.
    void refused(quint64 request, const QString &path, const longshore::ApiError &error);
    /// In the order in which it happened; progress at most 5 a second an upload.
    void happened(const QString &key, const longshore::UploadEvent &event);
    /// Uploads that changed since the last time: each at most 10 times a second, and no more of
    /// them at once than are shown in a moment.
    void changed(const QList<longshore::UploadSnapshot> &uploads);
    /// Keys of all uploads in their order, after a change of it.
    void orderChanged(const QStringList &keys);
    /// How the watched upload is cut: before its first partsChanged(), and anew when its files were
    /// taken anew.
    void planned(const QString &key, const longshore::UploadPlan &plan);
    void partsChanged(const QString &key, const QList<longshore::PartSnapshot> &parts,
                      const QList<int> &order);
    /// All that restoreAll() brings back was told.
    void restored();
    /// The journal can't be used; uploads go on without resume. Said once, and again only after
    /// journalRecovered().
    void journalProblem(const QString &message);
    /// It can be used again, and knows what it missed.
    void journalRecovered();
    /// It was damaged and is made anew: what was taken over, and where the old file is.
    void journalNotice(const QString &message);
    void stopped();

private:
    template <typename... Arguments>
    void forward(void (EngineCore::*from)(Arguments...), void (Engine::*to)(Arguments...));
    template <typename Command> void post(Command command);
    void onPublished();
    void onStopped(bool threadsLeft);

    QThread m_thread;
    EngineCore *m_core = nullptr; ///< lives in m_thread, which deletes it
    Mailbox *m_commands = nullptr; ///< the core's
    Mailbox m_news; ///< of the core, for this thread
    quint64 m_lastRequest = 0;
    bool m_threadsLeft = false;
};

} // namespace longshore
