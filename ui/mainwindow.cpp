#include "ui/mainwindow.h"

#include "cli/humantext.h"
#include "session/session.h"
#include "ui/adding/addflow.h"
#include "ui/connectionlabel.h"
#include "ui/details/detailspanel.h"
#include "ui/details/elidedlabel.h"
#include "ui/emptystate.h"
#include "ui/journalbars.h"
#include "ui/messagebar.h"
#include "ui/models/factline.h"
#include "ui/models/queuemodel.h"
#include "ui/questions.h"
#include "ui/queue/queueview.h"
#include "ui/queueactions.h"
#include "ui/symbolicon.h"
#include "ui/windowmenus.h"

#include <QClipboard>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QGuiApplication>
#include <QMenu>
#include <QMimeData>
#include <QScreen>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QVBoxLayout>

#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

constexpr int kStatusMs = 4000;

// In lines of text.
constexpr int kUsualWidth = 60;
constexpr int kUsualHeight = 38;
constexpr int kLeastWidth = 22;
constexpr int kLeastHeight = 18;

/// Of the status bar's facts: those named first are left out first where the room is small.
enum Weight : int { kLanes, kCount, kRate, kTimeLeft, kReady, kTrouble };

} // namespace

MainWindow::MainWindow(Session &session, std::function<qint64()> now, QWidget *parent)
    : QMainWindow(parent)
    , m_session(session)
    , m_now(now)
    , m_model(new QueueModel(now, this))
    , m_view(new QueueView(*m_model, now))
    , m_details(new DetailsPanel(now))
    , m_actions(new QueueActions(session, *m_model, *m_view, this))
    , m_adding(new AddFlow(session, *this, this))
    , m_journal(new JournalBars)
    , m_messages(new MessageBar)
    , m_pages(new QStackedWidget)
    , m_splitter(new QSplitter(Qt::Vertical))
    , m_facts(new ElidedLabel)
    , m_connection(new ConnectionLabel)
{
    setAcceptDrops(true);
    auto *empty = new EmptyState;
    m_splitter->addWidget(m_view);
    m_splitter->addWidget(m_details);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->setChildrenCollapsible(false);
    m_pages->addWidget(empty);
    m_pages->addWidget(m_splitter);
    auto *centre = new QWidget;
    auto *layout = new QVBoxLayout(centre);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_journal);
    layout->addWidget(m_messages);
    layout->addWidget(m_pages, 1);
    setCentralWidget(centre);

    const WindowMenus menus(*this, *m_actions, *m_details);
    connect(menus.addFiles, &QAction::triggered, m_adding, &AddFlow::chooseFiles);
    connect(menus.addFolder, &QAction::triggered, m_adding, &AddFlow::chooseFolder);
    connect(menus.paste, &QAction::triggered, this, &MainWindow::paste);
    connect(menus.connection, &QAction::triggered, this, &MainWindow::connectionRequested);
    connect(menus.preferences, &QAction::triggered, this, &MainWindow::preferencesRequested);
    connect(menus.quit, &QAction::triggered, this, &MainWindow::quitRequested);
    connect(empty, &EmptyState::addFilesRequested, m_adding, &AddFlow::chooseFiles);
    connect(empty, &EmptyState::addFolderRequested, m_adding, &AddFlow::chooseFolder);
    connect(m_connection, &QToolButton::clicked, this, &MainWindow::connectionRequested);

    buildStatusBar();
    connectSession();
    connectActions();
    const int em = fontMetrics().height();
    setMinimumSize(em * kLeastWidth, em * kLeastHeight);
    resize(QSize(em * kUsualWidth, em * kUsualHeight).boundedTo(screen()->availableSize()));
    onTotalsChanged();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildStatusBar()
{
    m_facts->setAccessibleName(tr("Uploads at a glance"));
    m_facts->setContentsMargins(fontMetrics().height() / 2, 0, 0, 0);
    statusBar()->addWidget(m_facts, 1);
    // Not hidden by a message: where the uploads go is to be seen at all times.
    statusBar()->addPermanentWidget(m_connection);
    statusBar()->setSizeGripEnabled(false);
}

