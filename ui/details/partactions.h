#pragma once

#include "ui/models/partorder.h"

#include <QList>
#include <QObject>

#include <functional>

class QAction;
class QItemSelectionModel;
class QWidget;

namespace longshore {

class PartModel;

/// What moves the selected parts of a model to other places, by button, menu and key.
class PartActions final : public QObject
{
    Q_OBJECT

public:
    /// The keys work within `keysOf`, which outlives this, as the other two do.
    PartActions(PartModel *model, QItemSelectionModel *selection, QWidget *keysOf);

    /// In the order in which they are shown; the last but one is of combined uploads only.
    const QList<QAction *> &all() const { return m_all; }

Q_SIGNALS:
    /// By one of the actions: the selected rows are elsewhere now.
    void moved();

private:
    using Operation = std::function<bool(PartOrder &order, const QList<int> &rows)>;

    QAction *make(const QString &icon, const QString &text, const QString &keys);
    QAction *add(const QString &icon, const QString &text, const QString &keys,
                 const Operation &operation);
    void carryOut(const Operation &operation);
    void update();

    PartModel *m_model;
    QItemSelectionModel *m_selection;
    QList<QAction *> m_all;
    QList<QAction *> m_ofSelection;
    QAction *m_reverse = nullptr;
    QAction *m_byFile = nullptr;
    QAction *m_reset = nullptr;
};

} // namespace longshore
