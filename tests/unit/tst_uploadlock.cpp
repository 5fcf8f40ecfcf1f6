#include "childprocess.h"
#include "queue/storedupload.h"
#include "queue/uploadlock.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QSysInfo>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <array>
#include <atomic>

using namespace longshore;
using namespace Qt::StringLiterals;

class TestUploadLock : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void isPrivateAndReleased();
    void refusesASecondInThisProcess();
    void refusesBesideAnotherProcess();
    void isTakenAfterTheHolderWasKilled();
    void isTakenFromAReusedProcessId();
    void isTakenFromAnotherLifeOfAContainer();
    void isTakenWhenLeftEmpty();
    void takingAnotherReleasesTheFirst();
    void oneOfManyThreadsTakesWhatWasLeft();
    void saysWhenThereIsNoFolder();

private:
    QString lockPath() const { return m_dir->filePath(u"data/locks/%1.lock"_s.arg(m_key)); }
    bool leaveBehind(const QByteArray &content) const;
    QByteArray ownContent() const;

    std::unique_ptr<QTemporaryDir> m_dir;
    QString m_data;
    const QString m_key = StoredUpload().matchKey();
};

void TestUploadLock::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
    m_data = m_dir->filePath(u"data"_s);
}

/// A lock file that nobody holds.
bool TestUploadLock::leaveBehind(const QByteArray &content) const
{
    QFile file(lockPath());
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

/// What a lock file of this process says.
QByteArray TestUploadLock::ownContent() const
{
    UploadLock lock;
    QFile file(lockPath());
    return lock.take(m_data, m_key).isEmpty() && file.open(QIODevice::ReadOnly) ? file.readAll()
                                                                                : QByteArray();
}

void TestUploadLock::isPrivateAndReleased()
{
    constexpr QFile::Permissions ownerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner
        | QFile::ReadUser | QFile::WriteUser | QFile::ExeUser;
    {
        UploadLock lock;
        QCOMPARE(lock.take(m_data, m_key), QString());
        QVERIFY(QFile::exists(lockPath()));
        QCOMPARE(QFileInfo(m_data).permissions(), ownerOnly);
        QCOMPARE(QFileInfo(m_data + u"/locks"_s).permissions(), ownerOnly);
    }
    QVERIFY(!QFile::exists(lockPath()));
    UploadLock again;
    QCOMPARE(again.take(m_data, m_key), QString());
}

void TestUploadLock::refusesASecondInThisProcess()
{
    UploadLock first;
    UploadLock second;
    QCOMPARE(first.take(m_data, m_key), QString());
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(second.take(m_data, m_key),
                 u"%1 (process %2 on %3) is already at work on this upload."_s.arg(
                     QFileInfo(QCoreApplication::applicationFilePath()).fileName(),
                     QString::number(QCoreApplication::applicationPid()),
                     QSysInfo::machineHostName()));
        QVERIFY(second.isHeldElsewhere());
        QVERIFY(second.isHeldHere());
    }
    QVERIFY(QFile::exists(lockPath()));
    QCOMPARE(second.take(m_data, QString(64, u'0')), QString());
}

void TestUploadLock::refusesBesideAnotherProcess()
{
    ChildProcess holder(u"lockholder"_s, {m_data, m_key});
    QCOMPARE(holder.line(), u"taken"_s);
    UploadLock lock;
    QCOMPARE(lock.take(m_data, m_key),
             u"lockholder (process %1 on %2) is already at work on this upload."_s.arg(
                 QString::number(holder.processId()), QSysInfo::machineHostName()));
    QVERIFY(lock.isHeldElsewhere());
    QVERIFY(!lock.isHeldHere());

    UploadLock other;
    const QString otherKey(64, u'0');
    QCOMPARE(other.take(m_data, otherKey), QString());
    ChildProcess refused(u"lockholder"_s, {m_data, otherKey});
    const QString line = refused.line();
    QVERIFY2(line.contains(u"(process %1 on"_s.arg(QCoreApplication::applicationPid())),
             qPrintable(line));
}

