#include "transfer/filestamp.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>
#include <memory>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#endif

using namespace Qt::StringLiterals;
using namespace longshore;

class TestFileStamp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void regularFile();
    void sameThroughDescriptorAndLink();
    void nanoseconds();
    void permissionsAndReadingDoNotCount();
    void sparseFileOverTheLimit();
    void missingFile();
    void otherThings_data();
    void otherThings();
    void compare_data();
    void compare();
    void namesWithPlaceholders();
    void checkUnchangedSeesEverything();
    void openedFile();
    void openRefusesWhatChanged();
    void readsExactly();
    void readOfACutFile();

private:
    QString write(const QString &name, const QByteArray &content) const;

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestFileStamp::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
}

QString TestFileStamp::write(const QString &name, const QByteArray &content) const
{
    QFile file(m_dir->filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("The test's file can't be written.");
    return file.fileName();
}

void TestFileStamp::regularFile()
{
    const QString path = write(u"tränë “1”.jsonl"_s, "0123456789");
    const FileStampResult result = stampOf(path);
    QVERIFY2(!result.problem.isProblem(), qPrintable(result.problem.message));
    QVERIFY(result.stamp.isValid());
    QCOMPARE(result.stamp.bytes, 10);
    QVERIFY(result.stamp.fileId != 0);
    QCOMPARE(result.stamp.modifiedNs / 1'000'000,
             QFileInfo(path).lastModified().toMSecsSinceEpoch());
    QCOMPARE(stampOf(path).stamp, result.stamp);

    const FileStampResult empty = stampOf(write(u"empty"_s, {}));
    QVERIFY(empty.stamp.isValid());
    QCOMPARE(empty.stamp.bytes, 0);
}

void TestFileStamp::sameThroughDescriptorAndLink()
{
    const QString path = write(u"file"_s, "0123456789");
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(stampOf(file.handle(), path).stamp, stampOf(path).stamp);
#ifdef Q_OS_UNIX
    const QString link = m_dir->filePath(u"link"_s);
    QVERIFY(QFile::link(path, link));
    QCOMPARE(stampOf(link).stamp, stampOf(path).stamp);
#endif
}

void TestFileStamp::nanoseconds()
{
#ifdef Q_OS_LINUX
    const QString path = write(u"file"_s, "a");
    const struct timespec times[2] = {{1'700'000'000, 0}, {1'700'000'000, 123'456'789}};
    QCOMPARE(utimensat(AT_FDCWD, QFile::encodeName(path).constData(), times, 0), 0);
    QCOMPARE(stampOf(path).stamp.modifiedNs, 1'700'000'000'123'456'789);
#else
    QSKIP("The file system's resolution is not known here.");
#endif
}

void TestFileStamp::permissionsAndReadingDoNotCount()
{
    const QString path = write(u"file"_s, "0123456789");
    const FileStamp before = stampOf(path).stamp;
    QVERIFY(QFile::setPermissions(path, QFile::ReadOwner));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll().size(), 10);
    QVERIFY(!checkUnchanged(path, before).isProblem());
}

