#include "transfer/partbody.h"

#include "support/bodyreader.h"
#include "support/filelease.h"
#include "support/sourcefiles.h"

#include <QRegularExpression>
#include <QSet>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace longshore;

namespace {

constexpr qint64 mebibyte = 1024 * 1024;
constexpr qint64 chunkBytes = 256 * 1024; // that a body reads ahead

} // namespace

class TestPartBody : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void multipartFraming();
    void boundaryIsRandom();
    void ranges_data();
    void ranges();
    void addedNewlineAlone();
    void deviceSemantics();
    void readLineAndPeek();
    void seekAnywhere();
    void seekBackAfterTheEnd();
    void seekWhileAJobRuns();
    void seekNeverGivesStaleBytes();
    void destroyedInMidJob();
    void destroyedWhileAJobRuns();
    void manyShortLives();
    void hungDisk();
    void waitsForFileOnlyWhileItDoes();
    void memoryIsBounded();

private:
    std::unique_ptr<SourceFiles> m_files;
    std::unique_ptr<QThreadPool> m_pool;
};

void TestPartBody::init()
{
    m_files = std::make_unique<SourceFiles>();
    m_pool = std::make_unique<QThreadPool>();
    m_pool->setMaxThreadCount(2);
}

void TestPartBody::cleanup()
{
    m_pool.reset();
    m_files.reset();
}

void TestPartBody::multipartFraming()
{
    const SourceFile source = m_files->write("{\"a\": 1}");
    const auto device = wholeBody(source, *m_pool);
    QVERIFY(QRegularExpression(u"^multipart/form-data; boundary=[0-9A-Za-z-]{32,70}$"_s)
                .match(QString::fromLatin1(device->contentType()))
                .hasMatch());
    const BodyReader reader(*device);
    QTRY_VERIFY(reader.isAtEnd());
    QCOMPARE(payloadOf(*device, reader.data), "{\"a\": 1}");
    QVERIFY(!device->problem().isProblem());
}

void TestPartBody::boundaryIsRandom()
{
    const SourceFile source = m_files->write("a");
    QSet<QByteArray> seen;
    for (int round = 0; round < 100; ++round)
        seen.insert(wholeBody(source, *m_pool)->contentType());
    QCOMPARE(seen.size(), 100);
}

void TestPartBody::ranges_data()
{
    QTest::addColumn<qint64>("fileBytes");
    QTest::addColumn<qint64>("offset");
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<bool>("newlineAdded");
    for (const qint64 bytes :
         {qint64(1), mebibyte - 1, mebibyte, mebibyte + 1, 3 * mebibyte, 5 * mebibyte + 17}) {
        QTest::addRow("%lld bytes", static_cast<long long>(bytes))
            << bytes << qint64(0) << bytes << false;
        QTest::addRow("%lld bytes and a newline", static_cast<long long>(bytes))
            << bytes << qint64(0) << bytes << true;
        QTest::addRow("%lld bytes from within", static_cast<long long>(bytes))
            << bytes + 1000 << qint64(333) << bytes << false;
    }
}

void TestPartBody::ranges()
{
    QFETCH(qint64, fileBytes);
    QFETCH(qint64, offset);
    QFETCH(qint64, bytes);
    QFETCH(bool, newlineAdded);
    const QByteArray content = randomBytes(fileBytes, 1);
    const SourceFile source = m_files->write(content);
    const QByteArray expected = content.mid(offset, bytes) + (newlineAdded ? "\n" : "");
    for (const qint64 block : {qint64(1000), qint64(16 * 1024), 2 * mebibyte}) {
        const auto device = std::make_unique<PartBody>(
            source, PlannedPart{0, offset, bytes, newlineAdded, 0}, *m_pool, nullptr);
        const BodyReader reader(*device, block);
        QTRY_VERIFY(reader.isAtEnd());
        QVERIFY(payloadOf(*device, reader.data) == expected);
        QVERIFY(device->atEnd());
        QCOMPARE(device->bytesAvailable(), 0);
    }
}

void TestPartBody::addedNewlineAlone()
{
    SourceFile source = m_files->write("0123456789");
    const PlannedPart part{0, 10, 0, true, 10};
    auto device = std::make_unique<PartBody>(source, part, *m_pool, nullptr);
    const BodyReader reader(*device);
    QTRY_VERIFY(reader.isAtEnd());
    QCOMPARE(payloadOf(*device, reader.data), "\n");

    // It is as bound to the file's state as any other part.
    m_files->write("0123456789a");
    device = std::make_unique<PartBody>(source, part, *m_pool, nullptr);
    const BodyReader changed(*device);
    QTRY_VERIFY(changed.isAtEnd());
    QVERIFY(changed.failed);
    QCOMPARE(device->problem().kind, FileProblem::Kind::Changed);
}

