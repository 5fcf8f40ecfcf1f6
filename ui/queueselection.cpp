#include "ui/queueselection.h"

#include "session/session.h"
#include "ui/models/queuemodel.h"
#include "ui/queue/queueview.h"

namespace longshore {

QueueSelection::QueueSelection(Session &session, QueueModel &model, QueueView &view)
    : m_session(session)
    , m_model(model)
    , m_view(view)
{
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
    QStringList keys;
    for (const UploadSnapshot &upload : uploads()) {
        if (actionsFor(upload).testFlag(action))
            keys.append(upload.key);
    }
    return keys;
}

QStringList QueueSelection::allKeysFor(UploadAction action) const
{
    QStringList keys;
    for (const QString &key : m_model.keys()) {
        if (actionsFor(m_model.snapshot(key)).testFlag(action))
            keys.append(key);
    }
    return keys;
}

UploadActions QueueSelection::possible() const
{
    return m_session.engine() != nullptr ? actionsForAny(uploads()) : UploadActions();
}

void QueueSelection::command(const QStringList &keys, Command order) const
{
    for (const QString &key : keys) {
        if (Engine *engine = m_session.engine())
            (engine->*order)(key);
    }
}

} // namespace longshore
