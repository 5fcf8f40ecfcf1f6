#pragma once

#include "faults.h"
#include "statistics.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace longshore::sandbox {

struct SandboxOptions
{
    quint16 port = 0; ///< 0: a free one
    QString dataDir; ///< empty: a temporary one, removed by stop()
    FaultPlan faults;
    std::chrono::seconds lifetime{3600}; ///< of an upload
    bool countEveryByte = false; ///< complete compares all bytes received, not the listed parts'
    QByteArray apiKey; ///< empty: a new random sk-sandbox-…
};

enum class UploadState { Pending, Completed, Cancelled, Expired };

/// One upload as the service sees it.
struct UploadView
{
    QString id;
    QString filename;
    UploadState state = UploadState::Pending;
    qint64 bytes = 0; ///< as declared
    qint64 parts = 0; ///< stored so far
    qint64 confirmedBytes = 0; ///< of parts whose answer was begun; counted before it is sent
    qint64 receivedBytes = 0; ///< of `data` fields, those of unfinished and refused parts included
    QString fileId; ///< once completed
};

/// One request that was counted. Only the latest few thousand are kept.
struct RequestView
{
    Call call = Call::Create;
    qint64 number = 0; ///< from 1 for each call, in the order in which the headers arrived
    QByteArray target; ///< path and query, as sent
    qint64 bodyBytes = 0; ///< received so far, multipart framing included
    int status = 0; ///< of the answer; 0 while there is none, or when there never was one
};

/// The body of a complete request that was JSON of the right shape, as sent.
struct CompleteView
{
    QString uploadId;
    QStringList partIds;
    QString md5; ///< null when absent
};

/// An Uploads API service on 127.0.0.1 with threads of its own. All functions are thread-safe,
/// except that start() and stop() must not run at the same time. The destructor stops.
class SandboxServer
{
public:
    explicit SandboxServer(SandboxOptions options);
    ~SandboxServer();
    SandboxServer(const SandboxServer &) = delete;
    SandboxServer &operator=(const SandboxServer &) = delete;

    /// False, with a sentence in `error`, if the port or the folder cannot be had. Once it returns
    /// true the port accepts. A server is started once in its life.
    bool start(QString *error);
    /// Cuts all connections and waits for the threads. What was seen can still be asked for.
    void stop();

    [[nodiscard]] quint16 port() const;
    [[nodiscard]] QByteArray apiKey() const;
    [[nodiscard]] QString baseUrl() const; ///< http://127.0.0.1:PORT/v1
    [[nodiscard]] QString filesDir() const; ///< where completed files are, named by their ids

    [[nodiscard]] SandboxStatistics statistics() const;
    [[nodiscard]] std::vector<UploadView> uploads() const; ///< in the order of their creation
    [[nodiscard]] std::optional<UploadView> upload(const QString &uploadId) const;
    [[nodiscard]] qint64 confirmedBytes(const QString &uploadId) const; ///< 0 if there is no such
    [[nodiscard]] QStringList fileIds() const; ///< oldest first
    [[nodiscard]] std::vector<RequestView> requests() const; ///< oldest first
    [[nodiscard]] std::optional<CompleteView> lastComplete() const;

    /// Replaces the rules for the requests to come; numbers go on counting.
    void setFaults(FaultPlan faults);
    /// Moves the service's clock, so that uploads and files expire without waiting.
    void advanceClock(std::chrono::seconds by);

private:
    class Private;
    const std::unique_ptr<Private> d;
};

} // namespace longshore::sandbox
