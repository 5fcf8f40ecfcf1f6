#include "platform/keychain.h"
#include "support/privatebus.h"

#include <QDBusConnectionInterface>
#include <QDBusContext>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusVariant>
#include <QDir>
#include <QDirIterator>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <memory>

using namespace longshore;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Entry = Keychain::Entry;

namespace {

/// Far beyond what a program needs to start, ask and end on a loaded machine.
constexpr int kHangMs = 120'000;

const QString kAccount = u"https://api.example/v1 Ünïcode"_s;
const QString kSecret = u"sk-test-5ecret \"ß\" %1"_s;

/// A keychain service that takes every call and answers none.
class SilentService : public QObject, protected QDBusContext
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Secret.Service")

public:
    int m_calls = 0;

public Q_SLOTS:
    QDBusObjectPath ReadAlias(const QString &)
    {
        ++m_calls;
        setDelayedReply(true);
        return {};
    }
};

struct Run
{
    bool ended = false;
    QByteArray entry;
    QString secret;
    QString problem;
    QByteArray errors; ///< what it wrote to stderr
};

} // namespace

class TestKeychain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void isUnavailableWithoutABus();
    void isUnavailableWithoutAService();
    void isUnavailableWithASilentService();
    void isUnavailableWithoutGLib();
    void answersInOrder();
    void dropsTheCallbackOfADestroyedContext();
    void dropsTheCallbacksOfADestroyedKeychain();
    void writesReadsAndRemoves();
    void keepsAccountsApart();
    void saysThatTheKeyringIsLocked();

private:
    void startBus();
    bool startKeyring();
    bool lockKeyring();
    bool isInAFile(const QString &text) const;
    Run run(const QStringList &arguments, const QString &variable = {}) const;
    QString secretTool(const QStringList &arguments) const;

    std::unique_ptr<QTemporaryDir> m_home;
    QProcessEnvironment m_environment;
    std::unique_ptr<test::PrivateBus> m_bus;
    std::unique_ptr<QProcess> m_keyring;
};

void TestKeychain::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    QVERIFY(m_home->isValid());
    QVERIFY(QDir(m_home->path())
                .mkdir(u"runtime"_s, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    m_environment.clear();
    const QProcessEnvironment system = QProcessEnvironment::systemEnvironment();
    for (const QString &name : system.keys()) {
        if (name == "PATH"_L1 || name == "LD_LIBRARY_PATH"_L1 || name.endsWith("SAN_OPTIONS"_L1))
            m_environment.insert(name, system.value(name));
    }
    m_environment.insert(u"LC_ALL"_s, u"C.UTF-8"_s);
    m_environment.insert(u"HOME"_s, m_home->path());
    m_environment.insert(u"XDG_RUNTIME_DIR"_s, m_home->filePath(u"runtime"_s));
}

void TestKeychain::cleanup()
{
    if (m_keyring) {
        m_keyring->kill();
        m_keyring->waitForFinished(kHangMs);
    }
    m_keyring.reset();
    m_bus.reset();
}

void TestKeychain::startBus()
{
    m_bus = std::make_unique<test::PrivateBus>();
    QVERIFY(!m_bus->address().isEmpty());
    m_environment.insert(u"DBUS_SESSION_BUS_ADDRESS"_s, m_bus->address());
}

/// An unlocked one, new and empty.
bool TestKeychain::startKeyring()
{
    m_keyring = std::make_unique<QProcess>();
    m_keyring->setProcessEnvironment(m_environment);
    m_keyring->start(u"gnome-keyring-daemon"_s,
                     {u"--unlock"_s, u"--components=secrets"_s, u"--foreground"_s});
    m_keyring->write("test");
    m_keyring->closeWriteChannel();
    const QDBusConnection bus = m_bus->connection();
    return QTest::qWaitFor(
        [&bus] {
            return bus.interface()->isServiceRegistered(u"org.freedesktop.secrets"_s).value();
        },
        kHangMs);
}

bool TestKeychain::lockKeyring()
{
    QDBusMessage call =
        QDBusMessage::createMethodCall(u"org.freedesktop.secrets"_s, u"/org/freedesktop/secrets"_s,
                                       u"org.freedesktop.Secret.Service"_s, u"Lock"_s);
    const QList<QDBusObjectPath> collections{
        QDBusObjectPath(u"/org/freedesktop/secrets/aliases/default"_s)};
    call << QVariant::fromValue(collections);
    return m_bus->connection().call(call).type() == QDBusMessage::ReplyMessage;
}

bool TestKeychain::isInAFile(const QString &text) const
{
    QDirIterator files(m_home->path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly) && file.readAll().contains(text.toUtf8()))
            return true;
    }
    return false;
}

