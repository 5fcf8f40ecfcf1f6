#include "cli/standardstreams.h"
#include "platform/keychain.h"
#include "resources/resources.h"
#include "session/session.h"
#include "stallmeter.h"
#include "ui/adding/adddialog.h"
#include "ui/adding/addflow.h"
#include "ui/mainwindow.h"
#include "ui/models/queuemodel.h"
#include "ui/moveactions.h"
#include "ui/queue/queueview.h"
#include "ui/queueactions.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDateTime>
#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollBar>
#include <QTemporaryDir>

#include <cstdlib>
#include <functional>

using namespace longshore;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int kUsualUploads = 10'000;
/// For anything that is waited for; a longer wait is a failure.
constexpr auto kPatience = 15min;
/// How long the window is watched while uploads run by themselves.
constexpr auto kWatched = 5s;
constexpr int kScrollSteps = 300;
constexpr qsizetype kMoved = 500;

double milliseconds(qint64 ns)
{
    return static_cast<double>(ns) / 1e6;
}

[[noreturn]] void fail(const QString &sentence)
{
    writeAll(Stream::Error, (u"queuestall: "_s + sentence + u'\n').toUtf8());
    std::_Exit(1);
}

void require(bool condition, const QString &sentence)
{
    if (!condition)
        fail(sentence);
}

