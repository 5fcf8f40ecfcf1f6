#include "queue/folderlisting.h"

#include <QDir>
#include <QFile>
#include <QLocale>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <condition_variable>
#include <mutex>

#ifdef Q_OS_LINUX
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#endif

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

// A bound for a machine under load, never a wait.
constexpr int kPatienceMs = 60'000;
constexpr qint64 kMostBytes = 1000;

/// A file system that hangs: who looks at a path with "hangs" in it waits until it is let go.
class HangingDisk
{
public:
    void pass()
    {
        std::unique_lock lock(m_mutex);
        if (!m_hangs)
            return;
        ++m_waiting;
        m_changed.wait(lock, [this] { return !m_hangs; });
        --m_waiting;
    }

    void hang(bool hangs)
    {
        const std::lock_guard lock(m_mutex);
        m_hangs = hangs;
        m_changed.notify_all();
    }

    int waiting()
    {
        const std::lock_guard lock(m_mutex);
        return m_waiting;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_hangs = false;
    int m_waiting = 0;
};

HangingDisk disk;

} // namespace

#ifdef Q_OS_LINUX
// Qt looks at files through this.
extern "C" Q_DECL_EXPORT int statx(int folder, const char *path, int flags, unsigned mask,
                                   struct statx *status)
{
    using Function = int (*)(int, const char *, int, unsigned, struct statx *);
    static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "statx"));
    if (QByteArrayView(path).contains("hangs"))
        disk.pass();
    return real(folder, path, flags, mask, status);
}
#endif

class FolderListingTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void findsAllBelowInNameOrder();
    void takesFilesAsGiven();
    void eachFileIsTakenOnce();
    void passesOverWhatIsHiddenOrLinked();
    void refusesWhatCannotBeSent();
    void nothingGiven();
    void canBeUsedAgain();
    void stopsWithWhatWasFound();
    void stopsWhileTheDiskHangs();
    void isDestroyedWhileTheDiskHangs();
    void saysHowFarItIs();

private:
    QString make(const QString &name, qint64 bytes = 1);
    FolderListing::Result list(const QStringList &paths);
    QStringList namesOf(const FolderListing::Result &result) const;

    std::unique_ptr<QTemporaryDir> m_dir;
};

void FolderListingTest::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom));
}

void FolderListingTest::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
}

QString FolderListingTest::make(const QString &name, qint64 bytes)
{
    const QString path = m_dir->filePath(name);
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || !file.resize(bytes))
        qFatal("can't write the test's file");
    return path;
}

FolderListing::Result FolderListingTest::list(const QStringList &paths)
{
    FolderListing listing(kMostBytes);
    FolderListing::Result result;
    int finished = 0;
    connect(&listing, &FolderListing::finished, &listing, [&](const FolderListing::Result &found) {
        result = found;
        ++finished;
    });
    listing.start(paths);
    if (!QTest::qWaitFor([&] { return finished == 1; }, kPatienceMs))
        qFatal("the listing did not end");
    return result;
}

QStringList FolderListingTest::namesOf(const FolderListing::Result &result) const
{
    QStringList names;
    for (const ListedFile &file : result.files)
        names.append(QDir(m_dir->path()).relativeFilePath(file.path));
    return names;
}

void FolderListingTest::findsAllBelowInNameOrder()
{
    const QStringList expected{u"a/part1"_s,  u"a/part2"_s, u"a/part10"_s, u"b.bin"_s,
                               u"c/d/deep"_s, u"c/e"_s,     u"ü"_s};
    qint64 bytes = 0;
    for (auto name = expected.crbegin(); name != expected.crend(); ++name)
        make(*name, ++bytes);
    QDir(m_dir->path()).mkdir(u"empty folder"_s);
    const FolderListing::Result result = list({m_dir->path()});
    QStringList names = namesOf(result);
    // Where the system's collation knows no numbers and no umlauts, all are found all the same.
    QCOMPARE(names.first(), u"a/part1"_s);
    names.sort();
    QStringList sorted = expected;
    sorted.sort();
    QCOMPARE(names, sorted);
    QVERIFY(result.refused.isEmpty());
    QVERIFY(!result.stopped);
    QCOMPARE(result.files.first().bytes, 7);
    QCOMPARE(namesOf(list({m_dir->path()})), namesOf(result));
}