/// keychainuser in the test's environment; with VARIABLE=1 beside it, if it is named.
Run TestKeychain::run(const QStringList &arguments, const QString &variable) const
{
    QProcess process;
    QProcessEnvironment environment = m_environment;
    if (!variable.isEmpty())
        environment.insert(variable, u"1"_s);
    // Qt's own messages too, to see that no secret is among them.
    environment.insert(u"QT_LOGGING_RULES"_s, u"*=true"_s);
    process.setProcessEnvironment(environment);
    process.start(QCoreApplication::applicationDirPath() + u"/keychainuser"_s, arguments);
    Run run;
    run.ended = process.waitForFinished(kHangMs) && process.exitStatus() == QProcess::NormalExit
        && process.exitCode() == 0;
    const QList<QByteArray> lines = process.readAllStandardOutput().split('\n');
    run.entry = lines.value(0);
    run.secret = QString::fromUtf8(lines.value(1));
    run.problem = QString::fromUtf8(lines.value(2));
    run.errors = process.readAllStandardError();
    return run;
}

QString TestKeychain::secretTool(const QStringList &arguments) const
{
    QProcess process;
    process.setProcessEnvironment(m_environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(u"secret-tool"_s, arguments);
    process.waitForFinished(kHangMs);
    return QString::fromUtf8(process.readAllStandardOutput());
}

void TestKeychain::isUnavailableWithoutABus()
{
    const Run written = run({u"write"_s, kAccount, kSecret});
    QVERIFY(written.ended);
    QCOMPARE(written.entry, "Unavailable"_ba);
    QCOMPARE(written.problem, u"There is no session bus, and so no keychain."_s);
    QVERIFY(!isInAFile(kSecret));
    const Run read = run({u"read"_s, kAccount});
    QVERIFY(read.ended);
    QCOMPARE(read.entry, "Unavailable"_ba);
    QCOMPARE(read.secret, QString());
}

void TestKeychain::isUnavailableWithoutAService()
{
    startBus();
    for (const QString &action : {u"write"_s, u"read"_s, u"remove"_s}) {
        const Run asked = run({action, kAccount, kSecret});
        QVERIFY(asked.ended);
        QCOMPARE(asked.entry, "Unavailable"_ba);
        QCOMPARE(asked.problem, u"No keychain service is running."_s);
        QVERIFY(!asked.errors.contains(kSecret.toUtf8()));
    }
    QVERIFY(!isInAFile(kSecret));
}

void TestKeychain::isUnavailableWithASilentService()
{
    startBus();
    SilentService service;
    QDBusConnection connection = m_bus->connection();
    QVERIFY(connection.registerObject(u"/org/freedesktop/secrets"_s, &service,
                                      QDBusConnection::ExportAllSlots));
    QVERIFY(connection.registerService(u"org.freedesktop.secrets"_s));

    Keychain keychain(m_bus->connection(), 3s);
    QList<Keychain::Answer> answers;
    keychain.read(kAccount, this,
                  [&answers](const Keychain::Answer &answer) { answers << answer; });
    QTRY_COMPARE_WITH_TIMEOUT(answers.size(), 1, kHangMs);
    QCOMPARE(answers.at(0).entry, Entry::Unavailable);
    QVERIFY2(answers.at(0).problem.startsWith("The keychain does not answer: "_L1),
             qPrintable(answers.at(0).problem));
    QCOMPARE(service.m_calls, 1);
}

void TestKeychain::isUnavailableWithoutGLib()
{
    startBus();
    QVERIFY(startKeyring());
    const Run asked = run({u"read"_s, kAccount}, u"QT_NO_GLIB"_s);
    QVERIFY(asked.ended);
    QCOMPARE(asked.entry, "Unavailable"_ba);
    QVERIFY2(asked.problem.contains("QT_NO_GLIB"_L1), qPrintable(asked.problem));
}

void TestKeychain::answersInOrder()
{
    Keychain keychain(QDBusConnection(u"none"_s), 1s);
    QStringList answered;
    const auto note = [&answered](const QString &name) {
        return [&answered, name](const Keychain::Answer &) { answered << name; };
    };
    keychain.write(kAccount, kSecret, this, note(u"write"_s));
    keychain.read(kAccount, this, note(u"read"_s));
    keychain.remove(kAccount, this, note(u"remove"_s));
    QVERIFY(answered.isEmpty());
    QTRY_COMPARE(answered, QStringList({u"write"_s, u"read"_s, u"remove"_s}));
}

void TestKeychain::dropsTheCallbackOfADestroyedContext()
{
    Keychain keychain(QDBusConnection(u"none"_s), 1s);
    auto context = std::make_unique<QObject>();
    bool isDropped = true;
    const auto mustNotBe = [&isDropped](const Keychain::Answer &) { isDropped = false; };
    keychain.read(kAccount, context.get(), mustNotBe);
    keychain.read(kAccount, context.get(), mustNotBe);
    bool isAnswered = false;
    keychain.read(kAccount, this, [&isAnswered](const Keychain::Answer &) { isAnswered = true; });
    context.reset();
    QTRY_VERIFY(isAnswered);
    QVERIFY(isDropped);
}

void TestKeychain::dropsTheCallbacksOfADestroyedKeychain()
{
    auto first = std::make_unique<Keychain>(QDBusConnection(u"none"_s), 1s);
    bool isDropped = true;
    first->read(kAccount, this, [&isDropped](const Keychain::Answer &) { isDropped = false; });
    first.reset();
    auto second = std::make_unique<Keychain>(QDBusConnection(u"none"_s), 1s);
    // A callback may destroy the keychain that calls it.
    second->read(kAccount, this, [&second](const Keychain::Answer &) { second.reset(); });
    QTRY_VERIFY(!second);
    QVERIFY(isDropped);
}

void TestKeychain::writesReadsAndRemoves()
{
    startBus();
    QVERIFY(startKeyring());
    const Run before = run({u"read"_s, kAccount});
    QVERIFY(before.ended);
    QCOMPARE(before.entry, "NotFound"_ba);
    QCOMPARE(before.problem, QString());

    const Run written = run({u"write"_s, kAccount, kSecret});
    QVERIFY(written.ended);
    QCOMPARE(written.problem, QString());
    QCOMPARE(written.entry, "Found"_ba);
    const QStringList attributes{u"server"_s, u"Longshore"_s, u"user"_s, kAccount};
    QCOMPARE(secretTool(QStringList{u"lookup"_s} + attributes), kSecret);

    const Run read = run({u"read"_s, kAccount});
    QVERIFY(read.ended);
    QCOMPARE(read.entry, "Found"_ba);
    QCOMPARE(read.secret, kSecret);
    for (const Run &each : {written, read}) {
        QVERIFY2(!each.errors.contains(kSecret.toUtf8()), each.errors.constData());
        QVERIFY2(!each.errors.contains(kAccount.toUtf8()), each.errors.constData());
    }

    const Run changed = run({u"write"_s, kAccount, u"another"_s});
    QVERIFY(changed.ended);
    QCOMPARE(changed.entry, "Found"_ba);
    QCOMPARE(secretTool(QStringList{u"lookup"_s} + attributes), u"another"_s);

    const Run removed = run({u"remove"_s, kAccount});
    QVERIFY(removed.ended);
    QCOMPARE(removed.entry, "NotFound"_ba);
    QCOMPARE(removed.problem, QString());
    QCOMPARE(secretTool(QStringList{u"lookup"_s} + attributes), QString());
    QCOMPARE(run({u"read"_s, kAccount}).entry, "NotFound"_ba);
    QCOMPARE(run({u"remove"_s, kAccount}).entry, "NotFound"_ba);
    QVERIFY(!isInAFile(kSecret));
}

void TestKeychain::keepsAccountsApart()
{
    startBus();
    QVERIFY(startKeyring());
    QCOMPARE(run({u"write"_s, u"one"_s, u"secret one"_s}).entry, "Found"_ba);
    QCOMPARE(run({u"write"_s, u"two"_s, u"secret two"_s}).entry, "Found"_ba);
    QCOMPARE(run({u"remove"_s, u"one"_s}).entry, "NotFound"_ba);
    QCOMPARE(run({u"read"_s, u"one"_s}).entry, "NotFound"_ba);
    QCOMPARE(run({u"read"_s, u"two"_s}).secret, u"secret two"_s);
}

void TestKeychain::saysThatTheKeyringIsLocked()
{
    startBus();
    QVERIFY(startKeyring());
    QCOMPARE(run({u"write"_s, kAccount, kSecret}).entry, "Found"_ba);
    QVERIFY(lockKeyring());
    // Nobody is there to show the question for the password.
    for (const QString &action : {u"read"_s, u"write"_s, u"remove"_s}) {
        const Run asked = run({action, kAccount, kSecret});
        QVERIFY(asked.ended);
        QCOMPARE(asked.entry, "Unavailable"_ba);
        QVERIFY(!asked.problem.isEmpty());
    }
    QCOMPARE(run({u"read"_s, kAccount}).problem, u"The keychain is locked."_s);
}

QTEST_GUILESS_MAIN(TestKeychain)
#include "tst_keychain.moc"
