#pragma once

#include "cli/exitcode.h"
#include "cli/orderedids.h"
#include "cli/uploadsetup.h"
#include "queue/engine.h"

#include <QHash>
#include <QObject>
#include <QTemporaryDir>

#include <memory>
#include <optional>

namespace longshore {

namespace sandbox {
class SandboxServer;
}
class MachineWatch;
class Reporter;

/// `longshore upload`: queues all that was asked for, tells what comes of it, ends when all has
/// ended or it is told to. Needs a core application only.
class HeadlessRun final : public QObject
{
    Q_OBJECT

public:
    HeadlessRun(const UploadSetup &setup, Reporter &reporter, QObject *parent = nullptr);
    ~HeadlessRun() override;

    /// finished() follows, never from within.
    void start();

    /// Cancels at the service. Where that, or stopping, is going on already, leaving() follows.
    void interrupt();
    /// Stops; what is unfinished can be resumed. The second time leaving() follows.
    void stop(EndedBy endedBy);
    /// Nobody reads what is written.
    void loseOutput(const QString &reason);

    /// Removes what must not outlive the process: for an end at once.
    void abandon();
    /// After finished(): see Engine::threadsLeft().
    bool threadsLeft() const;

Q_SIGNALS:
    /// All connections are closed and the summary is told.
    void finished(int exitCode);
    /// Asked to end for the second time: the process should do so at once.
    void leaving(int exitCode);

private:
    struct Item
    {
        QString key; ///< once queued
        QString path; ///< that failed tells
        std::optional<Outcome> outcome; ///< once ended
    };

    QString startSandbox();
    void watchMachine();
    void addAll();
    void onQueued(quint64 request, const QueuedUpload &upload);
    void onRefused(quint64 request, const QString &path, const ApiError &error);
    void onHappened(const QString &key, const UploadEvent &event);
    void settle(qsizetype index, Outcome outcome, const QString &fileId = {});
    void stopWhenAllEnded();
    QList<Outcome> outcomes() const;
    void stopEngine();
    void leave();
    void finish();

    UploadSetup m_setup;
    Reporter &m_reporter;
    std::unique_ptr<QTemporaryDir> m_temporaryDir; ///< outlives the engine
    std::unique_ptr<sandbox::SandboxServer> m_sandbox; ///< outlives the engine
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<MachineWatch> m_machine; ///< none for the sandbox
    QList<Item> m_items; ///< in the order of the requests
    QHash<quint64, qsizetype> m_itemOfRequest;
    QHash<QString, qsizetype> m_itemOfKey;
    OrderedIds m_ids;
    EndedBy m_endedBy = EndedBy::Nothing;
    int m_beingTold = 0; ///< completed uploads whose end is being written
    bool m_stopping = false;
    bool m_startFailed = false;
};

} // namespace longshore
