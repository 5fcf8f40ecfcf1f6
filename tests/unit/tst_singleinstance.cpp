#include "childprocess.h"
#include "platform/singleinstance.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QSysInfo>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

#include <chrono>
#include <csignal>
#include <memory>
#include <vector>

using namespace longshore;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Milliseconds; never waited for in full where things go as they should.
const QString kLong = u"120000"_s;
const QString kShort = u"300"_s;
constexpr int kHangMs = 120'000;

void signalTo(const ChildProcess &process, int signal)
{
    ::kill(static_cast<pid_t>(process.processId()), signal);
}

} // namespace

class TestSingleInstance : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void listensForTheUserAlone();
    void handsOverAndIsAnswered();
    void handsOverThroughAnotherPath();
    void handsOverAsManyAsMayBe();
    void keepsDirectoriesApart();
    void listensInTheDataDirectory();
    void listensWhereALongPathCanNotHoldASocket();
    void takesOverFromAKilledProcess();
    void takesOverFromAReusedProcessId();
    void takesOverWhereTheFirstGaveUp();
    void saysThatAStoppedProcessDoesNotAnswer();
    void oneOfTwoIsFirst();
    void survivesGarbage_data();
    void survivesGarbage();
    void dropsASilentPeer();
    void hearsNobodyElse();
    void saysThatTheDirectoryCanNotBeUsed();

private:
    std::unique_ptr<SingleInstance> first(const SingleInstanceOptions &options = {}) const;
    QStringList handOver(const QStringList &arguments, const QString &directory = {}) const;

    std::unique_ptr<QTemporaryDir> m_dir;
    QString m_data;
};

void TestSingleInstance::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
    QVERIFY(QDir(m_dir->path())
                .mkdir(u"runtime"_s, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    qputenv("XDG_RUNTIME_DIR", m_dir->filePath(u"runtime"_s).toUtf8());
    m_data = m_dir->filePath(u"data"_s);
}

/// In this process; null if it is not the first.
std::unique_ptr<SingleInstance>
TestSingleInstance::first(const SingleInstanceOptions &options) const
{
    auto instance = std::make_unique<SingleInstance>(m_data, options);
    return instance->takeOver() && instance->problem().isEmpty() ? std::move(instance) : nullptr;
}

/// What a second process says, while this one's event loop runs.
QStringList TestSingleInstance::handOver(const QStringList &arguments,
                                         const QString &directory) const
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(QCoreApplication::applicationDirPath() + u"/instancestart"_s,
                  QStringList{directory.isEmpty() ? m_data : directory} + arguments);
    QSignalSpy finished(&process, &QProcess::finished);
    if (process.state() != QProcess::NotRunning && !finished.wait(kHangMs))
        return {u"hangs"_s};
    return QString::fromUtf8(process.readAllStandardOutput()).split(u'\n', Qt::SkipEmptyParts);
}

void TestSingleInstance::listensForTheUserAlone()
{
    const auto instance = first();
    QVERIFY(instance);
    QVERIFY(instance->isFirst());
    QVERIFY(instance->takeOver());
    const QFileInfo socket(instance->address());
    QCOMPARE(socket.absolutePath(), m_dir->filePath(u"runtime"_s));
    const QFile::Permissions others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup
        | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
    QCOMPARE(socket.permissions() & others, QFile::Permissions());
    QCOMPARE(QFileInfo(m_data).permissions() & others, QFile::Permissions());

    instance->giveUp();
    QVERIFY(!instance->isFirst());
    QVERIFY(!QFileInfo::exists(socket.filePath()));
    QVERIFY(QDir(m_data).isEmpty(QDir::Files | QDir::Hidden));
}

void TestSingleInstance::handsOverAndIsAnswered()
{
    const auto instance = first();
    QVERIFY(instance);
    QSignalSpy handed(instance.get(), &SingleInstance::handedOver);
    qputenv("XDG_ACTIVATION_TOKEN", "token-7");
    const QStringList said = handOver({kLong, u"--minimized"_s, u"/a b"_s, u"/ü"_s});
    qunsetenv("XDG_ACTIVATION_TOKEN");
    QCOMPARE(said, QStringList{u"Delivered"_s});
    QCOMPARE(handed.size(), 1);
    const auto handover = handed.at(0).at(0).value<Handover>();
    QCOMPARE(handover.paths, QStringList({u"/a b"_s, u"/ü"_s}));
    QVERIFY(handover.minimized);
    QCOMPARE(handover.activationToken, "token-7"_ba);

    QCOMPARE(handOver({kLong}), QStringList{u"Delivered"_s});
    QCOMPARE(handed.size(), 2);
    QVERIFY(!handed.at(1).at(0).value<Handover>().minimized);
}

void TestSingleInstance::handsOverThroughAnotherPath()
{
    const auto instance = first();
    QVERIFY(instance);
    const QString link = m_dir->filePath(u"link"_s);
    QVERIFY(QFile::link(m_data, link));
    // Another session of the user may have another run-time folder, or none.
    qunsetenv("XDG_RUNTIME_DIR");
    QCOMPARE(handOver({kLong, u"/a"_s}, link + u'/'), QStringList{u"Delivered"_s});
}