void waitUntil(const QString &what, const std::function<bool()> &condition)
{
    const QDeadlineTimer deadline(kPatience);
    while (!condition()) {
        if (deadline.hasExpired())
            fail(u"never came: "_s + what);
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
}

void makeFiles(const QString &folder, int count)
{
    require(QDir().mkpath(folder), u"the folder of the files can't be made"_s);
    for (int i = 0; i < count; ++i) {
        QFile file(u"%1/file-%2.txt"_s.arg(folder).arg(i, 5, 10, QLatin1Char('0')));
        const bool isMade = file.open(QIODevice::WriteOnly) && file.write("content\n") > 0;
        require(isMade, u"a file can't be made"_s);
    }
}

/// The window with its session on a sandbox, driven through all that a person would do with very
/// many uploads.
class Drive
{
public:
    Drive(const QString &folder, int uploads, bool isShort)
        : m_folder(folder)
        , m_uploads(uploads)
        , m_short(isShort)
        , m_session(options(folder), m_keychain)
        , m_window(m_session, [] { return QDateTime::currentMSecsSinceEpoch(); })
        , m_view(*m_window.findChild<QueueView *>())
    {
        Profile profile;
        profile.kind = ServiceKind::Sandbox;
        m_session.connectTo(profile);
        waitUntil(u"the connection"_s, [this] { return m_session.engine() != nullptr; });
        m_window.resize(1280, 800);
        m_window.show();
    }

    QList<Stalls> run()
    {
        add();
        watch();
        change();
        remove();
        const QList<Stalls> stalls = m_meter.end();
        bool isStopped = false;
        QObject::connect(&m_session, &Session::stopped, &m_window, [&] { isStopped = true; });
        m_session.stop();
        waitUntil(u"the end"_s, [&] { return isStopped; });
        return stalls;
    }

private:
    static SessionOptions options(const QString &folder)
    {
        SessionOptions options;
        options.dataDir = folder + u"/data"_s;
        return options;
    }

    QueueModel &model() { return m_window.model(); }
    QueueActions &actions() { return m_window.actions(); }
    int rows() { return model().rowCount(); }

    void add()
    {
        m_meter.begin(u"listing the folder"_s);
        m_window.adding().addPaths({m_folder + u"/files"_s});
        const auto question = [this] { return m_window.findChild<QMessageBox *>(); };
        const auto dialog = [this] { return m_window.findChild<AddDialog *>(); };
        waitUntil(u"what asks about the files"_s,
                  [&] { return question() != nullptr || dialog() != nullptr; });
        m_meter.begin(u"opening the dialog"_s);
        if (QMessageBox *box = question()) {
            for (QAbstractButton *button : box->buttons()) {
                if (box->buttonRole(button) == QMessageBox::AcceptRole)
                    button->click();
            }
        }
        waitUntil(u"the dialog"_s, [&] { return dialog() != nullptr && dialog()->isVisible(); });
        m_meter.begin(u"accepting it"_s);
        dialog()->accept();
        m_meter.begin(u"rows appear, uploads begin"_s);
        waitUntil(u"all rows"_s, [this] { return rows() == m_uploads; });
    }

    void watch()
    {
        m_meter.begin(u"one selected, uploads running"_s);
        m_window.selectUpload(model().keyAt(0));
        runAWhile();
        m_meter.begin(u"scrolling"_s);
        QScrollBar *bar = m_view.verticalScrollBar();
        for (int step = 1; step <= kScrollSteps; ++step) {
            bar->setValue(static_cast<int>(qint64(bar->maximum()) * step / kScrollSteps));
            QCoreApplication::processEvents();
        }
        require(bar->value() == bar->maximum(), u"the last row can't be scrolled to"_s);
        m_meter.begin(u"selecting all"_s);
        actions().selectAll->trigger();
        QCoreApplication::processEvents();
        require(m_view.selectedKeys().size() == m_uploads, u"not all rows are selected"_s);
        m_meter.begin(u"all selected, uploads running"_s);
        runAWhile();
    }

    void change()
    {
        const auto runs = [this] {
            return model().totals().running() + model().totals().queued() > 0;
        };
        m_meter.begin(u"pausing all"_s);
        m_session.engine()->pauseAll();
        waitUntil(u"the pause of all"_s, [&] { return !runs(); });

        m_meter.begin(u"moving all to the top"_s);
        actions().moves->top->trigger();
        m_meter.begin(u"moving half to the bottom"_s);
        selectRows(0, rows() / 2);
        actions().moves->bottom->trigger();
        QCoreApplication::processEvents();

        QStringList moved = model().keys().last(std::min<qsizetype>(kMoved, rows() / 2));
        m_meter.begin(u"moving %1 rows to the top"_s.arg(moved.size()));
        selectRows(rows() - static_cast<int>(moved.size()), rows());
        // Those that have ended stay where they are.
        moved.removeIf([this](const QString &key) {
            return model().snapshot(key).state != UploadState::Paused;
        });
        actions().moves->top->trigger();
        waitUntil(u"the move"_s, [&] { return model().keys().first(moved.size()) == moved; });

        m_meter.begin(u"cancelling all"_s);
        const QStringList keys = model().keys();
        actions().cancelNow(keys);
        const auto isOver = [this] {
            const QueueTotals &totals = model().totals();
            return totals.ended() == m_uploads && totals.unfinished() + totals.paused() == 0;
        };
        waitUntil(u"the end of all uploads"_s, isOver);
        require(model().totals().failed() == 0, u"an upload failed"_s);
    }

    void remove()
    {
        m_meter.begin(u"removing the finished"_s);
        actions().removeFinished->trigger();
        QCoreApplication::processEvents();
        require(rows() == 0, u"there are rows after all were removed"_s);
        m_meter.begin(u"undoing that"_s);
        actions().undoRemove->trigger();
        QCoreApplication::processEvents();
        require(rows() == m_uploads, u"undo did not bring all rows back"_s);
        m_meter.begin(u"removing them for good"_s);
        actions().removeFinished->trigger();
        actions().forgetRemoved();
        waitUntil(u"the empty queue"_s, [this] { return model().order().isEmpty(); });
    }

    void selectRows(int first, int end)
    {
        m_view.clearSelection();
        m_view.selectionModel()->select(
            QItemSelection(model().index(first, 0), model().index(end - 1, 0)),
            QItemSelectionModel::Select | QItemSelectionModel::Rows);
    }

    void runAWhile()
    {
        const QDeadlineTimer deadline(m_short ? 0s : kWatched);
        waitUntil(u"a while of running"_s,
                  [&] { return deadline.hasExpired() && model().totals().ended() > 0; });
    }

    const QString m_folder;
    const int m_uploads;
    const bool m_short;
    Keychain m_keychain;
    Session m_session;
    MainWindow m_window;
    QueueView &m_view;
    StallMeter m_meter;
};

void print(const QList<Stalls> &stalls)
{
    QString table = u"%1 %2 %3 %4 %5\n"_s.arg(u"what"_s, -34)
                        .arg(u"longest ms"_s, 11)
                        .arg(u"own ms"_s, 11)
                        .arg(u"own >50"_s, 8)
                        .arg(u"total s"_s, 9);
    for (const Stalls &one : stalls)
        table += u"%1 %2 %3 %4 %5\n"_s.arg(one.what, -34)
                     .arg(milliseconds(one.longestNs), 11, 'f', 1)
                     .arg(milliseconds(one.longestOwnNs), 11, 'f', 1)
                     .arg(one.ownOver50ms, 8)
                     .arg(milliseconds(one.totalNs) / 1000, 9, 'f', 2);
    writeAll(Stream::Output, table.toUtf8());
}

void writeJson(const QString &path, const QList<Stalls> &stalls, int uploads)
{
    QJsonArray phases;
    for (const Stalls &one : stalls)
        phases.append(QJsonObject{{u"what"_s, one.what},
                                  {u"longest_ms"_s, milliseconds(one.longestNs)},
                                  {u"longest_own_ms"_s, milliseconds(one.longestOwnNs)},
                                  {u"own_over_50_ms"_s, one.ownOver50ms},
                                  {u"beats"_s, one.beats},
                                  {u"total_ms"_s, milliseconds(one.totalNs)}});
    QFile file(path);
    const QByteArray json =
        QJsonDocument(QJsonObject{{u"uploads"_s, uploads}, {u"phases"_s, phases}}).toJson();
    require(file.open(QIODevice::WriteOnly) && file.write(json) == json.size(),
            u"the JSON can't be written"_s);
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    initResources();
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"The longest stalls of the window's event loop with very many uploads in the queue, which "
        "really run against the sandbox. QT_QPA_PLATFORM=offscreen needs no display."_s);
    parser.addHelpOption();
    parser.addOption({u"uploads"_s, u"How many (default: 10000)."_s, u"N"_s});
    parser.addOption({u"json"_s, u"The figures, for a program."_s, u"FILE"_s});
    parser.addOption({u"short"_s, u"Wait no longer than everything needs to happen once."_s});
    parser.process(application);
    const int uploads =
        parser.isSet(u"uploads"_s) ? parser.value(u"uploads"_s).toInt() : kUsualUploads;
    require(uploads > 0, u"--uploads needs a number"_s);

    const QTemporaryDir folder;
    require(folder.isValid(), u"there is no temporary folder"_s);
    makeFiles(folder.filePath(u"files"_s), uploads);
    const QList<Stalls> stalls = Drive(folder.path(), uploads, parser.isSet(u"short"_s)).run();
    print(stalls);
    if (parser.isSet(u"json"_s))
        writeJson(parser.value(u"json"_s), stalls, uploads);
    return 0;
}
