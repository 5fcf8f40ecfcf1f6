#include "ui/details/partactions.h"

#include "ui/models/partmodel.h"
#include "ui/symbolicon.h"

#include <QAction>
#include <QItemSelectionModel>
#include <QWidget>

#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

PartActions::PartActions(PartModel *model, QItemSelectionModel *selection, QWidget *keysOf)
    : QObject(keysOf)
    , m_model(model)
    , m_selection(selection)
{
    using Rows = const QList<int> &;
    m_ofSelection = {
        add(u"move-up"_s, tr("Up"), u"Alt+Up"_s,
            [](PartOrder &order, Rows rows) { return order.moveUp(rows); }),
        add(u"move-down"_s, tr("Down"), u"Alt+Down"_s,
            [](PartOrder &order, Rows rows) { return order.moveDown(rows); }),
        add(u"to-top"_s, tr("To the beginning"), u"Alt+Home"_s,
            [](PartOrder &order, Rows rows) { return order.moveToTop(rows); }),
        add(u"to-bottom"_s, tr("To the end"), u"Alt+End"_s,
            [](PartOrder &order, Rows rows) { return order.moveToBottom(rows); }),
    };
    m_reverse = add(u"reverse"_s, tr("Reverse"), {},
                    [](PartOrder &order, Rows) { return order.reverse(); });
    m_byFile = make(u"file-combined"_s, tr("Whole files: keep each file's parts together"), {});
    m_byFile->setCheckable(true);
    // Not triggered(): a screen reader toggles the button.
    connect(m_byFile, &QAction::toggled, this, [this](bool wholeFiles) {
        if (wholeFiles != m_model->order().movesWholeFiles())
            carryOut([wholeFiles](PartOrder &order, Rows) {
                return order.setMovesWholeFiles(wholeFiles);
            });
    });
    m_reset = add(u"reset"_s, tr("Back to file order"), {},
                  [](PartOrder &order, Rows) { return order.reset(); });
    for (QAction *action : std::as_const(m_all))
        keysOf->addAction(action);

    connect(selection, &QItemSelectionModel::selectionChanged, this, &PartActions::update);
    connect(model, &PartModel::orderChanged, this, &PartActions::update);
    connect(model, &PartModel::reorderableChanged, this, &PartActions::update);
    update();
}

QAction *PartActions::make(const QString &icon, const QString &text, const QString &keys)
{
    auto *action = new QAction(symbolIcon(icon), text, this);
    action->setShortcut(QKeySequence(keys, QKeySequence::PortableText));
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(keys.isEmpty()
                           ? text
                           : tr("%1 (%2)", "what a button does, and its keys")
                                 .arg(text, action->shortcut().toString(QKeySequence::NativeText)));
    m_all.append(action);
    return action;
}

QAction *PartActions::add(const QString &icon, const QString &text, const QString &keys,
                          const Operation &operation)
{
    QAction *action = make(icon, text, keys);
    connect(action, &QAction::triggered, this, [this, operation] { carryOut(operation); });
    return action;
}

void PartActions::carryOut(const Operation &operation)
{
    QList<int> rows;
    for (const QModelIndex &index : m_selection->selectedRows())
        rows.append(index.row());
    PartOrder order = m_model->order();
    const bool isOther = operation(order, rows);
    m_model->choose(order);
    if (isOther)
        Q_EMIT moved();
}

void PartActions::update()
{
    const PartOrder &order = m_model->order();
    const bool isReorderable = m_model->isReorderable() && order.size() > 1;
    for (QAction *action : std::as_const(m_ofSelection))
        action->setEnabled(isReorderable && m_selection->hasSelection());
    m_reverse->setEnabled(isReorderable);
    m_byFile->setEnabled(isReorderable);
    m_byFile->setVisible(order.isCombined());
    m_byFile->setChecked(order.movesWholeFiles());
    m_reset->setEnabled(isReorderable && !order.isFileOrder());
}

} // namespace longshore
