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

using JournalRequest =
    std::variant<OpenRequest, AddRequest, FindRequest, UnfinishedRequest, EndedRequest,
                 PositionsRequest, DetailsRequest, RemoveRequest, RecordRequest>;

/// What came of a request.
struct JournalOutcome
{
    QString problem; ///< a sentence; empty: it is on record
    QList<StoredUpload> uploads; ///< what was asked for
};

} // namespace longshore