void FolderListingTest::takesFilesAsGiven()
{
    make(u"b"_s);
    make(u"a"_s);
    make(u".hidden"_s);
    make(u"folder/c"_s);
    const QStringList given{m_dir->filePath(u"b"_s), m_dir->filePath(u"folder/"_s),
                            m_dir->filePath(u".hidden"_s), m_dir->filePath(u"a"_s)};
    QCOMPARE(namesOf(list(given)), (QStringList{u"b"_s, u"folder/c"_s, u".hidden"_s, u"a"_s}));
}

void FolderListingTest::eachFileIsTakenOnce()
{
    const QString file = make(u"folder/file"_s);
    const QString link = m_dir->filePath(u"folder/alink"_s);
    QVERIFY(QFile::link(file, link));
    QVERIFY(QFile::link(file, m_dir->filePath(u"folder/blink"_s)));
    // By the first of its names.
    QCOMPARE(namesOf(list({m_dir->path()})), QStringList{u"folder/alink"_s});
    QCOMPARE(namesOf(list({file, m_dir->path(), file, link})), QStringList{u"folder/file"_s});
}

void FolderListingTest::passesOverWhatIsHiddenOrLinked()
{
    make(u"real/file"_s);
    make(u"top/.hidden"_s);
    make(u"top/.folder/file"_s);
    make(u"top/seen"_s);
    QVERIFY(QFile::link(m_dir->filePath(u"real"_s), m_dir->filePath(u"top/link"_s)));
    QVERIFY(QFile::link(m_dir->path(), m_dir->filePath(u"top/up"_s)));
    const FolderListing::Result result = list({m_dir->filePath(u"top"_s)});
    QCOMPARE(namesOf(result), QStringList{u"top/seen"_s});
    QVERIFY(result.refused.isEmpty());
    // The user may give a link to a folder.
    QCOMPARE(namesOf(list({m_dir->filePath(u"top/link"_s)})), QStringList{u"top/link/file"_s});
}

void FolderListingTest::refusesWhatCannotBeSent()
{
    make(u"empty"_s, 0);
    make(u"full"_s, kMostBytes);
    make(u"large"_s, kMostBytes + 1);
    QVERIFY(QFile::link(m_dir->filePath(u"nowhere"_s), m_dir->filePath(u"link"_s)));
    QStringList expected{u"empty"_s, u"large"_s, u"link"_s};
#ifdef Q_OS_LINUX
    QCOMPARE(::mkfifo(QFile::encodeName(m_dir->filePath(u"pipe"_s)).constData(), 0600), 0);
    expected.append(u"pipe"_s);
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    const QByteArray socketPath = QFile::encodeName(m_dir->filePath(u"socket"_s));
    qstrncpy(address.sun_path, socketPath.constData(), sizeof address.sun_path);
    QCOMPARE(::bind(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address), 0);
    ::close(descriptor);
    expected.append(u"socket"_s);
    if (::geteuid() != 0) {
        QFile::setPermissions(make(u"secret"_s), {});
        QFile::setPermissions(make(u"tomb/file"_s), {});
        QFile::setPermissions(m_dir->filePath(u"tomb"_s), {});
        expected += {u"secret"_s, u"tomb"_s};
    }
#endif
    FolderListing::Result result = list({m_dir->path(), m_dir->filePath(u"missing"_s)});
    expected.append(u"missing"_s);
    QCOMPARE(namesOf(result), QStringList{u"full"_s});
    QStringList refused;
    for (const RefusedPath &path : std::as_const(result.refused)) {
        const QString name = QFileInfo(path.path).fileName();
        refused.append(name);
        QVERIFY2(path.reason.contains(name), qPrintable(path.reason));
        QVERIFY2(path.reason.endsWith(u'.'), qPrintable(path.reason));
    }
    refused.sort();
    expected.sort();
    QCOMPARE(refused, expected);
    QFile::setPermissions(m_dir->filePath(u"tomb"_s),
                          QFile::ReadOwner | QFile::ExeOwner | QFile::WriteOwner);
}

