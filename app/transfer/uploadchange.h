#pragma once

#include "api/apierror.h"
#include "transfer/uploadspec.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <functional>
#include <variant>

namespace longshore {

/// The service gave the upload an id. Must survive a power cut: an id that is lost is an orphan.
/// Times are Unix seconds of the service's clock; clockOffset is that clock minus ours.
struct UploadCreated
{
    QString uploadId;
    qint64 createdAt = 0;
    qint64 expiresAt = 0;
    qint64 clockOffset = 0;

    bool operator==(const UploadCreated &) const = default;
};

/// The service confirmed a part.
struct PartConfirmed
{
    int index = 0;
    QString partId;

    bool operator==(const PartConfirmed &) const = default;
};

/// The user chose an order (indices into the plan).
struct OrderChosen
{
    QList<int> order;

    bool operator==(const OrderChosen &) const = default;
};

/// Complete is about to be sent with this order. Must survive a power cut. `md5` may be empty.
struct CompletingStarted
{
    QList<int> order;
    QByteArray md5;

    bool operator==(const CompletingStarted &) const = default;
};

/// The service refused complete and has no file of it: the upload stands where it stood before.
struct CompletingRefused
{
    bool operator==(const CompletingRefused &) const = default;
};

struct UploadCompleted
{
    QString fileId;
    QByteArray md5;

    bool operator==(const UploadCompleted &) const = default;
};

/// Cancel is about to be sent.
struct CancellingStarted
{
    bool operator==(const CancellingStarted &) const = default;
};

struct UploadCancelled
{
    bool operator==(const UploadCancelled &) const = default;
};

/// The upload is gone at the service and begins again: id and confirmed parts are forgotten.
struct UploadRestarted
{
    QString reason;

    bool operator==(const UploadRestarted &) const = default;
};

/// Ended by an error. What was confirmed stays, so that a retry can go on from it.
struct UploadFailed
{
    ApiError error;

    bool operator==(const UploadFailed &) const = default;
};

/// Complete was sent and nobody can tell what came of it.
struct UploadUnknown
{
    QString reason;

    bool operator==(const UploadUnknown &) const = default;
};

struct PauseChanged
{
    bool paused = false;

    bool operator==(const PauseChanged &) const = default;
};

/// The user chose whether the upload stops at ready, and what becomes of it there.
struct HoldChanged
{
    bool hold = false;
    HoldEnd end = HoldEnd::LetExpire;

    bool operator==(const HoldChanged &) const = default;
};

using UploadChange =
    std::variant<UploadCreated, PartConfirmed, OrderChosen, CompletingStarted, CompletingRefused,
                 UploadCompleted, CancellingStarted, UploadCancelled, UploadRestarted, UploadFailed,
                 UploadUnknown, PauseChanged, HoldChanged>;

/// What a controller must have on record before it acts on it. `queue` implements it on the
/// journal.
class UploadRecorder
{
public:
    UploadRecorder() = default;
    virtual ~UploadRecorder() = default;
    Q_DISABLE_COPY_MOVE(UploadRecorder)

    /// `done` is called once in the caller's thread, from the event loop, when the change is on
    /// record or can't be (then with the reason; the upload goes on without it). Changes are
    /// recorded in the order of the calls. `done` may be empty.
    virtual void record(const QString &key, const UploadChange &change,
                        std::function<void(const QString &problem)> done) = 0;
};

} // namespace longshore
