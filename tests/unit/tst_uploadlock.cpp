#include "childprocess.h"
#include "queue/storedupload.h"
#include "queue/uploadlock.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <array>
#include <atomic>
#include <memory>
#include <vector>

using namespace longshore;
using namespace Qt::StringLiterals;

/// A lock between processes; lockholder is the other one.
class TestUploadLock : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void isPrivateAndReleased();
    void refusesASecondInThisProcess();
    void refusesThroughALink();
    void refusesBesideAnotherProcess();
    void isTakenAtOnceAfterTheHolderWasKilled();
    void releasingOneKeepsTheOthers();
    void takingAnotherReleasesTheFirst();
    void oneOfManyThreadsTakesIt();
    void thousandsNeedFewFiles();
    void saysWhenThereIsNoFolder();

private:
    QString otherProcess(const QString &key) const;

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

/// What another process is told that wants it and ends.
QString TestUploadLock::otherProcess(const QString &key) const
{
    ChildProcess other(u"lockholder"_s, {m_data, key});
    return other.line();
}

void TestUploadLock::isPrivateAndReleased()
{
    constexpr QFile::Permissions ownerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner
        | QFile::ReadUser | QFile::WriteUser | QFile::ExeUser;
    {
        UploadLock lock;
        QCOMPARE(lock.take(m_data, m_key), QString());
        QCOMPARE(QFileInfo(m_data).permissions(), ownerOnly);
        QCOMPARE(QFileInfo(m_data + u"/locks"_s).permissions(), ownerOnly);
        const QFileInfoList files = QDir(m_data + u"/locks"_s).entryInfoList(QDir::Files);
        QCOMPARE(files.size(), 1);
        QCOMPARE(
            files.first().permissions()
                & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther),
            QFile::Permissions());
    }
    QCOMPARE(otherProcess(m_key), u"taken"_s);
    UploadLock again;
    QCOMPARE(again.take(m_data, m_key), QString());
}

void TestUploadLock::refusesASecondInThisProcess()
{
    UploadLock first;
    UploadLock second;
    QCOMPARE(first.take(m_data, m_key), QString());
    for (int i = 0; i < 3; ++i) {
        QVERIFY(!second.take(m_data, m_key).isEmpty());
        QVERIFY(second.isHeldElsewhere());
        QVERIFY(second.isHeldHere());
    }
    QVERIFY(otherProcess(m_key) != u"taken"_s);
    QCOMPARE(second.take(m_data, QString(64, u'0')), QString());
    QVERIFY(!second.isHeldElsewhere());
}

void TestUploadLock::refusesThroughALink()
{
    UploadLock first;
    QCOMPARE(first.take(m_data, m_key), QString());
    const QString link = m_dir->filePath(u"link"_s);
    QVERIFY(QFile::link(m_data, link));
    UploadLock second;
    QVERIFY(!second.take(link, m_key).isEmpty());
    QVERIFY(second.isHeldHere());
    // To look through the link has given nothing up.
    QVERIFY(otherProcess(m_key) != u"taken"_s);
}

void TestUploadLock::refusesBesideAnotherProcess()
{
    ChildProcess holder(u"lockholder"_s, {m_data, m_key});
    QCOMPARE(holder.line(), u"taken"_s);
    UploadLock lock;
    QCOMPARE(lock.take(m_data, m_key),
             u"Another process (%1) is already at work on this upload."_s.arg(holder.processId()));
    QVERIFY(lock.isHeldElsewhere());
    QVERIFY(!lock.isHeldHere());

    UploadLock other;
    const QString otherKey(64, u'0');
    QCOMPARE(other.take(m_data, otherKey), QString());
    const QString line = otherProcess(otherKey);
    QVERIFY2(line.contains(u"(%1)"_s.arg(QCoreApplication::applicationPid())), qPrintable(line));
}

void TestUploadLock::isTakenAtOnceAfterTheHolderWasKilled()
{
    ChildProcess holder(u"lockholder"_s, {m_data, m_key});
    QCOMPARE(holder.line(), u"taken"_s);
    UploadLock lock;
    QVERIFY(!lock.take(m_data, m_key).isEmpty());
    holder.kill();
    QCOMPARE(lock.take(m_data, m_key), QString());
    QVERIFY(otherProcess(m_key) != u"taken"_s);
}

void TestUploadLock::releasingOneKeepsTheOthers()
{
    // In one file or in many, whichever their keys lead to.
    std::vector<std::unique_ptr<UploadLock>> locks;
    for (int i = 0; i < 600; ++i) {
        locks.push_back(std::make_unique<UploadLock>());
        QCOMPARE(locks.back()->take(m_data, QString::number(i)), QString());
    }
    for (int i = 1; i < 600; ++i)
        locks[static_cast<std::size_t>(i)].reset();
    QVERIFY(otherProcess(u"0"_s) != u"taken"_s);
    QCOMPARE(otherProcess(u"1"_s), u"taken"_s);
}

void TestUploadLock::takingAnotherReleasesTheFirst()
{
    UploadLock lock;
    QCOMPARE(lock.take(m_data, m_key), QString());
    QCOMPARE(lock.take(m_data, m_key), QString());
    QCOMPARE(lock.take(m_data, QString(64, u'1')), QString());
    QCOMPARE(otherProcess(m_key), u"taken"_s);
}

void TestUploadLock::oneOfManyThreadsTakesIt()
{
    for (int round = 0; round < 30; ++round) {
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

void TestUploadLock::thousandsNeedFewFiles()
{
    std::vector<std::unique_ptr<UploadLock>> locks;
    for (int i = 0; i < 10'000; ++i) {
        locks.push_back(std::make_unique<UploadLock>());
        QCOMPARE(locks.back()->take(m_data, QString::number(i)), QString());
    }
    QVERIFY(QDir(m_data + u"/locks"_s).entryList(QDir::Files).size() <= 256);
    QVERIFY(otherProcess(u"9999"_s) != u"taken"_s);
}

void TestUploadLock::saysWhenThereIsNoFolder()
{
    QFile file(m_data);
    QVERIFY(file.open(QIODevice::WriteOnly));
    UploadLock lock;
    QCOMPARE(lock.take(m_data, m_key), m_data + u" is not a folder."_s);
    QVERIFY(!lock.isHeldElsewhere());
}

QTEST_GUILESS_MAIN(TestUploadLock)
#include "tst_uploadlock.moc"
