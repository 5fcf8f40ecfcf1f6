#include "support/clifixture.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTest>

#include <csignal>
#include <filesystem>

using namespace longshore::sandbox;
using namespace longshore::test;
using namespace Qt::StringLiterals;

namespace {

const QString kProgram = QStringLiteral(LONGSHORE_PROGRAM);
const QString kWindowProgram = QStringLiteral(LONGSHORE_WINDOW_PROGRAM);

} // namespace

/// `longshore` and the program that it becomes for its window: what the one does not load, and that
/// the other is found. In an installation of the test's own, something else is in the window's
/// place.
class tst_CliWindow : public QObject, private CliFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void uploadLoadsNothingOfAWindow();
    void becomesTheWindow_data();
    void becomesTheWindow();
    void keepsNameAndArguments();
    void keepsTheProcess();
    void saysThatTheWindowIsMissing();
    void saysThatTheWindowDoesNotStart();
    void needsNoWindowForMistakes();
    void windowProgramKnowsTheSameCommandLine();

private:
    QString installed(const QString &path) const { return m_prefix->filePath(path); }
    QString windowPlace() const;
    /// A shell script in the window's place.
    bool installWindow(const QByteArray &script);
    bool runShell(const QString &command, const QStringList &arguments = {});

    /// Beside the program, so that it can have a second name in there.
    std::unique_ptr<QTemporaryDir> m_prefix;
};

void tst_CliWindow::init()
{
    QVERIFY(reset(kProgram));
    m_prefix =
        std::make_unique<QTemporaryDir>(QFileInfo(kProgram).path() + u"/any prefix XXXXXX"_s);
    QVERIFY(m_prefix->isValid());
    QVERIFY(QDir().mkpath(installed(u"bin"_s)));
    QVERIFY(QDir().mkpath(QFileInfo(windowPlace()).path()));
    std::filesystem::create_hard_link(kProgram.toStdU16String(),
                                      installed(u"bin/longshore"_s).toStdU16String());
}

void tst_CliWindow::cleanup()
{
    release();
    m_prefix.reset();
}

/// As far from the installed program as the built ones are from each other.
QString tst_CliWindow::windowPlace() const
{
    const QDir folder(QFileInfo(kProgram).path());
    return QDir::cleanPath(installed(u"bin/"_s + folder.relativeFilePath(kWindowProgram)));
}

