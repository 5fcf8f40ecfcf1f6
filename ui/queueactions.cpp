#include "ui/queueactions.h"

#include "session/session.h"
#include "ui/models/queuemodel.h"
#include "ui/models/selectiontexts.h"
#include "ui/moveactions.h"
#include "ui/queue/queueview.h"
#include "ui/symbolicon.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QFileInfo>
#include <QGuiApplication>
#include <QKeySequence>
#include <QUrl>

#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

QueueActions::QueueActions(Session &session, QueueModel &model, QueueView &view, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_model(model)
    , m_view(view)
    , m_selection(session, model, view)
{
    pauseAll = make(u"pause"_s, tr("Pause All"), {Qt::CTRL | Qt::SHIFT | Qt::Key_P},
                    &QueueActions::onPauseAll);
    pause = make(u"pause"_s, tr("&Pause"), {Qt::CTRL | Qt::Key_P}, &QueueActions::onPause);
    resume = make(u"resume"_s, tr("&Resume"), {Qt::CTRL | Qt::Key_R}, &QueueActions::onResume);
    cancel =
        make(u"cancel"_s, tr("&Cancel"), {Qt::CTRL | Qt::Key_Backspace}, &QueueActions::onCancel);
    cancelAll = make(u"cancel"_s, tr("Cancel A&ll…"), {}, &QueueActions::onCancelAll);
    retry = make(u"retry"_s, tr("&Try Again"), {Qt::CTRL | Qt::Key_T}, &QueueActions::onRetry);
    retryAll = make(u"retry"_s, tr("Try All Failed Again"), {Qt::CTRL | Qt::SHIFT | Qt::Key_T},
                    &QueueActions::onRetryAll);
    sendAnyway = make(u"upload"_s, tr("Send An&yway"), {}, &QueueActions::onSendAnyway);
    completeAgain = make(u"complete"_s, tr("Complete A&gain"), {}, &QueueActions::onCompleteAgain);
    startOver = make(u"reset"_s, tr("Start Agai&n…"), {}, &QueueActions::onStartOver);
    hold = make(u"hold"_s, tr("&Hold"), {Qt::CTRL | Qt::Key_H}, &QueueActions::onHold,
                &QAction::toggled);
    hold->setCheckable(true);
    hold->setToolTip(tr("Hold: let me arrange the parts before completing"));
    complete = make(u"complete"_s, tr("C&omplete"), {Qt::CTRL | Qt::Key_Return},
                    &QueueActions::onComplete);
    editDetails = make(u"settings"_s, tr("Purpose and &MIME Type…"), {Qt::CTRL | Qt::Key_E},
                       &QueueActions::onEditDetails);
    remove = make(u"remove"_s, tr("Remo&ve"), {QKeySequence::Delete}, &QueueActions::onRemove);
    removeFinished = make(u"remove-finished"_s, tr("Remove &Finished"),
                          {Qt::CTRL | Qt::SHIFT | Qt::Key_Delete}, &QueueActions::onRemoveFinished);
    undoRemove =
        make(u"reset"_s, tr("&Undo Remove"), {QKeySequence::Undo}, &QueueActions::onUndoRemove);
    copyFileId =
        make(u"copy"_s, tr("Copy File &ID"), {QKeySequence::Copy}, &QueueActions::onCopyFileId);
    copyPath = make(u"copy"_s, tr("Copy &Path"), {Qt::CTRL | Qt::SHIFT | Qt::Key_C},
                    &QueueActions::onCopyPath);
    copyError = make(u"copy"_s, tr("Copy &Error"), {}, &QueueActions::onCopyError);
    openFolder = make(u"open-folder"_s, tr("Open Fol&der"), {Qt::CTRL | Qt::SHIFT | Qt::Key_O},
                      &QueueActions::onOpenFolder);
    selectAll =
        make(u"done"_s, tr("Select &All"), {QKeySequence::SelectAll}, &QueueActions::onSelectAll);
    selectAll->setIcon({});
    moves = new MoveActions(session, model, view, m_selection, this);
    // Other widgets of the window have their own copying, removing and selecting.
    for (QAction *action : {copyFileId, copyPath, remove, selectAll}) {
        action->setShortcutContext(Qt::WidgetShortcut);
        view.addAction(action);
    }

    // Cheap, and at each update; what depends on the selection only when that may matter.
    connect(&model, &QueueModel::totalsChanged, this, &QueueActions::refreshTotals);
    connect(&m_selection, &QueueSelection::changed, this, &QueueActions::refreshSelection);
    connect(&view, &QueueView::helpRequested, this, &QueueActions::help);
    connect(&model, &QueueModel::modelReset, this, [this] {
        m_removed.clear();
        m_forgotten.clear();
        refresh();
    });
    connect(&model, &QueueModel::forgotten, this, [this](const QStringList &keys) {
        for (const QString &key : keys)
            m_forgotten.remove(key);
    });
    refresh();
}

QAction *QueueActions::make(const QString &symbol, const QString &text,
                            const QKeySequence &shortcut, Slot slot, Signal signal)
{
    auto *action = new QAction(symbolIcon(symbol), text, this);
    action->setShortcut(shortcut);
    connect(action, signal, this, slot);
    return action;
}

QList<QAction *> QueueActions::rowActions() const
{
    QList<QAction *> actions{complete, sendAnyway, retry,   completeAgain, startOver, pause,
                             resume,   hold,       nullptr, editDetails,   nullptr};
    actions += moves->all();
    actions += {nullptr, copyFileId, copyPath, copyError, openFolder, nullptr, cancel, remove};
    return actions;
}

// ---- What is possible

void QueueActions::refresh()
{
    refreshSelection();
    refreshTotals();
}

void QueueActions::refreshSelection()
{
    const SelectionTally &selected = m_selection.tally();
    const UploadActions possible = m_selection.possible();
    pause->setEnabled(possible.testFlag(UploadAction::Pause));
    resume->setEnabled(possible.testFlag(UploadAction::Resume));
    cancel->setEnabled(possible.testFlag(UploadAction::Cancel));
    retry->setEnabled(possible.testFlag(UploadAction::Retry));
    retry->setText(selected.retryText());
    sendAnyway->setVisible(possible.testFlag(UploadAction::SendAnyway));
    completeAgain->setVisible(possible.testFlag(UploadAction::CompleteAgain));
    startOver->setVisible(possible.testFlag(UploadAction::StartOver));
    complete->setEnabled(possible.testFlag(UploadAction::Complete));
    hold->setEnabled(possible.testFlag(UploadAction::Hold));
    m_holdShown = selected.isHeld();
    hold->setChecked(m_holdShown);
    editDetails->setEnabled(possible.testFlag(UploadAction::EditDetails));
    remove->setEnabled(possible.testFlag(UploadAction::Remove));
    moves->setEnabled(possible.testFlag(UploadAction::Move));
    copyFileId->setEnabled(possible.testFlag(UploadAction::CopyFileId));
    copyError->setEnabled(possible.testFlag(UploadAction::CopyError));
    copyPath->setEnabled(selected.size() > 0);
    openFolder->setEnabled(selected.size() == 1);
}

void QueueActions::refreshTotals()
{
    const QueueTotals &totals = m_model.totals();
    const bool goesOn = totals.running() + totals.queued() > 0 || totals.paused() == 0;
    if (goesOn != m_pauseAllPauses) {
        m_pauseAllPauses = goesOn;
        pauseAll->setText(goesOn ? tr("Pause All") : tr("Resume All"));
        pauseAll->setIcon(symbolIcon(goesOn ? u"pause"_s : u"resume"_s));
    }
    pauseAll->setEnabled(totals.unfinished() + totals.paused() > 0);
    cancelAll->setEnabled(totals.unfinished() + totals.paused() + totals.asking() > 0);
    retryAll->setEnabled(totals.failed() > 0);
    removeFinished->setEnabled(totals.ended() > 0);
    undoRemove->setEnabled(!m_removed.isEmpty());
    selectAll->setEnabled(!m_model.keys().isEmpty());
}

// ---- Transfers

void QueueActions::onPauseAll()
{
    Engine *engine = m_session.engine();
    if (engine == nullptr)
        return;
    const QueueTotals &totals = m_model.totals();
    if (totals.running() + totals.queued() > 0 || totals.paused() == 0)
        engine->pauseAll();
    else
        // Not those that wait for the user's word: each gets its own.
        m_selection.command(m_selection.allKeysFor(UploadAction::Resume), &Engine::resume);
}

void QueueActions::onPause()
{
    m_selection.command(m_selection.keysFor(UploadAction::Pause), &Engine::pause);
}

void QueueActions::onResume()
{
    m_selection.command(m_selection.keysFor(UploadAction::Resume), &Engine::resume);
}

void QueueActions::onCancel()
{
    askCancel(m_selection.keysFor(UploadAction::Cancel));
}

void QueueActions::askCancel(const QStringList &keys)
{
    qint64 confirmed = 0;
    for (const QString &key : keys)
        confirmed += m_model.snapshot(key).confirmed;
    if (confirmed > 0)
        Q_EMIT cancelQuestion(keys, confirmed);
    else
        cancelNow(keys);
}

void QueueActions::onCancelAll()
{
    const QStringList keys = m_selection.allKeysFor(UploadAction::Cancel);
    if (!keys.isEmpty())
        Q_EMIT cancelQuestion(keys, m_model.totals().confirmed());
}

void QueueActions::cancelNow(const QStringList &keys)
{
    m_selection.command(keys, &Engine::cancel);
}

void QueueActions::onRetry()
{
    m_selection.command(m_selection.keysFor(UploadAction::Retry), &Engine::retry);
}

void QueueActions::onRetryAll()
{
    // What the user has removed is not sent behind their back.
    forgetRemoved();
    if (Engine *engine = m_session.engine())
        engine->retryAll();
}

void QueueActions::onSendAnyway()
{
    m_selection.command(m_selection.keysFor(UploadAction::SendAnyway), &Engine::resume);
}

void QueueActions::onCompleteAgain()
{
    m_selection.command(m_selection.keysFor(UploadAction::CompleteAgain), &Engine::completeAgain);
}

void QueueActions::onStartOver()
{
    Q_EMIT startOverQuestion(m_selection.keysFor(UploadAction::StartOver));
}

void QueueActions::startOverNow(const QStringList &keys)
{
    m_selection.command(keys, &Engine::startAgain);
}

void QueueActions::onHold()
{
    if (hold->isChecked() == m_holdShown)
        return;
    Q_EMIT holdRequested(m_selection.keysFor(UploadAction::Hold), hold->isChecked());
    // The engine's answer decides what is shown.
    refresh();
}

void QueueActions::onComplete()
{
    m_selection.command(m_selection.keysFor(UploadAction::Complete), &Engine::complete);
}

void QueueActions::onEditDetails()
{
    Q_EMIT detailsRequested(m_selection.keysFor(UploadAction::EditDetails));
}

void QueueActions::help(const QString &key)
{
    perform(key, helpfulAction(m_model.snapshot(key)));
}

void QueueActions::perform(const QString &key, HelpfulAction action)
{
    Engine *engine = m_session.engine();
    if (engine == nullptr)
        return;
    switch (action) {
    case HelpfulAction::None:
        break;
    case HelpfulAction::Retry:
    case HelpfulAction::StartAgain:
    case HelpfulAction::LookAgain:
        engine->retry(key);
        break;
    case HelpfulAction::RetryNow:
        engine->retryNow();
        break;
    case HelpfulAction::CompleteAgain:
        engine->completeAgain(key);
        break;
    case HelpfulAction::StartOver:
        Q_EMIT startOverQuestion({key});
        break;
    case HelpfulAction::SendAnyway:
        engine->resume(key);
        break;
    case HelpfulAction::Cancel:
        askCancel({key});
        break;
    case HelpfulAction::Remove:
        hide({key});
        break;
    case HelpfulAction::EnterKey:
    case HelpfulAction::EditConnection:
        Q_EMIT connectionRequested();
        break;
    case HelpfulAction::ChoosePurpose:
        Q_EMIT detailsRequested({key});
        break;
    case HelpfulAction::Complete:
        engine->complete(key);
        break;
    case HelpfulAction::CopyFileId:
        copy({m_model.snapshot(key).fileId}, tr("%n file ID(s) copied", nullptr, 1));
        break;
    }
}

// ---- Removing

void QueueActions::hide(const QStringList &keys)
{
    if (keys.isEmpty())
        return;
    forgetRemoved();
    m_removed = QSet<QString>(keys.cbegin(), keys.cend());
    m_model.setHidden(m_forgotten | m_removed);
    refresh();
    Q_EMIT removed(static_cast<int>(keys.size()));
}

void QueueActions::onRemove()
{
    hide(m_selection.keysFor(UploadAction::Remove));
}

void QueueActions::onRemoveFinished()
{
    QStringList keys;
    for (const QString &key : m_model.keys()) {
        const UploadState state = m_model.snapshot(key).state;
        if (state == UploadState::Completed || state == UploadState::Cancelled)
            keys.append(key);
    }
    hide(keys);
}

void QueueActions::onUndoRemove()
{
    m_removed.clear();
    m_model.setHidden(m_forgotten);
    refresh();
    Q_EMIT removed(0);
}

void QueueActions::forgetRemoved()
{
    for (const QString &key : std::as_const(m_removed)) {
        // What was never begun ends first.
        if (m_model.snapshot(key).asksToBegin)
            m_selection.command({key}, &Engine::cancel);
        m_selection.command({key}, &Engine::remove);
    }
    // Hidden until the engine has let them go.
    m_forgotten |= std::exchange(m_removed, {});
    refreshTotals();
}

// ---- Copying and looking

void QueueActions::copy(const QStringList &lines, const QString &what)
{
    QGuiApplication::clipboard()->setText(lines.join(u'\n'));
    Q_EMIT said(what);
}

void QueueActions::onCopyFileId()
{
    const QStringList ids = fileIdsOf(m_selection.uploads());
    const auto count = static_cast<int>(ids.size());
    copy(ids, tr("%n file ID(s) copied", nullptr, count));
}

void QueueActions::onCopyPath()
{
    const QStringList paths = pathsOf(m_selection.uploads());
    const auto count = static_cast<int>(paths.size());
    copy(paths, tr("%n path(s) copied", nullptr, count));
}

void QueueActions::onCopyError()
{
    copy(errorReportsOf(m_selection.uploads()), tr("Error copied"));
}

void QueueActions::onOpenFolder()
{
    const QList<UploadSnapshot> uploads = m_selection.uploads();
    if (uploads.isEmpty() || uploads.constFirst().paths.isEmpty())
        return;
    const QString folder = QFileInfo(uploads.constFirst().paths.constFirst()).path();
    QDesktopServices::openUrl(QUrl::fromLocalFile(folder));
}

void QueueActions::onSelectAll()
{
    m_view.selectAll();
}

} // namespace longshore