void TestSingleInstance::handsOverAsManyAsMayBe()
{
    const auto instance = first();
    QVERIFY(instance);
    QSignalSpy handed(instance.get(), &SingleInstance::handedOver);
    const QString name = u"/some/folder/with/a/name/that/is/not/short/%1"_s;
    Handover many;
    for (qsizetype number = 0; number < kMaxHandoverPaths; ++number)
        many.paths.append(name.arg(number));
    const auto message = encodedHandover(many);
    QVERIFY(message);
    QLocalSocket peer;
    peer.connectToServer(instance->address());
    QVERIFY(peer.waitForConnected(kHangMs));
    peer.write(*message);
    QTRY_COMPARE_WITH_TIMEOUT(peer.bytesAvailable(), 1, kHangMs);
    QCOMPARE(peer.readAll(), "+"_ba);
    QCOMPARE(handed.size(), 1);
    QCOMPARE(handed.at(0).at(0).value<Handover>().paths, many.paths);

    SingleInstance second(m_data);
    many.paths.append(u"/one/more"_s);
    QCOMPARE(second.handOver(many), SingleInstance::Result::Refused);
    QVERIFY(!second.problem().isEmpty());
}

void TestSingleInstance::keepsDirectoriesApart()
{
    const auto instance = first();
    QVERIFY(instance);
    ChildProcess other(u"instancestart"_s, {m_dir->filePath(u"other"_s), kLong, u"/a"_s});
    QCOMPARE(other.line(), u"first"_s);
}

void TestSingleInstance::listensInTheDataDirectory()
{
    for (const QByteArray &folder : {QByteArray(), "/nonexistent"_ba, "relative"_ba}) {
        qputenv("XDG_RUNTIME_DIR", folder);
        const auto instance = first();
        QVERIFY(instance);
        QCOMPARE(QFileInfo(instance->address()).absolutePath(), m_data);
        QCOMPARE(handOver({kLong, u"/a"_s}), QStringList{u"Delivered"_s});
    }
}

void TestSingleInstance::listensWhereALongPathCanNotHoldASocket()
{
    qunsetenv("XDG_RUNTIME_DIR");
    m_data = m_dir->filePath(QString(120, u'd'));
    const auto instance = first();
    QVERIFY(instance);
    QCOMPARE(QFileInfo(instance->address()).absolutePath(), QDir::tempPath());
    QCOMPARE(handOver({kLong, u"/a"_s}), QStringList{u"Delivered"_s});
}

void TestSingleInstance::takesOverFromAKilledProcess()
{
    ChildProcess killed(u"instancestart"_s, {m_data, kLong});
    QCOMPARE(killed.line(), u"first"_s);
    killed.kill();
    QVERIFY(QFileInfo::exists(m_data + u"/instance.lock"_s));
    QVERIFY(QFileInfo::exists(m_data + u"/instance.address"_s));

    ChildProcess next(u"instancestart"_s, {m_data, kLong});
    QCOMPARE(next.line(), u"first"_s);
    ChildProcess second(u"instancestart"_s, {m_data, kLong, u"/a"_s});
    QCOMPARE(second.line(), u"Delivered"_s);
    QCOMPARE(next.line(), u"path /a"_s);
}

void TestSingleInstance::takesOverFromAReusedProcessId()
{
    QVERIFY(QDir().mkpath(m_data));
    QFile lock(m_data + u"/instance.lock"_s);
    QVERIFY(lock.open(QIODevice::WriteOnly));
    // As after a new start of a container, where this process has the id of the one before.
    lock.write(QByteArray::number(QCoreApplication::applicationPid()) + '\n'
               + QCoreApplication::applicationName().toUtf8() + '\n'
               + QSysInfo::machineHostName().toUtf8() + "\n\n\n");
    lock.close();
    QVERIFY(first());
}

void TestSingleInstance::takesOverWhereTheFirstGaveUp()
{
    const auto instance = first();
    QVERIFY(instance);
    SingleInstance second(m_data);
    QVERIFY(!second.takeOver());
    QVERIFY(!second.problem().isEmpty());
    instance->giveUp();
    QCOMPARE(second.handOver({{u"/a"_s}, false, {}}), SingleInstance::Result::BecameFirst);
    QVERIFY(second.isFirst());
    QVERIFY(second.problem().isEmpty());
    QVERIFY(!second.address().isEmpty());
}

void TestSingleInstance::saysThatAStoppedProcessDoesNotAnswer()
{
    ChildProcess stopped(u"instancestart"_s, {m_data, kLong});
    QCOMPARE(stopped.line(), u"first"_s);
    signalTo(stopped, SIGSTOP);
    ChildProcess second(u"instancestart"_s, {m_data, kShort, u"/a"_s});
    const QStringList said = second.remainingLines();
    signalTo(stopped, SIGCONT);
    QCOMPARE(said.value(0), u"NotAnswering"_s);
    QVERIFY2(said.value(1).contains(QString::number(stopped.processId())),
             qPrintable(said.value(1)));

    ChildProcess third(u"instancestart"_s, {m_data, kLong, u"/b"_s});
    QCOMPARE(third.line(), u"Delivered"_s);
}

