#pragma once

#include "queue/journalfile.h"
#include "queue/journalrequest.h"

#include <span>

namespace longshore {

/// Carries out requests on the journal's file. Used from one thread.
class JournalStore
{
public:
    /// A sentence if the journal can't be used.
    QString open(const QString &dataDir);

    enum class Result {
        Done, ///< each outcome is its request's
        Locked, ///< by another process, for longer than is waited for
        Failed, ///< for another reason
    };
    /// All in one transaction: unless Done, nothing has changed and all outcomes say why. None of
    /// them an OpenRequest.
    Result carryOut(std::span<const JournalRequest> requests, std::span<JournalOutcome> outcomes);

private:
    bool begin(std::span<const JournalRequest> requests);
    bool apply(const JournalRequest &request, JournalOutcome *outcome);
    bool applyOne(const OpenRequest &request, JournalOutcome *outcome);
    bool applyOne(const AddRequest &request, JournalOutcome *outcome);
    bool applyOne(const FindRequest &request, JournalOutcome *outcome);
    bool applyOne(const UnfinishedRequest &request, JournalOutcome *outcome);
    bool applyOne(const EndedRequest &request, JournalOutcome *outcome);
    bool applyOne(const PositionsRequest &request, JournalOutcome *outcome);
    bool applyOne(const DetailsRequest &request, JournalOutcome *outcome);
    bool applyOne(const RemoveRequest &request, JournalOutcome *outcome);
    bool applyOne(const RecordRequest &request, JournalOutcome *outcome);

    bool load(const QList<qint64> &rows, JournalOutcome *outcome);

    JournalFile m_file;
};

} // namespace longshore