void FolderListingTest::nothingGiven()
{
    const FolderListing::Result result = list({});
    QVERIFY(result.files.isEmpty());
    QVERIFY(result.refused.isEmpty());
    QVERIFY(!result.stopped);
}

void FolderListingTest::canBeUsedAgain()
{
    const QString path = make(u"file"_s);
    FolderListing listing(kMostBytes);
    QSignalSpy finished(&listing, &FolderListing::finished);
    listing.stop(); // nothing to stop
    for (int run = 1; run <= 3; ++run) {
        listing.start({path});
        QVERIFY(listing.isRunning());
        listing.start({path}); // is under way
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), run, kPatienceMs);
        QVERIFY(!listing.isRunning());
        listing.stop();
    }
}

void FolderListingTest::stopsWithWhatWasFound()
{
    for (int i = 0; i < 20; ++i)
        make(u"f%1"_s.arg(i));
    FolderListing listing(kMostBytes);
    QList<FolderListing::Result> results;
    connect(&listing, &FolderListing::finished, &listing,
            [&](const FolderListing::Result &result) { results.append(result); });
    listing.start({m_dir->path()});
    listing.stop();
    listing.stop();
    QVERIFY(results.isEmpty()); // from the event loop
    QTRY_COMPARE_WITH_TIMEOUT(results.size(), 1, kPatienceMs);
    QVERIFY(results.first().files.size() <= 20);
    QTRY_COMPARE_WITH_TIMEOUT(FolderListing::threadsLeft(), 0, kPatienceMs);
    QCOMPARE(results.size(), 1);
}

void FolderListingTest::stopsWhileTheDiskHangs()
{
    make(u"a"_s);
    make(u"b"_s);
    make(u"hangs"_s);
    make(u"z"_s);
    disk.hang(true);
    FolderListing listing(kMostBytes);
    QList<FolderListing::Result> results;
    connect(&listing, &FolderListing::finished, &listing,
            [&](const FolderListing::Result &result) { results.append(result); });
    listing.start({m_dir->path()});
    QTRY_COMPARE_WITH_TIMEOUT(disk.waiting(), 1, kPatienceMs);
    QVERIFY(results.isEmpty());
    listing.stop();
    QTRY_COMPARE_WITH_TIMEOUT(results.size(), 1, kPatienceMs);
    QCOMPARE(disk.waiting(), 1); // still
    QCOMPARE(FolderListing::threadsLeft(), 1);
    QVERIFY(results.first().stopped);
    QCOMPARE(namesOf(results.first()), (QStringList{u"a"_s, u"b"_s}));
    disk.hang(false);
    QTRY_COMPARE_WITH_TIMEOUT(FolderListing::threadsLeft(), 0, kPatienceMs);
    QCOMPARE(results.size(), 1);
}

void FolderListingTest::isDestroyedWhileTheDiskHangs()
{
    make(u"hangs"_s);
    disk.hang(true);
    auto listing = std::make_unique<FolderListing>(kMostBytes);
    QSignalSpy finished(listing.get(), &FolderListing::finished);
    listing->start({m_dir->path()});
    QTRY_COMPARE_WITH_TIMEOUT(disk.waiting(), 1, kPatienceMs);
    listing.reset();
    QCOMPARE(disk.waiting(), 1);
    disk.hang(false);
    QTRY_COMPARE_WITH_TIMEOUT(FolderListing::threadsLeft(), 0, kPatienceMs);
    QCOMPARE(finished.size(), 0);
}

void FolderListingTest::saysHowFarItIs()
{
    for (int i = 0; i < 7; ++i)
        make(u"f%1"_s.arg(i));
    make(u"hangs"_s);
    disk.hang(true);
    FolderListing listing(kMostBytes);
    QSignalSpy progress(&listing, &FolderListing::progress);
    QSignalSpy finished(&listing, &FolderListing::finished);
    listing.start({m_dir->path()});
    QTRY_COMPARE_WITH_TIMEOUT(disk.waiting(), 1, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!progress.isEmpty() && progress.last().first().toInt() == 7,
                             kPatienceMs);
    disk.hang(false);
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(FolderListing::threadsLeft(), 0, kPatienceMs);
}

QTEST_GUILESS_MAIN(FolderListingTest)
#include "tst_folderlisting.moc"
