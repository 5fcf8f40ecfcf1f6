#include "ui/queueselection.h"

#include "session/session.h"
#include "ui/models/queuemodel.h"
#include "ui/queue/queueview.h"

namespace longshore {

QueueSelection::QueueSelection(Session &session, QueueModel &model, QueueView &view,
                               QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_model(model)
    , m_view(view)
{
    connect(&view, &QueueView::selectedKeysChanged, this, &QueueSelection::noteSelected);
    connect(&model, &QueueModel::possibilitiesChanged, this, &QueueSelection::noteUpdates);
}

void QueueSelection::noteSelected(const QStringList &selected, const QStringList &deselected)
{
    for (const QString &key : deselected)
        m_tally.deselect(key);
    for (const QString &key : selected)
        m_tally.select(m_model.snapshot(key));
    Q_EMIT changed();
}

void QueueSelection::noteUpdates(const QStringList &keys)
{
    bool isSelected = false;
    for (const QString &key : keys) {
        m_tally.update(m_model.snapshot(key));
        isSelected = isSelected || m_tally.contains(key);
    }
    if (isSelected)
        Q_EMIT changed();
}

QList<UploadSnapshot> QueueSelection::uploads() const
{
    QList<UploadSnapshot> uploads;
    for (const QString &key : m_view.selectedKeys())
        uploads.append(m_model.snapshot(key));
    return uploads;
}

QStringList QueueSelection::keysFor(UploadAction action) const
{
    QStringList keys = m_view.selectedKeys();
    keys.removeIf([this, action](const QString &key) { return !fits(key, action); });
    return keys;
}

bool QueueSelection::fits(const QString &key, UploadAction action) const
{
    return actionsFor(m_model.snapshot(key)).testFlag(action);
}

QStringList QueueSelection::allKeysFor(UploadAction action) const
{
    QStringList keys = m_model.keys();
    keys.removeIf([this, action](const QString &key) { return !fits(key, action); });
    return keys;
}

UploadActions QueueSelection::possible() const
{
    return m_session.engine() != nullptr ? m_tally.possible() : UploadActions();
}

void QueueSelection::command(const QStringList &keys, Command order) const
{
    for (const QString &key : keys) {
        if (Engine *engine = m_session.engine())
            (engine->*order)(key);
    }
}

} // namespace longshore
