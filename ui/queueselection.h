#pragma once

#include "queue/engine.h"
#include "ui/models/selectiontally.h"

#include <QList>
#include <QObject>
#include <QStringList>

namespace longshore {

class QueueModel;
class QueueView;
class Session;

/// The uploads that are selected in the queue, and commands to the engine about them. GUI thread.
class QueueSelection final : public QObject
{
    Q_OBJECT

public:
    using Command = void (Engine::*)(const QString &key);

    /// All outlive this.
    QueueSelection(Session &session, QueueModel &model, QueueView &view, QObject *parent = nullptr);

    /// From top to bottom.
    QList<UploadSnapshot> uploads() const;
    /// Of those that the action fits.
    QStringList keysFor(UploadAction action) const;
    /// The same of all in the queue, selected or not.
    QStringList allKeysFor(UploadAction action) const;
    /// What can be done with at least one of them; nothing without an engine.
    UploadActions possible() const;
    /// The cost of asking it is that of one upload.
    const SelectionTally &tally() const { return m_tally; }
    void command(const QStringList &keys, Command order) const;

Q_SIGNALS:
    /// Others are selected, or something else can be done with one of them.
    void changed();

private:
    void noteSelected(const QStringList &selected, const QStringList &deselected);
    void noteUpdates(const QStringList &keys);
    bool fits(const QString &key, UploadAction action) const;

    Session &m_session;
    QueueModel &m_model;
    QueueView &m_view;
    SelectionTally m_tally;
};

} // namespace longshore