// ---- What the session says

void MainWindow::connectSession()
{
    connect(&m_session, &Session::connected, this, [this] {
        m_model->clear();
        showUploadOf({});
        m_journal->clearJournalProblem();
        m_connection->showConnected(m_session.profile(), m_session.address());
        m_messages->endPassing();
        updateTitle();
    });
    connect(&m_session, &Session::connectionNeeded, this, [this](const QString &reason) {
        m_model->clear();
        showUploadOf({});
        m_connection->showDisconnected(reason);
        updateTitle();
    });
    connect(&m_session, &Session::queued, this,
            [this](quint64 request, const QueuedUpload &upload) {
                m_model->addQueued(upload);
                if (request != 0)
                    m_added.append(upload.key);
            });
    connect(&m_session, &Session::orderChanged, this, [this](const QStringList &keys) {
        const bool selectFirst = m_model->rowCount() == 0;
        m_model->setOrder(keys);
        if (!m_added.isEmpty())
            m_view->showLowest(std::exchange(m_added, {}));
        if (selectFirst && m_model->rowCount() > 0)
            m_view->selectKey(m_model->keyAt(0));
    });
    connect(&m_session, &Session::changed, this, &MainWindow::onChanged);
    connect(&m_session, &Session::happened, this,
            [this](const QString &key, const UploadEvent &event) {
                m_model->note(key, event);
                m_details->addEvent(key, event, m_now());
                if (const auto *warning = std::get_if<WarningEvent>(&event);
                    warning != nullptr && warning->code == "details"_L1)
                    showMessage(warning->message);
            });
    connect(&m_session, &Session::planned, m_details, &DetailsPanel::showPlan);
    connect(&m_session, &Session::partsChanged, m_details, &DetailsPanel::showParts);
    connect(&m_session, &Session::journalProblem, m_journal, &JournalBars::showJournalProblem);
    connect(&m_session, &Session::journalRecovered, m_journal, &JournalBars::clearJournalProblem);
    connect(&m_session, &Session::journalNotice, m_journal, &JournalBars::showJournalNotice);
    connect(&m_session, &Session::onlineChanged, m_connection, &ConnectionLabel::setOnline);
    connect(m_model, &QueueModel::totalsChanged, this, &MainWindow::onTotalsChanged);
    connect(m_model, &QueueModel::forgotten, this, [this](const QStringList &keys) {
        for (const QString &key : keys)
            m_details->forget(key);
    });
    connect(m_view, &QueueView::selectedKeysChanged, this, &MainWindow::onSelectionChanged);
}

void MainWindow::onChanged(const QList<UploadSnapshot> &uploads)
{
    m_model->update(uploads);
    for (const UploadSnapshot &upload : uploads) {
        if (upload.key == m_details->shownKey())
            m_details->showUpload(upload);
    }
}

void MainWindow::onTotalsChanged()
{
    const QueueTotals &totals = m_model->totals();
    m_pages->setCurrentIndex(m_model->rowCount() == 0 ? 0 : 1);
    FactLine facts;
    if (totals.lanes() > 0) {
        facts.add(rateText(totals.rate()), kRate);
        if (const auto left = timeLeft(totals.unsent(), totals.rate()))
            facts.add(tr("%1 left").arg(durationText(*left)), kTimeLeft);
        facts.add(tr("%n part(s) at once", nullptr, totals.lanes()), kLanes);
    }
    if (totals.running() > 0)
        facts.add(tr("%n running", nullptr, totals.running()), kCount);
    if (totals.queued() > 0)
        facts.add(tr("%n queued", nullptr, totals.queued()), kCount);
    if (totals.ready() > 0)
        facts.add(tr("%n ready", nullptr, totals.ready()), kReady);
    if (totals.undecided() > 0)
        facts.add(tr("%n need(s) your decision", nullptr, totals.undecided()), kTrouble);
    if (totals.failed() > 0)
        facts.add(tr("%n failed", nullptr, totals.failed()), kTrouble);
    m_facts->setTexts(facts.texts());
    updateTitle();
}

