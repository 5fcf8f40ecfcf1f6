#include "queue/openfiles.h"
#include "queue/uploadlock.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#endif

#include <memory>
#include <vector>

using namespace longshore;
using namespace Qt::StringLiterals;

/// How many files a long queue may have open. Changes the limits of its own process for good.
class OpenFilesTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksForWhatTheSystemGrants();
    void locksLeaveSomeForOtherWork();

private:
#ifdef Q_OS_UNIX
    static bool setLimits(rlim_t soft, rlim_t hard)
    {
        const struct rlimit limit = {soft, hard};
        return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
    }
#endif
};

void OpenFilesTest::asksForWhatTheSystemGrants()
{
#ifdef Q_OS_UNIX
    QVERIFY(setLimits(300, 800));
    QCOMPARE(allowOpenFiles(), 800);
    struct rlimit limit = {};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    QCOMPARE(limit.rlim_cur, 800u);
#endif
    QCOMPARE(allowOpenFiles(), allowOpenFiles());
}

void OpenFilesTest::locksLeaveSomeForOtherWork()
{
#ifdef Q_OS_UNIX
    QVERIFY(setLimits(300, 300));
    QTemporaryDir dir;
    std::vector<std::unique_ptr<UploadLock>> locks;
    int taken = 0;
    QString refusal;
    for (int i = 0; i < 100; ++i) {
        locks.push_back(std::make_unique<UploadLock>());
        const QString problem = locks.back()->take(dir.path(), u"match%1"_s.arg(i));
        QVERIFY(!locks.back()->isHeldElsewhere());
        if (problem.isEmpty())
            ++taken;
        else
            refusal = problem;
    }
    QCOMPARE(taken, 300 - 256);
    QVERIFY2(refusal.endsWith(u'.'), qPrintable(refusal));
    QFile file(dir.filePath(u"other"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    // What is given up can be had again.
    locks.front().reset();
    QCOMPARE(locks.back()->take(dir.path(), u"another"_s), QString());
#endif
    UploadLock spare;
    QVERIFY(!spare.isHeldElsewhere());
}

QTEST_GUILESS_MAIN(OpenFilesTest)
#include "tst_openfiles.moc"
