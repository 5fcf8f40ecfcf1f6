#pragma once

#include "api/apicall.h"
#include "transfer/filestamp.h"
#include "transfer/transfercontext.h"
#include "transfer/uploadspec.h"

#include <QObject>

#include <chrono>
#include <memory>

namespace longshore {

class PageCacheUse;
class PartBody;

/// How an attempt to send a part ended: a part id, a problem of the file, or an error of the call.
struct PartResult
{
    QString partId;
    FileProblem fileProblem;
    ApiError error;
    bool stalled = false; ///< we gave up on a line that stood still
    /// The disk does not answer: what still reads from it; expired once it has answered.
    std::weak_ptr<const void> hungRead;
    bool hung = false; ///< hungRead was set
    bool mayHaveDoubled = false; ///< the service may have all of the part without an answer to that
};

/// One POST of one part. Answers exactly once through finished(), never from inside the
/// constructor; destroyed earlier it aborts and never answers. Ends by itself when the line stands
/// still: no acknowledged byte for a minute where the transport knows, and where it doesn't, far
/// longer than the line's own rate explains. Ends, too, when the disk does not answer for half a
/// minute.
class PartAttempt final : public QObject
{
    Q_OBJECT

public:
    /// `laneRate`: bytes/s that a lane confirmed lately, 0 before anything was confirmed.
    PartAttempt(const TransferContext &context, QNetworkAccessManager &manager,
                const UploadSpec &spec, int index, const QString &uploadId, double laneRate,
                const std::shared_ptr<PageCacheUse> &pageCache, QObject *parent = nullptr);
    ~PartAttempt() override;

    /// Bytes of the part that have left, as far as the transport knows; at most the part's.
    qint64 sent() const { return m_sent; }
    /// Its connection may be dead: ends unless something moves within seconds.
    void doubtConnection();
    /// The transport has taken all of it, so that the service may have it.
    bool isHandedOver() const;

Q_SIGNALS:
    void progressed();
    void finished(const longshore::PartResult &result);

private:
    void onProgress(qint64 bodyBytesSent);
    void onFinished(const ApiAnswer &answer);
    void watch();
    void giveUp(PartResult result, const QString &message);
    std::chrono::milliseconds patience() const;

    const TransferContext &m_context;
    QString m_uploadId;
    qint64 m_partBytes = 0;
    qint64 m_bodyBytes = 0;
    qint64 m_bodySent = 0;
    qint64 m_sent = 0;
    double m_laneRate = 0;
    bool m_acknowledgedKnown = false;
    bool m_doubted = false; ///< and nothing moved since
    std::chrono::milliseconds m_movedAt{0};
    PartBody *m_body; ///< its reply's, which may read from it until it is deleted
    std::unique_ptr<ApiCall> m_call;
    std::unique_ptr<ClockTimer> m_watch;
};

} // namespace longshore
