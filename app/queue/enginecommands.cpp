// EngineCore: what it is told, and what it tells. How uploads get in and share out the lanes is in
// enginecore.cpp.

#include "queue/enginecore.h"

#include "queue/purposes.h"

#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// The window is told at most ten times a second.
constexpr auto kPublishDistance = 100ms;
// Those of a long queue come in pieces, between which the window gets to other things.
constexpr qsizetype kMostSnapshotsAtOnce = 250;

QString beyondChange()
{
    return EngineCore::tr("Purpose and type can be changed before an upload is begun, and after it "
                          "failed or was cancelled.");
}

bool isOnlyHashing(const UploadSnapshot &upload)
{
    return upload.hashing
        && (upload.state == UploadState::Ready || upload.state == UploadState::Completing);
}

} // namespace

// ---- Commands

void EngineCore::pause(const QString &key)
{
    if (Item *item = find(key)) {
        item->controller->pause();
        settle(*item);
    }
}

void EngineCore::resume(const QString &key)
{
    if (Item *item = find(key)) {
        item->controller->resume();
        settle(*item);
    }
}

void EngineCore::pauseAll()
{
    for (const QString &key : m_order.keys())
        pause(key);
}

void EngineCore::resumeAll()
{
    for (const QString &key : m_order.keys())
        resume(key);
}

void EngineCore::cancel(const QString &key)
{
    if (Item *item = find(key)) {
        item->controller->cancel();
        settle(*item);
    }
}

void EngineCore::cancelAll()
{
    for (const QString &key : m_order.keys())
        cancel(key);
}

bool EngineCore::isRetriable(const Item &item) const
{
    const UploadState state = item.controller->state();
    return isEnded(state) && state != UploadState::Completed;
}

/// Until then what it was before is all that is known of it.
bool EngineCore::isEndKept(const Item &item) const
{
    return item.upload.state == item.controller->state();
}

void EngineCore::retry(const QString &key)
{
    Item *item = find(key);
    if (!item || !isRetriable(*item))
        return;
    if (item->changing || !isEndKept(*item)) {
        item->afterwards.push_back([this, key] { retry(key); });
        return;
    }
    item->upload.spec = item->controller->spec();
    const ErrorKind kind = item->controller->snapshot().error.kind;
    if (!item->lock || kind == ErrorKind::FileChanged || kind == ErrorKind::File) {
        // The files as they are now need a plan of their own, and a lock by their new stamps.
        if (item->controller->state() == UploadState::Cancelled)
            forgetProgress(*item);
        admitAgain(*item);
        return;
    }
    startAnew(*item);
}

void EngineCore::startAnew(Item &item)
{
    item.upload.state = UploadState::Queued;
    item.upload.error = {};
    install(item);
}

void EngineCore::completeAgain(const QString &key)
{
    Item *item = find(key);
    if (!item || item->controller->state() != UploadState::Unknown)
        return;
    if (item->changing || !isEndKept(*item)) {
        item->afterwards.push_back([this, key] { completeAgain(key); });
        return;
    }
    item->upload.spec = item->controller->spec();
    item->upload.progress.completeAgain = true;
    startAnew(*item);
    item->upload.progress.completeAgain = false;
}

void EngineCore::told(const QString &key)
{
    if (m_recorder)
        m_recorder->told(key);
}

void EngineCore::startAgain(const QString &key)
{
    Item *item = find(key);
    if (!item || !isRetriable(*item))
        return;
    if (item->changing || !isEndKept(*item)) {
        item->afterwards.push_back([this, key] { startAgain(key); });
        return;
    }
    item->upload.spec = item->controller->spec();
    forgetProgress(*item);
    admitAgain(*item);
}

/// But for the order that the user gave its parts.
void EngineCore::forgetProgress(Item &item)
{
    StoredProgress empty;
    empty.order = item.upload.progress.order;
    item.upload.progress = empty;
}

