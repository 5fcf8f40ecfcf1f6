#pragma once

#include "queue/engine.h"
#include "ui/models/selectionactions.h"

#include <QList>
#include <QStringList>

namespace longshore {

class QueueModel;
class QueueView;
class Session;

/// The uploads that are selected in the queue, and commands to the engine about them. GUI thread.
class QueueSelection final
{
public:
    using Command = void (Engine::*)(const QString &key);

    /// All outlive this.
    QueueSelection(Session &session, QueueModel &model, QueueView &view);

    /// From top to bottom.
    QList<UploadSnapshot> uploads() const;
    /// Of those that the action fits.
    QStringList keysFor(UploadAction action) const;
    /// The same of all in the queue, selected or not.
    QStringList allKeysFor(UploadAction action) const;
    /// What can be done with at least one of them; nothing without an engine.
    UploadActions possible() const;
    void command(const QStringList &keys, Command order) const;

private:
    Session &m_session;
    QueueModel &m_model;
    QueueView &m_view;
};

} // namespace longshore
