#pragma once

#include "ui/models/helpfulaction.h"
#include "ui/queueselection.h"

#include <QAction>
#include <QObject>

namespace longshore {

class MoveActions;
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
    QAction *retry; ///< "look again" or "start again" where that is what it does
    QAction *retryAll;
    QAction *sendAnyway; ///< this and the next two are only shown while they can be used
    QAction *completeAgain;
    QAction *startOver; ///< asks by startOverQuestion()
    QAction *hold; ///< checkable; asks by holdRequested()
    QAction *complete;
    QAction *editDetails;
    QAction *remove;
    QAction *removeFinished;
    QAction *undoRemove;
    MoveActions *moves;
    QAction *copyFileId;
    QAction *copyPath;
    QAction *copyError;
    QAction *openFolder;
    QAction *selectAll;

    /// For the context menu of the queue, in its order; separators are null.
    QList<QAction *> rowActions() const;

    /// The one action that helps with an upload.
    void help(const QString &key);
    /// What the user chose for one.
    void perform(const QString &key, HelpfulAction action);
    /// Says goodbye to removed uploads for good; nothing can be undone any more.
    void forgetRemoved();

Q_SIGNALS:
    void cancelQuestion(const QStringList &keys, qint64 confirmedBytes);
    void startOverQuestion(const QStringList &keys);
    void detailsRequested(const QStringList &keys);
    void holdRequested(const QStringList &keys, bool hold);
    void connectionRequested();
    /// A short message for the status bar.
    void said(const QString &text);
    void removed(int uploads);

public:
    /// Cancels without asking any more.
    void cancelNow(const QStringList &keys);
    /// Begins from the first byte without asking any more.
    void startOverNow(const QStringList &keys);

private:
    using Slot = void (QueueActions::*)();
    using Signal = void (QAction::*)(bool);

    /// Screen readers check an action without triggering it: what can be checked listens to
    /// toggled().
    QAction *make(const QString &symbol, const QString &text, const QKeySequence &shortcut,
                  Slot slot, Signal signal = &QAction::triggered);
    void refresh();
    void refreshSelection();
    void refreshTotals();
    void askCancel(const QStringList &keys);
    void hide(const QStringList &keys);
    void copy(const QStringList &lines, const QString &said);

    void onPauseAll();
    void onPause();
    void onResume();
    void onCancel();
    void onCancelAll();
    void onRetry();
    void onRetryAll();
    void onSendAnyway();
    void onCompleteAgain();
    void onStartOver();
    void onHold();
    void onComplete();
    void onEditDetails();
    void onRemove();
    void onRemoveFinished();
    void onUndoRemove();
    void onCopyFileId();
    void onCopyPath();
    void onCopyError();
    void onOpenFolder();
    void onSelectAll();

    Session &m_session;
    QueueModel &m_model;
    QueueView &m_view;
    QueueSelection m_selection;
    bool m_pauseAllPauses = true;
    bool m_holdShown = false; ///< what is so, not what somebody just chose
    QSet<QString> m_removed; ///< hidden, to be forgotten unless the user undoes it
    QSet<QString> m_forgotten; ///< hidden, until the engine has let them go
};

} // namespace longshore
