#pragma once

#include "ui/models/rowmoves.h"

#include <QAction>
#include <QList>
#include <QObject>

namespace longshore {

class QueueModel;
class QueueSelection;
class QueueView;
class Session;

/// Moving the selected uploads in the queue, by actions and by dragging rows.
class MoveActions final : public QObject
{
    Q_OBJECT

public:
    /// All outlive this.
    MoveActions(Session &session, QueueModel &model, QueueView &view,
                const QueueSelection &selection, QObject *parent = nullptr);

    QAction *top;
    QAction *up;
    QAction *down;
    QAction *bottom;

    QList<QAction *> all() const { return {top, up, down, bottom}; }
    void setEnabled(bool enabled);

private:
    QAction *make(const QString &symbol, const QString &text, Qt::Key key, RowMove move);
    void moveSelected(RowMove move);
    void onMoveRequested(const QStringList &keys, const QString &before);

    Session &m_session;
    QueueModel &m_model;
    const QueueSelection &m_selection;
};

} // namespace longshore