void TestPartBody::deviceSemantics()
{
    const SourceFile source = m_files->write(QByteArray(1000, 'x'));
    auto blocked = std::make_unique<BlockedPool>(*m_pool);
    const auto device = wholeBody(source, *m_pool);
    QVERIFY(device->isOpen());
    QVERIFY(device->isReadable());
    QVERIFY(!device->isWritable());
    QVERIFY(!device->isSequential());
    QCOMPARE(device->openMode(), QIODevice::ReadOnly | QIODevice::Unbuffered);
    QCOMPARE(device->size(), 1000 + device->overhead());
    QCOMPARE(device->bytesAvailable(), device->size());

    // The prologue is there at once; then 0 is no end and no error, however often it is read.
    const QByteArray prologue = device->read(4096);
    QVERIFY(prologue.size() < device->overhead());
    char byte = 0;
    for (int round = 0; round < 3; ++round)
        QCOMPARE(device->read(&byte, 1), 0);
    QVERIFY(!device->atEnd());
    QCOMPARE(device->pos(), prologue.size());
    QCOMPARE(device->bytesAvailable(), device->size() - prologue.size());

    QSignalSpy readyRead(device.get(), &QIODevice::readyRead);
    blocked.reset();
    QVERIFY(readyRead.wait());
    QCOMPARE(device->read(&byte, 1), 1);
    QCOMPARE(byte, 'x');
    QCOMPARE(device->pos(), prologue.size() + 1);
    QCOMPARE(device->readAll().size(), device->size() - prologue.size() - 1);
    QVERIFY(device->atEnd());
    QCOMPARE(device->read(&byte, 1), 0);
    QCOMPARE(device->pos(), device->size());

    QVERIFY(!device->seek(device->size() + 1));
    QCOMPARE(device->pos(), device->size());
    QVERIFY(device->reset());
    QCOMPARE(device->pos(), 0);
    QVERIFY(!device->atEnd());
}

void TestPartBody::readLineAndPeek()
{
    const SourceFile source = m_files->write("one\ntwo\n");
    const auto device = wholeBody(source, *m_pool);
    QCOMPARE(device->peek(2), "--");
    QCOMPARE(device->pos(), 0);
    QVERIFY(device->readLine().startsWith("--longshore-"));
    const BodyReader reader(*device);
    QTRY_VERIFY(device->atEnd());
    QVERIFY(reader.data.contains("\r\n\r\none\ntwo\n\r\n--"));
}

void TestPartBody::seekAnywhere()
{
    const QByteArray content = randomBytes(3 * mebibyte + 100, 2);
    SourceFile source = m_files->write(content);
    source.newlineAdded = true;
    const auto device = wholeBody(source, *m_pool);
    QByteArray whole;
    {
        const BodyReader reader(*device);
        QTRY_VERIFY(reader.isAtEnd());
        whole = reader.data;
    }
    QVERIFY(payloadOf(*device, whole) == content + '\n');
    QRandomGenerator random(3);
    QList<qint64> positions{0, 1, device->size(), device->size() - 1, 0, device->size() - 40};
    for (int round = 0; round < 200; ++round)
        positions.append(random.bounded(device->size() + 1));
    for (const qint64 position : std::as_const(positions)) {
        QVERIFY(device->seek(position));
        QCOMPARE(device->pos(), position);
        const qint64 wanted = std::min(device->size() - position, random.bounded(mebibyte));
        QByteArray got;
        QSignalSpy readyRead(device.get(), &QIODevice::readyRead);
        while (got.size() < wanted) {
            const QByteArray block = device->read(wanted - got.size());
            if (block.isEmpty())
                QVERIFY(readyRead.wait());
            got += block;
        }
        QVERIFY(got == QByteArrayView(whole).sliced(position, wanted));
        QCOMPARE(device->pos(), position + wanted);
    }
    QVERIFY(!device->problem().isProblem());
}

void TestPartBody::seekBackAfterTheEnd()
{
    const QByteArray content = randomBytes(2 * mebibyte + 5, 4);
    const auto device = wholeBody(m_files->write(content), *m_pool);
    for (int round = 0; round < 3; ++round) {
        const BodyReader reader(*device);
        QTRY_VERIFY(reader.isAtEnd());
        QVERIFY(payloadOf(*device, reader.data) == content);
        QVERIFY(device->reset());
    }
}

void TestPartBody::seekWhileAJobRuns()
{
    const QByteArray content = randomBytes(4 * mebibyte, 5);
    const auto device = wholeBody(m_files->write(content), *m_pool);
    QRandomGenerator random(6);
    // Each seek meets a job that is queued, running, or done but not noticed.
    for (int round = 0; round < 300; ++round) {
        QVERIFY(device->seek(random.bounded(device->size())));
        device->read(random.bounded(100));
        if (round % 7 == 0)
            QCoreApplication::processEvents();
    }
    QVERIFY(device->reset());
    const BodyReader reader(*device);
    QTRY_VERIFY(reader.isAtEnd());
    QVERIFY(payloadOf(*device, reader.data) == content);
}