void MainWindow::updateTitle()
{
    const QueueTotals &totals = m_model->totals();
    QString title = tr("Longshore");
    if (m_session.engine() != nullptr && m_session.profile().kind == ServiceKind::Sandbox)
        title = tr("Longshore – Sandbox");
    if (totals.running() > 0 && totals.bytes() > 0)
        title = tr("%1 % – %2").arg(totals.percent()).arg(title);
    setWindowTitle(title);
}

// ---- The selected upload

void MainWindow::onSelectionChanged()
{
    showUploadOf(m_view->onlySelectedKey());
}

void MainWindow::showUploadOf(const QString &key)
{
    if (Engine *engine = m_session.engine())
        engine->watchParts(key);
    if (key.isEmpty()) {
        m_details->showNothing(m_view->selectedCount() > 1);
        return;
    }
    m_details->showUpload(m_model->snapshot(key));
}

// ---- What the user wants

void MainWindow::connectActions()
{
    connect(m_view, &QWidget::customContextMenuRequested, this, &MainWindow::showQueueMenu);
    connect(m_actions, &QueueActions::cancelQuestion, this, &MainWindow::askCancel);
    connect(m_actions, &QueueActions::startOverQuestion, this, &MainWindow::askStartOver);
    connect(m_actions, &QueueActions::detailsRequested, this, &MainWindow::editDetails);
    connect(m_actions, &QueueActions::holdRequested, this,
            [this](const QStringList &keys, bool hold) {
                if (hold)
                    askHoldEnd(keys);
                else
                    setHold(keys, false, HoldEnd::LetExpire);
            });
    connect(m_actions, &QueueActions::connectionRequested, this, &MainWindow::connectionRequested);
    connect(m_actions, &QueueActions::said, this,
            [this](const QString &text) { statusBar()->showMessage(text, kStatusMs); });
    connect(m_actions, &QueueActions::removed, this, [this](int uploads) {
        onTotalsChanged();
        if (uploads > 0)
            m_messages->sayInPassing(tr("%n upload(s) removed from the list.", nullptr, uploads),
                                     tr("Undo"), [this] { m_actions->undoRemove->trigger(); });
        else
            m_messages->endPassing();
    });
    connect(m_adding, &AddFlow::listing, this, [this](int files) {
        if (files >= 0)
            m_messages->sayInPassing(tr("Looking at files: %n so far…", nullptr, files),
                                     tr("&Stop"), [this] { m_adding->stopListing(); });
        else
            m_messages->endPassing();
    });
    connect(m_adding, &AddFlow::waiting, this, [this](int uploads) {
        m_messages->sayInPassing(tr("%n upload(s) wait for a connection.", nullptr, uploads),
                                 tr("&Connect…"), [this] { Q_EMIT connectionRequested(); });
    });
    connect(m_adding, &AddFlow::refused, this, [this](const QString &text, const QString &details) {
        if (details.isEmpty())
            showMessage(text);
        else
            showMessage(text, tr("&Why?"),
                        [this, text, details] { Questions::tell(this, text, details); });
    });

    connect(m_details, &DetailsPanel::orderChosen, this,
            [this](const QString &key, const QList<int> &order) {
                if (Engine *engine = m_session.engine())
                    engine->setOrder(key, order);
            });
    connect(m_details, &DetailsPanel::completeRequested, this, [this](const QString &key) {
        if (Engine *engine = m_session.engine())
            engine->complete(key);
    });
    connect(m_details, &DetailsPanel::skipChecksumRequested, this, [this](const QString &key) {
        if (Engine *engine = m_session.engine())
            engine->skipChecksum(key);
    });
    connect(m_details, &DetailsPanel::holdChosen, this,
            [this](const QString &key, bool hold, HoldEnd end) { setHold({key}, hold, end); });
    connect(m_details, &DetailsPanel::actionChosen, m_actions, &QueueActions::perform);
}

