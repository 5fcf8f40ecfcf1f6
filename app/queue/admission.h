#pragma once

#include "queue/journal.h"
#include "queue/requestline.h"
#include "queue/uploadlock.h"
#include "queue/uploadrequest.h"

#include <QObject>

#include <functional>
#include <memory>

class QThreadPool;

namespace longshore {

/// An upload that may take its place in the queue. The lock keeps other processes off it.
struct Admitted
{
    StoredUpload upload;
    std::shared_ptr<UploadLock> lock;
    QList<WarningEvent> warnings;
};

/// The way of a request into the queue: its files are looked at and its lock is taken in the pool,
/// and the journal is asked whether it is to be gone on with, or told of it. Engine thread.
class Admission final : public QObject
{
    Q_OBJECT

public:
    /// `pool` and `journal` outlive this.
    Admission(const EngineSettings &settings, QThreadPool &pool, Journal &journal,
              QObject *parent = nullptr);

    void admit(quint64 number, const UploadRequest &request);
    /// The files of an upload of the queue as they are now, in its place and with its key.
    void admitAgain(const StoredUpload &upload);
    /// Every unfinished upload of the journal for this endpoint, and the latest of those that have
    /// ended; those that another process has are left to it. Then restored().
    void restoreAll();
    /// The lock of an upload as it is described; none where somebody holds it.
    void lock(const StoredUpload &upload,
              std::function<void(const std::shared_ptr<UploadLock> &)> taken);

Q_SIGNALS:
    void admitted(quint64 number, double place, const longshore::Admitted &upload);
    void refused(quint64 number, const QString &path, const longshore::ApiError &error);
    void admittedAgain(const longshore::Admitted &upload);
    void refusedAgain(const QString &key, const longshore::ApiError &error);
    void restored();
    void journalProblem(const QString &problem);

private:
    static TakenRequest take(const UploadRequest &request, const EngineSettings &settings);
    void onTaken(quint64 number, const UploadRequest &request, const TakenRequest &taken);
    void adopt(quint64 number, const UploadRequest &request, TakenRequest taken,
               const std::optional<StoredUpload> &known);
    void restore(const QList<StoredUpload> &unfinished, const QList<StoredUpload> &ended);
    void restoreLocked(const QString &matchKey, double place,
                       const std::shared_ptr<UploadLock> &lock,
                       const std::function<void()> &answered);

    const EngineSettings m_settings;
    QThreadPool &m_pool;
    Journal &m_journal;
    RequestLine m_line;
    /// Behind every position of an earlier run.
    const qint64 m_firstPosition;
};

} // namespace longshore
