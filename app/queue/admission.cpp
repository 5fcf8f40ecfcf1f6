#include "queue/admission.h"

#include "transfer/pooltask.h"

#include <QUuid>

namespace longshore {

Admission::Admission(const EngineSettings &settings, QThreadPool &pool, Journal &journal,
                     QObject *parent)
    : QObject(parent)
    , m_settings(settings)
    , m_pool(pool)
    , m_journal(journal)
{
}

Admission::Taken Admission::take(const UploadRequest &request, const EngineSettings &settings)
{
    Taken taken;
    taken.intake = examine(request, settings.endpoint);
    if (taken.intake.error.isError())
        return taken;
    taken.lock = std::make_shared<UploadLock>();
    const QString problem = taken.lock->take(settings.dataDir, taken.intake.upload.matchKey());
    // A folder that can't be written costs the resume, which the journal reports, and not the
    // upload.
    if (taken.lock->isHeldElsewhere()) {
        taken.intake.blamedPath = request.paths.value(0);
        taken.intake.error.kind = ErrorKind::Journal;
        taken.intake.error.message = problem;
        taken.intake.error.advice = tr("Wait for it, or end it there first.");
    }
    return taken;
}

void Admission::admit(quint64 number, const UploadRequest &request)
{
    runInPool(
        m_pool, this, [request, settings = m_settings] { return take(request, settings); },
        [this, number, request](const Taken &taken) {
            if (taken.intake.error.isError()) {
                Q_EMIT refused(number, taken.intake.blamedPath, taken.intake.error);
                return;
            }
            if (!request.resume) {
                adopt(number, request, taken, std::nullopt);
                return;
            }
            m_journal.find(
                taken.intake.upload.matchKey(),
                [this, number, request, taken](const std::optional<StoredUpload> &known) {
                    adopt(number, request, taken, known);
                });
        });
}

void Admission::adopt(quint64 number, const UploadRequest &request, Taken taken,
                      const std::optional<StoredUpload> &known)
{
    Admitted result{std::move(taken.intake.upload), std::move(taken.lock),
                    std::move(taken.intake.warnings)};
    const auto place = static_cast<double>(number);
    if (!known) {
        result.upload.spec.key = QUuid::createUuid().toString(QUuid::WithoutBraces);
        result.upload.position = static_cast<qint64>(number);
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
    upload.spec.giveUpAfter = asked.giveUpAfter;
    upload.progress.paused = false;
    upload.state = UploadState::Queued;
    if (const auto error = orderProblem(request.order, upload.spec.parts.size())) {
        Q_EMIT refused(number, request.paths.value(0), *error);
        return;
    }
    if (!request.order.isEmpty() && !upload.progress.completing)
        upload.progress.order = request.order;
    Q_EMIT admitted(number, place, result);
}

void Admission::admitAgain(const StoredUpload &upload)
{
    const QString key = upload.spec.key;
    runInPool(
        m_pool, this,
        [request = requestOf(upload), settings = m_settings] { return take(request, settings); },
        [this, key, position = upload.position](const Taken &taken) {
            if (taken.intake.error.isError()) {
                Q_EMIT refusedAgain(key, taken.intake.error);
                return;
            }
            Admitted result{taken.intake.upload, taken.lock, taken.intake.warnings};
            result.upload.spec.key = key;
            result.upload.position = position;
            m_journal.add(result.upload, [this, result](const QString &problem) {
                Q_EMIT journalProblem(problem);
                Q_EMIT admittedAgain(result);
            });
        });
}

void Admission::admitUnfinished()
{
    m_journal.unfinished(m_settings.endpoint.identity(),
                         [this](const QList<StoredUpload> &uploads) {
                             // Before everything that is added in this run.
                             auto place = -static_cast<double>(uploads.size());
                             for (const StoredUpload &upload : uploads)
                                 restore(upload, place++);
                         });
}

void Admission::restore(const StoredUpload &upload, double place)
{
    auto lock = std::make_shared<UploadLock>();
    runInPool(
        m_pool, this,
        [lock, upload, dataDir = m_settings.dataDir] {
            lock->take(dataDir, upload.matchKey());
            return lock->isHeldElsewhere();
        },
        [this, lock, upload, place](bool heldElsewhere) {
            if (!heldElsewhere)
                Q_EMIT admitted(0, place, {upload, lock, {}});
        });
}

} // namespace longshore
