#pragma once

#include "ui/models/rowmoves.h"
#include "ui/models/selectionactions.h"

#include <QAction>
#include <QObject>

namespace longshore {

class Engine;
class QueueModel;
class QueueView;
class Session;

/// Everything that can be done with uploads, as actions for the menus, the toolbar and the tray:
/// they act on the selected rows, or on all, through the engine.
class QueueActions final : public QObject
{
    Q_OBJECT

public:
    /// All outlive this.
    QueueActions(Session &session, QueueModel &model, QueueView &view, QObject *parent = nullptr);

    QAction *pauseAll; ///< "resume all" while nothing runs
    QAction *pause;
    QAction *resume;
    QAction *cancel;
    QAction *cancelAll;
    QAction *retry;
    QAction *retryAll;
    QAction *hold; ///< checkable; asks by holdRequested()
    QAction *complete;
    QAction *editDetails;
    QAction *remove;
    QAction *removeFinished;
    QAction *undoRemove;
    QAction *moveTop;
    QAction *moveUp;
    QAction *moveDown;
    QAction *moveBottom;
    QAction *copyFileId;
    QAction *copyPath;
    QAction *copyError;
    QAction *openFolder;
    QAction *selectAll;

    /// For the context menu of the queue, in its order; separators are null.
    QList<QAction *> rowActions() const;

    /// The one action that helps with an upload.
    void help(const QString &key);
    /// Says goodbye to removed uploads for good; nothing can be undone any more.
    void forgetRemoved();

Q_SIGNALS:
    void cancelQuestion(const QStringList &keys, qint64 confirmedBytes);
    void detailsRequested(const QStringList &keys);
    void holdRequested(const QStringList &keys, bool hold);
    void connectionRequested();
    /// A short message for the status bar.
    void said(const QString &text);
    void removed(int uploads);

public:
    /// Cancels without asking any more.
    void cancelNow(const QStringList &keys);

private:
    using Slot = void (QueueActions::*)();
    using Signal = void (QAction::*)(bool);

    /// Screen readers check an action without triggering it: what can be checked listens to
    /// toggled().
    QAction *make(const QString &symbol, const QString &text, const QKeySequence &shortcut,
                  Slot slot, Signal signal = &QAction::triggered);
    QList<UploadSnapshot> selected() const;
    QStringList selectedFor(UploadAction action) const;
    QStringList keysWhere(UploadAction action) const;
    void refresh();
    void refreshSelection();
    void refreshTotals();
    void command(const QStringList &keys, void (Engine::*order)(const QString &));
    void hide(const QStringList &keys);
    void copy(const QStringList &lines, const QString &said);
    void moveSelected(RowMove move);

    void onPauseAll();
    void onPause();
    void onResume();
    void onCancel();
    void onCancelAll();
    void onRetry();
    void onRetryAll();
    void onHold();
    void onComplete();
    void onEditDetails();
    void onRemove();
    void onRemoveFinished();
    void onUndoRemove();
    void onMoveTop();
    void onMoveUp();
    void onMoveDown();
    void onMoveBottom();
    void onCopyFileId();
    void onCopyPath();
    void onCopyError();
    void onOpenFolder();
    void onSelectAll();
    void onMoveRequested(const QStringList &keys, const QString &before);

    Session &m_session;
    QueueModel &m_model;
    QueueView &m_view;
    bool m_pauseAllPauses = true;
    bool m_holdShown = false; ///< what is so, not what somebody just chose
    QSet<QString> m_removed; ///< hidden, to be forgotten unless the user undoes it
    QSet<QString> m_forgotten; ///< hidden, until the engine has let them go
};

} // namespace longshore
