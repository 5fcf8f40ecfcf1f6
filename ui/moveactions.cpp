#include "ui/moveactions.h"

#include "session/session.h"
#include "ui/models/queuemodel.h"
#include "ui/queue/queueview.h"
#include "ui/queueselection.h"
#include "ui/symbolicon.h"

#include <QKeySequence>
#include <QSet>

namespace longshore {

using namespace Qt::StringLiterals;

MoveActions::MoveActions(Session &session, QueueModel &model, QueueView &view,
                         const QueueSelection &selection, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_model(model)
    , m_selection(selection)
{
    top = make(u"to-top"_s, tr("Move to Top"), Qt::Key_Home, RowMove::Top);
    up = make(u"move-up"_s, tr("Move Up"), Qt::Key_Up, RowMove::Up);
    down = make(u"move-down"_s, tr("Move Down"), Qt::Key_Down, RowMove::Down);
    bottom = make(u"to-bottom"_s, tr("Move to Bottom"), Qt::Key_End, RowMove::Bottom);
    view.addActions(all());
    connect(&model, &QueueModel::moveRequested, this, &MoveActions::onMoveRequested);
}

QAction *MoveActions::make(const QString &symbol, const QString &text, Qt::Key key, RowMove move)
{
    auto *action = new QAction(symbolIcon(symbol), text, this);
    action->setShortcut({Qt::CTRL | Qt::SHIFT | key});
    // Other widgets of the window have their own moving.
    action->setShortcutContext(Qt::WidgetShortcut);
    connect(action, &QAction::triggered, this, [this, move] { moveSelected(move); });
    return action;
}

void MoveActions::setEnabled(bool enabled)
{
    for (QAction *action : all())
        action->setEnabled(enabled);
}

void MoveActions::onMoveRequested(const QStringList &keys, const QString &before)
{
    Engine *engine = m_session.engine();
    if (engine == nullptr)
        return;
    // Not by the name of who follows: an earlier move that is not shown yet may have taken it away.
    const QSet<QString> moved(keys.cbegin(), keys.cend());
    int position = 0;
    for (const QString &key : m_model.order()) {
        if (key == before)
            break;
        if (!moved.contains(key))
            ++position;
    }
    engine->moveAllTo(keys, position);
}

void MoveActions::moveSelected(RowMove move)
{
    const QStringList keys = m_selection.keysFor(UploadAction::Move);
    if (const auto before = placeFor(move, m_model.keys(), keys))
        onMoveRequested(keys, *before);
}

} // namespace longshore