void TestSingleInstance::oneOfTwoIsFirst()
{
    constexpr int kPairs = 10;
    for (int pair = 0; pair < kPairs; ++pair) {
        const QString data = m_dir->filePath(u"pair%1"_s.arg(pair));
        ChildProcess one(u"instancestart"_s, {data, kLong, u"/one"_s});
        ChildProcess two(u"instancestart"_s, {data, kLong, u"/two"_s});
        const QString saidOne = one.line();
        const QString saidTwo = two.line();
        const bool isOneFirst = saidOne == "first"_L1;
        QCOMPARE(saidOne, isOneFirst ? u"first"_s : u"Delivered"_s);
        QCOMPARE(saidTwo, isOneFirst ? u"Delivered"_s : u"first"_s);
        ChildProcess &leader = isOneFirst ? one : two;
        QCOMPARE(leader.line(), isOneFirst ? u"path /two"_s : u"path /one"_s);
        leader.kill();
        QCOMPARE(leader.remainingLines().size(), 1);
    }
}

void TestSingleInstance::survivesGarbage_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("text") << QByteArray("GET / HTTP/1.1\r\n\r\n") << QByteArray();
    QTest::newRow("too long") << "LSHand1\n" + QByteArray(4, '\xff') << QByteArray();
    QTest::newRow("no fields") << "LSHand1\n" + QByteArray("\0\0\0\1x", 5) << QByteArray("-");
    QTest::newRow("a relative path") << "LSHand1\n"
            + QByteArray("\0\0\0\5"
                         "0\0\0a\0",
                         9) << QByteArray("-");
}

void TestSingleInstance::survivesGarbage()
{
    QFETCH(const QByteArray, message);
    QFETCH(const QByteArray, answer);

    const auto instance = first();
    QVERIFY(instance);
    QSignalSpy handed(instance.get(), &SingleInstance::handedOver);
    QLocalSocket peer;
    QSignalSpy ended(&peer, &QLocalSocket::disconnected);
    peer.connectToServer(instance->address());
    QVERIFY(peer.waitForConnected(kHangMs));
    peer.write(message);
    QVERIFY(ended.wait(kHangMs));
    QCOMPARE(peer.readAll(), answer);
    QCOMPARE(handed.size(), 0);
    QCOMPARE(handOver({kLong, u"/a"_s}), QStringList{u"Delivered"_s});
}

void TestSingleInstance::dropsASilentPeer()
{
    SingleInstanceOptions options;
    options.patience = 2s;
    const auto instance = first(options);
    QVERIFY(instance);
    // More of them than are let in at a time; some begin a message.
    constexpr int kPeers = 40;
    std::vector<std::unique_ptr<QLocalSocket>> peers;
    for (int number = 0; number < kPeers; ++number) {
        peers.push_back(std::make_unique<QLocalSocket>());
        peers.back()->connectToServer(instance->address());
        QVERIFY(peers.back()->waitForConnected(kHangMs));
        if (number % 2 == 0)
            peers.back()->write("LSHa");
        QCoreApplication::processEvents();
    }
    QCOMPARE(handOver({kLong, u"/a"_s}), QStringList{u"Delivered"_s});
    for (const auto &peer : peers)
        QTRY_COMPARE_WITH_TIMEOUT(peer->state(), QLocalSocket::UnconnectedState, kHangMs);
}

void TestSingleInstance::hearsNobodyElse()
{
    SingleInstanceOptions options;
    options.user = ownUser() + 1;
    const auto instance = first(options);
    QVERIFY(instance);
    QSignalSpy handed(instance.get(), &SingleInstance::handedOver);
    const auto message = encodedHandover({{u"/a"_s}, false, {}});
    QVERIFY(message);
    QLocalSocket peer;
    QSignalSpy ended(&peer, &QLocalSocket::disconnected);
    peer.connectToServer(instance->address());
    QVERIFY(peer.waitForConnected(kHangMs));
    peer.write(*message);
    QVERIFY(ended.wait(kHangMs));
    QCOMPARE(peer.bytesAvailable(), 0);
    QCOMPARE(handed.size(), 0);

    // Nor is anything said to somebody else who listens.
    SingleInstanceOptions second;
    second.user = ownUser() + 1;
    second.patience = 300ms;
    SingleInstance speaker(m_data, second);
    QCOMPARE(speaker.handOver({{u"/a"_s}, false, {}}), SingleInstance::Result::NotAnswering);
}

void TestSingleInstance::saysThatTheDirectoryCanNotBeUsed()
{
    QFile file(m_data);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.close();
    SingleInstance instance(m_data);
    QVERIFY(!instance.takeOver());
    QVERIFY(instance.problem().contains(m_data));
    QCOMPARE(instance.handOver({}), SingleInstance::Result::Failed);
    QVERIFY(!instance.problem().isEmpty());
}

QTEST_GUILESS_MAIN(TestSingleInstance)
#include "tst_singleinstance.moc"