void TestFileStamp::sparseFileOverTheLimit()
{
    QFile file(m_dir->filePath(u"sparse"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.resize(8'589'934'593));
    QCOMPARE(stampOf(file.fileName()).stamp.bytes, 8'589'934'593);
}

void TestFileStamp::missingFile()
{
    for (const QString &path : {m_dir->filePath(u"none"_s), write(u"file"_s, "a") + u"/none"_s}) {
        const FileStampResult result = stampOf(path);
        QVERIFY(!result.stamp.isValid());
        QCOMPARE(result.problem.kind, FileProblem::Kind::Missing);
        QCOMPARE(result.problem.message, u"“none” does not exist."_s);
    }
}

void TestFileStamp::otherThings_data()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("directory") << u"directory"_s;
#ifdef Q_OS_UNIX
    QTest::newRow("FIFO") << u"fifo"_s;
    QTest::newRow("socket") << u"socket"_s;
    QTest::newRow("device") << u"device"_s;
    QTest::newRow("link to a FIFO") << u"link"_s;
#endif
}

void TestFileStamp::otherThings()
{
    QFETCH(QString, kind);
    QString path = m_dir->filePath(kind);
    int descriptor = -1;
    if (kind == "directory"_L1)
        QVERIFY(QDir().mkdir(path));
#ifdef Q_OS_UNIX
    if (kind == "device"_L1)
        path = u"/dev/null"_s;
    if (kind == "fifo"_L1)
        QCOMPARE(mkfifo(QFile::encodeName(path).constData(), 0600), 0);
    if (kind == "link"_L1) {
        QCOMPARE(mkfifo(QFile::encodeName(path + u".fifo"_s).constData(), 0600), 0);
        QVERIFY(QFile::link(path + u".fifo"_s, path));
    }
    if (kind == "socket"_L1) {
        descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
        struct sockaddr_un address = {};
        address.sun_family = AF_UNIX;
        const QByteArray name = QFile::encodeName(path);
        QVERIFY(name.size() < qsizetype(sizeof address.sun_path));
        std::copy(name.begin(), name.end(), address.sun_path);
        QCOMPARE(::bind(descriptor, reinterpret_cast<struct sockaddr *>(&address), sizeof address),
                 0);
    }
#endif
    // Neither of these may wait for the other end of a FIFO.
    QFile file;
    for (const FileProblem &problem :
         {stampOf(path).problem, checkUnchanged(path, FileStamp{10, 1, 1, 1}),
          openRegularFile(file, path), openUnchanged(file, path, FileStamp{10, 1, 1, 1})}) {
        QCOMPARE(problem.kind, FileProblem::Kind::Unreadable);
        QCOMPARE(problem.message, u"“%1” is not a regular file."_s.arg(QFileInfo(path).fileName()));
    }
    QVERIFY(!file.isOpen());
#ifdef Q_OS_UNIX
    if (descriptor >= 0)
        ::close(descriptor);
#endif
}

void TestFileStamp::compare_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<qint64>("modifiedNs");
    QTest::addColumn<quint64>("device");
    QTest::addColumn<quint64>("fileId");
    QTest::addColumn<QString>("message"); // expected stamp: 10 bytes at 5 ns, device 1, id 2
    const auto row = [](const char *name, qint64 bytes, qint64 modifiedNs, quint64 device,
                        quint64 fileId, const QString &message) {
        QTest::newRow(name) << bytes << modifiedNs << device << fileId << message;
    };
    row("the same", 10, 5, 1, 2, {});
    row("grown", 12, 6, 1, 2, u"“train.jsonl” grew from 10 to 12 bytes after it was added."_s);
    row("grown within a tick", 12, 5, 1, 2,
        u"“train.jsonl” grew from 10 to 12 bytes after it was added."_s);
    row("shrunk", 0, 6, 1, 2, u"“train.jsonl” shrank from 10 to 0 bytes after it was added."_s);
    row("modified", 10, 6, 1, 2, u"“train.jsonl” was modified after it was added (same size)."_s);
    row("modified into the past", 10, 4, 1, 2,
        u"“train.jsonl” was modified after it was added (same size)."_s);
    row("another file", 10, 5, 1, 3,
        u"“train.jsonl” was replaced by another file after it was added."_s);
    row("another, larger file", 12, 6, 1, 3,
        u"“train.jsonl” was replaced by another file after it was added."_s);
    row("mounted anew", 10, 5, 9, 2, {});
    row("the same id on another device", 10, 6, 9, 2,
        u"“train.jsonl” was replaced by another file after it was added."_s);
    row("gone", -1, 0, 0, 0, u"“train.jsonl” is gone."_s);
}

void TestFileStamp::compare()
{
    QFETCH(qint64, bytes);
    QFETCH(qint64, modifiedNs);
    QFETCH(quint64, device);
    QFETCH(quint64, fileId);
    QFETCH(QString, message);
    const FileProblem problem = compareStamps(u"/data/train.jsonl"_s, FileStamp{10, 5, 1, 2},
                                              FileStamp{bytes, modifiedNs, device, fileId});
    QCOMPARE(problem.message, message);
    using Kind = FileProblem::Kind;
    const Kind kind = bytes < 0 ? Kind::Missing : Kind::Changed;
    QCOMPARE(problem.kind, message.isEmpty() ? Kind::None : kind);
}

void TestFileStamp::namesWithPlaceholders()
{
    QCOMPARE(
        compareStamps(u"/d/%2 %3.jsonl"_s, FileStamp{10, 5, 1, 2}, FileStamp{12, 5, 1, 2}).message,
        u"“%2 %3.jsonl” grew from 10 to 12 bytes after it was added."_s);
}

void TestFileStamp::checkUnchangedSeesEverything()
{
    const QString path = write(u"train.jsonl"_s, "0123456789");
    const FileStamp stamp = stampOf(path).stamp;
    QVERIFY(!checkUnchanged(path, stamp).isProblem());
    write(u"train.jsonl"_s, "0123456789ab");
    QCOMPARE(checkUnchanged(path, stamp).message,
             u"“train.jsonl” grew from 10 to 12 bytes after it was added."_s);
    const QString other = write(u"other"_s, "0123456789");
    QCOMPARE(std::rename(QFile::encodeName(other).constData(), QFile::encodeName(path).constData()),
             0);
    QVERIFY(checkUnchanged(path, stamp).message.contains(u"replaced by another file"));
    QVERIFY(QFile::remove(path));
    const FileProblem gone = checkUnchanged(path, stamp);
    QCOMPARE(gone.kind, FileProblem::Kind::Missing);
    QCOMPARE(gone.message, u"“train.jsonl” is gone."_s);
}

void TestFileStamp::openedFile()
{
    const QString path = write(u"train.jsonl"_s, "0123456789");
    const FileStamp stamp = stampOf(path).stamp;
    QFile file;
    // Again and again with the same object, as a body that is sent a second time does it.
    for (int round = 0; round < 3; ++round) {
        QVERIFY(!openUnchanged(file, path, stamp).isProblem());
        QVERIFY(file.isOpen());
        QVERIFY(file.openMode() & QIODevice::Unbuffered);
        QVERIFY(!file.isWritable());
#ifdef Q_OS_UNIX
        QVERIFY(::fcntl(file.handle(), F_GETFD) & FD_CLOEXEC);
#endif
        QCOMPARE(file.readAll(), "0123456789");
        file.close();
        QVERIFY(!openRegularFile(file, path).isProblem());
        file.close();
    }
}

void TestFileStamp::openRefusesWhatChanged()
{
    const QString path = write(u"train.jsonl"_s, "0123456789");
    const FileStamp stamp = stampOf(path).stamp;
    QVERIFY(QFile::remove(path));
    QFile file;
    QCOMPARE(openUnchanged(file, path, stamp).message, u"“train.jsonl” is gone."_s);
    QCOMPARE(openRegularFile(file, path).message, u"“train.jsonl” does not exist."_s);
    write(u"train.jsonl"_s, "01234");
    QCOMPARE(openUnchanged(file, path, stamp).kind, FileProblem::Kind::Changed);
    QVERIFY(!file.isOpen());
}

void TestFileStamp::readsExactly()
{
    const QString path = write(u"train.jsonl"_s, "0123456789");
    const FileStamp stamp = stampOf(path).stamp;
    QFile file;
    QVERIFY(!openUnchanged(file, path, stamp).isProblem());
    QByteArray bytes(4, '-');
    QVERIFY(!readUnchanged(file, path, stamp, 6, &bytes).isProblem());
    QCOMPARE(bytes, "6789");
    QVERIFY(!readUnchanged(file, path, stamp, 0, &bytes).isProblem());
    QCOMPARE(bytes, "0123");
    QByteArray nothing;
    QVERIFY(!readUnchanged(file, path, stamp, 10, &nothing).isProblem());
    // The stamp fits, so it is the reading that failed: what a broken disk looks like.
    const FileProblem problem = readUnchanged(file, path, stamp, 7, &bytes);
    QCOMPARE(problem.kind, FileProblem::Kind::Unreadable);
    QCOMPARE(problem.message, u"“train.jsonl” can't be read: it ends before its size."_s);
}

void TestFileStamp::readOfACutFile()
{
    const QString path = write(u"train.jsonl"_s, "0123456789");
    const FileStamp stamp = stampOf(path).stamp;
    QFile file;
    QVERIFY(!openUnchanged(file, path, stamp).isProblem());
    QVERIFY(QFile::resize(path, 4));
    QByteArray bytes(10, '-');
    const FileProblem problem = readUnchanged(file, path, stamp, 0, &bytes);
    QCOMPARE(problem.kind, FileProblem::Kind::Changed);
    QCOMPARE(problem.message, u"“train.jsonl” shrank from 10 to 4 bytes after it was added."_s);
}

QTEST_GUILESS_MAIN(TestFileStamp)
#include "tst_filestamp.moc"