bool tst_CliWindow::installWindow(const QByteArray &script)
{
    QFile window(windowPlace());
    return window.open(QIODevice::WriteOnly) && window.write("#!/bin/sh\n" + script) > 0
        && window.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

/// With `arguments` as $1 and so on, and the installation as $PREFIX.
bool tst_CliWindow::runShell(const QString &command, const QStringList &arguments)
{
    cli().set(u"PREFIX"_s, m_prefix->path());
    return cli().startProgram(u"/bin/sh"_s, QStringList{u"-c"_s, command, u"sh"_s} + arguments);
}

void tst_CliWindow::uploadLoadsNothingOfAWindow()
{
    write(u"a.bin"_s, numberedParts(1, 1000));
    setFaults({stall(Call::Part, StallPoint::Body, {1})});
    QVERIFY(cli().start(upload({u"--json"_s, filePath(u"a.bin"_s)})));
    QVERIFY(cli().waitForEvent(u"part"_s));
    QFile maps(u"/proc/%1/maps"_s.arg(cli().process().processId()));
    QVERIFY(maps.open(QIODevice::ReadOnly));
    const QByteArray loaded = maps.readAll();
    for (const char *used : {"libQt6Core", "libQt6Network", "libqsqlite"})
        QVERIFY2(loaded.contains(used), used);
    for (const char *unused : {"libQt6Gui", "libQt6Widgets", "libQt6Svg", "libX11", "libxcb",
                               "libwayland", "libGL", "libEGL", "libfontconfig", "libfreetype"})
        QVERIFY2(!loaded.contains(unused), unused);
    cli().sendSignal(SIGTERM);
    QCOMPARE(cli().finish(), 143);
}

void tst_CliWindow::becomesTheWindow_data()
{
    QTest::addColumn<QString>("command");
    QTest::newRow("by its path") << u"exec \"$PREFIX/bin/longshore\""_s;
    QTest::newRow("by a path from here") << u"cd \"$PREFIX\" && exec bin/longshore"_s;
    QTest::newRow("from PATH") << u"PATH=$PREFIX/bin:$PATH && exec longshore"_s;
    QTest::newRow("from here in PATH") << u"cd \"$PREFIX/bin\" && PATH=.:$PATH && exec longshore"_s;
    QTest::newRow("by a link")
        << u"ln -s \"$PREFIX/bin/longshore\" \"$HOME/l\" && exec \"$HOME/l\""_s;
}

void tst_CliWindow::becomesTheWindow()
{
    QFETCH(const QString, command);
    QVERIFY(installWindow("echo here\nexit 7\n"));
    QVERIFY(runShell(command));
    QCOMPARE(cli().finish(), 7);
    QCOMPARE(cli().output(), QByteArray("here\n"));
    QCOMPARE(cli().errors(), QByteArray());
}

void tst_CliWindow::keepsNameAndArguments()
{
    // It prints the files that it is called with: what the kernel knows of its own arguments.
    QVERIFY(QFile::link(u"/bin/cat"_s, windowPlace()));
    QVERIFY(runShell(u"exec \"$PREFIX/bin/longshore\" \"$@\""_s,
                     {u"/proc/self/cmdline"_s, u"--"_s, u"a b"_s, u"-stylesheet"_s, u""_s}));
    QCOMPARE(cli().finish(), 1);
    QByteArray expected = installed(u"bin/longshore"_s).toUtf8();
    expected += QByteArrayLiteral("\0/proc/self/cmdline\0--\0a b\0-stylesheet\0\0");
    QCOMPARE(cli().output(), expected);
}

void tst_CliWindow::keepsTheProcess()
{
    QVERIFY(installWindow("echo $$ $TRIED\ncat\n"));
    cli().set(u"TRIED"_s, u"yes"_s);
    QVERIFY(runShell(u"exec \"$PREFIX/bin/longshore\""_s));
    const qint64 process = cli().process().processId();
    cli().process().write("from stdin\n");
    cli().process().closeWriteChannel();
    QCOMPARE(cli().finish(), 0);
    QCOMPARE(cli().output(), QByteArray::number(process) + " yes\nfrom stdin\n");
}

void tst_CliWindow::saysThatTheWindowIsMissing()
{
    for (const QStringList &arguments : {QStringList(), {u"a.bin"_s}, {u"--minimized"_s}}) {
        QVERIFY(cli().startProgram(installed(u"bin/longshore"_s), arguments));
        QCOMPARE(cli().finish(), 2);
        QCOMPARE(cli().output(), QByteArray());
        const QByteArray told = cli().errors();
        QVERIFY2(told.startsWith("longshore: "), told.constData());
        QCOMPARE(told.count('\n'), 1);
        QVERIFY2(told.contains(windowPlace().toUtf8()), told.constData());
        QVERIFY2(told.contains("\"longshore upload FILE\""), told.constData());
    }
}

void tst_CliWindow::saysThatTheWindowDoesNotStart()
{
    QVERIFY(installWindow("echo here\n"));
    QVERIFY(QFile::setPermissions(windowPlace(), QFile::ReadOwner));
    QVERIFY(cli().startProgram(installed(u"bin/longshore"_s), {}));
    QCOMPARE(cli().finish(), 2);
    QCOMPARE(cli().output(), QByteArray());
    QVERIFY2(cli().errors().contains("Permission denied"), cli().errors().constData());
}

void tst_CliWindow::needsNoWindowForMistakes()
{
    QVERIFY(cli().startProgram(installed(u"bin/longshore"_s), {u"--nonsense"_s}));
    QCOMPARE(cli().finish(), 2);
    QVERIFY2(cli().errors().contains("nonsense"), cli().errors().constData());
    QVERIFY(cli().startProgram(installed(u"bin/longshore"_s), {u"--help"_s}));
    QCOMPARE(cli().finish(), 0);
    QVERIFY(cli().output().startsWith("Usage: longshore"));
}

void tst_CliWindow::windowProgramKnowsTheSameCommandLine()
{
    for (const QStringList &arguments :
         {QStringList{u"--nonsense"_s}, {u"--data-dir"_s}, {u"--help"_s}, {u"--version"_s}}) {
        const int code = cli().run(arguments);
        const QByteArray output = cli().output();
        const QByteArray errors = cli().errors();
        QVERIFY(cli().startProgram(kWindowProgram, arguments));
        QCOMPARE(cli().finish(), code);
        QCOMPARE(cli().output(), output);
        QCOMPARE(cli().errors(), errors);
    }
}

QTEST_GUILESS_MAIN(tst_CliWindow)
#include "tst_cliwindow.moc"
