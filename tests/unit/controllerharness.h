#pragma once

#include "support/fakeaccessmanager.h"
#include "support/virtualclock.h"
#include "transfer/transfercontext.h"
#include "transfer/uploadcontroller.h"

#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QThreadPool>

#include <deque>
#include <memory>

namespace longshore {

/// Keeps what was recorded; answers from the event loop, or when released.
class FakeRecorder final : public UploadRecorder
{
public:
    void record(const QString &key, const UploadChange &change,
                std::function<void(const QString &)> done) override;
    /// Answers wait from now on.
    void hold() { m_held = true; }
    /// Answers what waits, and everything from now on.
    void release();

    template <typename Change>
    int count() const
    {
        int found = 0;
        for (const UploadChange &change : changes)
            found += std::holds_alternative<Change>(change) ? 1 : 0;
        return found;
    }

    QList<UploadChange> changes;

private:
    void answer();

    QObject m_context;
    bool m_held = false;
    std::deque<std::function<void(const QString &)>> m_waiting;
};

/// An answer to GET /files that shows one file called data.bin.
FakeAnswer fileList(const QString &id, qint64 createdAt, qint64 bytes);

/// One controller with everything around it faked but the file.
class ControllerHarness
{
public:
    explicit ControllerHarness(int lanes = 4);
    ~ControllerHarness();

    /// A file of `bytes` random bytes cut into parts of `partSize`.
    UploadSpec makeSpec(qint64 bytes, qint64 partSize);
    void make(const UploadSpec &spec, const StoredProgress &stored = {});
    /// make() and start() of the usual upload: 10 parts of 100 bytes.
    void startUsual();

    template <typename Event>
    QList<Event> eventsOf() const
    {
        QList<Event> found;
        for (const UploadEvent &event : events) {
            if (const auto *one = std::get_if<Event>(&event))
                found.append(*one);
        }
        return found;
    }
    int partEvents(PartState state) const;
    /// Runs the event loop until nothing is posted any more and the pool is idle.
    void settle();
    /// Moves the clock and settles.
    void advance(std::chrono::milliseconds by);
    /// Advances to each next timer until the upload has ended; fails after a virtual day.
    bool runToEnd();
    UploadState state() const { return controller->state(); }
    QByteArray content() const { return m_content; }
    QString path() const { return m_dir.filePath(QStringLiteral("data.bin")); }
    /// What complete was told, in its order, as the bytes of those parts.
    QByteArray completedContent() const;

    VirtualClock clock;
    QRandomGenerator random{1};
    QThreadPool pool;
    LanePool lanes;
    RateLimiter limiter{clock};
    FakeRecorder recorder;
    FakeAccessManager service;
    UploadsApi api;
    TransferContext context;
    std::unique_ptr<UploadController> controller;
    QList<UploadEvent> events;
    int finished = 0;

private:
    static Endpoint endpoint();

    QTemporaryDir m_dir;
    QByteArray m_content;
};

} // namespace longshore