void TestUploadLock::isTakenAfterTheHolderWasKilled()
{
    ChildProcess holder(u"lockholder"_s, {m_data, m_key});
    QCOMPARE(holder.line(), u"taken"_s);
    UploadLock lock;
    QVERIFY(!lock.take(m_data, m_key).isEmpty());
    holder.kill();
    QVERIFY(QFile::exists(lockPath()));
    QCOMPARE(lock.take(m_data, m_key), QString());
    ChildProcess next(u"lockholder"_s, {m_data, m_key});
    QVERIFY(next.line() != u"taken"_s);
}

void TestUploadLock::isTakenFromAReusedProcessId()
{
    // A lock file that names a running Longshore which doesn't hold it: this process, and then
    // another.
    const QByteArray content = ownContent();
    QVERIFY(content.startsWith(QByteArray::number(QCoreApplication::applicationPid())));
    QVERIFY(leaveBehind(content));
    {
        UploadLock lock;
        QCOMPARE(lock.take(m_data, m_key), QString());
    }

    ChildProcess other(u"lockholder"_s, {m_data, m_key});
    QCOMPARE(other.line(), u"taken"_s);
    QFile file(lockPath());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray otherContent = file.readAll();
    // The file that it does hold is another one from here on.
    QVERIFY(QFile::rename(lockPath(), lockPath() + u".held"_s));
    QVERIFY(leaveBehind(otherContent));
    UploadLock lock;
    QCOMPARE(lock.take(m_data, m_key), QString());
}

void TestUploadLock::isTakenFromAnotherLifeOfAContainer()
{
    const QByteArray host = QSysInfo::machineHostName().toUtf8();
    QByteArray content = ownContent();
    QVERIFY(content.contains(host));
    // Another host's name, and nothing that would tell the machine or its start.
    QList<QByteArray> lines = content.split('\n');
    lines.resize(3);
    lines[2] = "3f2a91c0b7de";
    QVERIFY(leaveBehind(lines.join('\n') + '\n'));
    UploadLock lock;
    QCOMPARE(lock.take(m_data, m_key), QString());
}

void TestUploadLock::isTakenWhenLeftEmpty()
{
    QVERIFY(!ownContent().isEmpty());
    QVERIFY(leaveBehind(QByteArray()));
    // Just created: somebody may be about to fill it.
    UploadLock lock;
    QCOMPARE(lock.take(m_data, m_key),
             u"Another process is at work on this upload (%1)."_s.arg(lockPath()));
    QFile file(lockPath());
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.setFileTime(QDateTime::currentDateTime().addSecs(-120),
                             QFileDevice::FileModificationTime));
    file.close();
    QCOMPARE(lock.take(m_data, m_key), QString());
}

void TestUploadLock::takingAnotherReleasesTheFirst()
{
    UploadLock lock;
    QCOMPARE(lock.take(m_data, m_key), QString());
    QCOMPARE(lock.take(m_data, m_key), QString());
    QCOMPARE(lock.take(m_data, QString(64, u'1')), QString());
    QVERIFY(!QFile::exists(lockPath()));
}

void TestUploadLock::oneOfManyThreadsTakesWhatWasLeft()
{
    const QByteArray content = ownContent();
    for (int round = 0; round < 30; ++round) {
        QVERIFY(leaveBehind(content));
        std::array<UploadLock, 8> locks;
        std::array<std::unique_ptr<QThread>, 8> threads;
        std::atomic<int> taken = 0;
        for (std::size_t i = 0; i < threads.size(); ++i) {
            threads[i].reset(QThread::create([&, i] {
                if (locks[i].take(m_data, m_key).isEmpty())
                    ++taken;
            }));
        }
        for (const auto &thread : threads)
            thread->start();
        for (const auto &thread : threads)
            QVERIFY(thread->wait(60'000));
        QCOMPARE(taken.load(), 1);
    }
}

void TestUploadLock::saysWhenThereIsNoFolder()
{
    QFile file(m_data);
    QVERIFY(file.open(QIODevice::WriteOnly));
    UploadLock lock;
    QCOMPARE(lock.take(m_data, m_key), m_data + u" is not a folder."_s);
}

QTEST_GUILESS_MAIN(TestUploadLock)
#include "tst_uploadlock.moc"
