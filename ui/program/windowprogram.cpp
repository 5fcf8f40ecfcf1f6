#include "ui/program/windowprogram.h"

#include "cli/commandline.h"
#include "cli/datadir.h"
#include "cli/exitcode.h"
#include "cli/humantext.h"
#include "cli/standardstreams.h"
#include "platform/endlimit.h"
#include "platform/keychain.h"
#include "platform/processsignals.h"
#include "platform/singleinstance.h"
#include "queue/datadirectory.h"
#include "resources/resources.h"
#include "session/session.h"
#include "ui/adding/addflow.h"
#include "ui/mainwindow.h"
#include "ui/program/appearance.h"
#include "ui/program/closing.h"
#include "ui/program/connectionflow.h"
#include "ui/program/display.h"
#include "ui/program/preferencesflow.h"
#include "ui/program/translations.h"
#include "ui/tray/notifier.h"
#include "ui/tray/trayicon.h"

#include <QApplication>
#include <QDateTime>
#include <QFileInfo>
#include <QMessageBox>
#include <QSettings>

#include <chrono>
#include <cstdlib>
#include <memory>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

void complain(const QString &sentence)
{
    writeAll(Stream::Error, (u"longshore: "_s + escaped(sentence) + u'\n').toUtf8());
}

/// For what keeps the window from opening: from a desktop nobody reads the terminal.
void refuse(const QString &sentence)
{
    complain(sentence);
    QMessageBox::critical(nullptr, QMessageBox::tr("Longshore"), sentence);
}

QStringList absolute(const QStringList &files)
{
    QStringList paths;
    for (const QString &file : files)
        paths.append(QFileInfo(file).absoluteFilePath());
    return paths;
}

int handOver(SingleInstance &instance, const WindowCommand &command)
{
    Handover handover;
    handover.paths = absolute(command.files);
    handover.minimized = command.minimized;
    handover.activationToken = activationTokenOfEnvironment();
    if (instance.handOver(handover) == SingleInstance::Result::Delivered)
        return ExitCompleted;
    if (!instance.isFirst())
        refuse(instance.problem());
    return ExitFailed;
}

/// For the end of the session, or of the machine: those wait little longer.
constexpr std::chrono::seconds kEndLimit{4};

qint64 now()
{
    return QDateTime::currentMSecsSinceEpoch();
}

/// The program with its window, once it is clear that it is the only one.
int runFirst(const WindowCommand &command, const QString &dataDir, SingleInstance &instance)
{
    const QString settingsFile = dataDir + u"/settings.ini"_s;
    const QString layoutFile = dataDir + u"/window.ini"_s;
    const Appearance appearance;
    PreferencesFlow preferences(settingsFile);
    Keychain keychain;
    SessionOptions options;
    options.dataDir = dataDir;
    options.environmentKey = qgetenv("OPENAI_API_KEY").trimmed();
    options.environmentAccount = profileOfEnvironment().keyAccount();
    options.lanes = preferences.current().lanes;
    options.rateLimit = preferences.current().rateLimit;
    options.linePercent = preferences.current().linePercent();
    Session session(options, keychain);
    MainWindow window(session, now);
    TrayIcon tray(window.model(), window.actions());
    Notifier notifier(session, window.model(), [&tray](const QString &title, const QString &body) {
        tray.showMessage(title, body);
    });
    ConnectionFlow connection(session, window, settingsFile);
    Closing closing(session, window, tray);
    preferences.attach(session, window, notifier, closing);
    ProcessSignals signals;
    signals.endOnThirdInterrupt();
    signals.limitTheEnd(kEndLimit);
    int exitCode = ExitCompleted;

    QObject::connect(&window, &MainWindow::connectionRequested, &connection, &ConnectionFlow::edit);
    QObject::connect(&connection, &ConnectionFlow::problem, &window,
                     [&window](const QString &sentence) { window.showMessage(sentence); });
    QObject::connect(&tray, &TrayIcon::uploadRequested, &window, &MainWindow::selectUpload);
    QObject::connect(&notifier, &Notifier::openRequested, &window, [&](const QStringList &keys) {
        window.bringToFront();
        window.selectUpload(keys.value(0));
    });
    QObject::connect(&instance, &SingleInstance::handedOver, &window,
                     [&](const Handover &handover) {
                         if (!handover.minimized) {
                             qputenv("XDG_ACTIVATION_TOKEN", handover.activationToken);
                             window.bringToFront();
                         }
                         if (!handover.paths.isEmpty())
                             window.adding().addPaths(handover.paths);
                     });
    const auto stop = [&](ExitCode code) {
        exitCode = code;
        closing.stop();
    };
    QObject::connect(&signals, &ProcessSignals::terminated, &closing,
                     [stop] { stop(ExitTerminated); });
    QObject::connect(&signals, &ProcessSignals::hungUp, &closing, [stop] { stop(ExitHungUp); });
    QObject::connect(&signals, &ProcessSignals::interrupted, &closing,
                     [stop] { stop(ExitInterrupted); });
    const auto stopWithSession = [stop] {
        endProcessWithin(kEndLimit, ExitTerminated);
        stop(ExitCompleted);
    };
    QObject::connect(qApp, &QGuiApplication::commitDataRequest, &closing, stopWithSession);
    QObject::connect(&session, &Session::shuttingDown, &closing, stopWithSession);
    QObject::connect(&closing, &Closing::ending, &window, [&] {
        instance.giveUp();
        QSettings layout(layoutFile, QSettings::IniFormat);
        window.saveLayout(layout);
    });
    QObject::connect(
        &closing, &Closing::ready, qApp, [&] { QCoreApplication::exit(exitCode); },
        Qt::QueuedConnection);

    window.restoreLayout(QSettings(layoutFile, QSettings::IniFormat));
    closing.start(command.minimized);
    connection.start(command.sandbox);
    if (!command.files.isEmpty())
        window.adding().addPaths(absolute(command.files));
    const int code = QApplication::exec();
    if (session.threadsLeft() || FolderListing::threadsLeft() > 0 || connection.threadsLeft())
        std::_Exit(code);
    return code;
}

} // namespace

int runWindow(const WindowCommand &command, int &argc, char **argv)
{
    std::unique_ptr<QApplication> application;
    {
        const DisplayGuard guard;
        application = std::make_unique<QApplication>(argc, argv);
    }
    QApplication::setApplicationName(u"longshore"_s);
    QApplication::setApplicationVersion(QStringLiteral(LONGSHORE_VERSION));
    QGuiApplication::setDesktopFileName(u"io.github.longshore.Longshore"_s);
    QApplication::setQuitOnLastWindowClosed(false);
    initResources();
    QApplication::setWindowIcon(QIcon(u":/icons/longshore.svg"_s));
    const Translations translations;

    const DataDir dataDir = findDataDir(command.dataDir);
    if (!dataDir.problem.isEmpty()) {
        refuse(dataDir.problem);
        return ExitUsage;
    }
    if (!dataDir.note.isEmpty())
        complain(dataDir.note);
    // A window for the sandbox stands beside the other: no file that was meant for one may reach
    // the other.
    SingleInstanceOptions options;
    options.isOnNetworkFileSystem = isOnNetworkFileSystem(dataDir.path);
    SingleInstance instance(command.sandbox ? dataDir.path + u"/sandbox"_s : dataDir.path, options);
    if (!instance.takeOver() && !instance.isFirst()) {
        const int code = handOver(instance, command);
        if (!instance.isFirst())
            return code;
    }
    if (!instance.problem().isEmpty())
        complain(instance.problem());
    return runFirst(command, dataDir.path, instance);
}

} // namespace longshore