void MainWindow::setHold(const QStringList &keys, bool hold, HoldEnd end)
{
    for (const QString &key : keys) {
        if (Engine *engine = m_session.engine())
            engine->setHold(key, hold, end);
    }
}

void MainWindow::askHoldEnd(const QStringList &keys)
{
    Questions::askHoldEnd(this, static_cast<int>(keys.size()),
                          [this, keys](HoldEnd end) { setHold(keys, true, end); });
}

void MainWindow::askCancel(const QStringList &keys, qint64 confirmedBytes)
{
    Questions::askCancel(this, static_cast<int>(keys.size()), confirmedBytes,
                         [this, keys] { m_actions->cancelNow(keys); });
}

void MainWindow::askStartOver(const QStringList &keys)
{
    Questions::askStartOver(this, static_cast<int>(keys.size()),
                            [this, keys] { m_actions->startOverNow(keys); });
}

void MainWindow::editDetails(const QStringList &keys)
{
    QList<UploadSnapshot> uploads;
    for (const QString &key : keys)
        uploads.append(m_model->snapshot(key));
    Questions::editDetails(this, uploads,
                           [this, uploads](const QString &purpose, const QString &mimeType) {
                               Engine *engine = m_session.engine();
                               for (const UploadSnapshot &upload : uploads) {
                                   if (engine == nullptr)
                                       return;
                                   engine->setDetails(upload.key, purpose, mimeType);
                                   // Who chooses another purpose for a refused upload wants it to
                                   // go on.
                                   if (upload.state == UploadState::Failed)
                                       engine->retry(upload.key);
                               }
                           });
}

void MainWindow::showQueueMenu(const QPoint &position)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (QAction *action : m_actions->rowActions()) {
        if (action == nullptr)
            menu->addSeparator();
        else if (action->isEnabled())
            menu->addAction(action);
    }
    menu->popup(m_view->viewport()->mapToGlobal(position));
}

void MainWindow::paste()
{
    const QMimeData *clipboard = QGuiApplication::clipboard()->mimeData();
    if (clipboard != nullptr && AddFlow::canAdd(*clipboard))
        m_adding->addMime(*clipboard);
    else
        statusBar()->showMessage(tr("There are no files on the clipboard."), kStatusMs);
}

void MainWindow::selectUpload(const QString &key)
{
    m_view->selectKey(key);
}

void MainWindow::showMessage(const QString &text, const QString &action,
                             std::function<void()> onAction)
{
    m_messages->say(text, action, std::move(onAction));
}

// ---- The window itself

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (AddFlow::canAdd(*event->mimeData()))
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    // Files stay where they are, whatever the source proposes.
    event->setDropAction(Qt::CopyAction);
    event->accept();
    m_adding->addMime(*event->mimeData());
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    event->ignore();
    Q_EMIT closeRequested();
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::WindowStateChange && isMinimized())
        Q_EMIT minimized();
}

void MainWindow::bringToFront()
{
    if (isMinimized())
        setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
}

void MainWindow::saveLayout(QSettings &settings) const
{
    settings.setValue(u"window/geometry"_s, saveGeometry());
    settings.setValue(u"window/state"_s, saveState());
    settings.setValue(u"window/splitter"_s, m_splitter->saveState());
    settings.setValue(u"window/columns"_s, m_view->saveColumns());
    settings.setValue(u"window/details"_s, m_details->saveState());
}

void MainWindow::restoreLayout(const QSettings &settings)
{
    restoreGeometry(settings.value(u"window/geometry"_s).toByteArray());
    restoreState(settings.value(u"window/state"_s).toByteArray());
    m_splitter->restoreState(settings.value(u"window/splitter"_s).toByteArray());
    m_view->restoreColumns(settings.value(u"window/columns"_s).toByteArray());
    m_details->restoreState(settings.value(u"window/details"_s).toByteArray());
}

} // namespace longshore
