#pragma once

#include "transfer/filestamp.h"
#include "transfer/pagecacheuse.h"
#include "transfer/partplan.h"

#include <QByteArray>
#include <QIODevice>
#include <QPointer>

#include <memory>

class QThreadPool;

namespace longshore {

class RateLimiter;

/// The body of one AddUploadPart request as a random-access device: multipart prologue, a range of
/// the source, epilogue (which starts with the added newline where the part has one). Lives in the
/// engine's thread and never touches the file there: pool threads open it, compare its stamp with
/// what was opened and again after each chunk, and read ahead into two buffers of 256 KiB,
/// from construction on. Not ready = 0 bytes from read(), readyRead() later. A file that fails or
/// changed is kept in problem() and makes read() return -1 from then on (announced by readyRead()),
/// because QNetworkAccessManager reports that the same as a reset connection. Posted plainly and
/// never inside a QHttpMultiPart, which spins when a device returns 0.
class PartBody final : public QIODevice
{
    Q_OBJECT

public:
    /// `limiter` may be null. `pool` must outlive the body. Opens itself (ReadOnly | Unbuffered).
    PartBody(const SourceFile &source, const PlannedPart &part, QThreadPool &pool,
             RateLimiter *limiter, const PartPages &pages = {}, QObject *parent = nullptr);
    ~PartBody() override;

    /// `multipart/form-data; boundary=…`; the boundary is random and bears no content of the file.
    QByteArray contentType() const;
    /// Bytes of the body that are not the part's own.
    qint64 overhead() const;
    const FileProblem &problem() const { return m_problem; }
    /// Whether read() has to wait for the disk; readyRead() follows.
    bool isWaitingForFile() const { return m_waitingForFile; }
    /// Expires once the body is gone and no read of it is under way any more.
    std::weak_ptr<const void> reading() const;

    /// A transport took all of it, and then began again: it sends it a second time.
    bool wasSentAgain() const { return m_sentAgain; }

    bool isSequential() const override { return false; }
    qint64 size() const override;
    bool seek(qint64 position) override;

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 maxSize) override;

private Q_SLOTS:
    void onFetched();

private:
    class ReadAhead;

    /// Bytes from the position on that lie in memory; empty at the end and while waiting.
    QByteArrayView readyBytes();
    bool takeChunk();
    qint64 allowedBytes(qint64 wanted);
    void takeGrant();
    qint64 offsetInRange() const;
    void setProblem(const FileProblem &problem);

    QByteArray m_prologue;
    QByteArray m_epilogue;
    QByteArray m_boundary;
    qint64 m_rangeBytes = 0; ///< of the part that the file gives
    qint64 m_addedBytes = 0; ///< of the part that the epilogue begins with
    qint64 m_position = 0;
    bool m_sentAgain = false;
    QByteArray m_chunk; ///< bytes of the range that end before m_nextOffset
    qint64 m_nextOffset = 0; ///< in the range, of the chunk that is read ahead
    bool m_allTaken = false; ///< there is no such chunk: the range was read and checked to its end
    bool m_waitingForFile = false;
    QPointer<RateLimiter> m_limiter;
    QMetaObject::Connection m_limiterWait; ///< while it is in the limiter's queue
    qint64 m_awaitedBytes = 0; ///< so many are wanted there
    qint64 m_grantedBytes = 0; ///< by the limiter, and not read yet
    std::shared_ptr<ReadAhead> m_readAhead;
    FileProblem m_problem;
};

} // namespace longshore