void TestPartBody::seekNeverGivesStaleBytes()
{
#ifdef Q_OS_LINUX
    const QByteArray content = randomBytes(4 * mebibyte, 20);
    const SourceFile source = m_files->write(content);
    auto lease = std::make_unique<FileLease>(source.path);
    if (!lease->isHeld())
        QSKIP("This file system knows no leases.");
    const auto device = wholeBody(source, *m_pool);
    // The job is about to open the file, with the first bytes in mind.
    QTRY_VERIFY(lease->isWaitedFor());
    const qint64 prologue = device->read(4096).indexOf("\r\n\r\n") + 4;
    QVERIFY(device->seek(prologue + 2 * mebibyte));
    QSignalSpy readyRead(device.get(), &QIODevice::readyRead);
    lease.reset();
    QVERIFY(readyRead.wait());
    QCOMPARE(device->read(32), content.mid(2 * mebibyte, 32));
#else
    QSKIP("There is no way here to hold up a job.");
#endif
}

void TestPartBody::destroyedInMidJob()
{
#ifdef Q_OS_LINUX
    const SourceFile source = m_files->write("0123456789");
    auto lease = std::make_unique<FileLease>(source.path);
    if (!lease->isHeld())
        QSKIP("This file system knows no leases.");
    auto device = wholeBody(source, *m_pool);
    QTRY_VERIFY(lease->isWaitedFor());
    device.reset();
    lease.reset();
    QVERIFY(m_pool->waitForDone(30'000));
    QCoreApplication::processEvents();
#else
    QSKIP("There is no way here to hold up a job.");
#endif
}

void TestPartBody::destroyedWhileAJobRuns()
{
    const SourceFile source = m_files->write(randomBytes(2 * mebibyte, 7));
    {
        const BlockedPool blocked(*m_pool);
        const auto device = wholeBody(source, *m_pool);
        QCOMPARE(device->read(4096).isEmpty(), false);
    }
    // Whatever the job does now, nobody is there to hear of it.
    QVERIFY(m_pool->waitForDone(30'000));
    QCoreApplication::processEvents();
}

void TestPartBody::manyShortLives()
{
    const SourceFile source = m_files->write(randomBytes(3 * mebibyte, 8));
    QRandomGenerator random(9);
    for (int round = 0; round < 300; ++round) {
        const auto device = wholeBody(source, *m_pool);
        const int reads = random.bounded(6);
        for (int read = 0; read < reads; ++read) {
            device->read(random.bounded(mebibyte));
            if (random.bounded(3) == 0)
                QCoreApplication::processEvents();
        }
    }
    QVERIFY(m_pool->waitForDone(30'000));
#ifdef Q_OS_LINUX
    // No file is left open by bodies that went before their end.
    const QStringList descriptors = QDir(u"/proc/self/fd"_s).entryList(QDir::Files | QDir::System);
    for (const QString &descriptor : descriptors)
        QVERIFY(QFile::symLinkTarget(u"/proc/self/fd/"_s + descriptor) != source.path);
#endif
}

void TestPartBody::hungDisk()
{
    const SourceFile source = m_files->write("0123456789");
    auto blocked = std::make_unique<BlockedPool>(*m_pool);
    const auto device = wholeBody(source, *m_pool);
    BodyReader reader(*device);
    QCOMPARE(reader.emptyReads, 1);
    QVERIFY(device->isWaitingForFile());
    QCoreApplication::processEvents();
    QCOMPARE(reader.wakeUps, 0);
    blocked.reset();
    QTRY_VERIFY(reader.isAtEnd());
    QCOMPARE(reader.wakeUps, 1);
    QCOMPARE(payloadOf(*device, reader.data), "0123456789");
    QVERIFY(!device->isWaitingForFile());
}

void TestPartBody::waitsForFileOnlyWhileItDoes()
{
    const SourceFile source = m_files->write(randomBytes(2 * mebibyte, 10));
    const auto device = wholeBody(source, *m_pool);
    QVERIFY(!device->isWaitingForFile());
    QVERIFY(m_pool->waitForDone(30'000));
    QVERIFY(!device->read(chunkBytes).isEmpty());
    QVERIFY(!device->isWaitingForFile());
}

void TestPartBody::memoryIsBounded()
{
    const SourceFile source = m_files->writeSparse(64'000'000);
    const auto device = wholeBody(source, *m_pool);
    QVERIFY(m_pool->waitForDone(30'000));
    // Much time, and still it has read one chunk: the second is begun when the first is taken.
    const BlockedPool blocked(*m_pool);
    const QByteArray got = device->read(64'000'000);
    QCOMPARE(got.size() - got.indexOf("\r\n\r\n") - 4, chunkBytes);
}

QTEST_GUILESS_MAIN(TestPartBody)
#include "tst_partbody.moc"
