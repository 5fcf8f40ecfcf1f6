#include "ui/windowmenus.h"

#include "ui/aboutbox.h"
#include "ui/details/detailspanel.h"
#include "ui/mainwindow.h"
#include "ui/moveactions.h"
#include "ui/queueactions.h"
#include "ui/symbolicon.h"

#include <QAction>
#include <QMenu>
#include <QMenuBar>
#include <QToolBar>

namespace longshore {

using namespace Qt::StringLiterals;

WindowMenus::WindowMenus(MainWindow &window, QueueActions &actions, DetailsPanel &details)
{
    makeActions(window);
    makeMenus(window, actions, details);
    makeToolBar(window, actions);
}

void WindowMenus::makeActions(MainWindow &window)
{
    addFiles = new QAction(symbolIcon(u"add-files"_s), MainWindow::tr("Add &Files…"), &window);
    addFiles->setIconText(MainWindow::tr("Add Files"));
    addFiles->setShortcut(QKeySequence::Open);
    addFolder = new QAction(symbolIcon(u"add-folder"_s), MainWindow::tr("Add F&older…"), &window);
    addFolder->setIconText(MainWindow::tr("Add Folder"));
    addFolder->setShortcut({Qt::CTRL | Qt::ALT | Qt::Key_O});
    paste = new QAction(MainWindow::tr("&Paste Files"), &window);
    paste->setShortcut(QKeySequence::Paste);
    connection = new QAction(symbolIcon(u"connection"_s), MainWindow::tr("&Connection…"), &window);
    preferences = new QAction(symbolIcon(u"settings"_s), MainWindow::tr("Se&ttings…"), &window);
    preferences->setIconText(MainWindow::tr("Settings"));
    preferences->setShortcut({Qt::CTRL | Qt::Key_Comma});
    quit = new QAction(MainWindow::tr("&Quit"), &window);
    quit->setShortcut({Qt::CTRL | Qt::Key_Q});
    quit->setMenuRole(QAction::QuitRole);
}

void WindowMenus::makeMenus(MainWindow &window, QueueActions &actions, DetailsPanel &details)
{
    QMenu *file = window.menuBar()->addMenu(MainWindow::tr("&File"));
    file->addActions({addFiles, addFolder, paste});
    file->addSeparator();
    file->addActions({connection, preferences});
    file->addSeparator();
    file->addAction(quit);

    QMenu *edit = window.menuBar()->addMenu(MainWindow::tr("&Edit"));
    edit->addActions({actions.undoRemove});
    edit->addSeparator();
    edit->addActions({actions.copyFileId, actions.copyPath, actions.copyError});
    edit->addSeparator();
    edit->addActions({actions.selectAll, actions.remove, actions.removeFinished});

    QMenu *upload = window.menuBar()->addMenu(MainWindow::tr("&Upload"));
    upload->addActions({actions.pause, actions.resume, actions.sendAnyway, actions.retry,
                        actions.completeAgain, actions.startOver, actions.hold, actions.complete,
                        actions.cancel});
    upload->addSeparator();
    upload->addActions({actions.pauseAll, actions.retryAll, actions.cancelAll});
    upload->addSeparator();
    upload->addActions(actions.moves->all());
    upload->addSeparator();
    upload->addActions({actions.editDetails, actions.openFolder});

    QMenu *view = window.menuBar()->addMenu(MainWindow::tr("&View"));
    auto *showDetails = new QAction(MainWindow::tr("&Details"), &window);
    showDetails->setCheckable(true);
    showDetails->setChecked(true);
    showDetails->setShortcut({Qt::Key_F4});
    QObject::connect(showDetails, &QAction::toggled, &details, &QWidget::setVisible);
    view->addAction(showDetails);

    QMenu *help = window.menuBar()->addMenu(MainWindow::tr("&Help"));
    QAction *about = help->addAction(MainWindow::tr("&About Longshore"));
    about->setMenuRole(QAction::AboutRole);
    QObject::connect(about, &QAction::triggered, &window, [&window] { showAbout(&window); });
}

void WindowMenus::makeToolBar(MainWindow &window, QueueActions &actions)
{
    QToolBar *bar = window.addToolBar(MainWindow::tr("Main Toolbar"));
    bar->setObjectName(u"main"_s);
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    bar->addActions({addFiles, addFolder});
    bar->addSeparator();
    bar->addActions({actions.pauseAll, actions.hold, actions.complete});
    bar->addSeparator();
    bar->addActions({actions.retry, actions.cancel, actions.remove});
    bar->addSeparator();
    bar->addActions({preferences});
}

} // namespace longshore
