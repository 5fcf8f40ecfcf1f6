#include "queue/journalstore.h"

#include "queue/endedpruning.h"
#include "queue/linerates.h"
#include "queue/uploadchanges.h"
#include "queue/uploadrows.h"

#include <QDateTime>

#include <algorithm>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

bool outlivesMachine(const JournalRequest &request)
{
    const auto *record = std::get_if<RecordRequest>(&request);
    return record != nullptr && durabilityOf(record->change) == Durability::Machine;
}

} // namespace

QString JournalStore::open(const QString &dataDir)
{
    m_dataDir = dataDir;
    return m_file.open(dataDir);
}

JournalStore::Result JournalStore::carryOut(std::span<const JournalRequest> requests,
                                            std::span<JournalOutcome> outcomes)
{
    const auto fail = [&outcomes](const QString &problem) {
        std::fill(outcomes.begin(), outcomes.end(), JournalOutcome{problem, {}, 0});
    };
    QString problem;
    if (!ensureOpen(&problem)) {
        fail(problem);
        return Result::Unusable;
    }
    Transaction transaction = transact(requests, outcomes);
    const bool isDamaged = transaction == Transaction::Failed && m_failure.isDamage();
    if (isDamaged || transaction == Transaction::Replaced) {
        problem = isDamaged ? m_file.openAfterDamage() : m_file.open(m_dataDir);
        if (!problem.isEmpty()) {
            fail(problem);
            return Result::Unusable;
        }
        transaction = transact(requests, outcomes);
    }
    if (transaction == Transaction::Done)
        return Result::Done;
    fail(m_file.problemOf(m_failure));
    if (m_failure.isBusy())
        return Result::Locked;
    return m_failure.isOfStatement() ? Result::Refused : Result::Unusable;
}

bool JournalStore::ensureOpen(QString *problem)
{
    if (!m_file.isOpen())
        *problem = m_file.open(m_dataDir);
    return m_file.isOpen();
}

JournalStore::Transaction JournalStore::transact(std::span<const JournalRequest> requests,
                                                 std::span<JournalOutcome> outcomes)
{
    std::fill(outcomes.begin(), outcomes.end(), JournalOutcome{});
    const bool begun = begin(requests);
    // Only now: nobody can replace what is locked.
    if (m_file.isReplaced()) {
        m_file.rollBack();
        m_failure = {SqliteFailure::Busy, {}};
        return Transaction::Replaced;
    }
    bool done = begun;
    for (std::size_t i = 0; done && i < requests.size(); ++i)
        done = apply(requests[i], &outcomes[i]);
    if (done && m_file.commit())
        return Transaction::Done;
    m_failure = m_file.failure();
    m_file.rollBack();
    return Transaction::Failed;
}

bool JournalStore::pruneSome()
{
    int pruned = 0;
    const bool done = m_file.isOpen() && m_file.beginIfFree() && !m_file.isReplaced()
        && pruneEnded(m_file.connection(), QDateTime::currentSecsSinceEpoch(), &pruned)
        && m_file.commit();
    // Whatever the reason is, the next request that matters meets it again.
    if (!done && m_file.isOpen())
        m_file.rollBack();
    return done && pruned > 0;
}

bool JournalStore::begin(std::span<const JournalRequest> requests)
{
    if (std::all_of(requests.begin(), requests.end(), isReading))
        return m_file.beginReading();
    const bool durable = std::any_of(requests.begin(), requests.end(), outlivesMachine);
    return m_file.begin(durable ? Durability::Machine : Durability::Program);
}

bool JournalStore::apply(const JournalRequest &request, JournalOutcome *outcome)
{
    return std::visit([&](const auto &one) { return applyOne(one, outcome); }, request);
}

bool JournalStore::applyOne(const OpenRequest &, JournalOutcome *)
{
    Q_UNREACHABLE();
    return false;
}

bool JournalStore::applyOne(const AddRequest &request, JournalOutcome *)
{
    return insertUpload(m_file.connection(), request.upload);
}

bool JournalStore::applyOne(const FindRequest &request, JournalOutcome *outcome)
{
    qint64 row = 0;
    if (!findUploadRow(m_file.connection(), request.matchKey, &row))
        return false;
    return row == 0 || loadUpload(m_file.connection(), row, &outcome->uploads.emplaceBack());
}

bool JournalStore::applyOne(const UnfinishedRequest &request, JournalOutcome *outcome)
{
    QList<qint64> rows;
    return findUnfinishedRows(m_file.connection(), request.identity, &rows) && load(rows, outcome);
}

bool JournalStore::applyOne(const EndedRequest &request, JournalOutcome *outcome)
{
    QList<qint64> rows;
    return findEndedRows(m_file.connection(), request.identity, request.atMost, &rows)
        && load(rows, outcome);
}

bool JournalStore::load(const QList<qint64> &rows, JournalOutcome *outcome)
{
    outcome->uploads.reserve(rows.size());
    return std::all_of(rows.cbegin(), rows.cend(), [&](qint64 row) {
        return loadUpload(m_file.connection(), row, &outcome->uploads.emplaceBack());
    });
}

bool JournalStore::applyOne(const PositionsRequest &request, JournalOutcome *)
{
    static const QString sql = u"UPDATE uploads SET position = ? WHERE key = ? AND position <> ?"_s;
    for (qsizetype i = 0; i < request.keys.size(); ++i) {
        const auto position = qint64(i);
        const QByteArray key = storedText(request.keys.at(i));
        if (!m_file.connection().run(sql, {position, key, position}))
            return false;
    }
    return true;
}

bool JournalStore::applyOne(const DetailsRequest &request, JournalOutcome *)
{
    return changeDetails(m_file.connection(), request);
}

bool JournalStore::applyOne(const RemoveRequest &request, JournalOutcome *)
{
    return forgetUpload(m_file.connection(), request.key);
}

bool JournalStore::applyOne(const RecordRequest &request, JournalOutcome *outcome)
{
    return recordChange(m_file.connection(), request.key, request.change, &outcome->problem);
}

bool JournalStore::applyOne(const KeepRateRequest &request, JournalOutcome *)
{
    return keepRate(m_file.connection(), request.identity, request.bytesPerSecond,
                    QDateTime::currentSecsSinceEpoch());
}

bool JournalStore::applyOne(const RateRequest &request, JournalOutcome *outcome)
{
    return readRate(m_file.connection(), request.identity, QDateTime::currentSecsSinceEpoch(),
                    &outcome->bytesPerSecond);
}

} // namespace longshore
