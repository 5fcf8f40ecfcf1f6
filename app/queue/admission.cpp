#include "queue/admission.h"

#include "transfer/pooltask.h"

#include <QDateTime>
#include <QUuid>

#include <algorithm>

namespace longshore {

namespace {

// Of the uploads that ended in earlier runs so many are shown again.
constexpr int kMostEnded = 1000;
// Positions are counted in steps of which a run never makes as many as pass until the next begins.
constexpr qint64 kPositionsPerMillisecond = 1000;

} // namespace

Admission::Admission(const EngineSettings &settings, QThreadPool &pool, Journal &journal,
                     QObject *parent)
    : QObject(parent)
    , m_settings(settings)
    , m_pool(pool)
    , m_journal(journal)
    , m_line(pool, [settings](const UploadRequest &request) { return take(request, settings); })
    , m_firstPosition(QDateTime::currentMSecsSinceEpoch() * kPositionsPerMillisecond)
{
    connect(&m_line, &RequestLine::taken, this, &Admission::onTaken);
}

TakenRequest Admission::take(const UploadRequest &request, const EngineSettings &settings)
{
    TakenRequest taken;
    taken.intake = examine(request, settings.endpoint);
    if (taken.intake.error.isError())
        return taken;
    taken.intake.upload.identity = settings.journalIdentity();
    taken.lock = std::make_shared<UploadLock>();
    const QString problem = taken.lock->take(settings.dataDir, taken.intake.upload.matchKey());
    // A folder that can't be written costs the resume, which the journal reports, and not the
    // upload.
    if (taken.lock->isHeldElsewhere()) {
        taken.intake.blamedPath = request.paths.value(0);
        taken.intake.error.kind = ErrorKind::Journal;
        if (taken.lock->isHeldHere()) {
            taken.intake.error.message =
                tr("“%1” is in the queue already, with this purpose and type.")
                    .arg(taken.intake.upload.spec.filename);
        } else {
            taken.intake.error.message = problem;
            taken.intake.error.advice = tr("Wait for it, or end it there first.");
        }
    }
    return taken;
}

void Admission::admit(quint64 number, const UploadRequest &request)
{
    m_line.add(number, request);
}

void Admission::onTaken(quint64 number, const UploadRequest &request, const TakenRequest &taken)
{
    if (taken.intake.error.isError()) {
        Q_EMIT refused(number, taken.intake.blamedPath, taken.intake.error);
        return;
    }
    if (!request.resume) {
        adopt(number, request, taken, std::nullopt);
        return;
    }
    m_journal.find(taken.intake.upload.matchKey(),
                   [this, number, request, taken](const std::optional<StoredUpload> &known) {
                       adopt(number, request, taken, known);
                   });
}

void Admission::adopt(quint64 number, const UploadRequest &request, TakenRequest taken,
                      const std::optional<StoredUpload> &known)
{
    Admitted result{std::move(taken.intake.upload), std::move(taken.lock),
                    std::move(taken.intake.warnings)};
    const auto place = static_cast<double>(number);
    if (!known) {
        result.upload.spec.key = QUuid::createUuid().toString(QUuid::WithoutBraces);
        result.upload.position = m_firstPosition + static_cast<qint64>(number);
        m_journal.add(result.upload, [this, number, place, result](const QString &problem) {
            Q_EMIT journalProblem(problem);
            Q_EMIT admitted(number, place, result);
        });
        return;
    }
    // The plan that parts were confirmed by stays; what was asked for now holds for the rest.
    const UploadSpec asked = std::exchange(result.upload, *known).spec;
    StoredUpload &upload = result.upload;
    upload.spec.sendMd5 = asked.sendMd5;
    upload.spec.hold = asked.hold;
    upload.spec.holdEnd = asked.holdEnd;
    upload.spec.giveUpAfter = asked.giveUpAfter;
    upload.progress.paused = false;
    upload.state = UploadState::Queued;
    if (const auto error = orderProblem(request.order, upload.spec.parts.size())) {
        Q_EMIT refused(number, request.paths.value(0), *error);
        return;
    }
    if (!request.order.isEmpty() && !upload.progress.completing)
        upload.progress.order = request.order;
    if (asked.hold != known->spec.hold || asked.holdEnd != known->spec.holdEnd)
        m_journal.record(upload.spec.key, HoldChanged{asked.hold, asked.holdEnd}, {});
    Q_EMIT admitted(number, place, result);
}

void Admission::admitAgain(const StoredUpload &upload)
{
    runInPool(
        m_pool, this,
        [request = requestOf(upload), settings = m_settings] { return take(request, settings); },
        [this, upload](const TakenRequest &taken) {
            const QString key = upload.spec.key;
            if (taken.intake.error.isError()) {
                Q_EMIT refusedAgain(key, taken.intake.error);
                return;
            }
            Admitted result{taken.intake.upload, taken.lock, taken.intake.warnings};
            result.upload.spec.key = key;
            result.upload.position = upload.position;
            // The file is readable again and the same: what was confirmed of it still counts.
            if (result.upload.matchKey() == upload.matchKey()
                && result.upload.spec.parts == upload.spec.parts) {
                result.upload.progress = upload.progress;
                result.upload.progress.paused = false;
            }
            m_journal.add(result.upload, [this, result](const QString &problem) {
                Q_EMIT journalProblem(problem);
                Q_EMIT admittedAgain(result);
            });
        });
}

void Admission::restoreAll()
{
    const QString identity = m_settings.journalIdentity();
    m_journal.unfinished(identity, [this, identity](const QList<StoredUpload> &unfinished) {
        m_journal.ended(identity, kMostEnded, [this, unfinished](const QList<StoredUpload> &ended) {
            restore(unfinished, ended);
        });
    });
}

void Admission::restore(const QList<StoredUpload> &unfinished, const QList<StoredUpload> &ended)
{
    QList<StoredUpload> all = unfinished + ended;
    std::stable_sort(all.begin(), all.end(),
                     [](const StoredUpload &left, const StoredUpload &right) {
                         return left.position < right.position;
                     });
    // Before everything that is added in this run.
    auto place = -static_cast<double>(all.size());
    const auto outstanding = std::make_shared<qsizetype>(all.size() + 1);
    const auto answered = [this, outstanding] {
        if (--*outstanding == 0)
            Q_EMIT restored();
    };
    for (const StoredUpload &upload : std::as_const(all)) {
        const double here = place++;
        if (isEnded(upload.state) && upload.spec.parts.isEmpty()) {
            Q_EMIT admitted(0, here, {upload, {}, {}});
            answered();
            continue;
        }
        lock(upload,
             [this, key = upload.matchKey(), here, answered](std::shared_ptr<UploadLock> taken) {
                 if (taken)
                     restoreLocked(key, here, taken, answered);
                 else
                     answered();
             });
    }
    answered();
}

void Admission::restoreLocked(const QString &matchKey, double place,
                              const std::shared_ptr<UploadLock> &lock,
                              const std::function<void()> &answered)
{
    // Until now another process may have gone on with it.
    m_journal.find(matchKey,
                   [this, place, lock, answered](const std::optional<StoredUpload> &known) {
                       if (known) {
                           StoredUpload upload = *known;
                           // Nobody was told that its cancel has come to the service, nor that it
                           // was in vain.
                           if (upload.progress.cancelling && !isEnded(upload.state))
                               upload.progress.paused = true;
                           Q_EMIT admitted(0, place, {upload, lock, {}});
                       }
                       answered();
                   });
}

void Admission::lock(const StoredUpload &upload,
                     std::function<void(const std::shared_ptr<UploadLock> &)> taken)
{
    auto lock = std::make_shared<UploadLock>();
    runInPool(
        m_pool, this,
        [lock, key = upload.matchKey(), dataDir = m_settings.dataDir] {
            lock->take(dataDir, key);
            return lock->isHeldElsewhere();
        },
        [lock, taken = std::move(taken)](bool heldElsewhere) {
            taken(heldElsewhere ? nullptr : lock);
        });
}

} // namespace longshore