void EngineCore::admitAgain(Item &item)
{
    item.changing = true;
    item.lock.reset();
    m_admission->admitAgain(item.upload);
}

void EngineCore::retryAll()
{
    for (const QString &key : m_order.keys()) {
        const Item *item = find(key);
        if (item && item->controller->state() == UploadState::Failed)
            retry(key);
    }
}

void EngineCore::retryNow()
{
    const QStringList running = m_order.running();
    for (const QString &key : running) {
        if (Item *item = find(key))
            item->controller->retryNow();
    }
}

void EngineCore::setOnline(bool online)
{
    m_gate->setOnline(online);
}

void EngineCore::dropConnections()
{
    m_partManagers->clearConnections();
    m_controlManagers->clearConnections();
    m_pace->lineChanged();
    const QStringList running = m_order.running();
    for (const QString &key : running) {
        if (Item *item = find(key))
            item->controller->networkChanged();
    }
}

void EngineCore::moveTo(const QString &key, int position)
{
    m_order.move(key, position);
    m_positionsChanged = true;
    publishOrder();
}

void EngineCore::moveAllTo(const QStringList &keys, int position)
{
    m_order.moveAll(keys, position);
    m_positionsChanged = true;
    publishOrder();
}

void EngineCore::setHold(const QString &key, bool hold, HoldEnd end)
{
    Item *item = find(key);
    if (!item)
        return;
    if (item->changing)
        item->afterwards.push_back([this, key, hold, end] { setHold(key, hold, end); });
    else
        item->controller->setHold(hold, end);
}

bool EngineCore::areDetailsOpen(const Item &item) const
{
    const UploadState state = item.controller->state();
    // An end counts once it was told.
    if (state == UploadState::Failed || state == UploadState::Cancelled)
        return item.upload.state == state;
    return (state == UploadState::Queued || state == UploadState::Paused)
        && !item.controller->progress().created;
}

void EngineCore::setDetails(const QString &key, const QString &purpose, const QString &mimeType)
{
    Item *item = find(key);
    if (!item)
        return;
    if (item->changing) {
        item->afterwards.push_back(
            [this, key, purpose, mimeType] { setDetails(key, purpose, mimeType); });
        return;
    }
    if (!areDetailsOpen(*item)) {
        refuseDetails(key, beyondChange());
        return;
    }
    StoredUpload wanted = item->upload;
    UploadSpec &spec = wanted.spec;
    const bool otherPurpose = !purpose.isEmpty() && purpose != spec.purpose;
    if (otherPurpose)
        spec.purpose = purpose;
    if (!mimeType.isEmpty())
        spec.mimeType = mimeType;
    else if (otherPurpose)
        spec.mimeType = defaultMimeType(spec.filename, spec.purpose);
    if (spec == item->upload.spec)
        return;
    if (!item->lock) { // a retry takes one
        applyDetails(*item, spec.purpose, spec.mimeType);
        return;
    }
    item->changing = true;
    settle(*item);
    m_admission->lock(wanted, [this, key, spec](const std::shared_ptr<UploadLock> &lock) {
        Item *changed = find(key);
        if (!changed)
            return;
        if (!areDetailsOpen(*changed)) {
            refuseDetails(key, beyondChange());
        } else if (!lock) {
            refuseDetails(key,
                          tr("There is an unfinished upload of this file with this purpose "
                             "and type already."));
        } else {
            if (changed->lock) // else cancelled in the meantime: a retry takes one
                changed->lock = lock;
            applyDetails(*changed, spec.purpose, spec.mimeType);
        }
        endChange(*changed);
    });
}

void EngineCore::refuseDetails(const QString &key, const QString &reason)
{
    Q_EMIT happened(key, WarningEvent{reason, u"details"_s});
}

