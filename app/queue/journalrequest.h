#pragma once

#include "queue/storedupload.h"
#include "transfer/uploadchange.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <variant>

namespace longshore {

// What the journal is asked for, as values that cross into its thread.

struct OpenRequest
{
    QString dataDir;
};
struct AddRequest
{
    StoredUpload upload;
};
struct FindRequest
{
    QString matchKey;
};
struct UnfinishedRequest
{
    QString identity;
};
struct EndedRequest
{
    QString identity;
    int atMost = 0;
};
struct PositionsRequest
{
    QStringList keys;
};
struct DetailsRequest
{
    QString key;
    QString purpose;
    QString mimeType;
    QString matchKey;
};
struct RemoveRequest
{
    QString key;
};
struct RecordRequest
{
    QString key;
    UploadChange change;
};
struct KeepRateRequest
{
    QString identity;
    qint64 bytesPerSecond = 0;
};
struct RateRequest
{
    QString identity;
};

using JournalRequest = std::variant<OpenRequest, AddRequest, FindRequest, UnfinishedRequest,
                                    EndedRequest, PositionsRequest, DetailsRequest, RemoveRequest,
                                    RecordRequest, KeepRateRequest, RateRequest>;

/// Whether it only asks.
bool isReading(const JournalRequest &request);

/// What came of a request.
struct JournalOutcome
{
    QString problem; ///< a sentence; empty: it is on record
    QList<StoredUpload> uploads; ///< what was asked for
    qint64 bytesPerSecond = 0; ///< the same
};
/// Something for the user that no request asked for.
struct JournalNotice
{
    QString text;
};
/// Writing works again after a problem, and all that had to wait is on record.
struct JournalRecovered
{
};

/// What comes back from the journal's thread.
using JournalReport = std::variant<JournalOutcome, JournalNotice, JournalRecovered>;

} // namespace longshore
