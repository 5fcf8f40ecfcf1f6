#pragma once

#include "queue/journalfile.h"
#include "queue/journalrequest.h"

#include <QStringList>

#include <chrono>
#include <span>

namespace longshore {

/// Carries out requests on the journal's file, and opens it anew where it can't be used any more.
/// Used from one thread.
class JournalStore
{
public:
    /// A sentence if the journal can't be used. carryOut() then tries anew.
    QString open(const QString &dataDir);

    enum class Result {
        Done, ///< each outcome is its request's
        Locked, ///< by another process, for longer than is waited for
        Unusable, ///< the journal can't be read or written: a full disk, for example
        Refused, ///< one of the requests can't be carried out
    };
    /// All in one transaction: unless Done, nothing has changed and all outcomes say why. None of
    /// them an OpenRequest.
    Result carryOut(std::span<const JournalRequest> requests, std::span<JournalOutcome> outcomes);

    /// Forgets some of the uploads that ended long ago, unless another process is at work on the
    /// journal. True if there may be more.
    bool pruneSome();

    /// Sentences for the user, since the last call.
    QStringList takeNotices() { return m_file.takeNotices(); }
    /// How long other processes are waited for from now on, at most.
    void setPatience(std::chrono::milliseconds patience) { m_file.setPatience(patience); }

private:
    enum class Transaction { Done, Failed, Replaced };

    /// False: `problem` says why there is no journal.
    bool ensureOpen(QString *problem);
    Transaction transact(std::span<const JournalRequest> requests,
                         std::span<JournalOutcome> outcomes);
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
    bool applyOne(const KeepRateRequest &request, JournalOutcome *outcome);
    bool applyOne(const RateRequest &request, JournalOutcome *outcome);

    bool load(const QList<qint64> &rows, JournalOutcome *outcome);

    QString m_dataDir;
    JournalFile m_file;
    SqliteFailure m_failure; ///< of the last transaction that failed
};

} // namespace longshore