void EngineCore::applyDetails(Item &item, const QString &purpose, const QString &mimeType)
{
    StoredUpload &upload = item.upload;
    const QString key = upload.spec.key;
    if (!isEnded(item.controller->state()))
        upload.progress = item.controller->progress();
    upload.spec = item.controller->spec();
    upload.spec.purpose = purpose;
    upload.spec.mimeType = mimeType;
    // What the service has of it bears the old ones, and expires by itself.
    const bool paused = upload.progress.paused;
    forgetProgress(item);
    upload.progress.paused = paused;
    m_journal->setDetails(key, purpose, mimeType, upload.matchKey());
    install(item);
    for (const PurposeWarning &warning :
         purposeWarnings(upload.spec.filename, purpose, upload.spec.bytes())) {
        Q_EMIT happened(key, WarningEvent{warning.message, warning.code});
    }
}

void EngineCore::endChange(Item &item)
{
    item.changing = false;
    settle(item);
    for (const auto &command : std::exchange(item.afterwards, {}))
        command();
}

void EngineCore::setOrder(const QString &key, const QList<int> &order)
{
    if (Item *item = find(key))
        item->controller->setOrder(order);
}

void EngineCore::complete(const QString &key)
{
    if (Item *item = find(key)) {
        item->controller->complete();
        settle(*item);
    }
}

void EngineCore::skipChecksum(const QString &key)
{
    if (Item *item = find(key))
        item->controller->skipChecksum();
}

void EngineCore::remove(const QString &key)
{
    Item *item = find(key);
    if (!item || !isEnded(item->controller->state()))
        return;
    m_order.remove(key);
    m_changed.remove(key);
    m_items.erase(key);
    m_journal->remove(key);
    publishOrder();
}

void EngineCore::watchParts(const QString &key)
{
    m_watched = key;
    m_planTold = false;
    touch(key);
}

// ---- Telling

void EngineCore::touch(const QString &key)
{
    m_changed.insert(key);
    schedulePublish();
}

void EngineCore::schedulePublish()
{
    if (!m_publishTimer && !m_stopped)
        m_publishTimer = m_clock.startTimer(kPublishDistance, [this] { publish(); });
}

void EngineCore::publish()
{
    m_publishTimer.reset();
    keepPositions();
    if (std::exchange(m_publicationUnread, true))
        return;
    if (std::exchange(m_orderChanged, false))
        Q_EMIT orderChanged(m_order.keys());
    const QSet<QString> told = publishSnapshots();
    const Item *watched = told.contains(m_watched) ? find(m_watched) : nullptr;
    if (watched)
        publishParts(*watched);
    Q_EMIT published();
}

void EngineCore::onPublicationRead()
{
    m_publicationUnread = false;
    if (m_orderChanged || !m_changed.isEmpty())
        schedulePublish();
}

QSet<QString> EngineCore::publishSnapshots()
{
    QList<UploadSnapshot> snapshots;
    const QSet<QString> keys = std::exchange(m_changed, {});
    for (const QString &key : keys) {
        const Item *item = find(key);
        if (!item)
            continue;
        snapshots.append(item->controller->snapshot());
        // Nothing else happens then that would tell how far it is.
        if (isOnlyHashing(snapshots.constLast()))
            touch(key);
        if (snapshots.size() == kMostSnapshotsAtOnce)
            Q_EMIT changed(std::exchange(snapshots, {}));
    }
    if (!snapshots.isEmpty())
        Q_EMIT changed(snapshots);
    return keys;
}

void EngineCore::publishParts(const Item &item)
{
    if (!std::exchange(m_planTold, true)) {
        const UploadSpec &spec = item.controller->spec();
        Q_EMIT planned(m_watched, {spec.sources, spec.parts, spec.partSize, spec.cutAtLines});
    }
    Q_EMIT partsChanged(m_watched, item.controller->parts(), item.controller->order());
}

void EngineCore::keepPositions()
{
    if (std::exchange(m_positionsChanged, false))
        m_journal->setPositions(m_order.keys());
}

void EngineCore::publishOrder()
{
    m_orderChanged = true;
    schedulePublish();
}

} // namespace longshore
