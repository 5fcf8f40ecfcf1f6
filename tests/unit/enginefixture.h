#pragma once

#include "queue/engine.h"
#include "sandbox/sandbox.h"

#include <QElapsedTimer>
#include <QHash>
#include <QTemporaryDir>

#include <chrono>
#include <functional>
#include <memory>

namespace longshore {

/// An engine against a sandbox of its own, with everything that it said.
class EngineFixture
{
public:
    explicit EngineFixture(const QByteArray &faults = {}, int lanes = 4, int uploadsAtOnce = 2,
                           std::chrono::seconds lifetime = std::chrono::hours(1));
    ~EngineFixture();

    /// A file of `bytes` seeded random bytes.
    QString makeFile(const QString &name, qint64 bytes);
    /// Ends the engine (if there is one) and starts the next on the same data directory.
    void startEngine();
    EngineSettings settings() const;
    UploadRequest request(const QString &path, qint64 partSize = 10'000) const;
    /// Adds and waits for the key; empty if refused.
    QString add(const UploadRequest &request);
    void setFaults(const QByteArray &faults);

    UploadState state(const QString &key) const { return snapshots.value(key).state; }
    /// Waits until the snapshot of the upload says so.
    bool waitFor(const QString &key, UploadState state);
    static bool waitUntil(const std::function<bool()> &condition);
    QByteArray contentOf(const QString &fileId) const;
    /// restoreAll() and waits for all of it.
    bool restore();
    /// The service's view of the only upload with this file name.
    sandbox::UploadView view(const QString &filename) const;

    template <typename Event> QList<Event> eventsOf(const QString &key) const
    {
        QList<Event> found;
        for (const UploadEvent &event : events.value(key)) {
            if (const auto *one = std::get_if<Event>(&event))
                found.append(*one);
        }
        return found;
    }

    QTemporaryDir dir;
    std::unique_ptr<sandbox::SandboxServer> service;
    std::unique_ptr<Engine> engine;
    QHash<quint64, QueuedUpload> queuedUploads;
    QList<QueuedUpload> restored;
    QHash<quint64, ApiError> refusals;
    QHash<QString, QList<UploadEvent>> events;
    QHash<QString, UploadSnapshot> snapshots;
    QStringList order;
    QList<PartSnapshot> parts;
    QList<UploadPlan> plans;
    int restorations = 0;
    int orders = 0; ///< how often the order was told
    QString identity; ///< for the next engine
    QStringList journalProblems;
    int publications = 0;

private:
    int m_lanes;
    int m_uploadsAtOnce;
};

} // namespace longshore
